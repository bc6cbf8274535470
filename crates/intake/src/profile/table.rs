//! Tables, as text or in workbooks, whose columns a profile maps.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use facts::{Author, FactKind};

use super::draft::Draft;
use super::json::each_record;
use super::sender::Known;
use super::transcript;
use super::{Profile, Rows, Target};
use crate::column::Column;
use crate::csv::{Fields, Outcome, Record, Records};
use crate::error::Error;
use crate::read::Sink;
use crate::reject::{Reason, WordList};
use crate::report::{Mapping, Warning};
use crate::source::Stream;
use crate::workbook::{Cell, Workbook};
use crate::{ENDLESS, MAX_LINE};

/// The header stands within so many rows: titles and notes may come before it.
const HEADER_WITHIN: usize = 20;

/// A value of a row.
#[derive(Clone, Debug)]
enum Value<'a> {
    Missing,
    Text(Cow<'a, str>),
    Number(f64),
    Wall(i64),
    NotUtf8,
    Error,
}

impl<'a> Value<'a> {
    fn of_cell(cell: &'a Cell) -> Self {
        match cell {
            Cell::Empty => Self::Missing,
            Cell::Text(text) if text.trim().is_empty() => Self::Missing,
            Cell::Text(text) => Self::Text(text.trim().into()),
            Cell::Number(number) => Self::Number(*number),
            Cell::Time(wall) => Self::Wall(*wall),
            Cell::Boolean(value) => Self::Text(value.to_string().into()),
            Cell::Error => Self::Error,
        }
    }

    fn of_bytes(bytes: &'a [u8]) -> Self {
        match std::str::from_utf8(bytes).map(str::trim) {
            Ok("") => Self::Missing,
            Ok(text) => Self::Text(text.into()),
            Err(_) => Self::NotUtf8,
        }
    }

    fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    /// The value as a text; empty: none. Whole numbers are written without a decimal point.
    fn text(&self, column: Column) -> Result<Cow<'a, str>, (Column, Reason)> {
        match self {
            Self::Missing => Ok("".into()),
            Self::Text(text) => Ok(text.clone()),
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                Ok((*number as i64).to_string().into())
            }
            Self::Number(number) => Ok(number.to_string().into()),
            Self::Wall(ms) => Ok(ms.to_string().into()),
            Self::NotUtf8 => Err((column, Reason::InvalidUtf8)),
            Self::Error => Err((column, Reason::CellError)),
        }
    }
}

/// The header of a table, matched with a profile.
struct Header {
    places: Vec<(Target, usize)>,
    n_columns: usize,
}

impl Header {
    /// Matches a row with the profile's columns; `None` when the row is no header.
    fn find(profile: &Profile, names: &[String], mapping: &mut Mapping) -> Option<Self> {
        let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let mut places: Vec<(Target, usize)> = Vec::new();
        for (target, candidates) in &profile.columns {
            let found = candidates.iter().find_map(|candidate| {
                let candidate = self::plain(candidate);
                plain.iter().position(|name| *name == candidate)
            });
            places.extend(found.map(|i| (*target, i)));
        }
        let has = |target| places.iter().any(|(known, _)| *known == target);
        if !has(key_target(profile)) || places.len() < 2.min(profile.columns.len()) {
            return None;
        }
        let used = |i: &usize| places.iter().any(|(_, place)| place == i);
        mapping.matched =
            places.iter().map(|(target, i)| (names[*i].trim().into(), target.name())).collect();
        let unused = (0..names.len()).filter(|i| !used(i) && !plain[*i].is_empty());
        mapping.unused = unused.map(|i| names[i].trim().into()).collect();
        Some(Self { n_columns: names.len(), places })
    }

    fn place(&self, target: Target) -> Option<usize> {
        self.places.iter().find(|(known, _)| *known == target).map(|(_, i)| *i)
    }

