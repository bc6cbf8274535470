//! Which crate may depend on which: what must never know of each other cannot.

use std::process::Command;

/// What a crate's own dependencies (not those of its tests) may be.
enum Edges {
    /// These and no others.
    Only(&'static [&'static str]),
    /// Anything but these.
    Never(&'static [&'static str]),
}

/// Every crate of the workspace.
const CRATES: &[(&str, Edges)] = &[
    ("facts", Edges::Only(&["hashbrown"])),
    ("metric", Edges::Only(&["facts", "hashbrown"])),
    ("rulebook", Edges::Never(&["archive", "facts", "intake", "live", "testkit", "yingda"])),
    ("intake", Edges::Never(&["archive", "live", "metric", "rulebook", "testkit", "yingda"])),
    ("archive", Edges::Never(&["live", "metric", "rulebook", "testkit", "yingda"])),
    ("live", Edges::Only(&["facts", "hashbrown", "metric"])),
    ("testkit", Edges::Only(&["facts", "metric"])),
    ("yingda", Edges::Never(&["testkit"])),
    ("xtask", Edges::Only(&[])),
];

/// Every edge that is not allowed, and every crate about which nothing is decided.
pub(crate) fn problems() -> Result<Vec<String>, String> {
    let mut problems = Vec::new();
    for name in members()? {
        match CRATES.iter().find(|(known, _)| *known == name) {
            Some((_, edges)) => problems.extend(judge(&name, edges, &dependencies(&name)?)),
            None => problems.push(format!("{name}: decide its edges in xtask/src/edges.rs")),
        }
    }
    Ok(problems)
}

fn judge(name: &str, edges: &Edges, found: &[String]) -> Vec<String> {
    let forbidden = |other: &&String| match edges {
        Edges::Only(list) => !list.contains(&other.as_str()),
        Edges::Never(list) => list.contains(&other.as_str()),
    };
    let wrong = found.iter().filter(forbidden);
    wrong.map(|other| format!("{name} depends on {other}, which it must not know")).collect()
}

fn members() -> Result<Vec<String>, String> {
    let tree = tree(&["--workspace", "--depth", "0"])?;
    let mut names: Vec<String> = tree.lines().filter_map(first_word).collect();
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

/// Direct dependencies on every target, build scripts' included, those of tests not.
fn dependencies(name: &str) -> Result<Vec<String>, String> {
    let tree = tree(&["--package", name, "--depth", "1"])?;
    let mut names: Vec<String> = tree.lines().skip(1).filter_map(first_word).collect();
    names.retain(|other| other != name);
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

fn first_word(line: &str) -> Option<String> {
    // `[build-dependencies]` is a heading.
    line.split_whitespace().next().filter(|word| !word.starts_with('[')).map(str::to_owned)
}

fn tree(arguments: &[&str]) -> Result<String, String> {
    let fixed = ["tree", "--prefix", "none", "--edges", "normal,build", "--target", "all"];
    let output = Command::new("cargo").args(fixed).args(arguments).output();
    let output = output.map_err(|error| format!("cannot run `cargo tree`: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_edges_are_found() {
        let found = ["facts".to_owned(), "jiff".to_owned()];
        assert_eq!(judge("metric", &Edges::Only(&["facts", "hashbrown"]), &found).len(), 1);
        assert_eq!(judge("intake", &Edges::Never(&["metric"]), &found), [""; 0]);
        assert_eq!(judge("rulebook", &Edges::Never(&["facts", "intake"]), &found).len(), 1);
        assert_eq!(judge("xtask", &Edges::Only(&[]), &found).len(), 2);
    }
}
