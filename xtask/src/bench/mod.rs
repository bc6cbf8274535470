//! `cargo xtask bench`: Yingda beside other engines on the same files by the same rule.
//!
//! Every case makes its data, lets its parties run in turns, holds their figures against each
//! other, and says which bars were met. The page is written from the same run.

mod bars;
mod cases;
mod data;
pub(crate) mod live;
mod machine;
mod options;
mod page;
mod party;

use std::fs;
use std::process::ExitCode;

pub(crate) use options::Options;

use cases::Outcome;
use data::Store;

use crate::step::{installed, say};

/// The page, and its Chinese twin.
const PAGES: [(&str, bool); 2] = [("benchmarks.md", false), ("benchmarks.zh-CN.md", true)];

/// Runs the cases that are wanted; fails when parties disagree or a case cannot run.
pub(crate) fn run(options: &Options) -> ExitCode {
    match bench(options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            say(&format!("bench: {why}"));
            ExitCode::FAILURE
        }
    }
}

fn bench(options: &Options) -> Result<bool, String> {
    if !installed("python3") {
        return Err("python3 is missing; the other engines run in it".to_owned());
    }
    let mut store = Store::open(options)?;
    let mut outcomes: Vec<Outcome> = Vec::new();
    let mut broken = false;
    for (name, make) in cases::CASES {
        if !options.wants(name) {
            continue;
        }
        say(&format!("==== {name}"));
        match make(&mut store).map(|case| case.map(|case| case.run(&store))) {
            Ok(Some(outcome)) => {
                say(&page::table(&outcome, false));
                broken |= !outcome.complete();
                outcomes.push(outcome);
            }
            Ok(None) => say("left out"),
            Err(why) => {
                say(&format!("{name} did not run: {why}"));
                broken = true;
            }
        }
    }
    if !options.keep {
        store.clear()?;
    }
    // Only a whole run says what the documentation should say.
    let folder = if options.is_whole() { "docs".into() } else { store.folder().to_path_buf() };
    for (name, chinese) in PAGES {
        let (path, text) = (folder.join(name), page::page(&outcomes, options, chinese));
        let failed = |error| format!("cannot write {}: {error}", path.display());
        fs::write(&path, text).map_err(failed)?;
        say(&format!("wrote {}", path.display()));
    }
    let differ: Vec<&str> = outcomes.iter().filter(|o| !o.agree()).map(|o| o.name).collect();
    if !differ.is_empty() {
        say(&format!("figures differ in: {}", differ.join(", ")));
    }
    Ok(differ.is_empty() && !broken)
}