    /// Checks that what every fact needs has a column or a constant.
    fn check(&self, profile: &Profile, source: &Arc<str>) -> Result<(), Error> {
        let has = |target| self.place(target).is_some();
        let mut needed: Vec<Target> = [Column::Platform, Column::Shop].map(Target::Column).to_vec();
        let by_sender = has(Target::Sender);
        if profile.rows == Rows::Message && !by_sender {
            needed.push(Target::Column(Column::Buyer));
            if profile.senders.otherwise.is_none() && !has(Target::Column(Column::Fact)) {
                needed.push(Target::Column(Column::Author));
            }
        }
        if profile.rows == Rows::Pair {
            needed.push(Target::Column(Column::Buyer));
            needed.push(Target::AnswerText);
        }
        let constant = |target: &Target| match target {
            Target::Column(column) => profile.constant(*column).is_some(),
            _ => false,
        };
        let missing: Vec<Target> =
            needed.into_iter().filter(|target| !has(*target) && !constant(target)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Error::Unmapped { source: source.clone(), needed: wanted(profile, &missing) })
    }
}

/// Targets with the names that their columns may have.
fn wanted(profile: &Profile, targets: &[Target]) -> Vec<(&'static str, Vec<String>)> {
    let names = |target: &Target| {
        let entry = profile.columns.iter().find(|(known, _)| known == target);
        entry.map_or_else(Vec::new, |(_, names)| names.clone())
    };
    targets.iter().map(|target| (target.name(), names(target))).collect()
}

fn no_header(profile: &Profile, source: Arc<str>) -> Error {
    Error::Unmapped { source, needed: wanted(profile, &[key_target(profile)]) }
}

