//! `yingda pack`: logs rewritten into an archive.

use std::path::Path;

use archive::{MEMORY, Manifest, Packed, Request, Step, Verified};
use intake::RejectsFiles;

use crate::args::PackArgs;
use crate::failure::{DONE, FAULT, Failure, NO};
use crate::input;
use crate::profile;
use crate::progress::Progress;
use crate::screen::Screen;

/// Runs the command; the exit code: 1 when an archive that was looked at is not whole, 2 when rows
/// of the logs were left out.
pub(crate) fn run(args: &PackArgs, screen: &Screen) -> Result<u8, Failure> {
    match (&args.verify, &args.output) {
        (Some(folder), _) => verify(folder, screen),
        (None, Some(folder)) => pack(args, folder, screen),
        (None, None) => Ok(DONE),
    }
}

fn verify(folder: &Path, screen: &Screen) -> Result<u8, Failure> {
    let lang = screen.lang;
    let scratch = std::env::temp_dir().join(format!("yingda-verify-{}", std::process::id()));
    let failed = |error: archive::Error| Failure::new(error.message(lang.intake()));
    std::fs::create_dir_all(&scratch).map_err(Failure::new)?;
    let verified = archive::verify(folder, &scratch, MEMORY / 2, threads());
    // What stays in the system's folder for temporary files is the system's to clear.
    let _ = std::fs::remove_dir_all(&scratch);
    let Verified { manifest, problems } = verified.map_err(failed)?;
    problems.iter().for_each(|problem| screen.error(&problem.message(lang.intake())));
    let (place, rows, n) = (folder.display(), manifest.rows, problems.len());
    if problems.is_empty() {
        let parts = manifest.parts.len();
        screen.notice(&lang.of(
            format!("{place}: whole: {rows} facts in {parts} parts, in order, each once"),
            format!("{place}：完好：{parts} 个文件，{rows} 条事实，顺序正确，没有重复"),
        ));
        return Ok(DONE);
    }
    screen.error(&lang.of(
        format!("{place}: {n} problems; pack the logs again into another folder"),
        format!("{place}：{n} 个问题；请把日志重新打包到另一个文件夹"),
    ));
    Ok(NO)
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn pack(args: &PackArgs, folder: &Path, screen: &Screen) -> Result<u8, Failure> {
    let lang = screen.lang;
    let sources = input::sources(&args.logs, lang)?;
    let profile = profile::of(&args.shape, screen)?;
    let reading = Progress::reading(0, screen);
    let writing = Progress::packing(0, screen);
    let request = Request {
        sources: &sources,
        folder,
        profile: profile.as_ref(),
        profile_id: profile_id(args)?,
        strict: args.strict,
        lang: lang.intake(),
        memory: MEMORY,
        threads: threads(),
        progress: &|step| match step {
            Step::Reading { bytes, total } => reading.at(bytes, total),
            Step::Writing { facts, total } => {
                reading.done();
                writing.at(facts, total);
            }
        },
        stop_after: None,
    };
    let mut files = match &args.rejected {
        None => RejectsFiles::new(&sources, lang.intake()),
        Some(path) => RejectsFiles::single(sources.len(), path.clone(), lang.intake()),
    };
    let mut unwritten: Option<std::io::Error> = None;
    let packed = archive::pack(&request, &mut |source, fields| {
        // An archive is worth having even where the list of rejected rows cannot be kept.
        if unwritten.is_none()
            && let Err(error) = files.write_fields(source, fields)
        {
            unwritten = Some(error);
        }
        Ok(())
    });
    reading.done();
    writing.done();
    let packed = packed.map_err(|error| Failure::new(error.message(lang.intake())))?;
    let Packed { manifest, was_there, warnings } = &packed;
    warnings.iter().for_each(|warning| screen.notice(&warning.message(lang.intake())));
    if *was_there {
        screen.notice(&there(folder, manifest, screen));
        return Ok(DONE);
    }
    input::tell_repeats(manifest.duplicates, manifest.read, screen);
    input::tell_rejected(files, unwritten, manifest.rejected, manifest.read, screen)?;
    screen.notice(&done(folder, manifest, screen));
    Ok(if manifest.rejected > 0 { FAULT } else { DONE })
}

/// What tells how sources of another shape were read: the profile and what was set.
fn profile_id(args: &PackArgs) -> Result<Option<String>, Failure> {
    let Some(name) = &args.shape.profile else { return Ok(None) };
    // A profile of the user's may change; a shipped one goes by its name.
    let text = std::fs::read_to_string(name).unwrap_or_default();
    let set = args.shape.set.join("\n");
    let name = if text.is_empty() { name.as_str() } else { "" };
    Ok(Some(archive::checksum(format!("{name}\n{text}\n{set}").as_bytes())))
}

fn there(folder: &Path, manifest: &Manifest, screen: &Screen) -> String {
    let (folder, rows) = (folder.display(), manifest.rows);
    screen.lang.of(
        format!("{folder}: these logs are packed already, and whole: {rows} facts"),
        format!("{folder}：这些日志已经打包，且归档完好：{rows} 条事实"),
    )
}

fn done(folder: &Path, manifest: &Manifest, screen: &Screen) -> String {
    let (folder, rows) = (folder.display(), manifest.rows);
    let mut days: Vec<&str> = manifest.parts.iter().map(|part| part.day.as_str()).collect();
    days.dedup();
    let files =
        manifest.parts.iter().flat_map(|part| std::iter::once(&part.file).chain(&part.text));
    let megabytes = files.map(|file| file.bytes).sum::<u64>() / 1_000_000;
    let n = days.len();
    screen.lang.of(
        format!("{folder}: {rows} facts of {n} days, {megabytes} MB"),
        format!("{folder}：{n} 天的 {rows} 条事实，{megabytes} MB"),
    )
}
