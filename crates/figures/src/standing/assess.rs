//! One shop under one standard: every check that the log reaches, what stands, and what is ahead.

use std::collections::BTreeMap;

use facts::{Day, ShopEntry};
use metric::{
    Active, Check, Figure, Headroom, Holds, Lasts, Leaving, Level, Line, Period, Ratio, Rhythm,
    Standard, Standing, Trailing, Unassessed, Verdict, first_check, recent_level, verdict_of_each,
    worst_days,
};
use rulebook::{NamedStandard, Text};

use super::daily::{DailyFigures, Origin, WindowFigure, effects, own_minimum, own_period};
use crate::selection::{Chosen, Selected};

/// How many bad days are named.
const WORST: usize = 3;

/// What is known of a shop beside its chats.
pub(crate) struct Shop<'a> {
    pub name: String,
    pub entry: Option<&'a ShopEntry>,
    pub violations: Vec<Day>,
    /// By day; absent: nothing is known of orders.
    pub orders: Option<BTreeMap<Day, u64>>,
    /// The day on which one looks.
    pub today: Day,
}

/// A shop's standing under one standard: a line of the output.
#[derive(Clone, Debug)]
pub struct Row<'c> {
    /// The standard as its rulebook has it.
    pub named: &'c NamedStandard,
    /// With open readings answered as was asked.
    pub standard: Standard,
    /// `(reading, answer)` where another answer than ours was asked for.
    pub picks: Vec<(String, String)>,
    /// The shop.
    pub shop: String,
    /// What the figure is.
    pub figure: Figure,
    /// The day on which one looks.
    pub today: Day,
    /// The last check up to that day.
    pub check: Day,
    /// The next one after that day.
    pub next_check: Day,
    /// The window that the check looked at; where each of several must pass, the one that decides.
    pub window: WindowFigure,
    /// The least number of samples; absent: any number will do.
    pub minimum: Option<metric::Minimum>,
    /// What the check says.
    pub verdict: Verdict,
    /// What the figure alone says, whatever is known of the shop.
    pub by_figure: Verdict,
    /// The number of the line that the figure holds, where it is judged.
    pub line_held: Option<usize>,
    /// Whether the band crosses a line. Absent: there is no band.
    pub crosses: Option<bool>,
    /// What stands, will stand, or was brought by the last check.
    pub consequences: Vec<Active>,
    /// How much room is left. Absent: nothing is judged.
    pub headroom: Option<Room>,
    /// What comes when the recent level continues. Absent: it is not a matter of days.
    pub projection: Option<Projection>,
    /// Open readings of the standard whose other answer, by name, says something else of the shop.
    pub differs: Vec<(String, String)>,
    /// Of the days of the log in the window.
    pub editions: Vec<String>,
    /// The readings that they rest on.
    pub readings: Vec<String>,
    /// How sure the least sure of them, or the standard itself, is.
    pub confidence: &'static str,
}

impl<'c> Row<'c> {
    /// The name of the grade that is held; `None`: none is, or there are no grades.
    #[must_use]
    pub fn grade(&self) -> Option<&'c Text> {
        self.line_held.and_then(|held| self.named.grades.get(held))
    }
}

/// The headroom of the window to date.
#[derive(Clone, Debug)]
pub struct Room {
    /// The window's first day.
    pub from: Day,
    /// Its last day.
    pub to: Day,
    /// Samples in it so far.
    pub samples: u64,
    /// It is that of a window off the panel which has closed: of the present one nothing is known.
    pub is_closed: bool,
    /// The misses and hits that are left.
    pub headroom: Headroom,
}

/// What comes when the recent daily level continues.
#[derive(Clone, Debug)]
pub struct Projection {
    /// The recent level.
    pub level: Ratio,
    /// Over how many days with samples it was taken.
    pub level_days: u16,
    /// Of a window that fails: the first check that passes, absent: none does.
    pub passes_on: Option<Day>,
    /// Of a window that passes: the first check that fails, absent: none does.
    pub fails_on: Option<Day>,
    /// The worst days of the window, with the day on which each leaves it.
    pub worst: Vec<Leaving>,
}

/// One check, as it was judged.
struct Judged {
    verdict: Verdict,
    by_figure: Verdict,
    window: WindowFigure,
    minimum: Option<metric::Minimum>,
}

struct Case<'a> {
    standard: &'a Standard,
    selected: &'a Selected<'a>,
    figures: &'a DailyFigures,
    shop: &'a Shop<'a>,
}

