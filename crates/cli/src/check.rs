//! `yingda check`: rulebooks, registries, profiles, logs and panels.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use facts::Log;
use figures::selection::unknown_platform;
use intake::{Options, Profile, Source};
use rulebook::{Catalogue, Paint, Text};

use crate::args::CheckArgs;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::preview;
use crate::profile;
use crate::registry_notices;
use crate::screen::Screen;

/// How many rejected rows of a log are shown one by one.
const SHOWN: u64 = 20;

/// Runs the command. `true`: everything is right.
pub(crate) fn run(args: &CheckArgs, screen: &Screen) -> Result<bool, Failure> {
    if args.profiles {
        say(&profile::list(screen.lang));
    }
    let profile = profile::of(&args.shape, screen)?;
    let mut all_right = true;
    for path in &args.files {
        let kind = kind(path, screen.lang)?;
        let right = match kind {
            Kind::Log | Kind::Panel if profile.is_some() => {
                let (whole, clean) = preview::of(path, profile.clone(), args.text, screen);
                say(&whole);
                clean
            }
            Kind::Profile => check_profile(path, screen)?,
            Kind::Rulebooks => check_rulebooks(path, screen)?,
            Kind::Registry => check_registry(path, screen)?,
            Kind::Log => check_log(path, screen)?,
            Kind::Panel => check_panel(path, screen)?,
        };
        all_right &= right;
    }
    Ok(all_right)
}

enum Kind {
    Rulebooks,
    Registry,
    Profile,
    Log,
    Panel,
}

/// What a file is: folders and `rule.toml`, `platform.toml`, `standards.toml` and `sources.toml`
/// are rulebooks, other TOML files are profiles if they say what they read, else registries, CSV
/// files whose header names a metric are panels, everything else is a log.
fn kind(path: &Path, lang: Lang) -> Result<Kind, Failure> {
    if path.to_str() != Some("-") && !path.exists() {
        return Err(Failure::new(lang.of(
            format!("{}: no such file or folder", path.display()),
            format!("{}：没有这个文件或文件夹", path.display()),
        )));
    }
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    let is_toml = path.extension().is_some_and(|extension| extension == "toml");
    Ok(if path.is_dir() || is_rulebook(name) {
        Kind::Rulebooks
    } else if !is_toml && has_panel_header(path) {
        Kind::Panel
    } else if !is_toml {
        Kind::Log
    } else if has_editions(path) {
        Kind::Rulebooks
    } else if profile::is_one(path) {
        Kind::Profile
    } else {
        Kind::Registry
    })
}

/// Whether a file has the name of one of a folder of rulebooks.
fn is_rulebook(name: &str) -> bool {
    matches!(name, "rule.toml" | "platform.toml" | "standards.toml" | "sources.toml")
}

/// Whether a TOML file under another name holds a rule.
fn has_editions(path: &Path) -> bool {
    std::fs::read_to_string(path)
        .is_ok_and(|text| text.lines().any(|line| line.trim_start().starts_with("[[edition]]")))
}

/// Whether the first line names the columns of a panel, and not those of a log.
fn has_panel_header(path: &Path) -> bool {
    if path.to_str() == Some("-") || path.extension().is_none_or(|extension| extension != "csv") {
        return false;
    }
    let mut start = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(1024).read_to_end(&mut start));
    let text = String::from_utf8_lossy(&start);
    let header = text.trim_start_matches('\u{feff}').lines().next().unwrap_or("");
    let has = |name: &str| header.split(',').any(|column| column.trim() == name);
    read.is_ok() && has("metric") && !has("at")
}

