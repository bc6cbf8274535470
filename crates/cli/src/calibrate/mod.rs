//! `yingda calibrate`: which editions and readings reproduce the figures of a platform's panel.

mod print;

use std::sync::Mutex;

use figures::calibration::{self, Asked, Calibrated, Watch};
use figures::{InvalidReplies, selection};
use intake::panel::Observed;

use crate::args::{CalibrateArgs, CalibrateFormat};
use crate::catalogue;
use crate::failure::{DONE, FAULT, Failure, NO};
use crate::input::{self, Keep};
use crate::panels;
use crate::progress::Progress;
use crate::screen::Screen;

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
    let wanted = |figure: &&Observed| args.shop.is_empty() || args.shop.contains(&figure.shop);
    let figures: Vec<&Observed> = panel.figures.iter().filter(wanted).collect();
    let asked = Asked {
        catalogue: &catalogue,
        log: &input.log,
        registry: &input.registry,
        invalid: &keep.invalid,
        figures: &figures,
        metrics: &args.metric,
        n_rounds: args.rounds,
    };
    let bars = Bars { screen, bar: Mutex::new(None) };
    let report = calibration::calibrate(&asked, &bars).map_err(told)?;
    match args.format {
        CalibrateFormat::Table => print::table(&report, screen)?,
        CalibrateFormat::Json => print::json(&report)?,
        CalibrateFormat::Csv => print::csv(&report)?,
    }
    let reproduces = |one: &Calibrated<'_>| !one.findings.reproducing.is_empty();
    Ok(if !input.is_clean() || panel.rejected > 0 {
        FAULT
    } else if !report.metrics.is_empty() && report.metrics.iter().all(reproduces) {
        DONE
    } else {
        NO
    })
}

/// A bar for each count.
struct Bars<'s> {
    screen: &'s Screen,
    bar: Mutex<Option<Progress>>,
}

impl Bars<'_> {
    fn with(&self, work: impl FnOnce(&mut Option<Progress>)) {
        // A bar that a thread left behind in a panic is as good as any.
        work(&mut self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    }
}

impl Watch for Bars<'_> {
    fn begin(&self, n: u64) {
        self.with(|bar| *bar = Some(Progress::counting(n, self.screen)));
    }

    fn advance(&self, n: u64) {
        self.with(|bar| bar.iter().for_each(|bar| bar.advance(n)));
    }

    fn end(&self) {
        self.with(|bar| bar.take().iter().for_each(Progress::done));
    }
}
