//! What checks of a standard make of a shop: verdicts, and the consequences that stand on a day.

use alloc::vec::Vec;

use facts::{Day, words};

use crate::standard::{Consequence, Lasts, Line, Minimum, Often, Role, Standard};
use crate::tally::Ratio;

words! {
    /// Why a check says neither yes nor no.
    Unassessed {
        /// There are no samples, so that there is no figure.
        NoSamples = "no-samples",
        /// There are fewer samples than the minimum.
        BelowMinimum = "below-minimum",
        /// The shop is not one of those that are checked.
        Condition = "condition",
        /// It is not known whether the shop is one of those that are checked.
        UnknownCondition = "unknown-condition",
        /// The standard is not in force.
        NotInForce = "not-in-force",
        /// Another season is assessed.
        Season = "season",
        /// All samples fell into a special period in which the shop is not assessed.
        SpecialPeriod = "special-period",
        /// Nothing is known of these days.
        NoData = "no-data",
        /// The figure is told; there is no line to hold.
        NoLine = "no-line",
    }
}

/// What a check says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The line is held.
    Pass,
    /// It is not.
    Fail,
    /// Neither; why.
    Unassessed(Unassessed),
}

impl Standard {
    /// The verdict on a figure by the lines and the minimum alone. Of a grade it fails when no
    /// line is held. `samples`: how many it is made of, `None` where nobody says (a figure read off
    /// a panel): then the minimum cannot be tested, and is not.
    ///
    /// # Example
    ///
    /// ```
    /// use metric::{Minimum, Ratio, Role, Standard, Unassessed, Verdict};
    /// let mut standard = Standard::new("x", "taobao/human-reply-3m", Role::Requirement);
    /// standard.lines = vec![">= 70%".parse().unwrap()];
    /// let judge = |hits, rounds| {
    ///     let value = Some(Ratio { num: hits, den: rounds });
    ///     standard.judge(value, Some(rounds as u64), Some(Minimum::AtLeast(100)))
    /// };
    /// assert_eq!(judge(70, 100), Verdict::Pass);
    /// assert_eq!(judge(69, 100), Verdict::Fail);
    /// assert_eq!(judge(69, 99), Verdict::Unassessed(Unassessed::BelowMinimum));
    /// ```
    #[must_use]
    pub fn judge(
        &self,
        value: Option<Ratio>,
        samples: Option<u64>,
        own_minimum: Option<Minimum>,
    ) -> Verdict {
        let Some(value) = value else { return Verdict::Unassessed(Unassessed::NoSamples) };
        if self.lines.is_empty() {
            return Verdict::Unassessed(Unassessed::NoLine);
        }
        let least = self.minimum.or(own_minimum).map_or(1, Minimum::least);
        if samples.is_some_and(|samples| samples < least) {
            return Verdict::Unassessed(Unassessed::BelowMinimum);
        }
        if self.line_held(value).is_some() { Verdict::Pass } else { Verdict::Fail }
    }

    /// The first line that a figure holds, by number; `None` where it holds none.
    #[must_use]
    pub fn line_held(&self, value: Ratio) -> Option<usize> {
        self.lines.iter().position(|line| line.holds(value))
    }
}

/// The verdict on several windows that must each pass ([`Standard::each_of`]): one that fails
/// fails all; else one that was not assessed leaves all so.
#[must_use]
pub fn verdict_of_each(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let mut all = Verdict::Pass;
    for verdict in verdicts {
        match (all, verdict) {
            (_, Verdict::Fail) => return Verdict::Fail,
            (Verdict::Pass, other) => all = other,
            _ => {}
        }
    }
    all
}

/// One check of a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// The day of the check.
    pub day: Day,
    /// What it says.
    pub verdict: Verdict,
    /// The figure, for recovery lines; `None` where there is none.
    pub value: Option<Ratio>,
}

/// A consequence that stands, or has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Active {
    /// Its number in [`Standard::consequences`].
    pub consequence: usize,
    /// Its first day.
    pub since: Day,
    /// The failing check that brought it, or the last one that kept it.
    pub failed: Day,
    /// Its last day, included. `None`: it lasts until checks pass.
    pub until: Option<Day>,
    /// How many checks in a row have passed while it stood.
    pub passes: u16,
}

