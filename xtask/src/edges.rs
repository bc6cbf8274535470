//! Which crate may depend on which: what must never know of each other cannot.

use std::process::Command;

/// What a crate's own dependencies (not those of its tests) may be.
enum Edges {
    /// These and no others.
    Only(&'static [&'static str]),
    /// Anything but these.
    Never(&'static [&'static str]),
}

/// Every crate of the workspace, from the inside out: none depends on one that comes after it.
const CRATES: &[(&str, Edges)] = &[
    ("facts", Edges::Only(&["hashbrown"])),
    ("secret", Edges::Only(&["getrandom", "sha2", "subtle", "zeroize"])),
    ("metric", Edges::Only(&["facts", "hashbrown"])),
    ("rulebook", Edges::Never(&["facts"])),
    ("intake", Edges::Never(&["metric", "rulebook"])),
    ("archive", Edges::Never(&["metric", "rulebook"])),
    ("notify", Edges::Never(&["archive", "intake", "metric", "rulebook"])),
    ("connect", Edges::Never(&["archive", "metric", "notify", "rulebook"])),
    ("live", Edges::Only(&["facts", "hashbrown", "metric"])),
    (
        "store",
        Edges::Only(&[
            "aes-gcm",
            "archive",
            "facts",
            "hashbrown",
            "intake",
            "postgres",
            "rusqlite",
            "rustls",
            "secret",
            "serde",
            "serde_json",
            "sha2",
            "siphasher",
            "tokio",
            "tokio-rustls",
            "webpki-roots",
            "zeroize",
        ]),
    ),
    (
        "figures",
        Edges::Only(&[
            "facts",
            "intake",
            "jiff",
            "metric",
            "rayon",
            "rulebook",
            "serde",
            "serde_json",
            "strsim",
            "utoipa",
        ]),
    ),
    ("desk", Edges::Never(&["axum", "intake"])),
    ("ingest", Edges::Never(&["archive", "axum", "live", "metric", "notify", "reqwest"])),
    // The rulebook for its checker: a shop's own rule is judged before it is stored.
    ("server", Edges::Never(&["archive", "connect", "metric", "notify"])),
    ("testkit", Edges::Only(&["facts", "metric"])),
    ("yingda", Edges::Never(&["testkit"])),
    ("xtask", Edges::Only(&[])),
];

/// Every edge that is not allowed, and every crate about which nothing is decided.
pub(crate) fn problems() -> Result<Vec<String>, String> {
    let mut problems = Vec::new();
    for name in members()? {
        match CRATES.iter().position(|(known, _)| *known == name) {
            Some(place) => problems.extend(judge(&CRATES[place..], &dependencies(&name)?)),
            None => problems.push(format!("{name}: decide its edges in xtask/src/edges.rs")),
        }
    }
    Ok(problems)
}

/// What is wrong with the dependencies of the first of these crates; the others lie outside it.
fn judge(crates: &[(&str, Edges)], found: &[String]) -> Vec<String> {
    let Some(((name, edges), outside)) = crates.split_first() else { return Vec::new() };
    let forbidden = |other: &&String| {
        outside.iter().any(|(outer, _)| outer == other)
            || match edges {
                Edges::Only(list) => !list.contains(&other.as_str()),
                Edges::Never(list) => list.contains(&other.as_str()),
            }
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
        let judged = |edges| judge(&[("a", edges), ("yingda", Edges::Never(&[]))], &found).len();
        assert_eq!(judged(Edges::Only(&["facts", "hashbrown"])), 1);
        assert_eq!(judged(Edges::Never(&["metric"])), 0);
        assert_eq!(judged(Edges::Never(&["facts", "intake"])), 1);
        assert_eq!(judged(Edges::Only(&[])), 2);
        assert_eq!(
            judge(&[("a", Edges::Never(&[])), ("facts", Edges::Never(&[]))], &found).len(),
            1
        );
    }
}
