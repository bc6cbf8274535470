//! What is done to the project, from one place: `cargo xtask <task>`.
//!
//! `demo` starts Yingda's server with a made-up agency; `test` is everything that must hold before
//! a change is accepted; `fuzz` runs the random tests for longer; `bench` holds it against other
//! engines.

mod attack;
mod bench;
mod console;
mod demo;
mod edges;
mod generated;
mod program;
mod step;
mod tidy;
mod venv;

use std::path::PathBuf;
use std::process::ExitCode;

use demo::Look;
use program::Profile;
use step::{Report, say};

const USAGE: &str = "\
cargo xtask demo [--lang en|zh]         build yingda and start its server with a made-up agency
cargo xtask demo --tables [--lang en|zh]
                                        build it and show tables of a small log in the terminal
cargo xtask test                        install what the tests need, run everything
cargo xtask fuzz [--seconds N]          the random tests, N seconds each (default 60)
cargo xtask bench [--rows N] [--large N] [--runs K] [--threads N] [--only NAME,…] [--keep]
                                        Yingda beside other engines; writes docs/benchmarks.md
cargo xtask bench live [--small] [--runs K] [--only NAME,…]
                                        the running server under load; writes
                                        docs/benchmarks-live.md
cargo xtask console [--test]            build the web console; with --test, in a browser too
cargo xtask docs                        write the pages and schemas that the program prints
cargo xtask attack                      build yingda and attack its server for a minute
cargo xtask tidy                        only the checks of the source text and the crate graph";

/// How long each random test runs within `test`.
const FUZZ_SECONDS: u32 = 3;

enum Task {
    Demo { look: Look, lang: Option<String> },
    Test,
    Fuzz { seconds: u32 },
    Bench(bench::Options),
    BenchLive(bench::live::LiveOptions),
    Console { is_tested: bool },
    Docs,
    Attack,
    Tidy,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some(task) = parse(&words) else {
        say(USAGE);
        return ExitCode::from(2);
    };
    if let Err(error) = std::env::set_current_dir(root()) {
        say(&format!("cannot enter {}: {error}", root().display()));
        return ExitCode::from(2);
    }
    let mut report = Report::default();
    match task {
        Task::Demo { look, lang } => return demo::run(look, lang.as_deref()),
        Task::Test => test(&mut report),
        Task::Fuzz { seconds } => fuzz(&mut report, seconds),
        Task::BenchLive(options) => return bench::live::run(&options),
        Task::Bench(options) => return bench::run(&options),
        Task::Console { is_tested: false } => console::build(&mut report),
        Task::Console { is_tested: true } => console::test(&mut report),
        Task::Docs => {
            Profile::Dev.build(&mut report);
            report.check("pages and schemas", || generated::write(Profile::Dev));
        }
        Task::Attack => {
            Profile::Release.build(&mut report);
            attack::run(&mut report, Profile::Release);
        }
        Task::Tidy => {
            report.check("tidy", tidy::problems);
            report.check("crate graph", edges::problems);
        }
    }
    report.close()
}

fn parse(words: &[&str]) -> Option<Task> {
    Some(match words {
        ["demo", "--tables", options @ ..] => demo_task(Look::Terminal, options)?,
        ["demo", options @ ..] => demo_task(Look::Server, options)?,
        ["test"] => Task::Test,
        ["fuzz"] => Task::Fuzz { seconds: 60 },
        ["fuzz", "--seconds", n] => Task::Fuzz { seconds: n.parse().ok().filter(|n| *n > 0)? },
        ["bench", "live", options @ ..] => {
            Task::BenchLive(bench::live::LiveOptions::parse(options)?)
        }
        ["bench", options @ ..] => Task::Bench(bench::Options::parse(options)?),
        ["console"] => Task::Console { is_tested: false },
        ["console", "--test"] => Task::Console { is_tested: true },
        ["docs"] => Task::Docs,
        ["attack"] => Task::Attack,
        ["tidy"] => Task::Tidy,
        _ => return None,
    })
}

