//! The program `yingda`, as cargo builds it.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::step::Report;

/// How the program is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// As the tests build everything: nothing more is compiled beside them.
    Dev,
    /// For use: slow to build, fast to run.
    Release,
}

impl Profile {
    /// Where cargo leaves it, also where `CARGO_TARGET_DIR` says so.
    pub(crate) fn program(self) -> PathBuf {
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
        let folder = match self {
            Self::Dev => "debug",
            Self::Release => "release",
        };
        target.join(folder).join(format!("yingda{}", env::consts::EXE_SUFFIX))
    }

    const fn words(self) -> &'static [&'static str] {
        match self {
            // Built alone it would want other features of what it rests on, and build that again.
            Self::Dev => &["cargo", "test", "--quiet", "--workspace", "--no-run"],
            Self::Release => &["cargo", "build", "--quiet", "--package", "yingda", "--release"],
        }
    }

    /// Builds it, as a step.
    pub(crate) fn build(self, report: &mut Report) {
        report.run("build", self.words());
    }

    /// The call that builds it.
    pub(crate) fn command(self) -> Command {
        let mut command = Command::new(self.words()[0]);
        command.args(&self.words()[1..]);
        command
    }
}
