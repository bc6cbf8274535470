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
    let (rows, is_clean) = match streaming::count(&asked, screen)? {
        Some(streamed) => {
            let Streamed { names, registry, selection, rules, table, is_clean } = streamed;
            let log = names.outline();
            tell(&selection, &registry, log, &catalogue, screen);
            let metrics = &selection.metrics;
            (table::rows(log, metrics, &rules, &table, &args.shop, &breakdown), is_clean)
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
            (table::rows(log, metrics, &rules, &table, &args.shop, &breakdown), input.is_clean())
        }
    };
    let rows = rows.map_err(told)?;
    if rows.is_empty() {
        screen.notice(lang.of("no figure: nothing to count", "没有可统计的指标"));
    }
    match args.format {
        Format::Table => report::table(&rows, args.output.as_deref(), screen)?,
        Format::Json => report::json(&rows, args.output.as_deref(), lang)?,
        Format::Csv => report::csv(&rows, args.output.as_deref(), lang)?,
        Format::Parquet => report::parquet(&rows, args.output.as_deref(), lang)?,
    }
    Ok(is_clean)
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