/// Names of columns are compared without case, spaces and the width of brackets.
fn plain(name: &str) -> String {
    let plain = |c: char| match c {
        '（' => '(',
        '）' => ')',
        '：' => ':',
        '_' | '-' => ' ',
        c => c,
    };
    let name = name.trim_start_matches('\u{feff}');
    name.chars().map(plain).filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

/// Reads a table of text to its end.
pub(super) fn read_csv(
    profile: &Profile,
    mut stream: Stream,
    encoding: &'static str,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let source = sink.name();
    let separator = separator(stream.fill()?);
    let mut records = Records::separated_by(stream, separator);
    let mut mapping = Mapping { encoding, ..Mapping::default() };
    let mut header = None;
    for _ in 0..HEADER_WITHIN {
        let Some(Record { line, outcome }) = records.next(&source)? else { break };
        let Outcome::Fields(fields) = outcome else { break };
        let names: Vec<String> =
            (0..fields.len()).map(|i| String::from_utf8_lossy(fields.bytes(i)).into()).collect();
        header = Header::find(profile, &names, &mut mapping);
        if header.is_some() {
            mapping.header = Some(line);
            break;
        }
    }
    let header = header.ok_or_else(|| no_header(profile, source.clone()))?;
    header.check(profile, &source)?;
    sink.set_mapping(mapping);
    while let Some(Record { line, outcome }) = records.next(&source)? {
        match outcome {
            Outcome::Fields(fields) if fields.len() == header.n_columns => {
                let value = |i: usize| Value::of_bytes(fields.bytes(i));
                if !blank(&fields) {
                    row(profile, &header, line, &value, sink)?;
                }
            }
            Outcome::Fields(fields) => {
                let (found, expected) = (fields.len() as u64, header.n_columns as u64);
                sink.reject(line, None, Reason::FieldCount { found, expected })?;
            }
            Outcome::TooManyFields(found) => {
                let expected = header.n_columns as u64;
                sink.reject(line, None, Reason::FieldCount { found, expected })?;
            }
            Outcome::TooLong => sink.reject(line, None, Reason::TooLong { limit: MAX_LINE })?,
            Outcome::Unclosed { last_line } => {
                sink.reject(line, None, Reason::UnclosedQuote { last_line })?;
            }
        }
    }
    Ok(())
}

/// Reads objects to the end, whose keys are the columns; a dot leads into an object.
pub(super) fn read_json(
    profile: &Profile,
    stream: Stream,
    encoding: &'static str,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let key = key_target(profile);
    let places: Vec<(Target, usize)> =
        profile.columns.iter().enumerate().map(|(i, (target, _))| (*target, i)).collect();
    let header = Header { places, n_columns: profile.columns.len() };
    header.check(profile, &sink.name())?;
    let names = profile.columns.iter().filter(|(target, _)| *target == key);
    let marks: Vec<&str> =
        names.flat_map(|(_, names)| names).filter_map(|name| name.split('.').next()).collect();
    let matched = profile.columns.iter().map(|(target, names)| (names.join(" | "), target.name()));
    sink.set_mapping(Mapping { encoding, matched: matched.collect(), ..Mapping::default() });
    each_record(stream, &marks, sink, &mut |line, record, sink| {
        let value = |i: usize| {
            let names = profile.columns.get(i).map_or(&[][..], |(_, names)| names);
            let texts = names.iter().map(|name| {
                let path: Vec<&str> = name.split('.').collect();
                record.text_in(&path)
            });
            // Digits stay as they are written: a long id is no number.
            match texts.map(|text| text.trim().to_owned()).find(|text| !text.is_empty()) {
                Some(text) => Value::Text(text.into()),
                None => Value::Missing,
            }
        };
        row(profile, &header, line, &value, sink)
    })
}

/// What makes a row a header.
fn key_target(profile: &Profile) -> Target {
    match profile.rows {
        Rows::Message | Rows::Pair => Target::Column(Column::At),
        Rows::Transcript => Target::Transcript,
    }
}

/// A row of nothing but separators, as spreadsheets write them below a table.
fn blank(fields: &Fields<'_>) -> bool {
    (0..fields.len()).all(|i| fields.bytes(i).trim_ascii().is_empty())
}

/// The byte that separates the fields of the first line which has one.
pub(super) fn separator(start: &[u8]) -> u8 {
    let lines = start.split(|b| *b == b'\n').take(HEADER_WITHIN);
    let best = lines
        .flat_map(|line| [b',', b'\t', b';'].map(|c| (memchr::memchr_iter(c, line).count(), c)));
    // Of equal counts the first is kept.
    best.fold((0, b','), |best, next| if next.0 > best.0 { next } else { best }).1
}

/// Reads every sheet of a workbook; how many rows they had.
pub(super) fn read_workbook(
    profile: &Profile,
    name: &Arc<str>,
    mut book: Workbook,
    sink: &mut Sink<'_>,
) -> Result<u64, Error> {
    let mut total = 0;
    let mut matched = false;
    for sheet in book.sheets() {
        let part: Arc<str> = format!("{name}[{}]", sheet.name).into();
        if profile.skip_sheets.contains(&sheet.name) {
            let what = sheet.name;
            sink.warn(Warning::PassedOver { source: name.clone(), what, n: 1 });
            continue;
        }
        sink.begin_part(part.clone());
        let mut sheet_header: Option<Header> = None;
        let mut seen = 0;
        book.rows(&sheet.name, &mut |line, cells| {
            seen += 1;
            if let Some(header) = &sheet_header {
                return cells_row(profile, header, line, cells, sink);
            }
            if seen <= HEADER_WITHIN {
                let names: Vec<String> = cells.iter().map(cell_name).collect();
                let mut mapping = Mapping { encoding: "xlsx", ..Mapping::default() };
                sheet_header = Header::find(profile, &names, &mut mapping);
                if let Some(header) = &sheet_header {
                    mapping.header = Some(line);
                    sink.set_mapping(mapping);
                    header.check(profile, &part)?;
                }
            }
            Ok(())
        })?;
        if sheet_header.is_none() && seen > 0 {
            let what = sheet.name;
            sink.warn(Warning::PassedOver { source: name.clone(), what, n: seen as u64 });
        }
        matched |= sheet_header.is_some();
        total += sink.end_part();
    }
    if matched { Ok(total) } else { Err(no_header(profile, name.clone())) }
}

fn cell_name(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        _ => String::new(),
    }
}

fn cells_row(
    profile: &Profile,
    header: &Header,
    line: u64,
    cells: &[Cell],
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let size: usize =
        cells.iter().map(|cell| if let Cell::Text(text) = cell { text.len() } else { 0 }).sum();
    if size as u64 > ENDLESS {
        return sink.reject(line, None, Reason::TooLong { limit: ENDLESS });
    }
    let value = |i: usize| cells.get(i).map_or(Value::Missing, Value::of_cell);
    let used = |(_, i): &(Target, usize)| !value(*i).is_missing();
    if header.places.iter().any(used) {
        row(profile, header, line, &value, sink)?;
    }
    Ok(())
}

