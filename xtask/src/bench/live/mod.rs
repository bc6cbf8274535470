//! `cargo xtask bench live`: the running server under load, on this disk.
//!
//! What is measured is the release program over HTTP; the other side, and the bare database, are
//! the example `load` of its crate, built as it is.

mod page;
mod served;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use super::bars::median;
use super::machine;
use crate::program::Profile;
use crate::step::say;

use served::Served;

/// The setting that says how far a server's clock goes ahead; the other side goes by it too.
const SHIFT: &str = "YINGDA_CLOCK_SHIFT";

/// How far clocks go ahead, so that the run begins on an afternoon in China: at night hardly any
/// rule wants an answer within minutes, and nothing would fall due.
#[expect(clippy::disallowed_methods, reason = "the hour decides how far that is")]
fn ahead() -> &'static str {
    static AHEAD: OnceLock<String> = OnceLock::new();
    AHEAD.get_or_init(|| {
        let (day, afternoon) = (86_400, 6 * 3_600);
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        format!("{}s", (afternoon + day - since.as_secs() % day) % day)
    })
}

/// The options of `cargo xtask bench live`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LiveOptions {
    /// A tenth of everything, to try it; writes no page of the documentation.
    pub(crate) small: bool,
    /// How often each is run.
    pub(crate) runs: usize,
    /// Names of the parts wanted; empty: all.
    pub(crate) only: Vec<String>,
}

impl LiveOptions {
    /// The options that these words are; `None` when one is not known or makes no sense.
    pub(crate) fn parse(words: &[&str]) -> Option<Self> {
        let mut options = Self { small: false, runs: 5, only: Vec::new() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--small" => options.small = true,
                "--runs" => options.runs = words.next()?.parse().ok().filter(|n| *n > 0)?,
                "--only" => {
                    options.only = words.next()?.split(',').map(str::to_owned).collect();
                }
                _ => return None,
            }
        }
        Some(options)
    }

    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }

    fn of(&self, n: u64) -> u64 {
        if self.small { n / 10 } else { n }
    }
}

/// Requests of one size, the server and the bare database in turns: facts a second.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    pub(crate) size: u64,
    pub(crate) own: Vec<f64>,
    pub(crate) bare: Vec<f64>,
}

/// How late deadlines were, each run's; seconds, the end of the bucket.
#[derive(Debug, Default)]
pub(crate) struct Due {
    pub(crate) open: u64,
    pub(crate) due: u64,
    /// Facts a second that were sent meanwhile.
    pub(crate) load: Vec<f64>,
    /// By stage: how many, and p50, p99 and the greatest.
    pub(crate) decided: Vec<[f64; 4]>,
    pub(crate) told: Vec<[f64; 4]>,
}

/// A start with facts stored.
#[derive(Debug, Default)]
pub(crate) struct Restart {
    pub(crate) facts: u64,
    /// Seconds and peak memory in MiB of the start that counts everything.
    pub(crate) anew: Option<(f64, f64)>,
    /// The same of starts after the process was killed.
    pub(crate) after_kill: Vec<(f64, f64)>,
}

/// Memory with threads of history, in MiB.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) threads: u64,
    pub(crate) empty: f64,
    pub(crate) filled: f64,
}

/// What was measured.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) paces: Vec<Pace>,
    pub(crate) due: Option<Due>,
    pub(crate) restart: Option<Restart>,
    pub(crate) memory: Option<Memory>,
}

/// The programs, and where data goes.
pub(crate) struct Bench {
    options: LiveOptions,
    yingda: PathBuf,
    load: PathBuf,
    folder: PathBuf,
}

/// Runs what is wanted; fails when something cannot run. Bars that are not met are told, and fail
/// nothing: machines differ.
pub(crate) fn run(options: &LiveOptions) -> ExitCode {
    match measured(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say(&format!("bench live: {why}"));
            ExitCode::FAILURE
        }
    }
}