impl Case<'_> {
    fn own_period(&self, check: Day) -> Option<Period> {
        own_period(self.selected, check.plus(-1))
    }

    /// The days on which it was checked, as far as the log reaches, and the last one in any case.
    fn checks(&self) -> Vec<Day> {
        let last = self.standard.rhythm.last_check(self.shop.today);
        let Some((first, _)) = self.figures.known() else { return vec![last] };
        let mut days = Vec::new();
        let mut day = first.plus(1);
        while day < last {
            if self.standard.rhythm.checks_on(day) {
                days.push(day);
            }
            day = day.plus(1);
        }
        days.push(last);
        days
    }

    /// A check; `None` where the standard is not in force.
    fn judge(&self, check: Day, is_last: bool) -> Option<Judged> {
        let mut judged: Vec<Judged> = Vec::new();
        for back in 0..i32::from(self.standard.each_of.max(1)) {
            let own = self.own_period(check.plus(-back))?;
            // Only the check itself must lie in force, not those that it looks back on.
            let (from, to) = if back == 0 {
                self.standard.window(own, check)?
            } else {
                self.standard.over(own).ending(check.plus(-back))
            };
            judged.push(self.judge_window(check, from, to, is_last));
        }
        let verdict = verdict_of_each(judged.iter().map(|one| one.verdict));
        let by_figure = verdict_of_each(judged.iter().map(|one| one.by_figure));
        // The window that decides: of those with the verdict the most recent.
        let at = judged.iter().position(|one| one.by_figure == by_figure).unwrap_or(0);
        let Judged { window, minimum, .. } = judged.swap_remove(at);
        Some(Judged { verdict, by_figure, window, minimum })
    }

    fn judge_window(&self, check: Day, from: Day, to: Day, is_last: bool) -> Judged {
        let window = self.figures.window(from, to, is_last);
        let own = own_minimum(self.selected, to);
        let by_figure = match self.standard.judge(window.value(), window.samples(), own) {
            Verdict::Unassessed(Unassessed::NoSamples) if window.days_known == 0 => {
                Verdict::Unassessed(Unassessed::NoData)
            }
            Verdict::Unassessed(Unassessed::NoSamples) if window.in_special_period => {
                Verdict::Unassessed(Unassessed::SpecialPeriod)
            }
            verdict => verdict,
        };
        let is_partial = window.days_known < window.days();
        let verdict = if !self.standard.is_in_season(to) {
            Verdict::Unassessed(Unassessed::Season)
        } else if let Some(reason) = self.condition(check, from, to) {
            Verdict::Unassessed(reason)
        } else if is_partial && !is_last {
            // What stands is not derived from windows that the log does not cover.
            Verdict::Unassessed(Unassessed::NoData)
        } else {
            by_figure
        };
        Judged { verdict, by_figure, window, minimum: self.standard.minimum.or(own) }
    }

    /// Why the shop is not one of those that are checked, or may not be.
    fn condition(&self, check: Day, from: Day, to: Day) -> Option<Unassessed> {
        let orders = self
            .shop
            .orders
            .as_ref()
            .map(|orders| orders.range(from..=to).map(|(_, n)| *n).sum::<u64>());
        let holds = |wanted: Holds| {
            let mut all = self.standard.conditions.iter();
            all.any(|condition| condition.holds(self.shop.entry, check, orders) == wanted)
        };
        if holds(Holds::No) {
            Some(Unassessed::Condition)
        } else if holds(Holds::Unknown) {
            Some(Unassessed::UnknownCondition)
        } else {
            None
        }
    }

    /// Every check in order through the machine.
    fn standing(&self) -> (Standing, Vec<(Day, Option<Judged>)>) {
        let checks = self.checks();
        let last = checks.last().copied();
        let mut standing = Standing::default();
        let mut all = Vec::new();
        for day in checks {
            let judged = self.judge(day, Some(day) == last);
            let outside = Verdict::Unassessed(Unassessed::NotInForce);
            let verdict = judged.as_ref().map_or(outside, |one| one.verdict);
            let value = judged.as_ref().and_then(|one| one.window.value());
            let check = Check { day, verdict, value };
            standing.step(self.standard, &check, &self.shop.violations);
            all.push((day, judged));
        }
        (standing, all)
    }

    fn headroom(&self, line: &Line, judged: &Judged) -> Option<Room> {
        let today = self.shop.today;
        let own = own_period(self.selected, today)?;
        let (from, to) = self.standard.window_to_date(own, today)?;
        // A window that ended before today takes no more samples.
        if !self.standard.is_in_season(to) || to < today {
            return None;
        }
        let mut room = (from, to, self.figures.sides(from, to));
        // Where nothing is known of the window to date, the one that was checked, off the panel.
        let mut is_closed = false;
        if room.2.samples == 0 && judged.window.origin == Origin::Observed {
            let WindowFigure { from, to, .. } = judged.window;
            room = (from, to, self.figures.sides_of_panel(from, to)?);
            is_closed = true;
        }
        let (from, to, sides) = room;
        let minimum = self.standard.minimum.or(own_minimum(self.selected, to));
        let headroom = Headroom::of(line, minimum, sides, effects(self.selected, to)?);
        Some(Room { from, to, samples: sides.samples, is_closed, headroom })
    }

    fn projection(&self, line: &Line, judged: &Judged) -> Option<Projection> {
        let today = self.shop.today;
        let (days, lag) = self.standard.over(self.own_period(today)?).trailing()?;
        let is_daily = matches!(self.standard.rhythm, Rhythm::Daily | Rhythm::OnApplication);
        if !is_daily || self.standard.each_of > 1 {
            return None;
        }
        let trailing = Trailing { days, lag };
        let daily = self.figures.daily_sides();
        let level: Level = recent_level(&daily, today)?;
        let window = (judged.window.from, judged.window.to);
        let first = |passes: bool| {
            first_check(line, judged.minimum, trailing, &daily, level, today, passes)
        };
        let (passes_on, fails_on) = match judged.by_figure {
            Verdict::Fail => (first(true), None),
            Verdict::Pass => (None, first(false)),
            Verdict::Unassessed(_) => return None,
        };
        let worst = match judged.by_figure {
            Verdict::Fail => worst_days(line, trailing, &daily, window, WORST),
            _ => Vec::new(),
        };
        let level_days = level.days;
        Some(Projection { level: level.sums.value()?, level_days, passes_on, fails_on, worst })
    }
}

