//! Steps with names, times and a closing count.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};

/// A line for people.
pub(crate) fn say(text: &str) {
    if cfg!(test) {
        // What the steps of a test print must not look like ours: this is captured.
        #[expect(clippy::print_stdout, reason = "only this is captured by the test runner")]
        {
            println!("{text}");
        }
        return;
    }
    // Nobody is left to tell when standard output is closed.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// What the steps came to.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Tests and checks that passed.
    passed: u64,
    /// Tests and checks that failed.
    failed: u64,
    /// Names of the steps that failed.
    broken: Vec<String>,
}

/// Counts out of the lines `test result: ok. 3 passed; 1 failed; …` of cargo, and `# pass 3` or
/// `ℹ pass 3` and the same with `fail` of Node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
}

impl Counts {
    /// Adds what a line of `cargo test` or `node --test` says; other lines say nothing.
    fn add(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        if let (Some("#" | "ℹ"), Some(what), Some(n), None) =
            (words.next(), words.next(), words.next(), words.next())
        {
            let n = n.parse::<u64>().unwrap_or(0);
            match what {
                "pass" => self.passed += n,
                "fail" | "cancelled" => self.failed += n,
                _ => {}
            }
            return;
        }
        let Some(rest) = line.trim_start().strip_prefix("test result: ") else { return };
        let mut words = rest.split([' ', ';', '.']).filter(|word| !word.is_empty()).peekable();
        while let Some(word) = words.next() {
            let Ok(n) = word.parse::<u64>() else { continue };
            match words.peek() {
                Some(&"passed") => self.passed += n,
                Some(&"failed") => self.failed += n,
                _ => {}
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a step says how long it took, a benchmark what it measured"
)]
pub(crate) fn now() -> std::time::Instant {
    std::time::Instant::now()
}

impl Report {
    /// Runs a command; the step passes when it exits with 0.
    pub(crate) fn run(&mut self, name: &str, command: &[&str]) {
        self.run_with(name, command, &[]);
    }

    /// Runs a command with settings in its environment.
    pub(crate) fn run_with(&mut self, name: &str, command: &[&str], settings: &[(&str, &str)]) {
        self.step(name, || {
            spawn(command, settings, &mut |_| {}).map(|()| Counts { passed: 1, failed: 0 })
        });
    }

    /// Runs a command that runs tests, and counts them.
    pub(crate) fn tests(&mut self, name: &str, command: &[&str], settings: &[(&str, &str)]) {
        let mut counts = Counts::default();
        let done = |counts: &mut Counts| {
            spawn(command, settings, &mut |line| counts.add(line))?;
            if counts.passed == 0 { Err("no test ran".to_owned()) } else { Ok(*counts) }
        };
        self.step(name, || done(&mut counts));
        if self.broken.last().is_some_and(|broken| broken == name) {
            // The tests that passed beside those that failed; a step that failed counts as one.
            self.passed += counts.passed;
            self.failed += counts.failed.saturating_sub(1);
        }
    }

    /// Looks for problems; the step passes when there are none.
    pub(crate) fn check(
        &mut self,
        name: &str,
        problems: impl FnOnce() -> Result<Vec<String>, String>,
    ) {
        self.step(name, || {
            let problems = problems()?;
            problems.iter().for_each(|problem| say(problem));
            match problems.len() {
                0 => Ok(Counts { passed: 1, failed: 0 }),
                n => Err(format!("{n} found")),
            }
        });
    }

    fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Counts, String>) {
        say(&format!("==== {name}"));
        let start = now();
        let done = work();
        let seconds = start.elapsed().as_secs_f32();
        match done {
            Ok(counts) => {
                self.passed += counts.passed;
                self.failed += counts.failed;
                say(&format!("---- {name}: ok ({seconds:.1} s)"));
            }
            Err(why) => {
                self.failed += 1;
                self.broken.push(name.to_owned());
                say(&format!("---- {name}: FAILED: {why} ({seconds:.1} s)"));
            }
        }
    }

    /// Whether a step failed.
    pub(crate) const fn has_failed(&self) -> bool {
        self.failed > 0
    }

    /// The closing line, and the exit code that goes with it.
    pub(crate) fn close(self) -> ExitCode {
        if !self.broken.is_empty() {
            say(&format!("failed steps: {}", self.broken.join(", ")));
        }
        say(&format!("{} passed, {} failed", self.passed, self.failed));
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Whether a program is on the path.
pub(crate) fn installed(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A line of shell that only the machine's administrator may run: as they, or by `sudo`.
pub(crate) fn as_root(line: &str) -> String {
    format!("[ \"$(id -u)\" = 0 ] && {{ {line}; }} || sudo -n sh -c '{line}'")
}

/// Whether PostgreSQL's programs are on the path, or where Debian puts them.
pub(crate) fn has_postgres() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let in_folder = |bin: std::path::PathBuf| {
        ["initdb", "postgres"].iter().all(|program| bin.join(program).exists())
    };
    (installed("initdb") && installed("postgres"))
        || versions.map(|version| version.path().join("bin")).any(in_folder)
}

/// Runs a command and hands over each line that it prints, printing it too.
fn spawn(
    words: &[&str],
    settings: &[(&str, &str)],
    line: &mut dyn FnMut(&str),
) -> Result<(), String> {
    let (program, arguments) = words.split_first().ok_or("no command")?;
    let failed = |error: std::io::Error| format!("cannot run `{program}`: {error}");
    let mut command = Command::new(program);
    command.args(arguments).envs(settings.iter().copied()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    if let Some(out) = child.stdout.take() {
        for bytes in BufReader::new(out).split(b'\n') {
            let bytes = bytes.map_err(failed)?;
            let text = String::from_utf8_lossy(&bytes);
            say(&text);
            line(&text);
        }
    }
    let status = child.wait().map_err(failed)?;
    if status.success() { Ok(()) } else { Err(format!("`{}`: {status}", words.join(" "))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_test_runs_add_up() {
        let mut counts = Counts::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; in 0.1s",
            "test result: FAILED. 1 passed; 2 failed; 5 ignored; 0 measured; 7 filtered out",
            "4 passed; 4 failed",
            "# tests 9",
            "# pass 2",
            "# fail 0",
            "ℹ pass 1",
            "ℹ fail 1",
            "ℹ passed well",
        ] {
            counts.add(line);
        }
        assert_eq!(counts, Counts { passed: 7, failed: 3 });
    }

    #[test]
    fn a_step_that_fails_is_counted_and_named() {
        let mut report = Report::default();
        report.check("clean", || Ok(Vec::new()));
        report.check("dirty", || Ok(vec!["a problem".to_owned()]));
        report.run("false", &["false"]);
        report.run("absent", &["a-program-that-is-not-there"]);
        assert_eq!((report.passed, report.failed), (1, 3));
        assert_eq!(report.broken, ["dirty", "false", "absent"]);
    }
}