words! {
    /// What becomes of a consequence at a check.
    Change {
        /// It begins (on the event's day, which may be after the check).
        Begins = "begins",
        /// The check keeps it.
        Continues = "continues",
        /// It ends: from the event's day on it does not stand.
        Lifted = "lifted",
    }
}

/// Something that happens to a consequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub day: Day,
    /// The consequence's number in [`Standard::consequences`].
    pub consequence: usize,
    /// What.
    pub change: Change,
}

/// What stands against a shop under one standard, check after check.
///
/// A check that is not assessed is neither a pass nor a failure: what stands stays, and a row of
/// passes is neither lengthened nor broken. When the standard has ended, what waited for a pass is
/// lifted.
///
/// # Example
///
/// ```
/// use metric::{Check, Consequence, Day, Lasts, Role, Sanction, Standard, Standing, Verdict};
/// let mut taote = Standard::new("day", "taote/reply-3m", Role::Requirement);
/// taote.consequences = vec![Consequence::new(Sanction::Demotion, Lasts::UNTIL_PASS)];
/// let mut standing = Standing::default();
/// let day: Day = "2026-06-02".parse().unwrap();
/// standing.step(&taote, &Check { day, verdict: Verdict::Fail, value: None }, &[]);
/// assert_eq!(standing.on(day).count(), 1);
/// let next = Check { day: day.plus(1), verdict: Verdict::Pass, value: None };
/// standing.step(&taote, &next, &[]);
/// assert_eq!(standing.on(day.plus(1)).count(), 0);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    active: Vec<Active>,
    fails: Vec<Day>,
    last: Option<Day>,
}

impl Standing {
    /// Takes the next check. Checks come in order of their days: one that is not after the last is
    /// passed over. `violations`: the days of the shop's violations; later ones are not looked at.
    ///
    /// Notices and gates bring nothing by failing: a gate is asked by who applies, a notice decides
    /// nothing.
    pub fn step(&mut self, standard: &Standard, check: &Check, violations: &[Day]) -> Vec<Event> {
        let mut events = Vec::new();
        if self.last.is_some_and(|last| check.day <= last) {
            return events;
        }
        self.last = Some(check.day);
        self.run_out(check.day, &mut events);
        match check.verdict {
            Verdict::Fail => {
                self.fails.push(check.day);
                if matches!(standard.role, Role::Requirement | Role::Grade) {
                    self.fail(standard, check.day, violations, &mut events);
                }
            }
            Verdict::Pass => self.pass(standard, check, &mut events),
            Verdict::Unassessed(Unassessed::NotInForce)
                if standard.to.is_some_and(|last| last < check.day) =>
            {
                self.lift(check.day, &mut events, |active| active.until.is_none());
            }
            Verdict::Unassessed(_) => {}
        }
        events
    }

    /// What stands on a day, as far as the checks so far say.
    pub fn on(&self, day: Day) -> impl Iterator<Item = &Active> {
        self.active.iter().filter(move |active| {
            active.since <= day && active.until.is_none_or(|until| day <= until)
        })
    }

    /// What begins after a day.
    pub fn after(&self, day: Day) -> impl Iterator<Item = &Active> {
        self.active.iter().filter(move |active| active.since > day)
    }

    /// The failing checks so far.
    #[must_use]
    pub fn fails(&self) -> &[Day] {
        &self.fails
    }

    /// Ends what had a last day.
    fn run_out(&mut self, day: Day, events: &mut Vec<Event>) {
        for active in &self.active {
            if let Some(until) = active.until.filter(|until| *until < day) {
                let (day, consequence) = (until.plus(1), active.consequence);
                events.push(Event { day, consequence, change: Change::Lifted });
            }
        }
        self.active.retain(|active| active.until.is_none_or(|until| day <= until));
    }

    fn lift(&mut self, day: Day, events: &mut Vec<Event>, ends: impl Fn(&Active) -> bool) {
        for active in self.active.iter().filter(|active| ends(active)) {
            let consequence = active.consequence;
            events.push(Event { day, consequence, change: Change::Lifted });
        }
        self.active.retain(|active| !ends(active));
    }

