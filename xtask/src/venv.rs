//! Python in a virtual environment of our own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::step::say;

/// Python in a virtual environment below a folder, with what a file of requirements names; made
/// when it is not there, or the file changed. `what` it brings is told while it is installed.
pub(crate) fn python(folder: &Path, requirements: &str, what: &str) -> Result<PathBuf, String> {
    let venv = folder.join("venv");
    let python = venv.join("bin").join("python");
    let wanted = fs::read_to_string(requirements).map_err(|error| error.to_string())?;
    let note = venv.join("installed.txt");
    if fs::read_to_string(&note).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    say(&format!("==== install {what}"));
    let place = venv.display().to_string();
    run("python3", &["-m", "venv", "--clear", &place])
        .map_err(|why| format!("{why}: is Python's module `venv` installed?"))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    run(&python.display().to_string(), &[&pip[..], &[requirements]].concat())?;
    fs::write(&note, wanted)
        .map_err(|error| format!("cannot write {}: {error}", note.display()))?;
    Ok(python)
}

/// Runs a program that must succeed; what it prints for the caller is not shown.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let mut command = Command::new(program);
    let status = command.args(arguments).stdout(Stdio::null()).status();
    let status = status.map_err(|error| format!("cannot run `{program}`: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{program}`: {status}")) }
}
