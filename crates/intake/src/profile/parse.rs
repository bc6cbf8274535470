//! Profiles out of TOML.

use facts::Author;
use jiff::tz::TimeZone;
use toml::Spanned;
use toml::de::DeValue;

use super::sender::{Pattern, Senders};
use super::times::{self, TimeFormat, Times};
use super::{CONSTANT, Constant, Format, Profile, Rows, Target, Words};
use crate::column::Column;
use crate::encoding;
use crate::lang::closest;
use crate::registry::{Diagnostics, Expected, Problem, Reader, Table, Value, parse_with};
use crate::reject::WordList;

const TOP: &[&str] = &[
    "name",
    "format",
    "rows",
    "encoding",
    "time",
    "zone",
    "skip_sheets",
    "columns",
    "constants",
    "authors",
    "kinds",
    "facts",
];
const NAME: &[&str] = &["zh", "en"];
const AUTHORS: &[&str] = &["words", "patterns", "otherwise"];
const PATTERN: &[&str] = &["like", "author"];
const WORDS: &[&str] = &["words", "otherwise"];

/// Where a chat was held, unless a profile says otherwise.
const ZONE: &str = "Asia/Shanghai";

pub(super) fn parse(bytes: &[u8], name: &str) -> Result<Profile, Diagnostics> {
    parse_with(bytes, name, profile)
}

fn profile(reader: &mut Reader, root: Table<'_, '_>) -> Profile {
    reader.check_keys(root, TOP);
    let format = word(reader, root, "format", Format::WORDS);
    if root.get("format").is_none() {
        reader.report(Problem::MissingKey { key: "format", table: "" }, root.span());
    }
    let rows = word(reader, root, "rows", Rows::WORDS).unwrap_or(Rows::Message);
    let is_table = format.is_none_or(Format::is_table);
    let profile = Profile {
        name: names(reader, root),
        format: format.unwrap_or(Format::Table),
        rows,
        encoding: word(reader, root, "encoding", &encoding::KNOWN),
        times: times(reader, root, is_table),
        columns: columns(reader, root),
        skip_sheets: reader.texts(root, "skip_sheets"),
        constants: constants(reader, root),
        senders: senders(reader, root),
        kinds: words(reader, root, "kinds", WordList::Kind),
        facts: words(reader, root, "facts", WordList::Fact),
    };
    if is_table {
        check_columns(reader, root, &profile);
    } else {
        for key in ["columns", "rows", "skip_sheets"] {
            if let Some(value) = root.get(key) {
                reader.report(Problem::Needless { key }, value.span());
            }
        }
    }
    profile
}

/// What every row needs must come from a column or may be given with the call.
fn check_columns(reader: &mut Reader, root: Table<'_, '_>, profile: &Profile) {
    let Some(columns) = root.get("columns") else {
        return reader.report(Problem::MissingKey { key: "columns", table: "" }, root.span());
    };
    let needed = match profile.rows {
        Rows::Message => "at",
        Rows::Pair => "answer_text",
        Rows::Transcript => "transcript",
    };
    let has = |name: &str| profile.columns.iter().any(|(target, _)| target.name() == name);
    if !has(needed) {
        let problem = Problem::MissingKey { key: needed, table: "columns" };
        reader.report(problem, columns.span());
    }
    if profile.rows == Rows::Pair && !has("at") {
        let problem = Problem::MissingKey { key: "at", table: "columns" };
        reader.report(problem, columns.span());
    }
}

fn names(reader: &mut Reader, root: Table<'_, '_>) -> [String; 2] {
    let Some(value) = root.get("name") else {
        reader.report(Problem::MissingKey { key: "name", table: "" }, root.span());
        return Default::default();
    };
    let Some(table) = table(reader, "name", value) else { return Default::default() };
    reader.check_keys(table, NAME);
    for key in NAME.iter().filter(|key| table.get(key).is_none()) {
        reader.report(Problem::MissingKey { key, table: "name" }, table.span());
    }
    [reader.text(table, "zh"), reader.text(table, "en")]
}

