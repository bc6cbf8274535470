//! Slowing down those who guess passwords.
//!
//! Failed tries are counted by account and by address. After a few free ones each further try has
//! to wait, twice as long as the one before, up to a bound; a quiet time forgets all. An account
//! is never locked for good: that would let anybody lock out anybody.

use std::collections::HashMap;
use std::net::IpAddr;

use facts::Instant;

/// Failed tries on one account before waiting begins.
pub const FREE_BY_ACCOUNT: u32 = 5;
/// Failed tries from one address before waiting begins: an office shares one.
pub const FREE_BY_ADDRESS: u32 = 20;
/// The first wait.
pub const FIRST_WAIT_MS: i64 = 2_000;
/// The longest wait.
pub const LONGEST_WAIT_MS: i64 = 15 * 60_000;
/// After so long without a failed try all is forgotten.
pub const FORGET_MS: i64 = 60 * 60_000;
/// The most accounts, and the most addresses, that are remembered.
pub const MOST_REMEMBERED: usize = 100_000;

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last_at: Instant,
}

impl Failures {
    /// How long to wait yet; 0: not at all.
    fn wait_ms(&self, free: u32, now: Instant) -> i64 {
        let Some(beyond) = self.count.checked_sub(free) else { return 0 };
        let wait = FIRST_WAIT_MS.checked_shl(beyond.min(16)).unwrap_or(LONGEST_WAIT_MS);
        let until = self.last_at.0.saturating_add(wait.min(LONGEST_WAIT_MS));
        until.saturating_sub(now.0).max(0)
    }

    fn is_forgotten(&self, now: Instant) -> bool {
        now.0.saturating_sub(self.last_at.0) >= FORGET_MS
    }
}

/// The tries that failed lately. It lives in memory: a restart forgets, which costs a guesser's
/// victim little, as passwords are long.
#[derive(Default)]
pub struct Throttle {
    accounts: HashMap<String, Failures>,
    addresses: HashMap<IpAddr, Failures>,
}

impl std::fmt::Debug for Throttle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Throttle(..)")
    }
}

impl Throttle {
    /// Whether a try may be made now.
    ///
    /// # Errors
    ///
    /// The milliseconds after which it may; the password must not be looked at before.
    ///
    /// # Example
    ///
    /// ```
    /// use facts::Instant;
    /// use server::signin::throttle::{FREE_BY_ACCOUNT, Throttle};
    /// let mut throttle = Throttle::default();
    /// let address = "203.0.113.9".parse()?;
    /// for _ in 0..FREE_BY_ACCOUNT {
    ///     assert_eq!(throttle.check("li", address, Instant(0)), Ok(()));
    ///     throttle.failed("li", address, Instant(0));
    /// }
    /// assert_eq!(throttle.check("li", address, Instant(0)), Err(2_000));
    /// assert_eq!(throttle.check("wang", address, Instant(0)), Ok(()));
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    pub fn check(&self, login: &str, address: IpAddr, now: Instant) -> Result<(), i64> {
        let wait = |failures: Option<&Failures>, free: u32| match failures {
            Some(failures) if !failures.is_forgotten(now) => failures.wait_ms(free, now),
            _ => 0,
        };
        let by_account = wait(self.accounts.get(&key(login)), FREE_BY_ACCOUNT);
        let by_address = wait(self.addresses.get(&network(address)), FREE_BY_ADDRESS);
        match by_account.max(by_address) {
            0 => Ok(()),
            ms => Err(ms),
        }
    }

    /// Begins a try, where one may be made now. It counts as failed until [`Self::succeeded`] or
    /// [`Self::not_made`] says otherwise, so that tries at the same moment are not all free.
    ///
    /// # Errors
    ///
    /// As [`Self::check`].
    pub fn begin(&mut self, login: &str, address: IpAddr, now: Instant) -> Result<(), i64> {
        self.check(login, address, now)?;
        self.failed(login, address, now);
        Ok(())
    }

    /// A try that was begun was not made after all: the password was not looked at.
    pub fn not_made(&mut self, login: &str, address: IpAddr) {
        take_back(&mut self.accounts, &key(login));
        take_back(&mut self.addresses, &network(address));
    }

    /// A try failed, whether there is such an account or not.
    pub fn failed(&mut self, login: &str, address: IpAddr, now: Instant) {
        note(&mut self.accounts, key(login), now);
        note(&mut self.addresses, network(address), now);
    }

    /// A try that was begun succeeded: the account's failures are forgotten. Earlier ones of the
    /// address stay, as a guesser may have an account too.
    pub fn succeeded(&mut self, login: &str, address: IpAddr) {
        self.accounts.remove(&key(login));
        take_back(&mut self.addresses, &network(address));
    }
}

/// One failure less.
fn take_back<K: std::hash::Hash + Eq>(kept: &mut HashMap<K, Failures>, key: &K) {
    let Some(failures) = kept.get_mut(key) else { return };
    failures.count = failures.count.saturating_sub(1);
    if failures.count == 0 {
        kept.remove(key);
    }
}

