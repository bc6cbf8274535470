//! `yingda`: reply figures counted exactly as each platform does, and proved message by message.
//!
//! Data goes to standard output, notices and progress to standard error. Exit codes: 0 done, 1 the
//! answer is no, 2 the input or the call is at fault.
#![forbid(unsafe_code)]

mod archived;
mod args;
mod backup;
mod calibrate;
mod catalogue;
mod changes;
mod check;
mod client;
mod clock;
mod counting;
mod data;
mod demo;
mod explain;
mod failure;
mod generate;
mod help;
mod import;
mod input;
mod interrupt;
mod lang;
mod measure;
mod memory;
mod pack;
mod panels;
mod phrases;
mod preview;
mod profile;
mod progress;
mod registry_notices;
mod replay;
mod report;
mod retention;
mod rules;
mod screen;
mod sending;
mod serve;
mod standing;
mod streaming;
mod user;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::args::{Cli, Command};
use crate::failure::{DONE, FAULT, Failure, NO};
use crate::progress::Progress;
use crate::screen::Screen;

fn main() -> ExitCode {
    let command = serve::with_settings(args::with_panels_alone(Cli::command()));
    let command = help::localised(command);
    let read = command
        .try_get_matches()
        .and_then(|found| Ok((Cli::from_arg_matches(&found)?, serve::typed(&found))));
    let (cli, typed) = match read {
        Ok(read) => read,
        Err(error) => {
            let code = if error.use_stderr() { FAULT } else { DONE };
            // Nobody is left to tell when the terminal is gone.
            match help::mistake(&error) {
                Some(text) => {
                    let _ = writeln!(std::io::stderr(), "{text}");
                }
                None => {
                    let _ = error.print();
                }
            }
            return failure::code(code);
        }
    };
    let screen = Screen::new(&cli);
    if !matches!(cli.command, Command::Serve(_) | Command::Demo(_)) {
        interrupt::install(&screen);
    }
    if let Some(n) = cli.threads {
        // The only pool, and nobody built it yet.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(n.get().into()).build_global();
    }
    match run(&cli, typed, &screen) {
        Ok(code) => failure::code(code),
        Err(failure) => {
            screen.error(&failure.message);
            failure::code(FAULT)
        }
    }
}

/// Runs a command, with the settings that were typed for `serve`; the exit code when it ran to its
/// end.
fn run(cli: &Cli, typed: Vec<(String, String)>, screen: &Screen) -> Result<u8, Failure> {
    let clean = |clean: bool| if clean { DONE } else { FAULT };
    match &cli.command {
        Command::Measure(args) => measure::run(args, screen).map(clean),
        Command::Standing(args) => standing::run(args, screen),
        Command::Explain(args) => explain::run(args, screen).map(clean),
        Command::Rules(args) => rules::run(args, screen).map(|()| DONE),
        Command::Check(args) => check::run(args, screen).map(|ok| if ok { DONE } else { NO }),
        Command::Calibrate(args) => calibrate::run(args, screen),
        Command::Generate(args) => generate_log(args, screen),
        Command::Pack(args) => pack::run(args, screen),
        Command::Serve(args) => serve::run(args, typed, screen).map(|()| DONE),
        Command::Demo(args) => demo::run(args, screen),
        Command::Import(args) => import::run(args, screen),
        Command::Replay(args) => replay::run(args, screen),
        Command::Backup(args) => backup::run(args, screen).map(|()| DONE),
        Command::Restore(args) => backup::restore(args, screen).map(|()| DONE),
        Command::User(args) => user::run(args, screen).map(|()| DONE),
    }
}

fn generate_log(args: &generate::GenerateArgs, screen: &Screen) -> Result<u8, Failure> {
    let lang = screen.lang;
    let progress = Progress::writing(0, screen);
    let report = generate::run(args, &mut |done, all| progress.at(done, all));
    progress.done();
    let report =
        report.map_err(|error| Failure::new(lang.of(error.to_string(), error.chinese())))?;
    screen.notice(&lang.of(report.english(), report.chinese()));
    Ok(DONE)
}
