//! `yingda measure`: figures from logs.

use facts::Registry;
use figures::selection::{self, Outline, Selection, Wanted};
use figures::{Breakdown, InvalidReplies, table};
use rulebook::Catalogue;

use crate::args::{By, Format, MeasureArgs};
use crate::catalogue;
use crate::counting;
use crate::failure::Failure;
use crate::input::{self, Keep};
use crate::registry_notices;
use crate::report;
use crate::screen::Screen;
use crate::streaming::{self, Streamed};

/// Runs the command. `true`: every row of the logs was a fact.
pub(crate) fn run(args: &MeasureArgs, screen: &Screen) -> Result<bool, Failure> {
    let lang = screen.lang;
    let told = |error: figures::Error| Failure::of(&error, lang);
    let catalogue = catalogue::of(args.rules.rulebooks.as_deref(), lang)?;
    for name in &args.metric {
        selection::find_metric(&catalogue, name).map_err(told)?;
    }
    let invalid = InvalidReplies::of(&catalogue).map_err(told)?;
    let (choice, breakdown) = (args.rules.choice(), args.breakdown());
    let wanted = Wanted {
        rules: &choice,
        metrics: &args.metric,
        every_day: breakdown.day,
        between: (None, None),
    };
    let asked =
        Asked { args, catalogue: &catalogue, wanted: &wanted, breakdown, invalid: &invalid };
    match streaming::count(&asked, screen)? {
        Some(streamed) => {
            let Streamed { names, registry, selection, rules, table, is_clean } = streamed;
            let log = names.outline();
            tell(&selection, &registry, log, &catalogue, screen);
            let metrics = &selection.metrics;
            let rows = table::rows(log, metrics, &rules, &table, &args.shop, &breakdown);
            drop(table);
            print(rows.map_err(told)?, args, screen)?;
            Ok(is_clean)
        }
        None => {
            let keep = Keep::for_counting(invalid.clone());
            let input = input::read(&args.input, &keep, screen)?;
            let log = Outline::of(&input.log);
            let selection = selection::select(&catalogue, log, &wanted).map_err(told)?;
            tell(&selection, &input.registry, log, &catalogue, screen);
            let metrics = &selection.metrics;
            let rules = breakdown.rules(metrics, &invalid).map_err(told)?;
            let grouping = breakdown.grouping(metrics);
            let table = counting::count(&input, &rules.counted, grouping, screen);
            let rows = table::rows(log, metrics, &rules, &table, &args.shop, &breakdown);
            drop(table);
            print(rows.map_err(told)?, args, screen)?;
            Ok(input.is_clean())
        }
    }
}

/// Writes the figures as they were asked for.
fn print(rows: table::Rows<'_>, args: &MeasureArgs, screen: &Screen) -> Result<(), Failure> {
    let lang = screen.lang;
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        screen.notice(lang.of("no figure: nothing to count", "没有可统计的指标"));
    }
    let path = args.output.as_deref();
    match args.format {
        Format::Table => report::table(&rows.collect::<Vec<_>>(), path, screen),
        Format::Json => report::json(rows, path, lang),
        Format::Csv => report::csv(rows, path, lang),
        Format::Parquet => report::parquet(rows, path, lang),
    }
}

/// Says what the user should know before the figures come.
fn tell(
    selection: &Selection<'_>,
    registry: &Registry,
    log: Outline<'_>,
    catalogue: &Catalogue,
    screen: &Screen,
) {
    screen.notices(&selection.notices);
    registry_notices::tell(registry, catalogue, screen);
    screen.notices(&selection::unknown_enrolments(registry, log, &selection.metrics));
}

/// What was asked for.
pub(crate) struct Asked<'a> {
    pub(crate) args: &'a MeasureArgs,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) wanted: &'a Wanted<'a>,
    pub(crate) breakdown: Breakdown,
    pub(crate) invalid: &'a InvalidReplies,
}

impl MeasureArgs {
    fn breakdown(&self) -> Breakdown {
        Breakdown {
            shop: self.by.contains(&By::Shop),
            account: self.by.contains(&By::Account),
            day: self.by.contains(&By::Day),
            hour: self.by.contains(&By::Hour),
            percentiles: self.percentiles,
            band: self.band,
            ..Breakdown::default()
        }
    }
}