fn note<K: std::hash::Hash + Eq>(kept: &mut HashMap<K, Failures>, key: K, now: Instant) {
    if kept.len() >= MOST_REMEMBERED && !kept.contains_key(&key) {
        kept.retain(|_, failures| !failures.is_forgotten(now));
        if kept.len() >= MOST_REMEMBERED {
            // Somebody makes up names by the thousand: those that failed least go first, not
            // those under attack.
            kept.retain(|_, failures| failures.count > 1);
        }
        if kept.len() >= MOST_REMEMBERED {
            kept.clear();
        }
    }
    let failures = kept.entry(key).or_insert(Failures { count: 0, last_at: now });
    if failures.is_forgotten(now) {
        failures.count = 0;
    }
    failures.count = failures.count.saturating_add(1);
    failures.last_at = now;
}

/// Logins are the same in all cases; a name that is too long for one is cut.
fn key(login: &str) -> String {
    login.trim().chars().take(128).flat_map(char::to_lowercase).collect()
}

/// Whoever has one IPv6 address has the 64 bits behind it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let prefix = address.to_bits() >> 64 << 64;
            IpAddr::V6(prefix.into())
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9));

    #[test]
    fn waits_double_up_to_a_bound_and_quiet_forgets() {
        let mut throttle = Throttle::default();
        let mut now = 0;
        let mut waits = Vec::new();
        for _ in 0..20 {
            let wait = throttle.check("li", HERE, Instant(now)).err().unwrap_or(0);
            waits.push(wait);
            if wait > 0 {
                assert_eq!(throttle.check("li", HERE, Instant(now + wait - 1)), Err(1));
            }
            now += wait;
            assert_eq!(throttle.check("LI ", HERE, Instant(now)), Ok(()));
            throttle.failed("li", HERE, Instant(now));
        }
        assert_eq!(waits[..5], [0; 5]);
        assert_eq!(waits[5..9], [2_000, 4_000, 8_000, 16_000]);
        assert_eq!(waits[15..], [LONGEST_WAIT_MS; 5]);
        assert_eq!(throttle.check("li", HERE, Instant(now + FORGET_MS)), Ok(()));
        throttle.failed("li", HERE, Instant(now + FORGET_MS));
        assert_eq!(throttle.check("li", HERE, Instant(now + FORGET_MS)), Ok(()));
    }

    #[test]
    fn many_accounts_from_one_address_wait_too() {
        let mut throttle = Throttle::default();
        for n in 0..FREE_BY_ADDRESS {
            assert_eq!(throttle.check(&n.to_string(), HERE, Instant(0)), Ok(()));
            throttle.failed(&n.to_string(), HERE, Instant(0));
        }
        assert_eq!(throttle.check("other", HERE, Instant(0)), Err(FIRST_WAIT_MS));
        let elsewhere = "198.51.100.1".parse().unwrap();
        assert_eq!(throttle.check("other", elsewhere, Instant(0)), Ok(()));
    }

    #[test]
    fn success_forgets_the_account_alone_and_ipv6_counts_by_network() {
        let mut throttle = Throttle::default();
        let (a, b): (IpAddr, IpAddr) =
            ("2001:db8::1".parse().unwrap(), "2001:db8::2".parse().unwrap());
        for _ in 0..FREE_BY_ADDRESS {
            throttle.failed("li", a, Instant(0));
        }
        // A try begun and won, or not made, leaves the address as it was.
        throttle.failed("wang", a, Instant(0));
        throttle.not_made("wang", a);
        throttle.failed("li", a, Instant(0));
        throttle.succeeded("Li", a);
        assert_eq!(throttle.check("li", HERE, Instant(0)), Ok(()));
        assert_eq!(throttle.check("li", b, Instant(0)), Err(FIRST_WAIT_MS));
    }

    #[test]
    fn tries_at_the_same_moment_are_not_all_free() {
        let mut throttle = Throttle::default();
        let mut begin = || throttle.begin("li", HERE, Instant(0));
        for _ in 0..FREE_BY_ACCOUNT {
            assert_eq!(begin(), Ok(()));
        }
        assert_eq!(begin(), Err(FIRST_WAIT_MS));
        throttle.not_made("li", HERE);
        assert_eq!(throttle.begin("li", HERE, Instant(0)), Ok(()));
        throttle.succeeded("li", HERE);
        assert_eq!(throttle.check("li", HERE, Instant(0)), Ok(()));
    }

    #[test]
    fn made_up_names_do_not_fill_the_memory() {
        let mut throttle = Throttle::default();
        for _ in 0..9 {
            throttle.failed("victim", HERE, Instant(0));
        }
        for n in 0..MOST_REMEMBERED + 5 {
            throttle.failed(&format!("name {n}"), HERE, Instant(0));
        }
        assert!(throttle.accounts.len() <= MOST_REMEMBERED);
        let elsewhere = "198.51.100.1".parse().unwrap();
        assert!(throttle.check("victim", elsewhere, Instant(0)).is_err());
    }
}
