//! What ends a command: a message for the user, and an exit code.

use std::fmt::Display;
use std::process::ExitCode;

use figures::Spelling;

use crate::lang::Lang;

/// How what is asked for is typed.
pub(crate) const TYPED: Spelling = Spelling {
    option: |name| format!("--{name}"),
    rules: ["`yingda rules`"; 2],
    rules_of: ["`yingda rules METRIC`", "`yingda rules 指标`"],
    registry: ["the registry (`--registry`)", "店铺登记（`--registry`）"],
};

/// Done.
pub(crate) const DONE: u8 = 0;
/// The answer is no: a check failed.
pub(crate) const NO: u8 = 1;
/// The input or the call is at fault.
pub(crate) const FAULT: u8 = 2;

/// A command that cannot go on. The exit code is always [`FAULT`].
#[derive(Debug)]
pub(crate) struct Failure {
    /// What happened and what to do, in the user's language; without a full stop.
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(message: impl Display) -> Self {
        Self { message: message.to_string() }
    }

    /// What cannot be counted as it was asked for.
    pub(crate) fn of(error: &figures::Error, lang: Lang) -> Self {
        Self::new(error.message(lang.intake(), &TYPED))
    }
}

/// The exit code of a command that ran.
pub(crate) fn code(code: u8) -> ExitCode {
    ExitCode::from(code)
}