/// Every TOML file of a folder of rulebooks with its path in the folder, in path order.
pub(crate) fn rulebook_files(folder: &Path, lang: Lang) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let unreadable = |path: &Path, error: &io::Error| {
        Failure::new(lang.of(
            format!("{}: cannot read: {error}", path.display()),
            format!("{}：无法读取：{error}", path.display()),
        ))
    };
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        let entries = std::fs::read_dir(&next).map_err(|error| unreadable(&next, &error))?;
        for entry in entries {
            let path: PathBuf = entry.map_err(|error| unreadable(&next, &error))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
                let inside = path.strip_prefix(folder).unwrap_or(&path);
                let parts: Vec<_> =
                    inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
                files.push((parts.join("/"), bytes));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn check_rulebooks(path: &Path, screen: &Screen) -> Result<bool, Failure> {
    let lang = screen.lang;
    let files = if path.is_dir() {
        rulebook_files(path, lang)?
    } else {
        // What a rule file is, is told by the folders it stands in.
        let full = path.canonicalize().map_err(Failure::new)?;
        let parts: Vec<_> =
            full.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        let tail = parts[parts.len().saturating_sub(3)..].join("/");
        vec![(tail, std::fs::read(path).map_err(Failure::new)?)]
    };
    let n = files.len();
    if files.is_empty() {
        return Err(Failure::new(lang.of(
            format!("{}: has no rulebooks (*.toml)", path.display()),
            format!("{}：其中没有规则文件（*.toml）", path.display()),
        )));
    }
    let diagnostics = Catalogue::shipped().extended(files).diagnostics;
    if diagnostics.is_empty() {
        say(&lang.of(
            format!("{}: {n} rulebook files, all right", path.display()),
            format!("{}：{n} 个规则文件，没有问题", path.display()),
        ));
        return Ok(true);
    }
    let paint = if screen.color { Paint::Coloured } else { Paint::Plain };
    say(&diagnostics.render(lang.rulebook(), paint));
    let found = diagnostics.list.len();
    say(&lang.of(
        format!("\n{}: {found} problems", path.display()),
        format!("\n{}：{found} 个问题", path.display()),
    ));
    Ok(false)
}

fn check_registry(path: &Path, screen: &Screen) -> Result<bool, Failure> {
    let lang = screen.lang;
    let bytes = std::fs::read(path).map_err(Failure::new)?;
    match intake::registry::parse(&bytes, &path.display().to_string()) {
        Ok(registry) => {
            registry_notices::tell(&registry, Catalogue::shipped(), screen);
            let (shops, persons) = (registry.shops.len(), registry.persons.len());
            say(&lang.of(
                format!("{}: {shops} shops, {persons} persons, all right", path.display()),
                format!("{}：{shops} 个店铺，{persons} 人，没有问题", path.display()),
            ));
            Ok(true)
        }
        Err(problems) => {
            say(&if screen.color {
                problems.render_coloured(lang.intake())
            } else {
                problems.render(lang.intake())
            });
            Ok(false)
        }
    }
}

fn check_panel(path: &Path, screen: &Screen) -> Result<bool, Failure> {
    let lang = screen.lang;
    let bytes = std::fs::read(path).map_err(Failure::new)?;
    let name = path.display().to_string();
    let mut panel = match intake::panel::parse(&bytes, &name) {
        Ok(panel) => panel,
        Err(problems) => {
            problems.iter().for_each(|problem| say(&problem.message(lang.intake())));
            return Ok(false);
        }
    };
    for problem in panel.problems.iter().take(SHOWN as usize) {
        say(&problem.message(lang.intake()));
    }
    let more = panel.problems.len().saturating_sub(SHOWN as usize);
    if more > 0 {
        say(&lang.of(format!("… and {more} more"), format!("……另有 {more} 处")));
    }
    crate::panels::leave_out_unusable(&mut panel, Catalogue::shipped(), false, screen);
    let (rows, rejected, repeats) = (panel.rows, panel.rejected, panel.repeats);
    let n = panel.figures.len();
    say(&lang.of(
        format!("{name}: {rows} rows, {n} figures, {repeats} repeats, {rejected} rejected"),
        format!("{name}：{rows} 行，{n} 个数字，{repeats} 行重复，{rejected} 行被拒"),
    ));
    Ok(rejected == 0)
}

fn check_profile(path: &Path, screen: &Screen) -> Result<bool, Failure> {
    let lang = screen.lang;
    let bytes = std::fs::read(path).map_err(Failure::new)?;
    match Profile::parse(&bytes, &path.display().to_string()) {
        Ok(profile) => {
            let (title, format) = (profile.title(lang.intake()), profile.format().word());
            say(&lang.of(
                format!("{}: a profile for `{format}`, all right: {title}", path.display()),
                format!("{}：`{format}` 的映射方案，没有问题：{title}", path.display()),
            ));
            Ok(true)
        }
        Err(problems) => {
            say(&profile::rendered(&problems, screen.color, lang));
            Ok(false)
        }
    }
}

fn check_log(path: &Path, screen: &Screen) -> Result<bool, Failure> {
    let lang = screen.lang;
    let source = match path.to_str() {
        Some("-") => Source::Stdin,
        _ => Source::File(path.to_path_buf()),
    };
    let mut shown = 0;
    let read = intake::read(&[source], &Options::default(), &mut |rejected| {
        shown += 1;
        if shown <= SHOWN {
            say(&rejected.message(lang.intake()));
        }
        Ok(())
    });
    let (log, report) = match read {
        Ok(read) => read,
        Err(error) => {
            say(&error.message(lang.intake()));
            return Ok(false);
        }
    };
    if shown > SHOWN {
        let more = shown - SHOWN;
        say(&lang.of(format!("… and {more} more"), format!("……另有 {more} 行")));
    }
    for warning in &report.warnings {
        say(&warning.message(lang.intake()));
    }
    tell_unknown_platforms(&log, lang);
    let (rows, duplicates, rejected) = (report.rows, report.duplicates, report.rejected);
    let (shops, buyers) = (log.shops.len(), log.buyers.len());
    let name = path.display();
    say(&lang.of(
        format!(
            "{name}: {rows} rows, {} facts, {duplicates} repeats, {rejected} rejected; \
             {shops} shops, {buyers} buyers",
            report.facts
        ),
        format!(
            "{name}：{rows} 行，{} 条事实，{duplicates} 行重复，{rejected} 行被拒；\
             {shops} 个店铺，{buyers} 个买家",
            report.facts
        ),
    ));
    let mut panel = intake::panel::from_log(&log);
    for problem in panel.problems.iter().take(SHOWN as usize) {
        say(&problem.message(lang.intake()));
    }
    crate::panels::leave_out_unusable(&mut panel, Catalogue::shipped(), false, screen);
    if panel.rejected > 0 {
        let (n, all) = (panel.rejected, panel.rows);
        say(&lang.of(
            format!("{name}: {n} of {all} `observed` facts are no figures"),
            format!("{name}：{all} 个 `observed` 事实中有 {n} 个不是数值"),
        ));
    }
    Ok(rejected == 0 && panel.rejected == 0)
}

/// Says which platforms have no rules, and how many facts are theirs.
fn tell_unknown_platforms(log: &Log, lang: Lang) {
    let mut facts = vec![0_u64; log.platforms.len()];
    for shop in &log.shop {
        let shop = log.shops.get(*shop as usize);
        if let Some(n) = shop.and_then(|shop| facts.get_mut(shop.platform as usize)) {
            *n += 1;
        }
    }
    for (name, n) in log.platforms.iter().zip(facts) {
        if let Some(Text { en, zh }) = unknown_platform(Catalogue::shipped(), name) {
            say(&lang.of(format!("{en} ({n} facts)"), format!("{zh}（{n} 条事实）")));
        }
    }
}

fn say(text: &str) {
    // Nobody is left to tell when standard output is gone.
    let _ = writeln!(io::stdout().lock(), "{text}");
}