fn table<'t, 'a>(
    reader: &mut Reader,
    name: &'static str,
    value: &'t Value<'a>,
) -> Option<Table<'t, 'a>> {
    let DeValue::Table(entries) = value.get_ref() else {
        reader.wrong_type(name, Expected::Words, value);
        return None;
    };
    Some(Table { entries, name, span: (value.span().start, value.span().end) })
}

/// A word out of a list.
fn word<T: Copy>(
    reader: &mut Reader,
    table: Table<'_, '_>,
    key: &'static str,
    known: &'static [(&'static str, T)],
) -> Option<T> {
    let value = table.get(key)?;
    let text = reader.text_of(key, value);
    one_of(reader, key, &text, value, known.iter().copied())
}

fn one_of<T>(
    reader: &mut Reader,
    key: &str,
    text: &str,
    value: &Value<'_>,
    known: impl Iterator<Item = (&'static str, T)> + Clone,
) -> Option<T> {
    let found = known.clone().find(|(word, _)| *word == text).map(|(_, value)| value);
    // An empty text was reported as such.
    if found.is_none() && !text.is_empty() {
        let known: Vec<&'static str> = known.map(|(word, _)| word).collect();
        let suggestion = closest(text, known.iter().copied());
        let problem =
            Problem::UnknownWord { key: key.into(), found: text.into(), suggestion, known };
        reader.report(problem, value.span());
    }
    found
}

fn times(reader: &mut Reader, root: Table<'_, '_>, is_table: bool) -> Times {
    let mut formats = Vec::new();
    if let Some(value) = root.get("time") {
        for value in texts_of(reader, "time", value) {
            match TimeFormat::parse(&value.0) {
                Some(format) => formats.push((value.0, format)),
                None => reader.report(Problem::TimeFormat { found: value.0 }, value.1),
            }
        }
    } else if is_table {
        reader.report(Problem::MissingKey { key: "time", table: "" }, root.span());
    }
    Times::new(formats, zone(reader, root))
}

fn zone(reader: &mut Reader, root: Table<'_, '_>) -> TimeZone {
    let name = reader.text(root, "zone");
    let zone = times::zone(if name.is_empty() { ZONE } else { &name });
    if zone.is_none()
        && let Some(value) = root.get("zone")
    {
        reader.report(Problem::Zone { found: name }, value.span());
    }
    zone.unwrap_or(TimeZone::UTC)
}

type Text = (String, std::ops::Range<usize>);

/// One text, or a list of them, with their places.
fn texts_of(reader: &mut Reader, key: &str, value: &Value<'_>) -> Vec<Text> {
    match value.get_ref() {
        DeValue::String(_) => vec![(reader.text_of(key, value), value.span())],
        DeValue::Array(array) => {
            array.iter().map(|item| (reader.text_of(key, item), item.span())).collect()
        }
        _ => {
            reader.wrong_type(key, Expected::TextOrTexts, value);
            Vec::new()
        }
    }
    .into_iter()
    .filter(|(text, _)| !text.is_empty())
    .collect()
}

/// The entries of a table whose keys are out of a list, in file order.
fn known_entries<'t, 'a, T: Copy>(
    reader: &mut Reader,
    root: Table<'t, 'a>,
    key: &'static str,
    known: &[(&'static str, T)],
) -> Vec<(T, &'static str, &'t Value<'a>)> {
    let Some(value) = root.get(key) else { return Vec::new() };
    let Some(table) = table(reader, key, value) else { return Vec::new() };
    let mut entries: Vec<_> = table.entries.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut found = Vec::new();
    for (name, value) in entries {
        let text: &str = name.get_ref().as_ref();
        match known.iter().find(|(word, _)| *word == text) {
            Some((word, target)) => found.push((*target, *word, value)),
            None => unknown_key(reader, name, known.iter().map(|(word, _)| *word).collect()),
        }
    }
    found
}

fn unknown_key(
    reader: &mut Reader,
    name: &Spanned<std::borrow::Cow<'_, str>>,
    known: Vec<&'static str>,
) {
    let text: &str = name.get_ref().as_ref();
    let suggestion = closest(text, known.iter().copied());
    let problem = Problem::UnknownColumn { key: text.into(), suggestion, known };
    reader.report(problem, name.span());
}

fn columns(reader: &mut Reader, root: Table<'_, '_>) -> Vec<(Target, Vec<String>)> {
    let known: Vec<(&'static str, Target)> = Target::all().map(|t| (t.name(), t)).collect();
    known_entries(reader, root, "columns", &known)
        .into_iter()
        .map(|(target, key, value)| {
            let names = texts_of(reader, key, value);
            (target, names.into_iter().map(|(name, _)| name).collect())
        })
        .collect()
}

fn constants(reader: &mut Reader, root: Table<'_, '_>) -> Vec<Constant> {
    let known: Vec<(&'static str, Column)> = CONSTANT.map(|c| (c.name(), c)).to_vec();
    known_entries(reader, root, "constants", &known)
        .into_iter()
        .map(|(column, key, value)| {
            let text = reader.text_of(key, value);
            let list = match column {
                Column::Author => Some(WordList::Author),
                Column::Kind => Some(WordList::Kind),
                Column::Fact => Some(WordList::Fact),
                _ => None,
            };
            if let Some(list) = list {
                let words = list.words();
                one_of(reader, key, &text, value, words.iter().map(|word| (*word, ())));
            }
            Constant { column, value: text, given: false }
        })
        .filter(|constant| !constant.value.is_empty())
        .collect()
}

/// Words of the source with what they stand for.
fn words(reader: &mut Reader, root: Table<'_, '_>, key: &'static str, list: WordList) -> Words {
    let Some(value) = root.get(key) else { return Words::default() };
    let Some(table) = table(reader, key, value) else { return Words::default() };
    reader.check_keys(table, WORDS);
    words_of(reader, table, list)
}

fn words_of(reader: &mut Reader, table: Table<'_, '_>, list: WordList) -> Words {
    let known: Vec<(&'static str, &'static str)> =
        list.words().into_iter().map(|word| (word, word)).collect();
    let mut words = Words::default();
    for (word, value) in reader.entries(table, "words", Expected::Words) {
        let text = reader.text_of(&word, value);
        let meaning = one_of(reader, &word, &text, value, known.iter().copied());
        words.words.extend(meaning.map(|meaning| (word, meaning)));
    }
    if let Some(value) = table.get("otherwise") {
        let text = reader.text_of("otherwise", value);
        words.otherwise = one_of(reader, "otherwise", &text, value, known.iter().copied());
    }
    words
}

fn senders(reader: &mut Reader, root: Table<'_, '_>) -> Senders {
    let Some(value) = root.get("authors") else { return Senders::default() };
    let Some(table) = table(reader, "authors", value) else { return Senders::default() };
    reader.check_keys(table, AUTHORS);
    let words = words_of(reader, table, WordList::Author);
    let otherwise = words.otherwise.and_then(Author::from_word);
    let mut patterns = Vec::new();
    for entry in reader.tables(table.get("patterns"), "patterns") {
        reader.check_keys(entry, PATTERN);
        for key in PATTERN.iter().filter(|key| entry.get(key).is_none()) {
            reader.report(Problem::MissingKey { key, table: "patterns" }, entry.span());
        }
        let author = word(reader, entry, "author", Author::WORDS);
        let Some(value) = entry.get("like") else { continue };
        let like = reader.text_of("like", value);
        match Pattern::parse(&like) {
            Some(pattern) => patterns.extend(author.map(|author| (pattern, author))),
            None if like.is_empty() => {}
            None => reader.report(Problem::Pattern { found: like }, value.span()),
        }
    }
    Senders { words: Words { otherwise: None, ..words }, patterns, otherwise, seller: None }
}
