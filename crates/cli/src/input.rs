//! Logs and registry as the user names them, read with notices and rejected rows told.

use std::path::{Path, PathBuf};

use archive::{Archive, PartEntry};
use facts::{Log, Registry};
use figures::InvalidReplies;
use intake::{Options, Part, Rejected, RejectsFiles, Report, Source, Warning};
use rulebook::Catalogue;

use crate::args::InputArgs;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::memory;
use crate::profile;
use crate::progress::Progress;
use crate::screen::Screen;

/// What was read.
pub(crate) struct Input {
    pub(crate) log: Log,
    pub(crate) registry: Registry,
    report: Report,
}

impl Input {
    /// Whether every row was a fact, or a fact already known.
    pub(crate) fn is_clean(&self) -> bool {
        self.report.rejected == 0
    }

    /// The name of a source.
    pub(crate) fn source(&self, number: u32) -> Option<&str> {
        self.report.sources.get(number as usize).map(|source| &*source.name)
    }
}

/// What to keep of a log beside what counting needs.
pub(crate) struct Keep {
    pub(crate) invalid: InvalidReplies,
    origin: bool,
    text: bool,
}

impl Keep {
    pub(crate) fn for_counting(invalid: InvalidReplies) -> Self {
        Self { invalid, origin: false, text: false }
    }

    pub(crate) fn for_explaining(
        catalogue: &Catalogue,
        text: bool,
        lang: Lang,
    ) -> Result<Self, Failure> {
        let invalid = InvalidReplies::of(catalogue).map_err(|error| Failure::of(&error, lang))?;
        Ok(Self { origin: true, text, ..Self::for_counting(invalid) })
    }
}

/// Reads the logs and the registry.
pub(crate) fn read(args: &InputArgs, keep: &Keep, screen: &Screen) -> Result<Input, Failure> {
    let registry = registry(args, screen)?;
    let sources = sources(&args.logs, screen.lang)?;
    memory::check(&sources, screen)?;
    let (log, report) = read_log(&sources, args, keep, screen)?;
    tell_report(&report, screen);
    Ok(Input { log, registry, report })
}

/// The registry that was named; nothing is known without one.
pub(crate) fn registry(args: &InputArgs, screen: &Screen) -> Result<Registry, Failure> {
    match &args.registry {
        None => Ok(Registry::default()),
        Some(path) => read_registry(path, screen),
    }
}

/// Says what a reading amounted to.
fn tell_report(report: &Report, screen: &Screen) {
    let lang = screen.lang;
    for warning in &report.warnings {
        screen.notice(&warning.message(lang.intake()));
    }
    tell_repeats(report.duplicates, report.rows, screen);
}

pub(crate) fn tell_repeats(n: u64, rows: u64, screen: &Screen) {
    if n > 0 {
        screen.notice(&screen.lang.of(
            format!("{n} of {rows} rows repeat a fact and count once"),
            format!("{rows} 行中有 {n} 行重复，只计一次"),
        ));
    }
}

/// Writes the rows that a reading rejected, and says what it amounted to.
pub(crate) fn tell_read(
    args: &InputArgs,
    sources: &[Source],
    report: &Report,
    rejected: &[Rejected],
    screen: &Screen,
) -> Result<(), Failure> {
    let mut files = rejects_files(args, sources, screen);
    let unwritten = rejected.iter().find_map(|row| files.write(row).err());
    tell_rejected(files, unwritten, report.rejected, report.rows, screen)?;
    tell_report(report, screen);
    Ok(())
}

fn rejects_files(args: &InputArgs, sources: &[Source], screen: &Screen) -> RejectsFiles {
    let lang = screen.lang.intake();
    match &args.rejected {
        None => RejectsFiles::new(sources, lang),
        Some(path) => RejectsFiles::single(sources.len(), path.clone(), lang),
    }
}

/// The sources that were named: an archive is its parts.
pub(crate) fn sources(logs: &[PathBuf], lang: Lang) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    for path in logs {
        if path.to_str() == Some("-") {
            sources.push(Source::Stdin);
        } else if path.is_dir() && archive::is_archive(path) {
            let archive =
                Archive::open(path).map_err(|error| Failure::new(error.message(lang.intake())))?;
            sources.extend(archive.parts().iter().map(|part| Source::Part(whole(&archive, part))));
        } else {
            sources.push(Source::File(path.clone()));
        }
    }
    Ok(sources)
}

/// Whether the sources are the parts of one archive: nothing is told of facts that two share.
pub(crate) fn is_one_archive(args: &InputArgs, sources: &[Source]) -> bool {
    args.logs.len() == 1 && sources.iter().all(|source| matches!(source, Source::Part(_)))
}

