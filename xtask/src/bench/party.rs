//! Who takes part in a case, and how each is run and timed.

use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::data::Store;
use crate::step::say;

const RUN: &str = "benches/run.py";
const PEERS: &str = "benches/peers.py";
/// What the program says when it lacks a command or an option.
const UNKNOWN: [&str; 3] = ["unrecognized subcommand", "unexpected argument", "is a directory"];

/// A text in both languages of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) en: String,
    pub(crate) zh: String,
}

impl Text {
    pub(crate) fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// The same in both languages.
    pub(crate) fn same(name: impl Into<String>) -> Self {
        let en = name.into();
        Self { zh: en.clone(), en }
    }

    pub(crate) fn get(&self, chinese: bool) -> &str {
        if chinese { &self.zh } else { &self.en }
    }
}

/// One who takes part in a case.
#[derive(Debug)]
pub(crate) struct Party {
    pub(crate) name: Text,
    pub(crate) work: Work,
}

/// What a party does.
#[derive(Debug)]
pub(crate) enum Work {
    /// Another engine, in a process that stays warm: only its query is timed.
    Peer { engine: &'static str, case: &'static str, file: String },
    /// A program, timed from its start to its end.
    Program {
        command: Vec<String>,
        /// The figures that it writes.
        figures: Option<String>,
        /// A folder or file that must not be there when it starts.
        clear: Option<String>,
    },
    /// Nothing, for a reason.
    Nothing(Text),
}

/// What was measured of a party.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) name: Text,
    pub(crate) seconds: Vec<f64>,
    pub(crate) peak_mib: Option<f64>,
    /// A digest of the figures found.
    pub(crate) digest: Option<String>,
    pub(crate) version: Option<String>,
    /// The formulation that was quickest.
    pub(crate) form: Option<String>,
    /// Why it was not measured.
    pub(crate) missing: Option<Text>,
}

/// Runs parties in turns, so that what else the machine does falls on all of them.
pub(crate) fn run(parties: Vec<Party>, store: &Store) -> Vec<Measured> {
    let mut running: Vec<Running> = parties.into_iter().map(|p| Running::start(p, store)).collect();
    for turn in 1..=store.options.runs {
        say(&format!("run {turn} of {}", store.options.runs));
        for party in &mut running {
            party.once(store);
            if let (None, Some(last)) = (&party.measured.missing, party.measured.seconds.last()) {
                say(&format!("  {}: {last:.3} s", party.measured.name.en));
            }
        }
    }
    running.into_iter().map(|party| party.finish(store)).collect()
}

/// A process of another engine.
struct Peer {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

/// A party between its runs.
struct Running {
    work: Work,
    peer: Option<Peer>,
    measured: Measured,
}

impl Running {
    fn start(party: Party, store: &Store) -> Self {
        let Party { name, work } = party;
        let missing = if let Work::Nothing(why) = &work { Some(why.clone()) } else { None };
        let (seconds, peak_mib, digest) = (Vec::new(), None, None);
        let measured =
            Measured { name, seconds, peak_mib, digest, version: None, form: None, missing };
        let mut running = Self { work, peer: None, measured };
        if let Work::Peer { engine, case, file } = &running.work {
            say(&format!("starting {engine}"));
            let threads = store.options.threads.to_string();
            let mut command = Command::new(&store.python);
            command.args([PEERS, engine, case, file, &threads]);
            running.peer = start(command);
            running.hear("ready");
        }
        running
    }

    /// One timed run.
    fn once(&mut self, store: &Store) {
        if self.measured.missing.is_some() {
            return;
        }
        match &self.work {
            Work::Peer { .. } => {
                let asked = self.peer.as_mut().map(|peer| writeln!(peer.input));
                if !matches!(asked, Some(Ok(()))) {
                    self.fail("it ended early");
                    return;
                }
                self.hear("seconds");
            }
            Work::Program { command, figures, clear } => {
                for path in figures.iter().chain(clear) {
                    remove(path);
                }
                let (out, err) = (store.result("out.txt"), store.result("err.txt"));
                let words = [RUN, "time", &out, &err].map(str::to_owned);
                let told = told(&store.python, words.iter().chain(command));
                self.note_program(&told, &err);
            }
            Work::Nothing(_) => {}
        }
    }

