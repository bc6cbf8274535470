//! Alerts about how a shop stands: a line about to be missed today, headroom nearly gone, a
//! consequence that begins or is lifted. Functions of how it stood and how it stands.

use facts::Day;
use metric::{Active, Headroom, Misses, Verdict};

/// How a shop stands under one standard, at one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The verdict on the window as far as it has come, open samples left out.
    pub verdict: Verdict,
    /// How far it is from its line.
    pub headroom: Headroom,
    /// How many samples of the window are open: each may yet be a miss.
    pub n_open: u64,
    /// What stands against the shop.
    pub active: Vec<Active>,
}

/// When headroom is nearly gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// So many further misses or fewer.
    pub few: u64,
}

/// What to tell of a standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The line is held, and is not if all that is open becomes misses.
    AboutToFall {
        /// How many further misses it takes.
        misses: u64,
        /// How many samples are open.
        n_open: u64,
    },
    /// The line is missed.
    Fallen,
    /// The line is held again.
    Recovered,
    /// Few further misses are left.
    HeadroomLow {
        /// How many.
        misses: u64,
    },
    /// A consequence begins, or is announced.
    Begins {
        /// Its number in [`metric::Standard::consequences`].
        consequence: usize,
        /// Its first day.
        since: Day,
        /// Its last day. `None`: until checks pass.
        until: Option<Day>,
    },
    /// A consequence no longer stands.
    Lifted {
        /// Its number in [`metric::Standard::consequences`].
        consequence: usize,
        /// The day it had begun.
        since: Day,
    },
}

/// What to tell when a shop stands otherwise than at the look before (`None`: the first look).
/// Everything is told when it begins to be so, and not again while it stays.
///
/// # Example
///
/// ```
/// use live::alert::standing::{Limits, Told, View, changes};
/// use metric::{Headroom, Misses, Verdict};
/// let view = |misses, n_open| View {
///     verdict: Verdict::Pass,
///     headroom: Headroom {
///         until_assessed: 0,
///         misses: Some(Misses::AtMost(misses)),
///         hits: None,
///     },
///     n_open,
///     active: Vec::new(),
/// };
/// let limits = Limits { few: 3 };
/// assert_eq!(changes(Some(&view(9, 2)), &view(9, 3), limits), []);
/// let told = changes(Some(&view(9, 3)), &view(4, 5), limits);
/// assert_eq!(told, [Told::AboutToFall { misses: 4, n_open: 5 }]);
/// assert_eq!(changes(Some(&view(4, 5)), &view(4, 6), limits), []);
/// assert_eq!(changes(Some(&view(4, 1)), &view(3, 1), limits), [Told::HeadroomLow { misses: 3 }]);
/// ```
#[must_use]
pub fn changes(before: Option<&View>, now: &View, limits: Limits) -> Vec<Told> {
    let mut told = Vec::new();
    let was = before.map(|view| view.verdict);
    match (was, now.verdict) {
        (Some(Verdict::Fail), Verdict::Pass) => told.push(Told::Recovered),
        (Some(Verdict::Fail), _) => {}
        (_, Verdict::Fail) => told.push(Told::Fallen),
        _ => {}
    }
    if let Some(misses) = about_to_fall(now)
        && before.is_none_or(|view| about_to_fall(view).is_none())
    {
        told.push(Told::AboutToFall { misses, n_open: now.n_open });
    }
    let low = |view: &View| left(view).filter(|misses| *misses <= limits.few);
    if let Some(misses) = low(now)
        && before.is_none_or(|view| low(view).is_none())
    {
        told.push(Told::HeadroomLow { misses });
    }
    // The first look tells of nothing that began before it.
    let Some(before) = before else { return told };
    let same = |a: &Active, b: &Active| (a.consequence, a.since) == (b.consequence, b.since);
    let begins = now.active.iter().filter(|one| !before.active.iter().any(|old| same(old, one)));
    told.extend(begins.map(|one| {
        let Active { consequence, since, until, .. } = *one;
        Told::Begins { consequence, since, until }
    }));
    let lifted = before.active.iter().filter(|old| !now.active.iter().any(|one| same(old, one)));
    told.extend(lifted.map(|old| {
        let Active { consequence, since, .. } = *old;
        Told::Lifted { consequence, since }
    }));
    told
}

/// How many further misses a line that is held can take; `None` where it is not held, is not
/// assessed, or misses cannot be told.
fn left(view: &View) -> Option<u64> {
    match (view.verdict, view.headroom.misses) {
        (Verdict::Pass, Some(Misses::AtMost(misses))) => Some(misses),
        _ => None,
    }
}

fn about_to_fall(view: &View) -> Option<u64> {
    left(view).filter(|misses| *misses < view.n_open)
}