fn measured(options: &LiveOptions) -> Result<(), String> {
    // How busy the machine is besides is asked before it is kept busy.
    let _ = machine::facts();
    let bench = Bench::new(options)?;
    let mut found = Found::default();
    if options.wants("pace") {
        found.paces = bench.paces()?;
    }
    if options.wants("due") {
        found.due = Some(bench.due()?);
    }
    if options.wants("restart") {
        found.restart = Some(bench.restart()?);
    }
    if options.wants("memory") {
        found.memory = Some(bench.memory()?);
    }
    let is_whole = !options.small && options.only.is_empty();
    let folder = if is_whole { "docs".into() } else { bench.folder.clone() };
    for (name, chinese) in [("benchmarks-live.md", false), ("benchmarks-live.zh-CN.md", true)] {
        let path = folder.join(name);
        let text = page::page(&found, options, chinese);
        if !chinese {
            say(&text);
        }
        let failed = |error| format!("cannot write {}: {error}", path.display());
        fs::write(&path, text).map_err(failed)?;
        say(&format!("wrote {}", path.display()));
    }
    Ok(())
}

impl Bench {
    fn new(options: &LiveOptions) -> Result<Self, String> {
        let yingda = Profile::Release.program();
        let target = yingda.parent().ok_or("no target folder")?.to_path_buf();
        say("==== build");
        let built = Command::new("cargo")
            .args(["build", "--release", "--quiet", "--package", "yingda"])
            .args(["--bin", "yingda", "--example", "load"])
            .status();
        if !built.is_ok_and(|status| status.success()) {
            return Err("the programs cannot be built".to_owned());
        }
        let load = target.join("examples").join("load");
        let folder = target.parent().unwrap_or(&target).join("bench").join("live");
        let failed = |error| format!("cannot make {}: {error}", folder.display());
        fs::create_dir_all(&folder).map_err(failed)?;
        Ok(Self { options: options.clone(), yingda, load, folder })
    }

    /// A folder for data, empty.
    fn empty(&self, name: &str) -> Result<PathBuf, String> {
        let path = self.folder.join(name);
        if path.exists() {
            let failed = |error| format!("cannot clear {}: {error}", path.display());
            fs::remove_dir_all(&path).map_err(failed)?;
        }
        Ok(path)
    }

