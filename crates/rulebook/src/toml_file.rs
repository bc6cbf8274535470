//! TOML text to a table with byte spans, and every syntax error with its place.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Code, Diagnostic, say};
use crate::keys::Key;
use crate::walk::{Block, Completeness, Walker};

/// Parses a file and walks it along its keys. All problems are collected; where the syntax is
/// broken, nothing is said about what a recovered half may lack.
pub(crate) fn read(
    text: &str,
    keys: &'static [Key],
    problems: &mut Vec<Diagnostic>,
) -> (Block, Completeness) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut broken: Vec<Diagnostic> =
        errors.iter().map(|error| syntax(text, table.get_ref(), error)).collect();
    // After the first thing in a line that is not TOML, the rest of it seldom is.
    let mut last_line = None;
    broken.retain(|problem| {
        let line = line_of(text, problem.span.start);
        let is_new = problem.code != Code::Syntax || last_line.as_ref() != Some(&line);
        last_line = Some(line);
        is_new
    });
    let whole = broken.iter().all(|problem| problem.code == Code::Duplicate);
    let completeness = if whole { Completeness::Whole } else { Completeness::Partial };
    let mut found = Vec::new();
    let mut walker = Walker { problems: &mut found, completeness };
    // The root has no header: what it lacks is shown at the start of the file.
    let block = walker.table(table.get_ref(), 0..0, &[keys]);
    // A line that is not TOML is reported once, not again for what was recovered from it.
    let lines: Vec<Range<usize>> = broken
        .iter()
        .filter(|problem| problem.code == Code::Syntax)
        .map(|problem| line_of(text, problem.span.start))
        .collect();
    found.retain(|problem| {
        let at = problem.span.start;
        let is_recovered = problem.span.is_empty() && !lines.is_empty();
        !is_recovered && !lines.iter().any(|line| line.start <= at && at <= line.end)
    });
    problems.extend(broken);
    problems.extend(found);
    (block, completeness)
}

fn syntax(text: &str, root: &DeTable<'_>, error: &toml::de::Error) -> Diagnostic {
    let span = error.span().unwrap_or(text.len()..text.len());
    let message = error.message();
    if message == "duplicate key" {
        return duplicate(text, root, span);
    }
    Diagnostic::new(
        Code::Syntax,
        span,
        say!("the text is not TOML: {message}", "不是合法的 TOML：{zh}", zh = in_chinese(message)),
        say!("not understood from here", "从这里起无法理解"),
    )
}

fn duplicate(text: &str, root: &DeTable<'_>, span: Range<usize>) -> Diagnostic {
    let name = slice(text, &span);
    let problem = Diagnostic::new(
        Code::Duplicate,
        span.clone(),
        say!("`{name}` is given twice", "`{name}` 写了两次"),
        say!("given again here", "这里又写了一次"),
    )
    .help("keep one of the two", "两处只留一处");
    match first_of(text, root, &span).or_else(|| earlier_line(text, &span)) {
        Some(first) => problem.also(first, "first given here", "第一次写在这里"),
        None => problem,
    }
}

/// The key of the same name in the same table that stands before a repeated one.
fn first_of(text: &str, root: &DeTable<'_>, repeated: &Range<usize>) -> Option<Range<usize>> {
    let mut best = (0..0, root);
    innermost(text, root, repeated.start, &mut best);
    let name = slice(text, repeated);
    let mut found = None;
    same_name(text, best.1, name.trim_matches(['"', '\'']), repeated.start, &mut found);
    found
}

/// The table whose own lines hold a position: of the inline tables around it the innermost, else
/// the one with the last header before it.
fn innermost<'t, 'i>(
    text: &str,
    table: &'t DeTable<'i>,
    at: usize,
    best: &mut (Range<usize>, &'t DeTable<'i>),
) {
    let mut consider = |span: Range<usize>, inner: &'t DeTable<'i>| {
        let is_inline = slice(text, &span).starts_with('{');
        let holds = if is_inline { span.contains(&at) } else { span.start <= at };
        if holds && span.start >= best.0.start {
            *best = (span, inner);
        }
        if holds || !is_inline {
            innermost(text, inner, at, best);
        }
    };
    for value in table.values() {
        match value.get_ref() {
            DeValue::Table(inner) => consider(value.span(), inner),
            DeValue::Array(array) => {
                for item in array {
                    if let DeValue::Table(inner) = item.get_ref() {
                        consider(item.span(), inner);
                    }
                }
            }
            _ => {}
        }
    }
}

fn same_name(
    text: &str,
    table: &DeTable<'_>,
    name: &str,
    before: usize,
    found: &mut Option<Range<usize>>,
) {
    for (key, value) in table {
        let span = key.span();
        let is_later = found.as_ref().is_none_or(|best| span.start > best.start);
        if key.get_ref() == name && span.start < before && is_later {
            *found = Some(span);
        }
        // Tables made by dotted keys stand in the same lines.
        if let DeValue::Table(inner) = value.get_ref()
            && !slice(text, &value.span()).starts_with(['{', '['])
        {
            same_name(text, inner, name, before, found);
        }
    }
}

/// An earlier line with the same words: a table header that is given twice.
fn earlier_line(text: &str, repeated: &Range<usize>) -> Option<Range<usize>> {
    let line = slice(text, &line_of(text, repeated.start)).trim();
    let mut start = 0;
    for earlier in slice(text, &(0..repeated.start)).split_inclusive('\n') {
        if earlier.trim() == line && start + earlier.len() <= repeated.start {
            let from = start + earlier.len() - earlier.trim_start().len();
            return Some(from..from + line.len());
        }
        start += earlier.len();
    }
    None
}

fn line_of(text: &str, at: usize) -> Range<usize> {
    let at = text.floor_char_boundary(at.min(text.len()));
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    start..end
}

/// The text of a span, empty where there is none.
fn slice<'t>(text: &'t str, span: &Range<usize>) -> &'t str {
    text.get(span.clone()).unwrap_or_default()
}

/// The parser's words in Chinese; words that are not in the list stand as they are.
fn in_chinese(message: &str) -> String {
    const WORDS: &[(&str, &str)] = &[
        ("key with no value", "键没有值"),
        ("missing value", "缺少值"),
        ("string values must be quoted", "文字要加引号"),
        ("unquoted", "没有加引号的"),
        ("unclosed string", "文字没有结束的引号"),
        ("invalid basic string", "双引号文字不合法"),
        ("invalid literal string", "单引号文字不合法"),
        ("unclosed array", "列表没有结束的方括号"),
        ("unclosed inline table", "表没有结束的花括号"),
        ("unclosed table", "表头没有结束的方括号"),
        ("extra `,`", "多余的逗号"),
        ("missing comma between", "缺少逗号："),
        ("array elements", "列表的各项之间"),
        ("key-value pairs", "各个键之间"),
        ("invalid unquoted key", "键的写法不合法"),
        ("unexpected key or value", "多余的键或值"),
        ("missing escaped value", "反斜杠后面没有内容"),
        ("invalid mantissa", "数字不合法"),
        (", expected ", "，应为 "),
        ("literal string", "单引号文字"),
        ("newline", "换行"),
        ("nothing", "没有内容"),
        ("letters", "字母"),
        ("numbers", "数字"),
    ];
    WORDS.iter().fold(message.to_owned(), |text, (en, zh)| text.replace(en, zh))
}