    fn fail(&mut self, standard: &Standard, day: Day, violations: &[Day], events: &mut Vec<Event>) {
        for (number, consequence) in standard.consequences.iter().enumerate() {
            let begins = consequence.begins.day(day);
            let until = match consequence.lasts {
                Lasts::Once => Some(begins),
                Lasts::Days(days) => Some(begins.plus(i32::from(days.max(1)) - 1)),
                Lasts::Passes(_) => None,
            };
            let follows = follows(consequence, day, &self.fails, violations);
            let mut running = self
                .active
                .iter_mut()
                .filter(|active| active.consequence == number && consequence.lasts != Lasts::Once);
            match running.next() {
                Some(active) if follows || until.is_none() => {
                    (active.failed, active.passes, active.until) = (day, 0, until);
                    events.push(Event { day, consequence: number, change: Change::Continues });
                }
                Some(_) => {}
                None if follows => {
                    let since = begins;
                    let failed = day;
                    self.active.push(Active {
                        consequence: number,
                        since,
                        failed,
                        until,
                        passes: 0,
                    });
                    events.push(Event { day: since, consequence: number, change: Change::Begins });
                }
                None => {}
            }
        }
    }

    fn pass(&mut self, standard: &Standard, check: &Check, events: &mut Vec<Event>) {
        for active in &mut self.active {
            let consequence = standard.consequences.get(active.consequence);
            let Some(Consequence { lasts: Lasts::Passes(_), recovery, .. }) = consequence else {
                continue;
            };
            let holds = |line: &Line| check.value.is_some_and(|value| line.holds(value));
            if recovery.as_ref().is_none_or(holds) {
                active.passes += 1;
            } else {
                active.passes = 0;
                let (day, consequence) = (check.day, active.consequence);
                events.push(Event { day, consequence, change: Change::Continues });
            }
        }
        let is_over = |active: &Active| match standard
            .consequences
            .get(active.consequence)
            .map(|one| one.lasts)
        {
            Some(Lasts::Passes(needed)) => active.passes >= needed.max(1),
            _ => false,
        };
        self.lift(check.day, events, is_over);
    }
}