fn demo_task(look: Look, options: &[&str]) -> Option<Task> {
    match options {
        [] => Some(Task::Demo { look, lang: None }),
        ["--lang", lang @ ("en" | "zh")] => {
            Some(Task::Demo { look, lang: Some((*lang).to_owned()) })
        }
        _ => None,
    }
}

fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}

fn test(report: &mut Report) {
    report.run("format", &["cargo", "fmt", "--all", "--check"]);
    report.check("tidy", tidy::problems);
    report.check("crate graph", edges::problems);
    // First, so that every program that is built has the pages.
    console::build(report);
    report.run(
        "lints",
        &["cargo", "clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"],
    );
    postgres(report);
    let seconds = FUZZ_SECONDS.to_string();
    let fuzz = [("YINGDA_FUZZ_SECONDS", seconds.as_str())];
    // Snapshots are compared, never written.
    let settings = [fuzz[0], ("INSTA_UPDATE", "no")];
    report.tests("tests", &["cargo", "test", "--workspace", "--no-fail-fast"], &settings);
    Profile::Dev.build(report);
    report.check("pages and schemas", || generated::problems(Profile::Dev));
    for (name, chinese) in [("demo", false), ("demo in Chinese", true)] {
        let works = || demo::show(Profile::Dev, chinese) && demo::check(Profile::Dev, chinese);
        report.check(name, || match works() {
            true => Ok(Vec::new()),
            false => Err("a call failed".to_owned()),
        });
    }
    console::browse(report);
    attack::run(report, Profile::Dev);
    licences(report);
}

/// The store's tests start a PostgreSQL of their own; Debian's package has its programs.
fn postgres(report: &mut Report) {
    if step::has_postgres() {
        return;
    }
    say("PostgreSQL's `initdb` and `postgres` are not here: installing Debian's `postgresql`");
    let install = "apt-get update --quiet \
                   && apt-get install --yes --no-install-recommends postgresql";
    report.run("install PostgreSQL", &["sh", "-c", &step::as_root(install)]);
}

/// The version of cargo-deny that is installed where there is none.
const DENY: &str = "0.20.2";

fn licences(report: &mut Report) {
    if !step::installed("cargo-deny") {
        let install = ["cargo", "install", "cargo-deny", "--locked", "--version", DENY];
        report.run("install cargo-deny", &install);
    }
    // Advisories need a database from the network; licences, bans and sources do not.
    let quiet = ["--log-level", "error"];
    let check = ["check", "licenses", "bans", "sources"];
    report.run("dependencies", &[&["cargo", "deny"][..], &quiet, &check].concat());
}

fn fuzz(report: &mut Report, seconds: u32) {
    let seconds = seconds.to_string();
    let crates = ["--package", "intake", "--package", "rulebook", "--test", "fuzz"];
    let command = [&["cargo", "test", "--release"][..], &crates].concat();
    // Tests always see the same random inputs; this run sees others, and says which.
    let seed = std::process::id().to_string();
    say(&format!("seed {seed}: PROPTEST_RNG_SEED={seed} repeats it"));
    let settings = [("YINGDA_FUZZ_SECONDS", &*seconds), ("PROPTEST_RNG_SEED", &*seed)];
    report.tests("random tests", &command, &settings);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_calls_are_tasks() {
        assert!(matches!(parse(&["fuzz", "--seconds", "9"]), Some(Task::Fuzz { seconds: 9 })));
        let demo = |words: &[&str]| match parse(words) {
            Some(Task::Demo { look, lang }) => Some((look, lang.is_some())),
            _ => None,
        };
        assert_eq!(demo(&["demo"]), Some((Look::Server, false)));
        assert_eq!(demo(&["demo", "--lang", "zh"]), Some((Look::Server, true)));
        assert_eq!(demo(&["demo", "--tables", "--lang", "en"]), Some((Look::Terminal, true)));
        for wrong in [&["fuzz", "--seconds", "0"][..], &["demo", "--lang", "fr"], &["x"], &[]] {
            assert!(parse(wrong).is_none(), "{wrong:?}");
        }
    }
}