/// The archive that was named, where nothing else was.
pub(crate) fn only_archive(args: &InputArgs, lang: Lang) -> Result<Option<Archive>, Failure> {
    match &args.logs[..] {
        [path] if path.is_dir() && archive::is_archive(path) => Archive::open(path)
            .map(Some)
            .map_err(|error| Failure::new(error.message(lang.intake()))),
        _ => Ok(None),
    }
}

/// Reads some rows of an archive, and the registry.
pub(crate) fn read_parts(
    parts: Vec<Part>,
    args: &InputArgs,
    keep: &Keep,
    screen: &Screen,
) -> Result<Input, Failure> {
    let registry = registry(args, screen)?;
    let sources: Vec<Source> = parts.into_iter().map(Source::Part).collect();
    let (log, mut report) = read_log(&sources, args, keep, screen)?;
    // Their messages may be among the rows that were not read.
    report.warnings.retain(|warning| !matches!(warning, Warning::RecallsWithoutMessage { .. }));
    tell_report(&report, screen);
    Ok(Input { log, registry, report })
}

/// All rows of a part of an archive.
fn whole(archive: &Archive, part: &PartEntry) -> Part {
    let text = part.text.as_ref().map(|text| archive.path(text));
    Part { path: archive.path(&part.file), text, rows: None }
}

fn read_log(
    sources: &[Source],
    args: &InputArgs,
    keep: &Keep,
    screen: &Screen,
) -> Result<(Log, Report), Failure> {
    let lang = screen.lang;
    let progress = std::rc::Rc::new(Progress::reading(0, screen));
    let bar = progress.clone();
    let invalid = keep.invalid.clone();
    let options = Options {
        keep_text: keep.text,
        keep_id: keep.origin,
        keep_origin: keep.origin,
        text_flags: if invalid.is_empty() {
            None
        } else {
            Some(Box::new(move |text| invalid.judge(text)))
        },
        strict: args.strict,
        progress: Some(Box::new(move |now| bar.at(now.bytes, now.total.unwrap_or(now.bytes)))),
        is_archive: is_one_archive(args, sources),
        profile: profile::of(&args.shape, screen)?,
    };
    let mut files = rejects_files(args, sources, screen);
    let mut unwritten: Option<std::io::Error> = None;
    let result = intake::read(sources, &options, &mut |rejected| {
        // Figures are worth having even where the list of rejected rows cannot be kept.
        if unwritten.is_none()
            && let Err(error) = files.write(rejected)
        {
            unwritten = Some(error);
        }
        Ok(())
    });
    progress.done();
    let (log, report) = result.map_err(|error| Failure::new(error.message(lang.intake())))?;
    tell_rejected(files, unwritten, report.rejected, report.rows, screen)?;
    Ok((log, report))
}

pub(crate) fn tell_rejected(
    files: RejectsFiles,
    unwritten: Option<std::io::Error>,
    rejected: u64,
    rows: u64,
    screen: &Screen,
) -> Result<(), Failure> {
    let lang = screen.lang;
    let written = files.finish().map_err(Failure::new)?;
    if let Some(error) = &unwritten {
        screen.error(&lang.of(
            format!("the rejected rows could not be written: {error}; pass `--rejected FILE`"),
            format!("无法写出被拒的行：{error}；请用 `--rejected 文件` 指定位置"),
        ));
    }
    for file in written.iter().filter(|file| file.rows == 0) {
        screen.notice(&lang.of(
            format!("{}: left from an earlier reading", file.path.display()),
            format!("{}：是先前读取时留下的", file.path.display()),
        ));
    }
    if rejected > 0 {
        let paths: Vec<String> = written
            .iter()
            .filter(|file| file.rows > 0)
            .map(|file| file.path.display().to_string())
            .collect();
        let place = paths.join(" ");
        let arrow = if place.is_empty() { String::new() } else { format!(" → {place}") };
        screen.error(&lang.of(
            format!("{rejected} of {rows} rows are not facts and were left out{arrow}"),
            format!("{rows} 行中有 {rejected} 行不是有效事实，已剔除{arrow}"),
        ));
    }
    Ok(())
}

fn read_registry(path: &Path, screen: &Screen) -> Result<Registry, Failure> {
    let lang = screen.lang;
    let bytes = std::fs::read(path).map_err(|error| {
        Failure::new(lang.of(
            format!("{}: cannot read: {error}", path.display()),
            format!("{}：无法读取：{error}", path.display()),
        ))
    })?;
    intake::registry::parse(&bytes, &path.display().to_string()).map_err(|problems| {
        let text = if screen.error_color {
            problems.render_coloured(lang.intake())
        } else {
            problems.render(lang.intake())
        };
        Failure::new(format!("{}\n{text}", path.display()))
    })
}
