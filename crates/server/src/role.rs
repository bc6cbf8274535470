//! What roles and tokens may do: one table each.
//!
//! Users are judged by their role, programs by the grants of their token. A role never may more
//! than a token with the role's grants, so that the store, which knows grants alone, agrees.

use facts::words;
pub use store::{Grant, Role};

words! {
    /// One thing that somebody may do, with the shops that they reach.
    Permission {
        /// Reads figures, standing, rules and the age of feeds.
        ReadFigures = "read-figures",
        /// Reads who waits, and explanations without texts.
        ReadQueue = "read-queue",
        /// Reads what buyers wrote.
        ReadTexts = "read-texts",
        /// Reads alerts and the stream of events.
        ReadAlerts = "read-alerts",
        /// Says that an alert is seen to.
        SettleAlerts = "settle-alerts",
        /// Sends facts and observed figures.
        SendFacts = "send-facts",
        /// Changes shops, groups, persons and their accounts.
        ChangeShops = "change-shops",
        /// Changes ladders, quiet hours and channels of alerts.
        ChangeAlerts = "change-alerts",
        /// Overrides readings and options of rules.
        ChangeRules = "change-rules",
        /// Invites users, changes roles, ends sessions.
        ChangeUsers = "change-users",
        /// Makes and revokes API tokens.
        ChangeTokens = "change-tokens",
        /// Reads and changes connectors, which hold secrets.
        ChangeConnectors = "change-connectors",
        /// Reads who changed what.
        ReadAudit = "read-audit",
        /// Erases what is known of a buyer.
        EraseBuyers = "erase-buyers",
        /// Reads what the server measures of itself.
        ReadMetrics = "read-metrics",
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(u32);

impl Permissions {
    /// The set of these.
    ///
    /// # Example
    ///
    /// ```
    /// use server::role::{Permission, Permissions};
    /// let feed = Permissions::of(&[Permission::SendFacts]);
    /// assert!(feed.has(Permission::SendFacts) && !feed.has(Permission::ReadFigures));
    /// ```
    #[must_use]
    pub fn of(permissions: &[Permission]) -> Self {
        Self(permissions.iter().fold(0, |set, permission| set | bit(*permission)))
    }

    /// What a user of a role may do.
    ///
    /// # Example
    ///
    /// ```
    /// use server::role::{Permission, Permissions, Role};
    /// assert!(Permissions::of_role(Role::Agent).has(Permission::ReadTexts));
    /// assert!(!Permissions::of_role(Role::Viewer).has(Permission::ReadTexts));
    /// ```
    #[must_use]
    pub fn of_role(role: Role) -> Self {
        use Permission as P;
        match role {
            Role::Owner => Self::of(P::ALL),
            Role::Supervisor => Self::of(&[
                P::ReadFigures,
                P::ReadQueue,
                P::ReadTexts,
                P::ReadAlerts,
                P::SettleAlerts,
                P::SendFacts,
                P::ChangeShops,
                P::ChangeAlerts,
                P::ChangeRules,
                P::ReadMetrics,
            ]),
            Role::Agent => Self::of(&[
                P::ReadFigures,
                P::ReadQueue,
                P::ReadTexts,
                P::ReadAlerts,
                P::SettleAlerts,
            ]),
            Role::Viewer => Self::of(&[P::ReadFigures]),
        }
    }

    /// What a program may do by one grant of its token.
    ///
    /// # Example
    ///
    /// ```
    /// use server::role::{Grant, Permission, Permissions};
    /// let feed = Permissions::of_grant(Grant::Feed);
    /// assert!(feed.has(Permission::SendFacts) && !feed.has(Permission::ReadFigures));
    /// ```
    #[must_use]
    pub fn of_grant(grant: Grant) -> Self {
        use Permission as P;
        Self::of(match grant {
            Grant::Feed => &[P::SendFacts],
            Grant::Read => &[P::ReadFigures, P::ReadQueue, P::ReadAlerts, P::ReadMetrics],
            // Who reads chats answers them, and says what was seen to.
            Grant::Texts => &[P::ReadTexts, P::SettleAlerts],
            Grant::Settings => &[P::ChangeShops, P::ChangeAlerts, P::ChangeRules],
            Grant::Manage => &[
                P::ChangeUsers,
                P::ChangeTokens,
                P::ChangeConnectors,
                P::ReadAudit,
                P::EraseBuyers,
            ],
        })
    }

    /// Whether one is in it.
    #[must_use]
    pub fn has(self, permission: Permission) -> bool {
        self.0 & bit(permission) != 0
    }

    /// Those that are in it, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.has(*permission))
    }

    /// What is in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// Fewer than 32 permissions, as a test holds.
fn bit(permission: Permission) -> u32 {
    1 << permission.code()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole table, written down a second time as people read it: owner, supervisor, agent,
    /// viewer.
    const TABLE: &[(&str, &str)] = &[
        ("read-figures", "osav"),
        ("read-queue", "osa"),
        ("read-texts", "osa"),
        ("read-alerts", "osa"),
        ("settle-alerts", "osa"),
        ("send-facts", "os"),
        ("change-shops", "os"),
        ("change-alerts", "os"),
        ("change-rules", "os"),
        ("change-users", "o"),
        ("change-tokens", "o"),
        ("change-connectors", "o"),
        ("read-audit", "o"),
        ("erase-buyers", "o"),
        ("read-metrics", "os"),
    ];

    #[test]
    fn every_role_may_what_the_table_says_and_no_more() {
        assert_eq!(TABLE.len(), Permission::ALL.len());
        assert!(Permission::ALL.len() < 32);
        for ((name, may), permission) in TABLE.iter().zip(Permission::ALL) {
            assert_eq!(*name, permission.word());
            for role in Role::ALL {
                let initial = &role.word()[..1];
                let expected = may.contains(initial);
                let has = Permissions::of_role(*role).has(*permission);
                assert_eq!(has, expected, "{role:?} {name}");
            }
        }
    }

    #[test]
    fn each_role_may_all_that_the_next_one_may() {
        for pair in Role::ALL.windows(2) {
            let (more, less) = (Permissions::of_role(pair[0]), Permissions::of_role(pair[1]));
            assert_eq!(more.and(less), less, "{pair:?}");
            assert_ne!(more, less);
        }
    }

    #[test]
    fn no_role_may_more_than_its_grants_and_each_permission_has_one_grant() {
        let by_grants = |grants: &[Grant]| {
            grants
                .iter()
                .fold(Permissions::default(), |set, grant| set.or(Permissions::of_grant(*grant)))
        };
        for role in Role::ALL {
            let permissions = Permissions::of_role(*role);
            assert_eq!(permissions.and(by_grants(role.grants())), permissions, "{role:?}");
        }
        for permission in Permission::ALL {
            let giving = Grant::ALL.iter().filter(|g| Permissions::of_grant(**g).has(*permission));
            assert_eq!(giving.count(), 1, "{permission:?}");
        }
    }
}
