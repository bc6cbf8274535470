//! `yingda standing`: who passes and who fails, what follows, and how much room is left.

mod assess;
mod figures;
pub(crate) mod observed;
mod print;
mod sentences;

use std::collections::{BTreeMap, BTreeSet};

use facts::{Day, FactKind, Instant, Log, ShopId, ThreadId};
use intake::panel::Panel;
use metric::{Grouping, Role, Standard, Verdict};
use rulebook::{Catalogue, NamedStandard};

use crate::args::{StandingArgs, StandingFormat};
use crate::counting;
use crate::failure::{DONE, FAULT, Failure, NO};
use crate::input::{self, Input, InvalidReplies, Keep};
use crate::lang::Lang;
use crate::panels;
use crate::registry_notices;
use crate::screen::Screen;
use crate::selection::{self, Outline, Selected, Wanted};

use self::assess::{Row, Shop};
use self::figures::DailyFigures;
use self::observed::ObservedFigures;

/// Runs the command; the exit code.
pub(crate) fn run(args: &StandingArgs, screen: &Screen) -> Result<u8, Failure> {
    let lang = screen.lang;
    let catalogue = selection::catalogue(args.rules.rulebooks.as_deref(), lang)?;
    for name in &args.metric {
        selection::find_metric(&catalogue, name, lang)?;
    }
    let keep = Keep::for_counting(InvalidReplies::of(&catalogue, lang)?);
    let mut input = input::read(&args.input, &keep, screen)?;
    let mut panel = panels::read(&args.observed, &input.log, screen)?;
    panels::leave_out_unusable(&mut panel, &catalogue, true, screen);
    panels::add_shops(&mut input.log, &panel).map_err(Failure::new)?;
    let args = &on_the_day_of(args, &panel, &input.log);
    let standards = wanted_standards(&catalogue, &input.log, args);
    let asked = asked(args, &standards, lang)?;
    let groups = select(&catalogue, &input.log, &asked, args, screen)?;
    registry_notices::tell(&input.registry, &catalogue, screen);
    for group in &groups {
        let (registry, log) = (&input.registry, Outline::of(&input.log));
        selection::tell_unknown_enrolments(registry, log, &group.metrics, screen);
    }
    let shops = counting::wanted_shops(Outline::of(&input.log), &args.shop, lang)?;
    let daily = count(&input, &panel, &groups, &keep, args, screen)?;
    let happenings = happenings(&input.log);
    let mut rows = Vec::new();
    let names = counting::Names::of(Outline::of(&input.log));
    let mut order: Vec<usize> = (0..input.log.shops.len()).filter(|shop| shops[*shop]).collect();
    order.sort_by_key(|shop| names.shop_position[*shop]);
    for shop in order {
        for one in &asked.standards {
            rows.extend(row(&input, &groups, &daily, &happenings, shop, one));
        }
    }
    if rows.is_empty() {
        screen.notice(lang.of(
            "no standard bears on these shops on this day; `--as-told` adds what articles claim",
            "这一天没有适用于这些店铺的标准；`--as-told` 可加上文章里的说法",
        ));
    }
    let path = args.output.as_deref();
    match args.format {
        StandingFormat::Table => print::table(&rows, path, screen)?,
        StandingFormat::Json => print::json(&rows, path, lang)?,
        StandingFormat::Csv => print::csv(&rows, path, lang)?,
    }
    let fails =
        |row: &Row<'_>| row.verdict == Verdict::Fail && row.named.standard.role != Role::Notice;
    Ok(match (input.is_clean() && panel.rejected == 0, rows.iter().any(fails)) {
        (false, _) => FAULT,
        (true, true) => NO,
        (true, false) => DONE,
    })
}

/// The call, seen on the day after the last one that the panel tells of, where neither the call
/// nor the log says otherwise.
fn on_the_day_of(args: &StandingArgs, panel: &Panel, log: &Log) -> StandingArgs {
    let mut args = args.clone();
    let has_messages = log.thread.iter().any(|thread| *thread != ThreadId::NONE.0);
    if args.rules.as_of.is_none() && !has_messages {
        args.rules.as_of = observed::day_after(panel).map(|day| day.to_string());
    }
    args
}

fn wanted_standards<'c>(
    catalogue: &'c Catalogue,
    log: &Log,
    args: &StandingArgs,
) -> Vec<&'c NamedStandard> {
    let platforms = catalogue.platforms().filter(|one| log.platforms.find(&one.id).is_some());
    platforms
        .flat_map(|platform| catalogue.standards(&platform.id))
        .filter(|one| args.as_told || !one.as_told)
        .filter(|one| args.metric.is_empty() || args.metric.contains(&one.standard.metric))
        .filter(|one| {
            // An edition that was asked for in general bears on the metrics that have it.
            let Some(id) = args.rules.edition.as_ref() else { return true };
            let has_it = |metric: &rulebook::Metric| metric.edition(id).is_some();
            one.standard.edition.is_some()
                || !args.metric.is_empty()
                || catalogue.metric(&one.standard.metric).is_some_and(has_it)
        })
        .collect()
}

