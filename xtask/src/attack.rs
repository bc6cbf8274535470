//! The server under attack: requests made up from its own description.

use std::path::Path;

use crate::program::Profile;
use crate::step::{self, Report, say};
use crate::venv;

/// Starts the server and attacks it.
const SCRIPT: &str = "benches/attack/attack.py";
const REQUIREMENTS: &str = "benches/attack/requirements.txt";
/// Where the server's data and Python are.
const FOLDER: &str = "target/attack";
/// How long the attack takes at most.
const SECONDS: &str = "75";

/// Attacks the program as it was built.
pub(crate) fn run(report: &mut Report, profile: Profile) {
    let mut python = None;
    if venv::run("python3", &["-c", "import venv, ensurepip"]).is_err() {
        say("Python 3 with its module `venv` is not here: installing Debian's `python3-venv`");
        let install = "apt-get update --quiet \
                       && apt-get install --yes --no-install-recommends python3 python3-venv";
        report.run("install Python", &["sh", "-c", &step::as_root(install)]);
    }
    report.check("what attacks", || {
        std::fs::create_dir_all(FOLDER)
            .map_err(|error| format!("cannot make {FOLDER}: {error}"))?;
        python = Some(venv::python(Path::new(FOLDER), REQUIREMENTS, "what attacks the server")?);
        Ok(Vec::new())
    });
    let Some(python) = python else { return };
    let python = python.display().to_string();
    let program = profile.program().display().to_string();
    report.run("attack", &[&python, SCRIPT, &program, FOLDER, SECONDS]);
}
