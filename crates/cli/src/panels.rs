//! Figures read off platforms' panels, as the user names them.

use std::path::{Path, PathBuf};

use facts::Log;
use figures::standing::{Unusable, usable};
use intake::Source;
use intake::panel::{self, Panel, Problem};
use intake::workbook::Workbook;
use rulebook::Catalogue;

use crate::failure::{Failure, TYPED};
use crate::lang::Lang;
use crate::screen::Screen;

/// How many problems of panels are shown one by one.
const SHOWN: usize = 20;

/// The figures of panel files and of the log's `observed` facts, with what is wrong told.
///
/// # Errors
///
/// [`Failure`] when a file cannot be read or is no panel.
pub(crate) fn read(paths: &[PathBuf], log: &Log, screen: &Screen) -> Result<Panel, Failure> {
    let lang = screen.lang;
    let mut all = Panel::default();
    for path in paths {
        all.extend(read_one(path, lang)?);
    }
    all.extend(panel::from_log(log));
    for problem in all.problems.iter().take(SHOWN) {
        screen.error(&problem.message(lang.intake()));
    }
    if all.problems.len() > SHOWN {
        let more = all.problems.len() - SHOWN;
        screen.error(&lang.of(format!("… and {more} more"), format!("……另有 {more} 处")));
    }
    if all.rejected > 0 {
        let (rejected, rows) = (all.rejected, all.rows);
        screen.error(&lang.of(
            format!("{rejected} of {rows} observed figures are at fault and were left out"),
            format!("{rows} 条面板数字中有 {rejected} 条有误，已剔除"),
        ));
    }
    Ok(all)
}

fn read_one(path: &Path, lang: Lang) -> Result<Panel, Failure> {
    let name = path.display().to_string();
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx")) {
        let foreign = |error: intake::Error| Failure::new(error.message(lang.intake()));
        let mut workbook = Workbook::open(&Source::File(path.to_owned())).map_err(foreign)?;
        let read = panel::from_workbook(&mut workbook, &name).map_err(foreign)?;
        return read.map_err(|problems| told(&problems, lang));
    }
    let bytes = std::fs::read(path).map_err(|error| {
        Failure::new(lang.of(
            format!("{}: cannot read: {error}", path.display()),
            format!("{}：无法读取：{error}", path.display()),
        ))
    })?;
    panel::parse(&bytes, &name).map_err(|problems| told(&problems, lang))
}

fn told(problems: &[Problem], lang: Lang) -> Failure {
    let told: Vec<String> = problems.iter().map(|problem| problem.message(lang.intake())).collect();
    Failure::new(told.join("\n"))
}

/// Takes out the figures that cannot be figures of their metric, and tells why; they count as
/// rejected rows. A metric that the catalogue does not have is at fault only where `all_known`: a
/// shop's own rules may be elsewhere.
pub(crate) fn leave_out_unusable(
    panel: &mut Panel,
    catalogue: &Catalogue,
    all_known: bool,
    screen: &Screen,
) {
    let lang = screen.lang;
    let mut told = 0;
    let mut kept = Vec::new();
    for figure in std::mem::take(&mut panel.figures) {
        let why = match usable(&figure, catalogue) {
            Err(Unusable::UnknownMetric) if !all_known => None,
            found => found.err(),
        };
        let Some(why) = why else {
            kept.push(figure);
            continue;
        };
        told += 1;
        if told <= SHOWN {
            let (place, metric) = (figure.place.message(lang.intake()), &figure.metric);
            let colon = lang.of(": ", "：");
            screen.error(&format!(
                "{place}{colon}{metric} {}{colon}{}",
                figure.value,
                why.words(lang.intake(), &TYPED)
            ));
        }
    }
    panel.figures = kept;
    panel.rejected += told as u64;
    if told > SHOWN {
        let more = told - SHOWN;
        screen.error(&lang.of(format!("… and {more} more"), format!("……另有 {more} 处")));
    }
}
