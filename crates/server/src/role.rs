//! What roles may do: one table.

use facts::words;

words! {
    /// What a user is.
    Role {
        /// May do everything with the shops in reach.
        Owner = "owner",
        /// Runs shops: figures, chats, alerts, settings, feeds.
        Supervisor = "supervisor",
        /// Answers buyers: sees figures, chats and alerts, and says that an alert is seen to.
        Agent = "agent",
        /// Sees figures.
        Viewer = "viewer",
    }
}

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
        /// Reads who changed what.
        ReadAudit = "read-audit",
        /// Erases what is known of a buyer.
        EraseBuyers = "erase-buyers",
        /// Reads what the server measures of itself.
        ReadMetrics = "read-metrics",
    }
}

impl Role {
    /// What the role may do.
    ///
    /// # Example
    ///
    /// ```
    /// use server::role::{Permission, Role};
    /// assert!(Role::Agent.permissions().has(Permission::ReadTexts));
    /// assert!(!Role::Viewer.permissions().has(Permission::ReadTexts));
    /// ```
    #[must_use]
    pub fn permissions(self) -> Permissions {
        use Permission as P;
        match self {
            Self::Owner => Permissions::of(P::ALL),
            Self::Supervisor => Permissions::of(&[
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
            Self::Agent => Permissions::of(&[
                P::ReadFigures,
                P::ReadQueue,
                P::ReadTexts,
                P::ReadAlerts,
                P::SettleAlerts,
            ]),
            Self::Viewer => Permissions::of(&[P::ReadFigures]),
        }
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

    /// Whether one is in it.
    #[must_use]
    pub fn has(self, permission: Permission) -> bool {
        self.0 & bit(permission) != 0
    }

    /// What is in both: what a token may do that a user makes is in the user's own.
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
                assert_eq!(role.permissions().has(*permission), expected, "{role:?} {name}");
            }
        }
    }

    #[test]
    fn each_role_may_all_that_the_next_one_may() {
        for pair in Role::ALL.windows(2) {
            let (more, less) = (pair[0].permissions(), pair[1].permissions());
            assert_eq!(more.and(less), less, "{pair:?}");
            assert_ne!(more, less);
        }
    }
}