    /// Runs the other side; what it printed, by name.
    fn load(&self, words: &[&str]) -> Result<Vec<(String, String)>, String> {
        let output = Command::new(&self.load).args(words).env(SHIFT, ahead()).output();
        let output = output.map_err(|error| format!("load: {error}"))?;
        if !output.status.success() {
            return Err(format!("load {words:?}: {}", String::from_utf8_lossy(&output.stderr)));
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let pair = |line: &str| line.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned()));
        Ok(text.lines().filter_map(pair).collect())
    }

    fn token(&self, folder: &Path) -> Result<String, String> {
        let told = self.load(&["token", &text(folder)])?;
        told.into_iter().next().map(|(_, token)| token).ok_or_else(|| "no token".to_owned())
    }

    fn paces(&self) -> Result<Vec<Pace>, String> {
        let mut paces: Vec<Pace> =
            [1, 64, 1_024].map(|size| Pace { size, ..Pace::default() }).into();
        for turn in 1..=self.options.runs {
            for pace in &mut paces {
                let n = self.options.of(match pace.size {
                    1 => 40_000,
                    64 => 640_000,
                    _ => 1_310_720,
                });
                let (size, n) = (pace.size.to_string(), n.to_string());
                let folder = self.empty("pace")?;
                let token = self.token(&folder)?;
                let server = Served::start(&self.yingda, &folder, &token)?;
                let own = number(&self.load(&["send", &server.address, &token, &size, &n])?);
                drop(server);
                let file = text(&folder.join("bare.db"));
                let bare = number(&self.load(&["bare", &file, &size, &n])?);
                say(&format!("{turn}: {size} a request: {own:.0} a second, bare {bare:.0}"));
                pace.own.push(own);
                pace.bare.push(bare);
            }
        }
        self.empty("pace")?;
        Ok(paces)
    }

    fn due(&self) -> Result<Due, String> {
        let (open, due) = (self.options.of(100_000), self.options.of(10_000));
        let mut found = Due { open, due, ..Due::default() };
        for _ in 0..self.options.runs {
            let folder = self.empty("due")?;
            let token = self.token(&folder)?;
            let server = Served::start(&self.yingda, &folder, &token)?;
            let (open, due) = (open.to_string(), due.to_string());
            let told = self.load(&["due", &server.address, &token, &open, &due])?;
            for (name, value) in &told {
                say(&format!("{name} {value}"));
            }
            let of = |name: &str| {
                let value = told.iter().find(|(told, _)| told == name);
                value.and_then(|(_, value)| value.parse().ok()).unwrap_or(f64::INFINITY)
            };
            let stage = |name: &str| {
                [
                    of(name),
                    of(&format!("{name}_p50")),
                    of(&format!("{name}_p99")),
                    of(&format!("{name}_max")),
                ]
            };
            found.load.push(of("load"));
            found.decided.push(stage("decided"));
            found.told.push(stage("told"));
        }
        self.empty("due")?;
        Ok(found)
    }

    fn restart(&self) -> Result<Restart, String> {
        let facts = self.options.of(10_000_000);
        let folder = self.empty("restart")?;
        let token = self.token(&folder)?;
        say("filling a store");
        self.load(&["fill", &text(&folder), &facts.to_string(), "30"])?;
        let mut found = Restart { facts, ..Restart::default() };
        for turn in 0..=self.options.runs {
            let mut server = Served::start(&self.yingda, &folder, &token)?;
            let (seconds, peak) = (server.first_figure, server.memory("VmHWM"));
            say(&format!("start {turn}: {seconds:.2} s, {peak:.0} MiB"));
            match found.anew {
                None => found.anew = Some((seconds, peak)),
                Some(_) => found.after_kill.push((seconds, peak)),
            }
            // What was counted is kept by a thread beside the loop.
            std::thread::sleep(std::time::Duration::from_secs(3));
            server.kill();
        }
        self.empty("restart")?;
        Ok(found)
    }

    fn memory(&self) -> Result<Memory, String> {
        let threads = self.options.of(1_000_000);
        let mut found = Memory { threads, ..Memory::default() };
        for (facts, place) in [(0, &mut found.empty), (threads * 3, &mut found.filled)] {
            let folder = self.empty("memory")?;
            let token = self.token(&folder)?;
            if facts > 0 {
                self.load(&["fill", &text(&folder), &facts.to_string(), "3"])?;
                // The start that is looked at is an ordinary one.
                let server = Served::start(&self.yingda, &folder, &token)?;
                server.stop()?;
            }
            let server = Served::start(&self.yingda, &folder, &token)?;
            *place = server.memory("VmRSS");
            say(&format!("{facts} facts: {:.0} MiB", *place));
        }
        self.empty("memory")?;
        Ok(found)
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn number(told: &[(String, String)]) -> f64 {
    told.first().and_then(|(_, value)| value.parse().ok()).unwrap_or(0.0)
}

/// The middle of some numbers; infinite where there are none.
fn middle(numbers: &[f64]) -> f64 {
    median(numbers).unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        let read = LiveOptions::parse(&["--small", "--runs", "2", "--only", "pace,due"]).unwrap();
        assert!(read.small && read.runs == 2 && read.wants("due") && !read.wants("restart"));
        assert_eq!(read.of(100), 10);
        for wrong in [&["--runs"][..], &["--runs", "0"], &["x"]] {
            assert_eq!(LiveOptions::parse(wrong), None, "{wrong:?}");
        }
    }
}
