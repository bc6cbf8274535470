//! Pages that the program writes: `cargo xtask docs` writes them, `cargo xtask test`
//! compares them.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::program::Profile;

/// Each file and the arguments of `yingda` that print it.
const FILES: &[(&str, &[&str])] = &[
    ("docs/reference/rule-language.md", &["rules", "--keys", "--lang", "en"]),
    ("docs/reference/rule-language.zh.md", &["rules", "--keys", "--lang", "zh"]),
];

/// The pages of the metrics, which the program writes as a folder. A test of `rulebook` compares
/// them.
const PAGES: &str = "docs/reference/metrics";

/// Every file that is not what the program prints.
pub(crate) fn problems(profile: Profile) -> Result<Vec<String>, String> {
    let mut problems = Vec::new();
    for (path, arguments) in FILES {
        let expected = printed(profile, arguments)?;
        if fs::read(path).ok().as_ref() != Some(&expected) {
            problems.push(format!("{path} is not up to date: run `cargo xtask docs`"));
        }
    }
    Ok(problems)
}

/// Writes every file; says nothing when all went well.
pub(crate) fn write(profile: Profile) -> Result<Vec<String>, String> {
    for (path, arguments) in FILES {
        let text = printed(profile, arguments)?;
        let failed = |error: std::io::Error| format!("cannot write {path}: {error}");
        let folder = Path::new(path).parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(failed)?;
        fs::write(path, text).map_err(failed)?;
    }
    // Pages of metrics that are gone must not stay.
    if Path::new(PAGES).exists() {
        fs::remove_dir_all(PAGES).map_err(|error| format!("cannot clear {PAGES}: {error}"))?;
    }
    printed(profile, &["rules", "--pages", PAGES])?;
    server_pages()?;
    Ok(Vec::new())
}

/// The pages of the server's lists, which an example of its crate writes. A test of `server`
/// compares them.
fn server_pages() -> Result<(), String> {
    let command = ["run", "--quiet", "--package", "server", "--example", "pages", "--", "docs"];
    let status = Command::new("cargo").args(command).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the pages of the server: {status}")),
        Err(error) => Err(format!("cannot run `cargo run`: {error}")),
    }
}

fn printed(profile: Profile, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let program = profile.program();
    let output = Command::new(&program).args(arguments).output();
    let output = output.map_err(|error| format!("cannot run {}: {error}", program.display()))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