/// A standard with its open readings answered as was asked.
struct Asked<'c> {
    named: &'c NamedStandard,
    standard: Standard,
    /// The edition to count under: its own, else the one that was asked for. Absent: by day.
    edition: Option<String>,
    /// `(reading, answer)` where another answer than ours was asked for.
    picks: Vec<(String, String)>,
}

/// What is asked for, with the answers to readings of standards taken out of the call.
struct All<'c> {
    standards: Vec<Asked<'c>>,
    /// The other answers, which are about editions.
    readings: Vec<String>,
}

fn asked<'c>(
    args: &StandingArgs,
    standards: &[&'c NamedStandard],
    lang: Lang,
) -> Result<All<'c>, Failure> {
    let mut all = All { standards: Vec::new(), readings: Vec::new() };
    let rules_on = selection::rules_on(&args.rules, lang)?;
    for named in standards {
        let mut standard = named.standard.clone();
        if let Some(day) = rules_on {
            let is_in_force = standard.from.is_none_or(|from| from <= day)
                && standard.to.is_none_or(|to| day <= to);
            if !is_in_force {
                continue;
            }
            // What is in force on that day is held against every check.
            (standard.from, standard.to) = (None, None);
        }
        let edition = standard.edition.clone().or_else(|| args.rules.edition.clone());
        all.standards.push(Asked { named, standard, edition, picks: Vec::new() });
    }
    for text in &args.rules.reading {
        let Some((reading, answer)) = text.split_once('=') else {
            all.readings.push(text.clone());
            continue;
        };
        let mut is_known = false;
        for one in &mut all.standards {
            let Some(open) = one.named.open.iter().find(|open| open.id == reading.trim()) else {
                continue;
            };
            is_known = true;
            let answer = answer.trim();
            if answer == open.choice {
                continue;
            }
            let found = open.alternatives.iter().find(|(name, _)| name == answer);
            let Some((_, standard)) = found else {
                let names = open.alternatives.iter().map(|(name, _)| format!("`{name}`"));
                let list: Vec<String> = names.chain([format!("`{}`", open.choice)]).collect();
                let list = list.join(lang.of(", ", "、"));
                return Err(Failure::new(lang.of(
                    format!("--reading {reading}: no answer `{answer}`; there are {list}"),
                    format!("--reading {reading}：没有 `{answer}` 这个选项；可选 {list}"),
                )));
            };
            one.standard = standard.clone();
            one.picks.push((open.id.clone(), answer.to_owned()));
        }
        if !is_known {
            all.readings.push(text.clone());
        }
    }
    Ok(all)
}

/// The metrics of standards that are counted under the same edition.
struct Group<'c> {
    edition: Option<String>,
    metrics: Vec<Selected<'c>>,
}

fn select<'c>(
    catalogue: &'c Catalogue,
    log: &Log,
    asked: &All<'_>,
    args: &StandingArgs,
    screen: &Screen,
) -> Result<Vec<Group<'c>>, Failure> {
    let mut metrics: BTreeMap<Option<String>, BTreeSet<String>> = BTreeMap::new();
    for one in &asked.standards {
        metrics.entry(one.edition.clone()).or_default().insert(one.standard.metric.clone());
    }
    let mut told = BTreeSet::new();
    let mut groups = Vec::new();
    for (edition, metrics) in metrics {
        let metrics: Vec<String> = metrics.into_iter().collect();
        let mut rules = args.rules.clone();
        // An answer is about the metrics that leave the question open.
        let bears = |reading: &str, all: &[String]| {
            all.iter().filter_map(|id| catalogue.metric(id)).any(|metric| {
                metric.editions.iter().any(|edition| edition.reading(reading).is_some())
            })
        };
        let is_of_others = |text: &String| {
            let reading = text.split('=').next().unwrap_or_default().trim();
            let everywhere: Vec<String> =
                asked.standards.iter().map(|one| one.standard.metric.clone()).collect();
            bears(reading, &everywhere) && !bears(reading, &metrics)
        };
        rules.reading = asked.readings.iter().filter(|text| !is_of_others(text)).cloned().collect();
        rules.edition.clone_from(&edition);
        let wanted =
            Wanted { rules: &rules, metrics: &metrics, every_day: true, lang: screen.lang };
        let selection = selection::select(catalogue, Outline::of(log), &wanted)?;
        for notice in selection.notices {
            if told.insert(notice.clone()) {
                screen.notice(&notice);
            }
        }
        groups.push(Group { edition, metrics: selection.metrics });
    }
    Ok(groups)
}

