//! What the compiler and the linter do not see in the source text.

use std::fs;
use std::path::{Path, PathBuf};

/// The longest line, in characters.
const LINE: usize = 100;
/// The longest function, in lines.
const FUNCTION: usize = 70;

/// Module and crate names that say nothing.
const EMPTY_NAMES: &[&str] =
    &["utils", "util", "common", "helpers", "helper", "manager", "core", "misc"];

/// Every problem of the tree, one a line: `path:line: what`.
pub(crate) fn problems() -> Result<Vec<String>, String> {
    let mut problems = Vec::new();
    let mut files = Vec::new();
    for folder in ["crates", "xtask"] {
        collect(Path::new(folder), &mut files)?;
    }
    files.sort_unstable();
    for path in files.iter().filter(|path| path.extension().is_some_and(|e| e == "rs")) {
        let text = read(path)?;
        let found = source(&text).into_iter().chain(empty_name(path).map(|what| (1, what)));
        problems.extend(found.map(|(line, what)| format!("{}:{line}: {what}", path.display())));
    }
    let manifest = read(Path::new("Cargo.toml"))?;
    problems.extend(
        uncommented(&manifest)
            .map(|name| format!("Cargo.toml: say in a comment above `{name}` what it is for")),
    );
    problems.extend(bans()?);
    problems.extend(unlisted_rulebooks()?);
    Ok(problems)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Problems of one source file, with their lines.
fn source(text: &str) -> Vec<(usize, String)> {
    // Put together here, so that this file does not hold them.
    let banned =
        [["todo", "!("].concat(), ["unimplemented", "!("].concat(), ["dbg", "!("].concat()];
    let mut problems = Vec::new();
    let mut function: Option<(usize, usize)> = None;
    for (n, line) in (1..).zip(text.lines()) {
        let width = line.chars().count();
        if width > LINE {
            problems.push((n, format!("{width} characters; at most {LINE}")));
        }
        for word in banned.iter().filter(|word| line.contains(word.as_str())) {
            problems.push((n, format!("`{word}` does not go in")));
        }
        let indent = width - line.trim_start().chars().count();
        match function {
            // Formatted code closes a function where it began.
            Some((start, depth)) if indent == depth && line.trim_start().starts_with('}') => {
                let length = n + 1 - start;
                if length > FUNCTION {
                    problems
                        .push((start, format!("a function of {length} lines; at most {FUNCTION}")));
                }
                function = None;
            }
            None if starts_function(line) && !line.ends_with('}') && !line.ends_with(';') => {
                function = Some((n, indent));
            }
            _ => {}
        }
    }
    problems
}

fn starts_function(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let qualifiers = ["pub", "pub(crate)", "pub(super)", "const", "async", "extern"];
    words.find(|word| !qualifiers.contains(word)) == Some("fn")
}

fn empty_name(path: &Path) -> Option<String> {
    let own = path.file_stem().and_then(|stem| stem.to_str());
    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    let name = [own, folder].into_iter().flatten().find(|name| EMPTY_NAMES.contains(name))?;
    Some(format!("`{name}` says nothing about what is in it"))
}

/// Dependencies of the workspace from elsewhere without a comment line above.
fn uncommented(manifest: &str) -> impl Iterator<Item = &str> {
    let lines: Vec<&str> = manifest.lines().collect();
    let start = lines.iter().position(|line| *line == "[workspace.dependencies]");
    let section = start.map_or(&[][..], |start| &lines[start + 1..]).to_vec();
    let end = section.iter().position(|line| line.starts_with('[')).unwrap_or(section.len());
    (0..end).filter_map(move |n| {
        let (name, value) = section[n].split_once(" = ")?;
        let ours = value.contains("path = ");
        let comment = n > 0 && section[n - 1].starts_with('#');
        (!ours && !comment && !name.starts_with('#')).then_some(name)
    })
}

/// A crate's clippy.toml replaces the workspace's: it must repeat every ban.
fn bans() -> Result<Vec<String>, String> {
    let shared = read(Path::new("clippy.toml"))?;
    let rules: Vec<&str> = shared.lines().filter(|line| !line.starts_with('#')).collect();
    let mut problems = Vec::new();
    for name in ["facts", "metric"] {
        let path = Path::new("crates").join(name).join("clippy.toml");
        let own = read(&path)?;
        for rule in rules.iter().filter(|rule| !own.lines().any(|line| line == **rule)) {
            problems.push(format!("{}: repeat `{}` of /clippy.toml", path.display(), rule.trim()));
        }
        for float in ["f32", "f64"] {
            if !own.contains(&format!("path = \"{float}\"")) {
                problems.push(format!("{}: forbid `{float}`", path.display()));
            }
        }
    }
    Ok(problems)
}

/// Rule files that are not built in.
fn unlisted_rulebooks() -> Result<Vec<String>, String> {
    let mut files = Vec::new();
    collect(Path::new("rulebooks"), &mut files)?;
    let mut sources = Vec::new();
    collect(Path::new("crates/rulebook"), &mut sources)?;
    let mut listing = String::new();
    for path in sources.iter().filter(|path| path.extension().is_some_and(|e| e == "rs")) {
        listing.push_str(&read(path)?);
    }
    let toml = files.iter().filter(|path| path.extension().is_some_and(|e| e == "toml"));
    let mut problems = Vec::new();
    for path in toml {
        // `rulebooks/<platform>/<metric>/rule.toml`: both names together, as a listing writes them.
        let place = path.strip_prefix("rulebooks").unwrap_or(path).with_extension("");
        let place = place.to_string_lossy().replace('\\', "/");
        let metric = place.strip_suffix("/rule").unwrap_or(&place);
        if !listing.contains(metric) {
            problems.push(format!("{}: not listed in crates/rulebook", path.display()));
        }
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_and_long_functions_are_found() {
        let line = "字".repeat(LINE);
        assert!(source(&line).is_empty());
        assert_eq!(source(&format!("{line}字")).len(), 1);
        let function = |n: usize| {
            format!("    pub(crate) const fn f() {{\n{}    }}\n", "        x();\n".repeat(n))
        };
        assert!(source(&function(FUNCTION - 2)).is_empty());
        assert_eq!(source(&function(FUNCTION - 1))[0].0, 1);
        assert_eq!(source(&function(3).repeat(100)), []);
    }

    #[test]
    fn words_that_do_not_go_in_are_found() {
        assert_eq!(source(&["    to", "do!()"].concat()).len(), 1);
        assert!(source("// a todo list").is_empty());
    }

    #[test]
    fn names_that_say_nothing_are_found() {
        assert!(empty_name(Path::new("crates/metric/src/utils.rs")).is_some());
        assert!(empty_name(Path::new("crates/metric/src/common/mod.rs")).is_some());
        assert!(empty_name(Path::new("crates/metric/src/thread.rs")).is_none());
    }

    #[test]
    fn a_dependency_needs_a_comment() {
        let manifest = "[workspace.dependencies]\nfacts = { path = \"x\" }\n# For y.\ny = \"1\"\n\
                        z = \"1\"\n\n[profile.dev]\ndebug = \"none\"\n";
        assert_eq!(uncommented(manifest).collect::<Vec<_>>(), ["z"]);
    }
}
