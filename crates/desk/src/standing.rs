//! Which lines each shop holds now, out of the figures that the live engine has: by the code that
//! assesses a log (`figures::standing`), so that there is no second way to a standing.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use facts::{Day, Instant, Interner, Shop as LogShop, ShopId, Zone};
use figures::Outline;
use figures::shown;
use figures::standing::{
    Ahead, Assessment, Headroom, Kept, Origin, Query, Row, Standing as Line, Stands,
};
use figures::{Lang, RuleChoice};
use hashbrown::HashMap;
use metric::{Figure, Ratio, Tally};
use rulebook::Catalogue;
use serde::Serialize;
use utoipa::ToSchema;

use crate::lines;
use crate::state::State;

/// A value with what it is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ValueNow {
    /// As it is printed: `91.67 %`, `10.62 s`.
    pub value: String,
    /// Hits of a share, milliseconds of a mean.
    pub num: i64,
    /// Samples.
    pub den: i64,
}

impl ValueNow {
    /// A figure's value.
    pub(crate) fn of(ratio: Ratio, figure: Figure) -> Self {
        let Ratio { num, den } = ratio;
        // A value that is there reads the same in both languages.
        Self { value: shown::value(Some(ratio), figure, Lang::En), num, den }
    }
}

/// How a shop stands under one standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StandingNow {
    /// The metric that is held against the lines.
    pub metric: String,
    /// The standard within the metric.
    pub standard: String,
    /// What it is for: `requirement`, `gate`, `grade` or `notice`.
    pub role: &'static str,
    /// Its lines, the best first.
    pub lines: Vec<String>,
    /// The number of the line that the figure holds, from 0; null: it holds none, or is not judged.
    pub held: Option<usize>,
    /// The last check up to today.
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
    /// `counted` from messages, or `observed`: read off the platform's panel, at least for some of
    /// its days.
    pub source: &'static str,
    /// How many samples it has; null: the panel does not say.
    pub samples: Option<u64>,
    /// The least number of samples; null: any will do.
    pub minimum: Option<u64>,
    /// Null: there is none.
    pub value: Option<ValueNow>,
    /// `pass`, `fail` or `not-assessed`.
    pub verdict: &'static str,
    /// Why it is not assessed; null: it is.
    pub reason: Option<&'static str>,
    /// What the figure alone says, whatever is known of the shop.
    pub by_figure: &'static str,
    /// Lowest and highest value over the readings that are open, or of what a panel prints so,
    /// where they do not all stand on the same side of the lines. Null: they do, or it is not
    /// counted yet.
    pub band: Option<BandNow>,
    /// Whether the band crosses a line; null: there is no band, or it is not counted yet.
    pub crosses: Option<bool>,
    /// What stands, will stand, or was brought by the last check.
    pub consequences: Vec<ConsequenceNow>,
    /// How much room is left; null: nothing is judged, or the window takes no more samples.
    pub headroom: Option<RoomNow>,
    /// What comes when the recent level continues; null: it is not a matter of days.
    pub projection: Option<ProjectionNow>,
    /// How sure all of that is.
    pub confidence: String,
}

/// Two values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BandNow {
    /// The lowest.
    pub low: ValueNow,
    /// The highest.
    pub high: ValueNow,
}

/// A consequence that stands or will.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsequenceNow {
    /// What it is, in one word.
    pub what: &'static str,
    /// Whether the platform may, rather than does.
    pub may: bool,
    /// Its first day.
    pub since: String,
    /// Its last day; null: it is open.
    pub until: Option<String>,
    /// How many checks in a row lift it; null: time alone, or nothing.
    pub passes: Option<u16>,
    /// How many of them there were.
    pub passed: Option<u16>,
}

/// How much room is left in the window to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoomNow {
    /// The first day of the window.
    #[serde(serialize_with = "crate::view::as_text")]
    #[schema(value_type = String, format = Date)]
    pub from: Day,
    /// Its last day.
    #[serde(serialize_with = "crate::view::as_text")]
    #[schema(value_type = String, format = Date)]
    pub to: Day,
    /// Samples so far.
    pub samples: u64,
    /// How many of the window are open: each may yet be a miss.
    pub pending: u64,
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
}

/// What comes when the recent daily level continues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProjectionNow {
    /// The recent level.
    pub level: ValueNow,
    /// Over how many days with samples it was taken.
    pub level_days: u16,
    /// The first check that passes, of what fails; null: none does.
    pub passes_on: Option<String>,
    /// The first check that fails, of what passes; null: none does.
    pub fails_on: Option<String>,
}

/// A band as it was counted, for the window that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Band {
    pub(crate) window: (Day, Day),
    pub(crate) band: Option<(Ratio, Ratio)>,
    pub(crate) crosses: Option<bool>,
}

