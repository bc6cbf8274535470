//! JSON as interfaces and webhooks give it: one value a line, a list, or pages one after another.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::times::Times;
use crate::ENDLESS;
use crate::error::Error;
use crate::reject::{JsonType, Reason};
use crate::source::Stream;

/// Pages lie in so many objects and lists at most.
const MAX_DEPTH: usize = 6;

/// The values of a stream, one after the other; the largest may have [`ENDLESS`] bytes.
pub(super) struct Values {
    stream: Stream,
    value: Vec<u8>,
    line: u64,
    /// Whether the values are the items of a list.
    in_list: bool,
    /// Whether each line is a value: then a broken one spoils no other.
    by_line: bool,
}

/// What comes next in a stream.
pub(super) enum Next<'a> {
    /// A value, with the line on which it begins.
    Value(u64, &'a [u8]),
    /// A value that is too large.
    TooLong(u64),
    End,
}

/// How far a value was looked at.
#[derive(Default)]
struct Sofar {
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl Sofar {
    /// Takes a byte; whether it ends the value.
    fn ends_with(&mut self, byte: u8) -> bool {
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}

impl Values {
    pub(super) const fn new(stream: Stream) -> Self {
        Self { stream, value: Vec::new(), line: 1, in_list: false, by_line: false }
    }

    /// The next value, which may be no JSON.
    pub(super) fn next(&mut self) -> Result<Next<'_>, Error> {
        let Some(first) = self.skip_to_value()? else { return Ok(Next::End) };
        let line = self.line;
        let nested = matches!(first, b'{' | b'[') && !self.by_line;
        let mut sofar = Sofar::default();
        let mut size = 0u64;
        self.value.clear();
        loop {
            let input = self.stream.fill()?;
            if input.is_empty() {
                break;
            }
            let end = if nested {
                input.iter().position(|byte| sofar.ends_with(*byte)).map(|at| at + 1)
            } else {
                memchr::memchr(b'\n', input)
            };
            let part = &input[..end.unwrap_or(input.len())];
            size += part.len() as u64;
            if size <= ENDLESS {
                self.value.extend_from_slice(part);
            }
            self.line += memchr::memchr_iter(b'\n', part).count() as u64;
            let n = part.len();
            self.stream.consume(n);
            if end.is_some() {
                break;
            }
        }
        // A first value that ends with its line makes a file of lines.
        if nested && !self.in_list && line == self.line {
            self.by_line = self.stream.fill()?.first().is_none_or(|b| matches!(b, b'\n' | b'\r'));
        }
        Ok(if size > ENDLESS { Next::TooLong(line) } else { Next::Value(line, &self.value) })
    }

    /// Skips what stands between values; the first byte of the next one.
    fn skip_to_value(&mut self) -> Result<Option<u8>, Error> {
        loop {
            let Some(&byte) = self.stream.fill()?.first() else { return Ok(None) };
            match byte {
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' => {}
                b',' if self.in_list => {}
                b']' if self.in_list => self.in_list = false,
                b'[' if !self.in_list && !self.by_line => self.in_list = true,
                _ => return Ok(Some(byte)),
            }
            self.stream.consume(1);
        }
    }
}

/// The records in a value.
pub(super) struct Page {
    /// Each with the line on which it begins.
    pub(super) records: Vec<(u64, Record)>,
}

impl Page {
    /// Finds the objects that have one of some keys, however deep in a page they lie. A page
    /// without any must at least have an empty list of them.
    pub(super) fn find(bytes: &[u8], line: u64, marks: &[&str]) -> Result<Self, Reason> {
        let text = std::str::from_utf8(bytes).map_err(|_| Reason::InvalidUtf8)?;
        let raw: &RawValue = serde_json::from_str(text)
            .map_err(|error| Reason::NotJson { byte: error.column().max(1) })?;
        let mut finder = Finder { text, line, marks, records: Vec::new(), lists: 0 };
        finder.visit(raw, 0)?;
        let Finder { records, lists, .. } = finder;
        if records.is_empty() && (lists == 0 || failed(text)) {
            return Err(match serde_json::from_str::<Value>(text) {
                _ if failed(text) => Reason::Failed,
                Ok(Value::Object(_)) => Reason::UnknownRecord,
                Ok(value) => Reason::NotAnObject { found: json_type(&value) },
                Err(error) => Reason::NotJson { byte: error.column().max(1) },
            });
        }
        Ok(Self { records })
    }
}

/// Whether a page says of itself that the call failed.
fn failed(text: &str) -> bool {
    let Ok(Value::Object(page)) = serde_json::from_str::<Value>(text) else { return false };
    let record = Record(page);
    let code = record.text("errcode");
    record.0.contains_key("error_response")
        || !matches!(&*code, "" | "0")
        || !record.text("errorCode").is_empty()
}

fn json_type(value: &Value) -> JsonType {
    match value {
        Value::Bool(_) => JsonType::Boolean,
        Value::Number(_) | Value::Null => JsonType::Number,
        Value::String(_) => JsonType::Text,
        Value::Array(_) => JsonType::List,
        Value::Object(_) => JsonType::Object,
    }
}

struct Finder<'a> {
    text: &'a str,
    line: u64,
    marks: &'a [&'a str],
    records: Vec<(u64, Record)>,
    lists: usize,
}