/// By group, metric of the group and shop.
type Daily = BTreeMap<(usize, usize, usize), DailyFigures>;

fn count(
    input: &Input,
    panel: &Panel,
    groups: &[Group<'_>],
    keep: &Keep,
    args: &StandingArgs,
    screen: &Screen,
) -> Result<Daily, Failure> {
    let mut daily = Daily::new();
    let mut has_messages = vec![false; input.log.shops.len()];
    for (shop, thread) in input.log.shop.iter().zip(&input.log.thread) {
        has_messages[*shop as usize] |= *thread != ThreadId::NONE.0;
    }
    for (group, one) in groups.iter().enumerate() {
        let (counted, n_combinations) =
            counting::rules(&one.metrics, &keep.invalid, !args.no_band, screen.lang)?;
        let table = counting::count(input, &counted, Grouping::default(), screen);
        for (metric, selected) in one.metrics.iter().enumerate() {
            let of_platform = (0..input.log.shops.len())
                .filter(|shop| input.log.shops[*shop].platform == selected.platform);
            for shop in of_platform {
                let name = input.log.shop_name(ShopId(shop as u32));
                let id = (selected.metric.platform.as_str(), name);
                let observed =
                    ObservedFigures::of(panel, id, &selected.metric.id, selected.figure());
                let covered = has_messages[shop].then_some(selected.known).flatten();
                let n = n_combinations[metric];
                let figures = DailyFigures::new(selected, n, covered, observed);
                daily.insert((group, metric, shop), figures);
            }
        }
        for (job, shop, cell, tally) in table.sorted() {
            let job = &counted[job as usize];
            if let Some(figures) = daily.get_mut(&(group, job.selected, shop as usize)) {
                figures.add(cell.day, job.combination, &tally);
            }
        }
    }
    Ok(daily)
}

fn row<'c>(
    input: &Input,
    groups: &[Group<'_>],
    daily: &Daily,
    happenings: &Happenings,
    shop: usize,
    asked: &Asked<'c>,
) -> Option<Row<'c>> {
    let log = &input.log;
    let platform = log.platform_of(ShopId(shop as u32));
    if platform != asked.named.platform {
        return None;
    }
    let group = groups.iter().position(|group| group.edition == asked.edition)?;
    let is_it = |one: &Selected<'_>| one.metric.id == asked.standard.metric;
    let metric = groups[group].metrics.iter().position(is_it)?;
    let selected = &groups[group].metrics[metric];
    let name = log.shop_name(ShopId(shop as u32));
    let today = selected.zone.day(selected.as_of);
    let shop_facts = Shop {
        name: name.to_owned(),
        entry: input.registry.shop(platform, name),
        violations: days_of(happenings, selected, shop, FactKind::Violation),
        orders: orders(happenings, selected, shop),
        today,
    };
    let figures = daily.get(&(group, metric, shop))?;
    assess::assess(asked.named, &asked.standard, &asked.picks, selected, figures, &shop_facts)
}

/// Violations and orders by shop: when they happened, and when they were learned.
type Happenings = BTreeMap<usize, Vec<(FactKind, Instant, Instant)>>;

/// One pass over the log.
fn happenings(log: &Log) -> Happenings {
    let mut all = Happenings::new();
    let wanted = [FactKind::Violation, FactKind::Ordered];
    for (row, code) in (0u32..).zip(&log.kind) {
        let Some(kind) = wanted.into_iter().find(|kind| kind.code() == *code) else { continue };
        let happened = (kind, Instant(log.at[row as usize]), log.seen_at(row));
        all.entry(log.shop[row as usize] as usize).or_default().push(happened);
    }
    all
}

/// The days of a shop's facts of one kind that had happened and were known.
fn days_of(
    happenings: &Happenings,
    selected: &Selected<'_>,
    shop: usize,
    kind: FactKind,
) -> Vec<Day> {
    let all = happenings.get(&shop).map_or(&[][..], Vec::as_slice);
    let known = all.iter().filter(|(found, at, seen)| {
        *found == kind && *at < selected.as_of && *seen < selected.known_by
    });
    known.map(|(_, at, _)| selected.zone.day(*at)).collect()
}

/// Orders by day; `None` where the log tells of no order of the shop: then it tells of none at all.
fn orders(
    happenings: &Happenings,
    selected: &Selected<'_>,
    shop: usize,
) -> Option<BTreeMap<Day, u64>> {
    let days = days_of(happenings, selected, shop, FactKind::Ordered);
    let mut orders = BTreeMap::new();
    for day in &days {
        *orders.entry(*day).or_default() += 1;
    }
    (!days.is_empty()).then_some(orders)
}
