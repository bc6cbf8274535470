//! A standing as a line of plain data.

use metric::{Active, Amount, Hits, Lasts, Line, Misses, PointsClass, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

use super::assess::{Projection, Room, Row};
use super::daily::Origin;
use crate::shown::Pair;

/// The JSON line of a standing: a contract. Fields are only ever added, at the end.
#[derive(Clone, Debug, Serialize)]
pub struct Standing<'a> {
    /// The platform.
    pub platform: &'a str,
    /// The shop.
    pub shop: &'a str,
    /// The metric.
    pub metric: &'a str,
    /// The standard within its metric.
    pub standard: &'a str,
    /// What the standard is for.
    pub role: &'static str,
    /// Its lines, the best first.
    pub lines: Vec<String>,
    /// The grade that is held, in English.
    pub grade: Option<&'a str>,
    /// The day on which one looks.
    pub as_of: String,
    /// The last check up to that day.
    pub check: String,
    /// The next one.
    pub next_check: String,
    /// The first day of the window that was checked.
    pub from: String,
    /// Its last day.
    pub to: String,
    /// How many days it has.
    pub days: u32,
    /// Of how many of them anything is known.
    pub days_known: u32,
    /// `counted`, or `observed` off a panel.
    pub source: &'static str,
    /// Absent: the panel does not say.
    pub samples: Option<u64>,
    /// The least number of samples.
    pub minimum: Option<u64>,
    /// Absent: there is none.
    pub value: Option<Pair>,
    /// `pass`, `fail` or `not-assessed`.
    pub verdict: &'static str,
    /// Why it is not assessed.
    pub reason: Option<&'static str>,
    /// What the figure alone says.
    pub by_figure: &'static str,
    /// Lowest and highest value over the open readings.
    pub band: Option<Band>,
    /// Whether the band crosses a line.
    pub crosses: Option<bool>,
    /// What stands.
    pub consequences: Vec<Stands>,
    /// How much room is left.
    pub headroom: Option<Headroom>,
    /// What comes at the recent level.
    pub projection: Option<Ahead>,
    /// The editions of the metric that bear on the window.
    pub editions: &'a [String],
    /// The readings they rest on.
    pub readings: Vec<String>,
    /// Open readings under whose other answer the shop stands otherwise.
    pub open: Vec<String>,
    /// The sources of the standard.
    pub sources: &'a [String],
    /// How sure all of that is.
    pub confidence: &'a str,
    /// Whether only articles claim the standard.
    pub as_told: bool,
}

/// Two values.
#[derive(Clone, Debug, Serialize)]
pub struct Band {
    /// The lowest value.
    pub low: Pair,
    /// The highest.
    pub high: Pair,
}

/// A consequence.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Consequence)]
pub struct Stands {
    /// What it is, in one word.
    pub what: &'static str,
    /// Whether the platform may, rather than does.
    pub may: bool,
    /// Its first day.
    pub since: String,
    /// Its last day; null: it is open.
    pub until: Option<String>,
    /// What lifts it; null: time alone, or nothing.
    pub lifted_by: Option<Passes>,
    /// Points that it brings; null: none.
    pub points: Option<Points>,
    /// A fine from one amount to another; null: none.
    pub yuan: Option<[u32; 2]>,
}

/// Checks in a row that lift a consequence.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Lift)]
pub struct Passes {
    /// How many must pass.
    pub passes: u16,
    /// How many have.
    pub so_far: u16,
    /// The line they must hold, where it is another.
    pub line: Option<String>,
}

/// Points of a consequence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Points {
    /// Their class; null: they have none.
    pub class: Option<&'static str>,
    /// How many tenths of a point.
    pub tenths: u32,
    /// The most in a week, in tenths; null: no limit is told.
    pub week_cap_tenths: Option<u32>,
}

/// How much room is left in the window to date.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Headroom {
    /// The first day of the window.
    pub from: String,
    /// Its last day.
    pub to: String,
    /// Samples so far.
    pub samples: u64,
    /// How many more samples it takes to be assessed.
    pub until_assessed: u64,
    /// How many more may be missed; null: it fails, or any number may.
    pub misses: Option<u64>,
    /// Whether any number may be missed.
    pub unlimited: bool,
    /// How many hits in a row restore it; null: it passes, or none do.
    pub hits: Option<u64>,
    /// Whether no run of hits restores it in this window.
    pub never: bool,
    /// Whether the window has closed: of the present one nothing is known.
    pub closed: bool,
}