/// A standing as it is shown, and as it is looked at for alerts.
#[derive(Clone, Debug)]
pub(crate) struct Stood {
    pub(crate) now: StandingNow,
    pub(crate) view: live::alert::standing::View,
    /// What the standard is called.
    pub(crate) name: rulebook::Text,
    /// What each of its consequences is.
    pub(crate) sanctions: Vec<metric::Sanction>,
}

/// Something that holds from an instant to another.
type Holding<T> = (Range<Instant>, Arc<Vec<T>>);

/// What was worked out of shops: each from an instant to another, and as long as nothing changes.
#[derive(Debug)]
pub(crate) struct WorkedOut<T>(Mutex<HashMap<ShopId, Holding<T>>>);

impl<T> Default for WorkedOut<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> WorkedOut<T> {
    pub(crate) fn get(&self, shop: ShopId, now: Instant) -> Option<Arc<Vec<T>>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (holds, found) = known.get(&shop)?;
        holds.contains(&now).then(|| Arc::clone(found))
    }

    pub(crate) fn put(&self, shop: ShopId, holds: Range<Instant>, found: Arc<Vec<T>>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(shop, (holds, found));
    }

    /// Something of a shop changed.
    pub(crate) fn forget(&mut self, shop: ShopId) {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).remove(&shop);
    }
}

/// The editions that bear on some days: how many had begun by the first, and by the last.
type Editions = (usize, usize);

/// What shops are assessed by, worked out once for those that it is the same for.
#[derive(Default)]
pub(crate) struct Assessments<'c> {
    /// By the rules' number, the day, and the editions that bear on the shop's days; it may have
    /// none.
    known: HashMap<(u32, Day, Option<Editions>), Option<Arc<Assessment<'c>>>>,
}

impl<'c> Assessments<'c> {
    /// That of the rules of a number for a shop with these days.
    fn of(
        &mut self,
        catalogue: &'c Catalogue,
        (number, platform): (u32, &str),
        (today, zone): (Day, &Zone),
        (covered, editions): (Option<(Day, Day)>, Option<Editions>),
    ) -> Option<Arc<Assessment<'c>>> {
        let prepare = || prepare(catalogue, platform, (today, zone), covered).map(Arc::new);
        let key = (number, today, editions);
        self.known.entry(key).or_insert_with(prepare).clone()
    }
}

/// What a shop with facts on these days, if any, is assessed by, today.
fn prepare<'c>(
    catalogue: &'c Catalogue,
    platform: &str,
    (today, zone): (Day, &Zone),
    covered: Option<(Day, Day)>,
) -> Option<Assessment<'c>> {
    let (mut platforms, mut names) = (Interner::default(), Interner::default());
    let (platform, name) = (platforms.number(platform).ok()?, names.number("").ok()?);
    let shops = [LogShop { platform, name }];
    let days = covered.into_iter().flat_map(|(first, last)| [first, last]);
    let instants: Vec<i64> = days.map(|day| zone.start_of(day).0).collect();
    let outline = Outline {
        platforms: &platforms,
        shops: &shops,
        shop_names: &names,
        accounts: &Interner::default(),
        instants: &instants,
    };
    // Any instant of the day is as good: it says which checks there were.
    let as_of = Instant(zone.start_of(today.plus(1)).0 - 1);
    let as_of = Some(shown::rfc3339_utc(as_of));
    let rules = RuleChoice { as_of, ..RuleChoice::default() };
    let query = Query { rules: &rules, metrics: &[], as_told: false, band: false };
    // A catalogue that was checked has standards that can be prepared.
    Assessment::outlined(catalogue, outline, &query).ok()
}