/// Whether a consequence follows a check that failed on a day.
fn follows(consequence: &Consequence, day: Day, fails: &[Day], violations: &[Day]) -> bool {
    let is_dated = consequence.from.is_none_or(|from| from <= day)
        && consequence.to.is_none_or(|to| day <= to);
    let often = |often: Often, days: &[Day]| {
        let first = day.plus(1 - i32::from(often.days));
        let n = days.iter().filter(|one| first <= **one && **one <= day).count();
        n >= usize::from(often.at_least)
    };
    let either = match (consequence.repeated, consequence.combined) {
        (None, None) => true,
        (repeated, combined) => {
            repeated.is_some_and(|one| often(one, fails))
                || combined.is_some_and(|one| often(one, violations))
        }
    };
    is_dated && either
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::standard::{Begins, Sanction};
    use std::string::String;
    use std::vec;

    fn day(n: i32) -> Day {
        Day(20_000 + n)
    }

    fn standard(consequences: Vec<Consequence>) -> Standard {
        let mut standard = Standard::new("x", "x/y", Role::Requirement);
        standard.lines = vec![">= 40%".parse().expect("a line")];
        standard.consequences = consequences;
        standard
    }

    /// One letter a day: `p` passes, `f` fails, `-` is not assessed. What stands on each day, as
    /// digits of how many consequences.
    fn stands(standard: &Standard, checks: &str, violations: &[Day]) -> String {
        let mut standing = Standing::default();
        let mut shown = String::new();
        for (n, letter) in checks.chars().enumerate() {
            let verdict = match letter {
                'p' => Verdict::Pass,
                'f' => Verdict::Fail,
                _ => Verdict::Unassessed(Unassessed::NoSamples),
            };
            let check = Check { day: day(n as i32), verdict, value: None };
            standing.step(standard, &check, violations);
            let count = standing.on(check.day).count();
            shown.push(char::from_digit(count as u32, 10).unwrap_or('?'));
        }
        shown
    }

    /// TT-EX-01 and TT-EX-02: demoted on the day after, lifted on the day after one of 40 %.
    #[test]
    fn a_day_that_fails_demotes_the_next_until_one_passes() {
        let taote = standard(vec![
            Consequence::new(Sanction::Demotion, Lasts::UNTIL_PASS),
            Consequence::new(Sanction::NoListing, Lasts::UNTIL_PASS),
        ]);
        assert_eq!(stands(&taote, "pff-fpp", &[]), "0222200");
    }

    /// The rule text lifts at 40 %, the FAQ only above it.
    #[test]
    fn a_recovery_line_of_its_own() {
        let mut faq = standard(vec![Consequence::new(Sanction::Demotion, Lasts::UNTIL_PASS)]);
        faq.consequences[0].recovery = Some("> 40%".parse().expect("a line"));
        let mut standing = Standing::default();
        let mut check = |n, num| {
            let value = Some(Ratio { num, den: 100 });
            let verdict = faq.judge(value, Some(100), None);
            standing.step(&faq, &Check { day: day(n), verdict, value }, &[]);
            standing.on(day(n)).count()
        };
        assert_eq!([check(0, 39), check(1, 40), check(2, 41)], [1, 1, 0]);
    }

    #[test]
    fn a_row_of_passes_is_broken_by_a_failure_alone() {
        let three = standard(vec![Consequence::new(Sanction::NoCampaign, Lasts::Passes(3))]);
        assert_eq!(stands(&three, "fppfppp", &[]), "1111110");
        assert_eq!(stands(&three, "fpp-p", &[]), "11110");
        assert_eq!(stands(&three, "f---", &[]), "1111");
    }

    #[test]
    fn days_run_out_and_begin_anew() {
        let three = standard(vec![Consequence::new(Sanction::FlowLimit, Lasts::Days(3))]);
        assert_eq!(stands(&three, "fpppp", &[]), "11100");
        assert_eq!(stands(&three, "fpfpppp", &[]), "1111100");
        assert_eq!(stands(&three, "f----", &[]), "11100");
    }

    #[test]
    fn what_happens_once_stands_on_its_day() {
        let fine = standard(vec![Consequence::new(Sanction::Fine, Lasts::Once)]);
        assert_eq!(stands(&fine, "ffp-f", &[]), "11001");
        let mut later = fine;
        later.consequences[0].begins = Begins::After(2);
        let mut standing = Standing::default();
        let check = Check { day: day(0), verdict: Verdict::Fail, value: None };
        let events = standing.step(&later, &check, &[]);
        assert_eq!(events, [Event { day: day(2), consequence: 0, change: Change::Begins }]);
        assert_eq!(standing.on(day(1)).count() + standing.after(day(1)).count(), 1);
        assert_eq!(standing.on(day(2)).count(), 1);
    }

    /// Several failing days, or one together with other violations (多次…，或…多重违规行为).
    #[test]
    fn repeated_or_combined_offences() {
        let mut supervision = Consequence::new(Sanction::Supervision, Lasts::UNTIL_PASS);
        supervision.repeated = Some(Often { at_least: 2, days: 7 });
        supervision.combined = Some(Often { at_least: 1, days: 30 });
        let both = standard(vec![supervision]);
        assert_eq!(stands(&both, "fppppppf", &[]), "00000000", "eight days apart");
        assert_eq!(stands(&both, "fpppppf", &[]), "0000001");
        assert_eq!(stands(&both, "ff", &[]), "01");
        assert_eq!(stands(&both, "fp", &[day(-29)]), "10");
        assert_eq!(stands(&both, "fp", &[day(-30), day(1)]), "00");
        // What began stays until a pass, also when the offences are no longer so many.
        assert_eq!(stands(&both, "f-fffp", &[]), "001110");
    }

    #[test]
    fn consequences_have_their_own_days() {
        let mut warning = Consequence::new(Sanction::Warning, Lasts::Once);
        warning.to = Some(day(1));
        let mut public = Consequence::new(Sanction::PublicWarning, Lasts::Once);
        public.from = Some(day(2));
        let standard = standard(vec![warning, public]);
        let mut standing = Standing::default();
        let mut begun = Vec::new();
        for n in 0..4 {
            let check = Check { day: day(n), verdict: Verdict::Fail, value: None };
            let events = standing.step(&standard, &check, &[]);
            let begins = events.iter().filter(|event| event.change == Change::Begins);
            begun.extend(begins.map(|event| event.consequence));
        }
        assert_eq!(begun, [0, 0, 1, 1]);
    }

    #[test]
    fn the_end_of_a_standard_lifts_what_waited_for_a_pass() {
        let mut ended = standard(vec![Consequence::new(Sanction::Demotion, Lasts::UNTIL_PASS)]);
        ended.to = Some(day(1));
        let mut standing = Standing::default();
        for (n, verdict) in
            [Verdict::Fail, Verdict::Unassessed(Unassessed::NoData)].iter().enumerate()
        {
            let check = Check { day: day(n as i32), verdict: *verdict, value: None };
            standing.step(&ended, &check, &[]);
        }
        assert_eq!(standing.on(day(1)).count(), 1);
        let verdict = Verdict::Unassessed(Unassessed::NotInForce);
        let events = standing.step(&ended, &Check { day: day(2), verdict, value: None }, &[]);
        assert_eq!(events, [Event { day: day(2), consequence: 0, change: Change::Lifted }]);
    }

    #[test]
    fn gates_and_notices_bring_nothing() {
        for role in [Role::Gate, Role::Notice] {
            let mut told = standard(vec![Consequence::new(Sanction::NoCampaign, Lasts::Once)]);
            told.role = role;
            assert_eq!(stands(&told, "ff", &[]), "00");
        }
    }

    #[test]
    fn an_earlier_check_is_passed_over() {
        let fine = standard(vec![Consequence::new(Sanction::Fine, Lasts::Once)]);
        let mut standing = Standing::default();
        for n in [3, 3, 1] {
            standing.step(&fine, &Check { day: day(n), verdict: Verdict::Fail, value: None }, &[]);
        }
        assert_eq!(standing.fails(), [day(3)]);
    }

    #[test]
    fn each_of_several_must_pass() {
        use Verdict::{Fail, Pass};
        let none = Verdict::Unassessed(Unassessed::NoSamples);
        assert_eq!(verdict_of_each([Pass, Pass, Pass]), Pass);
        assert_eq!(verdict_of_each([Pass, none, Fail]), Fail);
        assert_eq!(verdict_of_each([Pass, none, Pass]), none);
    }

    /// Verdicts of thousands of random shops, what stands counted again from the definition.
    #[test]
    fn what_stands_is_what_the_definition_says() {
        let mut seed = 0x9e37_79b9_7f4a_7c15u64;
        let mut roll = |n: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % n
        };
        for _ in 0..4_000 {
            let needed = 1 + roll(4) as u16;
            let length = 1 + roll(5) as u16;
            let row = standard(vec![
                Consequence::new(Sanction::NoCampaign, Lasts::Passes(needed)),
                Consequence::new(Sanction::FlowLimit, Lasts::Days(length)),
            ]);
            let checks: Vec<u64> = (0..20).map(|_| roll(3)).collect();
            let mut standing = Standing::default();
            for (n, kind) in checks.iter().enumerate() {
                let verdict = match kind {
                    0 => Verdict::Pass,
                    1 => Verdict::Fail,
                    _ => Verdict::Unassessed(Unassessed::BelowMinimum),
                };
                standing.step(&row, &Check { day: day(n as i32), verdict, value: None }, &[]);
                let last_fail = checks[..=n].iter().rposition(|kind| *kind == 1);
                let waits = last_fail.is_some_and(|fail| {
                    checks[fail..=n].iter().filter(|kind| **kind == 0).count() < usize::from(needed)
                });
                let runs = last_fail.is_some_and(|fail| n - fail < usize::from(length));
                let on: Vec<usize> =
                    standing.on(day(n as i32)).map(|one| one.consequence).collect();
                assert_eq!(on.contains(&0), waits, "{checks:?} {n}");
                assert_eq!(on.contains(&1), runs, "{checks:?} {n}");
            }
        }
    }
}
