//! Explaining from an archive: only the rows of one shop, of the days that can matter.

use archive::{Archive, PartEntry, ShopEntry};
use facts::{Day, FactKind, Instant, Interner, Log, Zone};
use figures::selection::{self, Outline, Wanted};
use intake::Part;
use metric::{Plan, Reach};
use rulebook::{Catalogue, Metric};

use crate::args::ExplainArgs;
use crate::failure::Failure;
use crate::input::{self, Input, Keep};
use crate::screen::Screen;

/// What was read, and what is known of the whole archive.
pub(crate) struct Pruned {
    pub(crate) input: Input,
    /// The platforms of the archive, numbered as in the log that was read, then others.
    platforms: Interner,
    /// An instant of every quarter of an hour in which the archive has facts.
    instants: Vec<i64>,
}

impl Pruned {
    /// What a selection looks at of the whole archive.
    pub(crate) fn outline(&self) -> Outline<'_> {
        let (platforms, instants) = (&self.platforms, &self.instants[..]);
        Outline { platforms, instants, ..Outline::of(&self.input.log) }
    }
}

/// Reads what an explanation needs of an archive; `None` where all of it has to be read: several
/// logs, or something asked for that is not among the shop's facts.
pub(crate) fn read(
    args: &ExplainArgs,
    catalogue: &Catalogue,
    metric: &Metric,
    keep: &Keep,
    screen: &Screen,
) -> Result<Option<Pruned>, Failure> {
    let lang = screen.lang;
    if args.input.shape.profile.is_some() {
        return Ok(None);
    }
    let Some(archive) = input::only_archive(&args.input, lang)? else { return Ok(None) };
    let instants = instants(&archive);
    let days = match &args.day {
        Some(text) if !args.shows_facts() => {
            let day =
                selection::parse_day("day", text).map_err(|error| Failure::of(&error, lang))?;
            Days::of(args, catalogue, metric, &archive, &instants, day, screen)?
        }
        _ => None,
    };
    let mut parts = Vec::new();
    for part in archive.parts() {
        // What no shop of the part has need not be looked for in its footer.
        if days.as_ref().is_some_and(|days| !days.need(part, part.kinds.keys())) {
            continue;
        }
        let shop = archive
            .shop(part, &metric.platform, &args.shop)
            .map_err(|error| Failure::new(error.message(lang.intake())))?;
        let is_needed = |shop: &ShopEntry| {
            days.as_ref().is_none_or(|days| days.need(part, shop.kinds().keys()))
        };
        if let Some(shop) = shop.filter(is_needed) {
            let text = part.text.as_ref().map(|text| archive.path(text));
            let rows = Some(vec![shop.rows()]);
            parts.push(Part { path: archive.path(&part.file), text, rows });
        }
    }
    if parts.is_empty() {
        return Ok(None);
    }
    let input = input::read_parts(parts, &args.input, keep, screen)?;
    if !knows(&input.log, args) {
        return Ok(None);
    }
    let mut platforms = input.log.platforms.clone();
    for name in &archive.manifest().platforms {
        platforms.number(name).map_err(Failure::new)?;
    }
    Ok(Some(Pruned { input, platforms, instants }))
}

/// Whether everything that was named is among the facts that were read. What is not may be
/// elsewhere in the archive, or nowhere: only all of it can tell.
fn knows(log: &Log, args: &ExplainArgs) -> bool {
    let has = |names: &Interner, name: &Option<String>| {
        name.as_ref().is_none_or(|name| names.find(name).is_some())
    };
    let has_id =
        |id: &String| log.id.as_ref().is_some_and(|ids| ids.iter().any(|other| **other == **id));
    has(&log.buyers, &args.buyer)
        && has(&log.accounts, &args.account)
        && args.id.as_ref().is_none_or(has_id)
}

/// An instant of every quarter of an hour in which an archive has facts.
fn instants(archive: &Archive) -> Vec<i64> {
    let mut instants = Vec::new();
    for part in archive.parts() {
        let mut quarters = u128::from_str_radix(&part.quarters, 16).unwrap_or(0);
        // The first instant is in the first of these quarters.
        let first = quarters.trailing_zeros();
        let begin = part.from.div_euclid(QUARTER_MS) - i64::from(first);
        while quarters != 0 {
            let quarter = i64::from(quarters.trailing_zeros());
            instants.push((begin + quarter) * QUARTER_MS);
            quarters &= quarters - 1;
        }
    }
    instants
}

const QUARTER_MS: i64 = 900_000;

/// Which days the samples of one day may depend on.
struct Days {
    day: Day,
    zone: Zone,
    reach: Vec<Reach>,
}

impl Days {
    /// `None`: on all of them.
    fn of(
        args: &ExplainArgs,
        catalogue: &Catalogue,
        metric: &Metric,
        archive: &Archive,
        instants: &[i64],
        day: Day,
        screen: &Screen,
    ) -> Result<Option<Self>, Failure> {
        let mut platforms = Interner::default();
        for name in &archive.manifest().platforms {
            platforms.number(name).map_err(Failure::new)?;
        }
        let nothing = Log::new();
        let outline = Outline { platforms: &platforms, instants, ..Outline::of(&nothing) };
        let metrics = [metric.id.clone()];
        let choice = args.rules.choice();
        let wanted =
            Wanted { rules: &choice, metrics: &metrics, every_day: true, between: (None, None) };
        let selection = selection::select(catalogue, outline, &wanted)
            .map_err(|error| Failure::of(&error, screen.lang))?;
        let Some(selected) = selection.metrics.first() else { return Ok(None) };
        let zone = selected.zone.clone();
        if selected.as_of < zone.start_of(day.plus(1)) {
            // What is still open shows everything that follows.
            return Ok(None);
        }
        let plans = selected.editions_on(day, day).map(|chosen| Plan::compile(&chosen.rule));
        // A rule that contradicts itself is told where it is counted.
        let reach = plans.map(|plan| plan.map(|plan| plan.reach())).collect::<Result<_, _>>();
        Ok(reach.ok().map(|reach| Self { day, zone, reach }))
    }

    /// Whether rows of a part are needed that are of these kinds.
    fn need<'k>(&self, part: &PartEntry, kinds: impl Iterator<Item = &'k String> + Clone) -> bool {
        let offset = |at: i64| self.zone.day(Instant(at)).0 - self.day.0;
        let mut days = offset(part.from)..=offset(part.to);
        days.any(|days| {
            days == 0
                || kinds.clone().any(|word| match FactKind::from_word(word) {
                    Some(kind) => self.reach.iter().any(|reach| reach.has(kind, days)),
                    None => true,
                })
        })
    }
}
