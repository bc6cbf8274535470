//! `yingda calibrate`: which editions and readings reproduce the figures of a platform's panel.
//!
//! Every observed figure that the logs cover is counted under every candidate; a candidate
//! reproduces a figure when its exact value prints as the panel printed it, and its samples are
//! those of the panel where the panel says them.

mod candidates;
mod compare;
mod findings;
mod print;
mod rounds;

use facts::{Day, Log, ShopId, ThreadId, Zone};
use figures::selection::{self, Outline, Selected, Wanted};
use figures::{InvalidReplies, RuleChoice};
use intake::panel::Observed;
use metric::Threads;
use rulebook::{Catalogue, Metric};

use crate::args::{CalibrateArgs, CalibrateFormat};
use crate::catalogue;
use crate::failure::{DONE, FAULT, Failure, NO};
use crate::input::{self, Input, Keep};
use crate::panels;
use crate::screen::Screen;
use candidates::Candidates;
use compare::{Compared, Counting};
use findings::Findings;
use rounds::Rounds;

/// One metric and what its figures say.
struct Calibrated<'a> {
    metric: &'a Metric,
    candidates: Candidates<'a>,
    compared: Vec<Compared<'a>>,
    /// Absent: no figure could be compared.
    findings: Option<Findings>,
    rounds: Rounds,
}

/// A figure that was compared with nothing, and why.
struct Uncompared<'a> {
    figure: &'a Observed,
    why: Why,
}

/// Why a figure was compared with nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    UnknownMetric,
    NoShop,
    NoAccount,
    /// The local days of the shop's facts.
    Days(Day, Day),
    /// The value has another unit than the metric, or none where it needs one.
    Unit,
    NoEdition,
}

/// Everything that is printed.
struct Report<'a> {
    metrics: Vec<Calibrated<'a>>,
    uncompared: Vec<Uncompared<'a>>,
    /// Metrics of the logs' platforms without a figure that was compared.
    never: Vec<&'a Metric>,
}

/// Runs the command; the exit code: 1 when for some metric no candidate reproduces every figure,
/// or nothing was compared; 2 when rows of a log or a panel were left out.
pub(crate) fn run(args: &CalibrateArgs, screen: &Screen) -> Result<u8, Failure> {
    let lang = screen.lang;
    let told = |error: figures::Error| Failure::of(&error, lang);
    let catalogue = catalogue::of(args.rulebooks.as_deref(), lang)?;
    for name in &args.metric {
        selection::find_metric(&catalogue, name).map_err(told)?;
    }
    let keep = Keep::for_counting(InvalidReplies::of(&catalogue).map_err(told)?);
    let input = input::read(&args.input, &keep, screen)?;
    let panel = panels::read(&args.observed, &input.log, screen)?;
    if panel.rows == 0 {
        return Err(Failure::new(lang.of(
            "no observed figure: name a panel with `--observed FILE`, or give logs with \
             `observed` facts",
            "没有面板数字：请用 `--observed 文件` 指定，或提供含 `observed` 事实的日志",
        )));
    }
    let wanted = |figure: &&Observed| {
        let is_metric = args.metric.is_empty() || args.metric.contains(&figure.metric);
        is_metric && (args.shop.is_empty() || args.shop.contains(&figure.shop))
    };
    let figures: Vec<&Observed> = panel.figures.iter().filter(wanted).collect();
    let report = calibrate(&catalogue, &input, &keep, &figures, args, screen)?;
    match args.format {
        CalibrateFormat::Table => print::table(&report, screen)?,
        CalibrateFormat::Json => print::json(&report)?,
        CalibrateFormat::Csv => print::csv(&report)?,
    }
    let reproduces = |one: &Calibrated<'_>| {
        one.findings.as_ref().is_none_or(|findings| !findings.reproducing.is_empty())
    };
    let is_compared = report.metrics.iter().any(|one| one.findings.is_some());
    Ok(if !input.is_clean() || panel.rejected > 0 {
        FAULT
    } else if is_compared && report.metrics.iter().all(reproduces) {
        DONE
    } else {
        NO
    })
}