/// A shop's standing; `None` where the standard says nothing on this day.
pub(crate) fn assess<'c>(
    named: &'c NamedStandard,
    standard: &Standard,
    picks: &[(String, String)],
    selected: &Selected<'_>,
    figures: &DailyFigures,
    shop: &Shop<'_>,
) -> Option<Row<'c>> {
    let case = Case { standard, selected, figures, shop };
    let (standing, mut checks) = case.standing();
    let (check, judged) = checks.pop()?;
    let judged = judged?;
    let consequences = consequences(standard, &standing, check, shop.today);
    let line_held = match judged.by_figure {
        Verdict::Unassessed(_) => None,
        _ => judged.window.value().and_then(|value| standard.line_held(value)),
    };
    // Of grades the line that is held; where none is, the last.
    let line = standard.lines.get(line_held.unwrap_or(standard.lines.len().saturating_sub(1)));
    let is_checked = judged.verdict != Verdict::Unassessed(Unassessed::Condition);
    let line = line.filter(|_| is_checked);
    let of_window: Vec<&Chosen> =
        selected.editions_on(judged.window.from, judged.window.to).collect();
    let mut readings: Vec<String> = Vec::new();
    for reading in of_window.iter().flat_map(|chosen| chosen.readings()) {
        if !readings.contains(&reading) {
            readings.push(reading);
        }
    }
    let counted = of_window.iter().map(|chosen| chosen.edition.confidence).max();
    let confidence = counted.map_or(named.confidence, |counted| counted.max(named.confidence));
    Some(Row {
        named,
        standard: standard.clone(),
        picks: picks.to_vec(),
        shop: shop.name.clone(),
        figure: figures.figure(),
        today: shop.today,
        check,
        next_check: standard.rhythm.next_check(shop.today),
        minimum: judged.minimum,
        verdict: judged.verdict,
        by_figure: judged.by_figure,
        line_held,
        crosses: crosses(standard, &judged),
        consequences,
        headroom: line.and_then(|line| case.headroom(line, &judged)),
        projection: line.and_then(|line| case.projection(line, &judged)),
        differs: differs(named, picks, &case, &judged, &standing),
        editions: of_window.iter().map(|chosen| chosen.edition.id.clone()).collect(),
        readings,
        confidence: confidence.word(),
        window: judged.window,
    })
}

/// What stands today, what will, and what the last check brought once.
fn consequences(standard: &Standard, standing: &Standing, check: Day, today: Day) -> Vec<Active> {
    let is_once = |active: &&Active| {
        standard.consequences.get(active.consequence).is_some_and(|one| one.lasts == Lasts::Once)
    };
    let mut all: Vec<Active> = standing.on(check).filter(is_once).copied().collect();
    for active in standing.on(today).chain(standing.after(today)) {
        if !all.contains(active) {
            all.push(*active);
        }
    }
    all.sort_by_key(|active| (active.consequence, active.since));
    all
}

/// Whether the band crosses a line: the values under the combinations of answers do not all hold
/// the same one. Minima are not asked.
fn crosses(standard: &Standard, judged: &Judged) -> Option<bool> {
    judged.window.band()?;
    let mut held = judged
        .window
        .values
        .iter()
        .filter_map(|(value, _)| value.map(|value| standard.line_held(value)));
    let first = held.next()?;
    Some(held.any(|other| other != first))
}

/// The open readings of the standard under whose other answer the shop stands otherwise.
fn differs(
    named: &NamedStandard,
    picks: &[(String, String)],
    case: &Case<'_>,
    judged: &Judged,
    standing: &Standing,
) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let open = named.open.iter().filter(|open| !picks.iter().any(|(id, _)| *id == open.id));
    for reading in open {
        for (name, standard) in &reading.alternatives {
            let other = Case { standard, ..*case };
            let (other_standing, checks) = other.standing();
            let verdict = checks.last().and_then(|(_, one)| one.as_ref()).map(|one| one.verdict);
            let today = case.shop.today;
            let stands = |standing: &Standing| standing.on(today).copied().collect::<Vec<_>>();
            if verdict != Some(judged.verdict) || stands(&other_standing) != stands(standing) {
                found.push((reading.id.clone(), name.clone()));
            }
        }
    }
    found
}