/// Takes one row of a table.
fn row<'v>(
    profile: &Profile,
    header: &Header,
    line: u64,
    value: &dyn Fn(usize) -> Value<'v>,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let reading = Reading { profile, header, value };
    match profile.rows {
        Rows::Message => reading.message().give(profile, line, sink),
        Rows::Pair => reading.pair(line, sink),
        Rows::Transcript => reading.transcript(line, sink),
    }
}

/// One row with what is needed to read it.
struct Reading<'r, 'v> {
    profile: &'r Profile,
    header: &'r Header,
    value: &'r dyn Fn(usize) -> Value<'v>,
}

impl<'v> Reading<'_, 'v> {
    fn get(&self, target: Target) -> Value<'v> {
        self.header.place(target).map_or(Value::Missing, |i| (self.value)(i))
    }

    fn at(&self, target: Target, column: Column, draft: &mut Draft<'v>) {
        let times = &self.profile.times;
        let read = match self.get(target) {
            Value::Missing => return,
            Value::Text(text) => times.text(&text),
            Value::Number(number) => times.number(number),
            Value::Wall(wall) => times.of_wall(wall).ok_or_else(|| times.bad(&wall.to_string())),
            Value::NotUtf8 => Err(Reason::InvalidUtf8),
            Value::Error => Err(Reason::CellError),
        };
        match read {
            Ok(ms) => draft.integer(column, ms),
            Err(reason) => draft.wrong(column, reason),
        }
    }

    fn put(&self, target: Target, column: Column, draft: &mut Draft<'v>) {
        match self.get(target).text(column) {
            Ok(text) => draft.text(column, text),
            Err((column, reason)) => draft.wrong(column, reason),
        }
    }

    /// Every column but times and words, as the row has them.
    fn plain_columns(&self, draft: &mut Draft<'v>) {
        for column in Column::ALL {
            match column {
                Column::At | Column::SeenAt => {}
                Column::Author | Column::Kind | Column::Fact => {}
                _ => self.put(Target::Column(column), column, draft),
            }
        }
    }

    /// The times that a row has of its own.
    fn own_times(&self, draft: &mut Draft<'v>) {
        for column in [Column::At, Column::SeenAt] {
            self.at(Target::Column(column), column, draft);
        }
    }

    /// The word that a column's word stands for.
    fn word(&self, column: Column, draft: &mut Draft<'v>) {
        let (words, list) = match column {
            Column::Kind => (&self.profile.kinds, WordList::Kind),
            Column::Fact => (&self.profile.facts, WordList::Fact),
            _ => (&self.profile.senders.words, WordList::Author),
        };
        match self.get(Target::Column(column)).text(column) {
            Ok(text) if text.is_empty() => {}
            Ok(text) => match words.get(&text, list) {
                Some(word) => draft.text(column, word),
                None => draft.wrong(column, Reason::Unmapped),
            },
            Err((column, reason)) => draft.wrong(column, reason),
        }
    }

    /// A row that is a message or another fact.
    fn message(&self) -> Draft<'v> {
        let mut draft = Draft::default();
        self.word(Column::Fact, &mut draft);
        self.own_times(&mut draft);
        self.plain_columns(&mut draft);
        let constant = self.profile.constant(Column::Fact).map(|constant| &*constant.value);
        let fact = self.profile.given(Column::Fact).or(draft.get(Column::Fact)).or(constant);
        let is_message = fact.is_none_or(|fact| fact == FactKind::Message.word());
        if is_message {
            self.word(Column::Kind, &mut draft);
            self.word(Column::Author, &mut draft);
            self.sender(&mut draft);
        }
        draft
    }

    /// Author, account and buyer, as far as the sender's name tells them.
    fn sender(&self, draft: &mut Draft<'v>) {
        let name = match self.get(Target::Sender).text(Column::Author) {
            Ok(name) => name,
            Err((column, reason)) => return draft.wrong(column, reason),
        };
        let senders = &self.profile.senders;
        let by_name = if name.is_empty() { None } else { senders.of_name(&name) };
        let is_buyer = draft.get(Column::Buyer).is_some_and(|buyer| buyer == name);
        let named = by_name.as_ref().map(|known| known.author);
        let author = match draft.get(Column::Author).and_then(Author::from_word) {
            // A column that says no more than "the shop's" knows less than a bot's own name.
            Some(Author::Agent) if named.is_some_and(is_no_person) => named,
            Some(author) => Some(author),
            None if is_buyer && by_name.is_none() => Some(Author::Buyer),
            None => named.or(senders.otherwise),
        };
        let Some(author) = author.or_else(|| self.author_given()) else {
            return draft.wrong(Column::Author, Reason::NoAuthor);
        };
        draft.text(Column::Author, author.word());
        let Known { account, buyer, .. } =
            by_name.unwrap_or(Known { author, account: None, buyer: None });
        if author == Author::Buyer {
            if !draft.has(Column::Buyer) {
                draft.text(Column::Buyer, buyer.map_or(name, Cow::Owned));
            }
        } else if !draft.has(Column::Account) && author != Author::System {
            draft.text(Column::Account, account.map_or(name, Cow::Owned));
        }
    }

    fn author_given(&self) -> Option<Author> {
        self.profile.constant(Column::Author).and_then(|c| Author::from_word(&c.value))
    }

    /// A row that is a question and the answer to it.
    fn pair(&self, line: u64, sink: &mut Sink<'_>) -> Result<(), Error> {
        let mut question = Draft::default();
        self.plain_columns(&mut question);
        let mut answer = question.clone();
        self.own_times(&mut question);
        question.text(Column::Author, Author::Buyer.word());
        question.clear(Column::Account);
        self.word(Column::Kind, &mut question);
        // The id is the question's; it says to what the answer belongs.
        let id = question.get(Column::Id).map(str::to_owned).unwrap_or_default();
        answer.clear(Column::Id);
        answer.clear(Column::Seq);
        answer.clear(Column::Text);
        answer.text(Column::Ref, id);
        self.word(Column::Author, &mut answer);
        if !answer.has(Column::Author) {
            let author = self.profile.senders.otherwise.unwrap_or(Author::Agent);
            answer.text(Column::Author, author.word());
        }
        match self.header.place(Target::AnswerAt) {
            Some(_) => self.at(Target::AnswerAt, Column::At, &mut answer),
            None => self.own_times(&mut answer),
        }
        self.put(Target::AnswerText, Column::Text, &mut answer);
        if self.header.place(Target::AnswerAccount).is_some() {
            self.put(Target::AnswerAccount, Column::Account, &mut answer);
        }
        let answered =
            !self.get(Target::AnswerText).is_missing() || !self.get(Target::AnswerAt).is_missing();
        question.give(self.profile, line, sink)?;
        if answered {
            answer.give(self.profile, line, sink)?;
        }
        Ok(())
    }

    /// A row with a whole chat in one cell.
    fn transcript(&self, line: u64, sink: &mut Sink<'_>) -> Result<(), Error> {
        let mut template = Draft::default();
        self.plain_columns(&mut template);
        template.clear(Column::Text);
        match self.get(Target::Transcript).text(Column::Text) {
            Ok(text) => transcript::read(self.profile, &text, &template, line, sink),
            Err((column, reason)) => sink.reject(line, Some(column), reason),
        }
    }
}

fn is_no_person(author: Author) -> bool {
    matches!(author, Author::Assist | Author::Bot | Author::Auto | Author::System)
}

/// Counts what is passed over, to tell it once.
#[derive(Debug, Default)]
pub(super) struct PassedOver {
    counts: BTreeMap<String, u64>,
}

impl PassedOver {
    pub(super) fn count(&mut self, what: &str) {
        // What is passed over has few names; a source that makes up more is told of the first.
        if self.counts.len() < 64 || self.counts.contains_key(what) {
            *self.counts.entry(what.into()).or_default() += 1;
        }
    }

    pub(super) fn tell(self, sink: &mut Sink<'_>) {
        for (what, n) in self.counts {
            sink.warn(Warning::PassedOver { source: sink.name(), what, n });
        }
    }
}