impl<'a> Finder<'a> {
    fn visit(&mut self, raw: &'a RawValue, depth: usize) -> Result<(), Reason> {
        let json = raw.get();
        let bad = |_| Reason::NotJson { byte: 1 };
        if depth > MAX_DEPTH {
            return Ok(());
        }
        if json.starts_with('[') {
            self.lists += 1;
            let items: Vec<&'a RawValue> = serde_json::from_str(json).map_err(bad)?;
            return items.into_iter().try_for_each(|item| self.visit(item, depth + 1));
        }
        if !json.starts_with('{') {
            return Ok(());
        }
        let parts: BTreeMap<String, &'a RawValue> = serde_json::from_str(json).map_err(bad)?;
        if self.marks.iter().any(|mark| parts.contains_key(*mark)) {
            let before = json.as_ptr() as usize - self.text.as_ptr() as usize;
            let before = self.text.as_bytes().get(..before).unwrap_or_default();
            let line = self.line + memchr::memchr_iter(b'\n', before).count() as u64;
            let map: Map<String, Value> = serde_json::from_str(json).map_err(bad)?;
            self.records.push((line, Record(map)));
            return Ok(());
        }
        parts.into_values().try_for_each(|part| self.visit(part, depth + 1))
    }
}

/// An object whose values may be missing or written otherwise than expected.
#[derive(Debug)]
pub(super) struct Record(Map<String, Value>);

impl Record {
    /// A text, number or truth as a text; empty: none.
    pub(super) fn text(&self, key: &str) -> Cow<'_, str> {
        text_of(self.0.get(key))
    }

    /// A text in an object of the object.
    pub(super) fn text_in(&self, path: &[&str]) -> Cow<'_, str> {
        let [first, rest @ ..] = path else { return "".into() };
        let start = self.0.get(*first);
        text_of(rest.iter().fold(start, |value, key| value.and_then(|value| value.get(key))))
    }

    /// Any value in an object of the object.
    pub(super) fn value_in(&self, path: &[&str]) -> Option<&Value> {
        let [first, rest @ ..] = path else { return None };
        let start = self.0.get(*first);
        let value = rest.iter().fold(start, |value, key| value.and_then(|value| value.get(key)));
        value.filter(|value| !value.is_null())
    }

    /// Whether a flag is set: `true`, a number but 0, or such a word.
    pub(super) fn flag(&self, key: &str) -> bool {
        !matches!(&*self.text(key).to_lowercase(), "" | "0" | "false" | "n" | "no")
    }

    /// Whether a mark is set, `None` where its value is neither yes nor no.
    pub(super) fn mark(&self, key: &str) -> Option<bool> {
        if matches!(self.0.get(key), Some(Value::Array(_) | Value::Object(_))) {
            return None;
        }
        match &*self.text(key).to_lowercase() {
            "" | "0" | "false" | "n" | "no" => Some(false),
            "1" | "true" | "y" | "yes" => Some(true),
            _ => None,
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(|value| !value.is_null())
    }

    /// The records of a list in the object.
    pub(super) fn list(&mut self, key: &str) -> Option<Vec<Self>> {
        let Some(Value::Array(items)) = self.0.get_mut(key).map(Value::take) else { return None };
        let object = |item| if let Value::Object(map) = item { map } else { Map::new() };
        Some(items.into_iter().map(|item| Self(object(item))).collect())
    }

    /// An instant; `None` where there is none, which 0 says too.
    pub(super) fn at(&self, key: &str, times: &Times) -> Option<Result<i64, Reason>> {
        instant(self.0.get(key), times)
    }
}

fn instant(value: Option<&Value>, times: &Times) -> Option<Result<i64, Reason>> {
    match value? {
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or(f64::NAN);
            (number != 0.0).then(|| times.number(number))
        }
        Value::String(text) if matches!(text.trim(), "" | "0") => None,
        Value::String(text) => Some(times.text(text)),
        Value::Null => None,
        value => Some(Err(Reason::WrongType { found: json_type(value) })),
    }
}

fn text_of(value: Option<&Value>) -> Cow<'_, str> {
    match value {
        Some(Value::String(text)) => Cow::Borrowed(text),
        Some(Value::Number(number)) => Cow::Owned(number.to_string()),
        Some(Value::Bool(value)) => Cow::Borrowed(if *value { "true" } else { "false" }),
        _ => Cow::Borrowed(""),
    }
}

/// Hands every record of a stream over with its line, and rejects what holds none.
pub(super) fn each_record(
    stream: Stream,
    marks: &[&str],
    sink: &mut crate::read::Sink<'_>,
    each: &mut dyn FnMut(u64, Record, &mut crate::read::Sink<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut values = Values::new(stream);
    loop {
        let (line, bytes) = match values.next()? {
            Next::End => return Ok(()),
            Next::TooLong(line) => {
                sink.reject(line, None, Reason::TooLong { limit: ENDLESS })?;
                continue;
            }
            Next::Value(line, bytes) => (line, bytes),
        };
        match Page::find(bytes, line, marks) {
            Ok(page) => {
                for (line, record) in page.records {
                    each(line, record, sink)?;
                }
            }
            Err(reason) => sink.reject(line, None, reason)?,
        }
    }
}