impl State {
    /// How a shop stands today under every standard of its platform; empty: it has no lines, or no
    /// chats.
    pub(crate) fn standing<'s>(
        &'s self,
        shop: ShopId,
        now: Instant,
        assessments: &mut Assessments<'s>,
    ) -> Arc<Vec<Stood>> {
        let key = self.shops.key(shop);
        let (_, zone) = self.rules.platform(&key.platform);
        if let Some(known) = self.standings.get(shop, now) {
            return known;
        }
        let standing = Arc::new(self.assess(shop, now, assessments).unwrap_or_default());
        let midnight = zone.start_of(zone.day(now).plus(1));
        self.standings.put(shop, now..midnight, Arc::clone(&standing));
        standing
    }

    fn assess<'s>(
        &'s self,
        shop: ShopId,
        now: Instant,
        assessments: &mut Assessments<'s>,
    ) -> Option<Vec<Stood>> {
        let key = self.shops.key(shop);
        let (_, zone) = self.rules.platform(&key.platform);
        let (number, today) = (self.rules.number(key), zone.day(now));
        let known = self.happenings.of(shop);
        let chats = known.filter(|one| one.has_messages);
        let covered = chats
            .and_then(|chats| chats.covered(zone, now))
            .map(|(first, last)| (first.max(self.rules.first()), last))
            .filter(|(first, last)| first <= last);
        let panel = self.read_off(shop);
        if number == 0 || covered.is_none() && panel.is_empty() {
            return None;
        }
        // The editions that bear on its days: those after the first, and those begun by the last.
        let begun =
            |day: Day| self.rules.under(number).filter(|(_, one)| one.days.0 <= day).count();
        let editions = covered.map(|(first, last)| (begun(first), begun(last)));
        let catalogue = self.rules.catalogue(key);
        let of = (number, key.platform.as_str());
        let assessment = assessments.of(catalogue, of, (today, zone), (covered, editions))?;
        let kept = Kept {
            platform: &key.platform,
            shop: &key.shop,
            entry: self.shops.entry(key),
            covered,
            violations: known.map(|known| known.violations(zone, now)).unwrap_or_default(),
            orders: known.and_then(|known| known.orders(zone, now)),
            tallies: self.daily(shop),
            panel: &panel,
        };
        let rows = assessment.of_kept(&kept);
        Some(rows.iter().map(|row| self.stood(shop, row, &kept)).collect())
    }

    /// A shop's tallies by metric and day.
    pub(crate) fn daily(&self, shop: ShopId) -> BTreeMap<&str, BTreeMap<Day, Tally>> {
        let number = self.rules.number(self.shops.key(shop));
        let mut daily: BTreeMap<&str, BTreeMap<Day, Tally>> = BTreeMap::new();
        let metrics =
            self.rules.under(number).map(|(_, one)| (one.metric.as_str(), BTreeMap::new()));
        daily.extend(metrics);
        for (figure, tally) in self.engine.figures_of(shop) {
            let metric = self.rules.rule(figure.watch).metric.as_str();
            *daily.entry(metric).or_default().entry(figure.day).or_default() += tally;
        }
        daily
    }

    fn stood(&self, shop: ShopId, row: &Row<'_>, kept: &Kept<'_>) -> Stood {
        let line = Line::of(row);
        let figure = row.figure;
        let value = |pair: shown::Pair| ValueNow::of(pair.into(), figure);
        let pending = |from: Day, to: Day| {
            let days = kept.tallies.get(row.standard.metric.as_str()).into_iter();
            let days = days.flat_map(|days| days.range(from..=to.max(from)));
            days.map(|(_, tally)| tally.pending).sum::<u64>()
        };
        let room = row.headroom.as_ref().zip(line.headroom.as_ref());
        let headroom = room
            .map(|(room, line)| room_now(line, (room.from, room.to), pending(room.from, room.to)));
        let band = self.bands.get(&(shop, row.standard.id.clone()));
        let is_past = row.window.to < row.today;
        let window = (row.window.from, row.window.to);
        let band = band.filter(|band| is_past && band.window == window);
        let (crosses, ends) = match row.window.origin {
            Origin::Counted => (band.and_then(|one| one.crosses), band.and_then(|one| one.band)),
            // What prints so is a band, whatever the readings say.
            Origin::Observed => (line.crosses, row.window.band()),
        };
        let ends = ends.filter(|_| crosses == Some(true));
        let view = lines::view(row, headroom.map_or(0, |room| room.pending));
        let now = StandingNow {
            metric: line.metric.to_owned(),
            standard: line.standard.to_owned(),
            role: line.role,
            held: row.line_held,
            days: line.days,
            days_known: line.days_known,
            source: line.source,
            samples: line.samples,
            minimum: line.minimum,
            value: line.value.map(value),
            verdict: line.verdict,
            reason: line.reason,
            by_figure: line.by_figure,
            band: ends.map(|(low, high)| BandNow {
                low: ValueNow::of(low, figure),
                high: ValueNow::of(high, figure),
            }),
            crosses,
            headroom,
            confidence: line.confidence.to_owned(),
            consequences: line.consequences.into_iter().map(consequence).collect(),
            projection: line.projection.map(|ahead| projection(ahead, &value)),
            lines: line.lines,
            check: line.check,
            next_check: line.next_check,
            from: line.from,
            to: line.to,
        };
        let sanctions = row.standard.consequences.iter().map(|one| one.what).collect();
        Stood { now, view, name: row.named.name.clone(), sanctions }
    }
}

fn room_now(room: &Headroom, (from, to): (Day, Day), pending: u64) -> RoomNow {
    RoomNow {
        from,
        to,
        samples: room.samples,
        pending,
        until_assessed: room.until_assessed,
        misses: room.misses,
        unlimited: room.unlimited,
        hits: room.hits,
        never: room.never,
    }
}

fn consequence(one: Stands) -> ConsequenceNow {
    ConsequenceNow {
        what: one.what,
        may: one.may,
        since: one.since,
        until: one.until,
        passes: one.lifted_by.as_ref().map(|lift| lift.passes),
        passed: one.lifted_by.as_ref().map(|lift| lift.so_far),
    }
}

fn projection(ahead: Ahead, value: &dyn Fn(shown::Pair) -> ValueNow) -> ProjectionNow {
    ProjectionNow {
        level: value(ahead.level),
        level_days: ahead.level_days,
        passes_on: ahead.passes_on,
        fails_on: ahead.fails_on,
    }
}
