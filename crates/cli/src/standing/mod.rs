//! `yingda standing`: who passes and who fails, what follows, and how much room is left.

mod print;

use facts::{Log, ThreadId};
use figures::selection::{self, Outline};
use figures::standing::{Assessment, Evidence, Query, Row, add_shops, day_after};
use figures::{InvalidReplies, counting::wanted_shops};
use intake::panel::Panel;
use metric::{Grouping, Role, Verdict};

use crate::args::{StandingArgs, StandingFormat};
use crate::catalogue;
use crate::counting;
use crate::failure::{DONE, FAULT, Failure, NO};
use crate::input::{self, Keep};
use crate::panels;
use crate::registry_notices;
use crate::screen::Screen;

/// Runs the command; the exit code.
pub(crate) fn run(args: &StandingArgs, screen: &Screen) -> Result<u8, Failure> {
    let lang = screen.lang;
    let told = |error: figures::Error| Failure::of(&error, lang);
    let catalogue = catalogue::of(args.rules.rulebooks.as_deref(), lang)?;
    for name in &args.metric {
        selection::find_metric(&catalogue, name).map_err(told)?;
    }
    let keep = Keep::for_counting(InvalidReplies::of(&catalogue).map_err(told)?);
    let mut input = input::read(&args.input, &keep, screen)?;
    let mut panel = panels::read(&args.observed, &input.log, screen)?;
    panels::leave_out_unusable(&mut panel, &catalogue, true, screen);
    add_shops(&mut input.log, &panel).map_err(Failure::new)?;
    let args = &on_the_day_of(args, &panel, &input.log);
    let query = Query {
        rules: &args.rules.choice(),
        metrics: &args.metric,
        as_told: args.as_told,
        band: !args.no_band,
    };
    let assessment = Assessment::prepare(&catalogue, &input.log, &query).map_err(told)?;
    screen.notices(&assessment.notices);
    registry_notices::tell(&input.registry, &catalogue, screen);
    screen.notices(&assessment.unknown_enrolments(&input.registry, &input.log));
    let shops = wanted_shops(Outline::of(&input.log), &args.shop).map_err(told)?;
    let evidence = Evidence { log: &input.log, registry: &input.registry, panel: &panel };
    let rows = assessment.rows(evidence, &keep.invalid, &shops, &|counted| {
        counting::count(&input, counted, Grouping::default(), screen)
    });
    let rows = rows.map_err(told)?;
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
        args.rules.as_of = day_after(panel).map(|day| day.to_string());
    }
    args
}