fn calibrate<'a>(
    catalogue: &'a Catalogue,
    input: &'a Input,
    keep: &Keep,
    figures: &[&'a Observed],
    args: &CalibrateArgs,
    screen: &Screen,
) -> Result<Report<'a>, Failure> {
    let log = &input.log;
    let rules = RuleChoice::default();
    // Every metric of the log's platforms, so that those without a figure can be named.
    let wanted = Wanted { rules: &rules, metrics: &[], every_day: true, between: (None, None) };
    let selection = selection::select(catalogue, Outline::of(log), &wanted)
        .map_err(|error| Failure::of(&error, screen.lang))?;
    let threads = Threads::new(log, &input.registry);
    let mut report = Report { metrics: Vec::new(), uncompared: Vec::new(), never: Vec::new() };
    for figure in figures {
        if !selection.metrics.iter().any(|one| one.metric.id == figure.metric) {
            let why = match catalogue.metric(&figure.metric) {
                None => Why::UnknownMetric,
                Some(_) if log.platforms.find(&figure.platform).is_none() => Why::NoShop,
                Some(_) => Why::NoEdition,
            };
            report.uncompared.push(Uncompared { figure, why });
        }
    }
    for selected in &selection.metrics {
        let metric = selected.metric;
        let mut of_metric = Vec::new();
        for figure in figures.iter().filter(|figure| figure.metric == metric.id) {
            match Placed::of(figure, selected, log) {
                Ok(placed) => of_metric.push(placed),
                Err(why) => report.uncompared.push(Uncompared { figure, why }),
            }
        }
        if of_metric.is_empty() {
            report.never.push(metric);
            continue;
        }
        let candidates = Candidates::of(metric, &of_metric);
        let counting =
            Counting { selected, threads: &threads, log, invalid: &keep.invalid, screen };
        let compared = counting.compare(&candidates, of_metric)?;
        let findings = Findings::of(&candidates, &compared);
        let rounds = match &findings {
            Some(findings) => {
                rounds::differing(&counting, &candidates, &compared, findings, args.rounds)?
            }
            None => Rounds::default(),
        };
        report.metrics.push(Calibrated { metric, candidates, compared, findings, rounds });
    }
    Ok(report)
}

/// A figure with its shop and account in the log, which covers its days.
struct Placed<'a> {
    figure: &'a Observed,
    shop: u32,
    account: Option<u32>,
}

impl<'a> Placed<'a> {
    fn of(figure: &'a Observed, selected: &Selected<'_>, log: &Log) -> Result<Self, Why> {
        let shop = (0..log.shops.len() as u32).find(|shop| {
            log.shops[*shop as usize].platform == selected.platform
                && log.shop_name(ShopId(*shop)) == figure.shop
        });
        let shop = shop.ok_or(Why::NoShop)?;
        let (first, last) = days_of(shop, log, &selected.zone).ok_or(Why::NoShop)?;
        if figure.from < first || last < figure.to {
            return Err(Why::Days(first, last));
        }
        let account = match &figure.account {
            None => None,
            Some(name) => Some(log.accounts.find(name).ok_or(Why::NoAccount)?),
        };
        if figure.value.admits(figures::standing::quantity(selected.figure()), 0, 1).is_none() {
            return Err(Why::Unit);
        }
        Ok(Self { figure, shop, account })
    }
}

/// The first and the last local day on which a shop has facts with a buyer.
fn days_of(shop: u32, log: &Log, zone: &Zone) -> Option<(Day, Day)> {
    let instants = || {
        let rows = (0..log.len()).filter(|row| log.shop[*row] == shop);
        rows.filter(|row| log.thread[*row] != ThreadId::NONE.0).map(|row| log.at[row])
    };
    let day = |at: i64| zone.day(facts::Instant(at));
    Some((day(instants().min()?), day(instants().max()?)))
}
