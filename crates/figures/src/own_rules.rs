//! Rules that are a shop's or a group's own, as one text.

use rulebook::{Catalogue, Loaded};

/// How a line begins that names the rule file that follows it.
const MARK: &str = "# file: ";

/// A catalogue with rules of one's own in the place of its own or beside them; later texts stand
/// before earlier ones.
///
/// A text is one rule file or several, each behind a line that says where it would lie in a
/// folder of rulebooks: `# file: taobao/human-reply-3m/rule.toml`. Diagnostics give lines of the
/// whole text.
///
/// # Example
///
/// ```
/// use rulebook::Catalogue;
/// let text = "# file: generic/reply-1m/rule.toml\n\
///     id = \"generic/reply-1m\"\n";
/// let loaded = figures::with_own_rules(Catalogue::shipped(), &[text]);
/// assert!(!loaded.diagnostics.is_empty(), "that is no whole rule");
/// let loaded = figures::with_own_rules(Catalogue::shipped(), &["# nothing but a remark\n"]);
/// assert!(loaded.diagnostics.is_empty());
/// ```
#[must_use]
pub fn with_own_rules<T: AsRef<str>>(catalogue: &Catalogue, texts: &[T]) -> Loaded {
    let mut files: Vec<(String, String)> = Vec::new();
    for text in texts {
        for (path, text) in files_of(text.as_ref()) {
            files.retain(|(known, _)| *known != path);
            files.push((path, text));
        }
    }
    catalogue.extended(files)
}

/// The files of a text, each with as many empty lines before it as there are lines before it.
fn files_of(text: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    // What comes before the first mark has no place: as a file it is told to be none, unless it
    // says nothing.
    let mut current = (String::from("rule.toml"), String::new());
    let is_said = |text: &str| {
        let mut lines = text.lines().map(str::trim);
        lines.any(|line| !line.is_empty() && !line.starts_with('#'))
    };
    for (n, line) in text.split_inclusive('\n').enumerate() {
        match line.strip_prefix(MARK) {
            Some(path) => {
                let next = (path.trim().to_owned(), "\n".repeat(n + 1));
                let done = std::mem::replace(&mut current, next);
                files.extend(Some(done).filter(|(_, text)| is_said(text)));
            }
            None => current.1.push_str(line),
        }
    }
    files.extend(Some(current).filter(|(_, text)| is_said(text)));
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_keeps_its_lines() {
        let text = "# ours\n# file: a/b/rule.toml\nx = 1\n# file: a/c/rule.toml\n\ny = 2\n";
        let files = files_of(text);
        assert_eq!(files[0], ("a/b/rule.toml".to_owned(), "\n\nx = 1\n".to_owned()));
        assert_eq!(files[1], ("a/c/rule.toml".to_owned(), "\n\n\n\n\ny = 2\n".to_owned()));
        assert_eq!(files.len(), 2);
        let lost = files_of("x = 1\n");
        assert_eq!(lost[0].0, "rule.toml", "the checker tells that it lies nowhere");
    }

    #[test]
    fn no_line_is_lost_whatever_the_text() {
        let pieces = ["# file: a/b/rule.toml", "# file: ", "x = 1", "", "# 备注", "\u{feff}", "[e"];
        let mut chance = testkit::worlds::Chance::new(11);
        for _ in 0..2_000 {
            let n = chance.below(12);
            let lines: Vec<&str> = (0..n).filter_map(|_| chance.pick(&pieces)).collect();
            let end = if chance.percent(50) { "\n" } else { "" };
            let text = format!("{}{end}", lines.join("\n"));
            let files = files_of(&text);
            for (n, line) in lines.iter().enumerate() {
                let is_rule = !line.is_empty() && !line.starts_with('#');
                let has = |(_, text): &&(String, String)| text.lines().nth(n) == Some(*line);
                assert!(!is_rule || files.iter().filter(has).count() == 1, "{text:?} {n}");
            }
            let loaded = with_own_rules(Catalogue::shipped(), &[&text]);
            assert_eq!(loaded.diagnostics.is_empty(), files.is_empty(), "{text:?}");
        }
    }
}
