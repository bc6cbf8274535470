//! Deadlines that fired climb a shop's ladder, and become alerts that are merged.

use std::collections::{BTreeMap, BTreeSet};

use facts::{Account, Instant, ShopId};
use hashbrown::HashMap;

use crate::alert::{About, InQuiet, Key, Notice, Policy, Reason, Recipient, To};
use crate::{Deadline, Effect, Fired, Sample};

/// One alert in the making, or told.
#[derive(Clone, Debug, Default)]
struct Bundle {
    /// The deadlines in it whose samples are open.
    members: BTreeSet<Fired>,
    /// When something is decided about it next. Absent: when something changes.
    decides_at: Option<Instant>,
    /// What was told last. Absent: nothing.
    told: Option<About>,
    is_held: bool,
}

impl Bundle {
    fn about(&self) -> Option<About> {
        let longest = *self.members.first()?;
        let mut threads: Vec<_> = self.members.iter().map(|one| one.deadline.sample.who).collect();
        threads.sort_unstable();
        threads.dedup();
        Some(About { n_threads: threads.len() as u32, longest })
    }
}

/// The alerts about waiting buyers of all shops. Deterministic, as the engine is: the same effects
/// at the same instants make the same notices.
///
/// # Example
///
/// ```
/// use facts::{Account, Instant, ShopId, Zone};
/// use live::alert::{Alerts, Notice, Policy};
/// use live::{Deadline, Effect, Fired, Sample, Threshold, Who};
/// let mut alerts = Alerts::default();
/// alerts.set_policy(ShopId(0), Policy::usual(Zone::fixed(8 * 3_600_000)));
/// let fire = |buyer| {
///     let who = Who { shop: ShopId(0), buyer };
///     let sample = Sample { who, watch: 0, opened_at: Instant(0), opened_row: 1 };
///     let deadline = Deadline { sample, threshold: Threshold::Limit };
///     let fired = Fired { due: Instant(180_001), deadline, account: Account::SHOP };
///     Effect::Fire { fired, is_open: true }
/// };
/// // Ten buyers wait: nobody is told until others had time to join, and then once.
/// let ten: Vec<Effect> = (0..10).map(fire).collect();
/// assert_eq!(alerts.step(Instant(180_001), &ten), []);
/// assert_eq!(alerts.next_due(), Some(Instant(185_001)));
/// let notices = alerts.step(Instant(185_001), &[]);
/// assert!(matches!(notices[..], [Notice::Notify { about, .. }] if about.n_threads == 10));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Alerts {
    policies: HashMap<ShopId, Policy>,
    clock: Option<Instant>,
    /// Deadlines on their way to a rung, by when they reach it.
    climbing: BTreeSet<(Instant, u16, Fired)>,
    /// What each sample is in, on its way or in an alert.
    by_sample: HashMap<Sample, Vec<Fired>>,
    bundles: BTreeMap<Key, Bundle>,
    /// By when something is decided about an alert.
    deciding: BTreeSet<(Instant, Key)>,
}

impl Alerts {
    /// Sets a shop's policy. What is on its way or told stays by the old one's rungs.
    pub fn set_policy(&mut self, shop: ShopId, policy: Policy) {
        self.policies.insert(shop, policy);
    }