    fn note_program(&mut self, told: &[(String, String)], err: &str) {
        let get = |name: &str| told.iter().find(|(n, _)| n == name).map(|(_, value)| &**value);
        if get("exit") != Some("0") {
            let text = fs::read_to_string(err).unwrap_or_default();
            let line = text.lines().next().unwrap_or("it did not start").to_owned();
            if UNKNOWN.iter().any(|unknown| line.to_lowercase().contains(unknown)) {
                self.measured.missing = Some(not_there());
            } else {
                self.fail(&line);
            }
            return;
        }
        self.note("seconds", get("seconds").unwrap_or_default());
        self.note("peak_kib", get("peak_kib").unwrap_or_default());
    }

    /// Reads what an engine says until it says this.
    fn hear(&mut self, until: &str) {
        loop {
            let line = self.peer.as_mut().and_then(|peer| peer.output.next());
            let Some(Ok(line)) = line else {
                if !until.is_empty() {
                    self.fail("it ended early");
                }
                return;
            };
            let Some((name, value)) = line.split_once('\t') else { continue };
            self.note(name, value);
            if name == until {
                return;
            }
        }
    }

    fn note(&mut self, name: &str, value: &str) {
        let measured = &mut self.measured;
        match name {
            "seconds" => measured.seconds.extend(value.parse::<f64>().ok()),
            "peak_kib" => {
                let mib = value.parse::<f64>().unwrap_or(0.0) / 1024.0;
                measured.peak_mib = Some(measured.peak_mib.map_or(mib, |most| most.max(mib)));
            }
            "digest" => measured.digest = Some(value.to_owned()),
            "version" => measured.version = Some(value.to_owned()),
            "form" => measured.form = Some(value.to_owned()),
            _ => {}
        }
        if let Some(form) = name.strip_prefix("tried ") {
            say(&format!("  {form}: {value}"));
        }
    }

    fn fail(&mut self, why: &str) {
        say(&format!("{}: {why}", self.measured.name.en));
        let text = Text::new(format!("failed: {why}"), format!("失败：{why}"));
        self.measured.missing.get_or_insert(text);
    }

    fn finish(mut self, store: &Store) -> Measured {
        if let Some(peer) = self.peer.take() {
            let Peer { mut child, input, output } = peer;
            drop(input);
            for line in output.map_while(Result::ok) {
                if let Some((name, value)) = line.split_once('\t') {
                    self.note(name, value);
                }
            }
            if !child.wait().is_ok_and(|status| status.success()) {
                self.fail("it ended with an error");
            }
        }
        if let Work::Program { figures: Some(path), .. } = &self.work
            && self.measured.missing.is_none()
        {
            let words = [RUN.to_owned(), "figures".to_owned(), path.clone()];
            for (name, value) in told(&store.python, words.iter()) {
                self.note(&name, &value);
            }
        }
        self.measured
    }
}

/// What the page says of what is still to be built.
pub(crate) fn not_there() -> Text {
    Text::new("not there yet", "尚未实现")
}

/// Runs a script and gives back what it told, name by name.
pub(crate) fn told<'a>(
    python: &Path,
    words: impl Iterator<Item = &'a String>,
) -> Vec<(String, String)> {
    let output = Command::new(python).args(words).stderr(Stdio::inherit()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let text = text.unwrap_or_default();
    let pairs = text.lines().filter_map(|line| line.split_once('\t'));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn start(mut command: Command) -> Option<Peer> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let input = child.stdin.take()?;
    let output = BufReader::new(child.stdout.take()?).lines();
    Some(Peer { child, input, output })
}

fn remove(path: &str) {
    // What is not there need not be removed; what cannot be removed makes the program fail.
    let _ = if Path::new(path).is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
}