/// What comes when the recent level continues.
#[derive(Clone, Debug, Serialize)]
pub struct Ahead {
    /// The recent level.
    pub level: Pair,
    /// Over how many days it was taken.
    pub level_days: u16,
    /// The first check that passes.
    pub passes_on: Option<String>,
    /// The first check that fails.
    pub fails_on: Option<String>,
    /// The worst days of the window.
    pub worst: Vec<Worst>,
}

/// A bad day.
#[derive(Clone, Debug, Serialize)]
pub struct Worst {
    /// The day.
    pub day: String,
    /// Its value.
    pub value: Option<Pair>,
    /// The day on which it leaves the window.
    pub leaves: String,
}

/// A verdict in one word.
#[must_use]
pub const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Unassessed(_) => "not-assessed",
    }
}

/// Why a check says neither yes nor no, in one word.
const fn reason_word(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Unassessed(reason) => Some(reason.word()),
        _ => None,
    }
}

impl<'a> Standing<'a> {
    /// The line of a row.
    #[must_use]
    pub fn of(row: &'a Row<'_>) -> Self {
        let standard = &row.standard;
        let picks = row.picks.iter().map(|(reading, answer)| format!("{reading}={answer}"));
        Self {
            platform: &row.named.platform,
            shop: &row.shop,
            metric: &standard.metric,
            standard: &standard.id,
            role: standard.role.word(),
            lines: standard.lines.iter().map(Line::to_string).collect(),
            grade: row.grade().map(|name| name.en.as_str()),
            as_of: row.today.to_string(),
            check: row.check.to_string(),
            next_check: row.next_check.to_string(),
            from: row.window.from.to_string(),
            to: row.window.to.to_string(),
            days: row.window.days(),
            days_known: row.window.days_known,
            source: match row.window.origin {
                Origin::Counted => "counted",
                Origin::Observed => "observed",
            },
            samples: row.window.samples(),
            minimum: row.minimum.map(metric::Minimum::least),
            value: row.window.value().map(Pair::from),
            verdict: verdict_word(row.verdict),
            reason: reason_word(row.verdict),
            by_figure: verdict_word(row.by_figure),
            band: row.window.band().map(|(low, high)| Band { low: low.into(), high: high.into() }),
            crosses: row.crosses,
            consequences: row.consequences.iter().filter_map(|one| stands(row, one)).collect(),
            headroom: row.headroom.as_ref().map(headroom),
            projection: row.projection.as_ref().map(ahead),
            editions: &row.editions,
            readings: row.readings.iter().cloned().chain(picks).collect(),
            open: row.differs.iter().map(|(id, answer)| format!("{id}={answer}")).collect(),
            sources: &row.named.sources,
            confidence: row.confidence,
            as_told: row.named.as_told,
        }
    }
}

fn stands(row: &Row<'_>, active: &Active) -> Option<Stands> {
    let one = row.standard.consequences.get(active.consequence)?;
    let lifted_by = match one.lasts {
        Lasts::Passes(passes) => Some(Passes {
            passes,
            so_far: active.passes,
            line: one.recovery.map(|line| line.to_string()),
        }),
        _ => None,
    };
    let (points, yuan) = match one.amount {
        Some(Amount::Points { class, tenths, week_cap }) => {
            let class = class.map(PointsClass::word);
            (Some(Points { class, tenths, week_cap_tenths: week_cap }), None)
        }
        Some(Amount::Yuan(from, to)) => (None, Some([from, to])),
        None => (None, None),
    };
    Some(Stands {
        what: one.what.word(),
        may: one.may,
        since: active.since.to_string(),
        until: active.until.map(|until| until.to_string()),
        lifted_by,
        points,
        yuan,
    })
}

fn headroom(room: &Room) -> Headroom {
    let head = &room.headroom;
    let misses = match head.misses {
        Some(Misses::AtMost(n)) => Some(n),
        _ => None,
    };
    let hits = match head.hits {
        Some(Hits::After(n)) => Some(n),
        _ => None,
    };
    Headroom {
        from: room.from.to_string(),
        to: room.to.to_string(),
        samples: room.samples,
        until_assessed: head.until_assessed,
        misses,
        unlimited: head.misses == Some(Misses::Unlimited),
        hits,
        never: head.hits == Some(Hits::Never),
        closed: room.is_closed,
    }
}

fn ahead(projection: &Projection) -> Ahead {
    let worst = projection.worst.iter().map(|bad| Worst {
        day: bad.day.to_string(),
        value: bad.sides.value().map(Pair::from),
        leaves: bad.leaves.to_string(),
    });
    Ahead {
        level: projection.level.into(),
        level_days: projection.level_days,
        passes_on: projection.passes_on.map(|day| day.to_string()),
        fails_on: projection.fails_on.map(|day| day.to_string()),
        worst: worst.collect(),
    }
}