    /// When to step next if the engine has no effects. `None`: only then.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        let climbing = self.climbing.first().map(|(at, ..)| *at);
        climbing.into_iter().chain(self.deciding.first().map(|(at, _)| *at)).min()
    }

    /// How many alerts are in the making or told.
    #[must_use]
    pub fn n_alerts(&self) -> usize {
        self.bundles.len()
    }

    /// Takes the effects of a step of the engine and lets time pass up to `now`. Shops without a
    /// policy get no notices.
    pub fn step(&mut self, now: Instant, effects: &[Effect]) -> Vec<Notice> {
        let now = self.clock.map_or(now, |clock| clock.max(now));
        self.clock = Some(now);
        let mut notices = Vec::new();
        for effect in effects {
            match effect {
                Effect::Fire { fired, is_open } => self.fire(fired, *is_open, &mut notices),
                // A sample that closed before stays closed.
                Effect::Reinstate { .. } | Effect::Open { .. } | Effect::Figure { .. } => {}
                Effect::Withdraw { fired, .. } => {
                    self.leave(&fired.deadline.sample, |one| one.deadline == fired.deadline);
                }
                Effect::Close { sample } => self.leave(sample, |_| true),
            }
        }
        self.climb(now);
        self.decide(now, &mut notices);
        notices
    }

    /// After a restart: what stands open and fired, and what was told of it. Nothing is told again;
    /// what nobody was told of is on its way.
    pub fn resume(
        &mut self,
        clock: Instant,
        open: impl IntoIterator<Item = Fired>,
        told: impl IntoIterator<Item = (Key, About)>,
    ) {
        self.clock = Some(clock);
        for fired in open {
            self.fire(&fired, true, &mut Vec::new());
        }
        self.climb(clock);
        for (key, about) in told {
            let bundle = self.bundles.entry(key).or_default();
            bundle.told = Some(about);
            if bundle.about() == Some(about) {
                self.decide_at(key, None);
            } else {
                // It is told at the next step that it changed, or is over.
                self.decide_at(key, Some(clock));
            }
        }
    }

    fn fire(&mut self, fired: &Fired, is_open: bool, notices: &mut Vec<Notice>) {
        let shop = fired.deadline.sample.who.shop;
        let Some(policy) = self.policies.get(&shop) else { return };
        let rungs = (0u16..).zip(&policy.rungs);
        for (number, rung) in rungs.filter(|(_, rung)| rung.on == fired.deadline.threshold) {
            if is_open {
                self.climbing.insert((fired.due + rung.after, number, *fired));
                let own = self.by_sample.entry(fired.deadline.sample).or_default();
                if !own.contains(fired) {
                    own.push(*fired);
                }
            } else {
                let key = Key { shop, rung: number, to: to(rung.to, fired.account) };
                let about = About { n_threads: 1, longest: *fired };
                notices.push(Notice::Drop { key, about, reason: Reason::OverBefore });
            }
        }
    }

    /// Takes deadlines of a sample out of everything.
    fn leave(&mut self, sample: &Sample, goes: impl Fn(&Fired) -> bool) {
        let Some(own) = self.by_sample.get_mut(sample) else { return };
        let (gone, kept): (Vec<Fired>, Vec<Fired>) =
            std::mem::take(own).into_iter().partition(goes);
        if kept.is_empty() {
            self.by_sample.remove(sample);
        } else {
            *own = kept;
        }
        let Some(policy) = self.policies.get(&sample.who.shop) else { return };
        let mut left = Vec::new();
        for fired in gone {
            for (number, rung) in (0u16..).zip(&policy.rungs) {
                self.climbing.remove(&(fired.due + rung.after, number, fired));
                let to = to(rung.to, fired.account);
                left.push((Key { shop: sample.who.shop, rung: number, to }, fired));
            }
        }
        let (merge, clock) = (policy.merge, self.clock);
        for (key, fired) in left {
            let Some(bundle) = self.bundles.get_mut(&key) else { continue };
            if !bundle.members.remove(&fired) {
                continue;
            }
            // The end is told at once, a change when others had time to join it.
            let at = if bundle.members.is_empty() { clock } else { clock.map(|at| at + merge) };
            let earlier = bundle.decides_at.into_iter().chain(at).min();
            self.decide_at(key, earlier);
        }
    }

    /// Lets deadlines reach their rungs.
    fn climb(&mut self, now: Instant) {
        while let Some((at, number, fired)) =
            self.climbing.first().copied().filter(|(at, ..)| *at <= now)
        {
            self.climbing.pop_first();
            let shop = fired.deadline.sample.who.shop;
            let Some(policy) = self.policies.get(&shop) else { continue };
            let Some(rung) = policy.rungs.get(usize::from(number)) else { continue };
            let key = Key { shop, rung: number, to: to(rung.to, fired.account) };
            let bundle = self.bundles.entry(key).or_default();
            bundle.members.insert(fired);
            if bundle.decides_at.is_none() {
                // What was learned late has waited long enough to be merged with what comes now.
                let decides_at = at.max(self.clock.unwrap_or(at)) + policy.merge;
                self.decide_at(key, Some(decides_at));
            }
        }
    }

    fn decide_at(&mut self, key: Key, at: Option<Instant>) {
        let Some(bundle) = self.bundles.get_mut(&key) else { return };
        if let Some(before) = bundle.decides_at {
            self.deciding.remove(&(before, key));
        }
        bundle.decides_at = at;
        self.deciding.extend(at.map(|at| (at, key)));
    }

    fn decide(&mut self, now: Instant, notices: &mut Vec<Notice>) {
        while let Some((_, key)) = self.deciding.first().copied().filter(|(at, _)| *at <= now) {
            self.decide_at(key, None);
            let Some(bundle) = self.bundles.get_mut(&key) else { continue };
            let Some(about) = bundle.about() else {
                if bundle.told.is_some() {
                    notices.push(Notice::Resolve { key, reason: Reason::Over });
                }
                self.bundles.remove(&key);
                continue;
            };
            if bundle.told == Some(about) {
                continue;
            }
            let policy = self.policies.get(&key.shop);
            let quiet = policy.and_then(|policy| {
                let quiet = policy.quiet?;
                Some((quiet.ends_after(&policy.zone, now)?, quiet.then))
            });
            match quiet {
                Some((until, InQuiet::Held)) => {
                    if !bundle.is_held {
                        notices.push(Notice::Hold { key, until, reason: Reason::QuietHours });
                    }
                    bundle.is_held = true;
                    self.decide_at(key, Some(until));
                    continue;
                }
                Some((_, InQuiet::Dropped)) => {
                    notices.push(Notice::Drop { key, about, reason: Reason::QuietHours });
                    self.bundles.remove(&key);
                    continue;
                }
                None => {}
            }
            let notice = if bundle.told.is_some() {
                Notice::Update { key, about, reason: Reason::Changed }
            } else if bundle.is_held {
                Notice::Notify { key, about, reason: Reason::QuietHoursOver }
            } else {
                Notice::Notify { key, about, reason: Reason::Reached }
            };
            (bundle.told, bundle.is_held) = (Some(about), false);
            notices.push(notice);
        }
    }
}

fn to(recipient: Recipient, account: Account) -> To {
    match recipient {
        Recipient::InCharge if account.is_known() => To::Account(account),
        Recipient::InCharge | Recipient::Supervisors => To::Supervisors,
        Recipient::Owner => To::Owner,
        Recipient::Group(number) => To::Group(number),
    }
}

impl Alerts {
    /// Whether a deadline is on its way or in an alert.
    #[must_use]
    pub fn has(&self, deadline: &Deadline) -> bool {
        let own = self.by_sample.get(&deadline.sample);
        own.is_some_and(|own| own.iter().any(|one| one.deadline == *deadline))
    }
}
