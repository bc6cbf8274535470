//! Logs in JSON Lines.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::column::Column;
use crate::error::Error;
use crate::read::Sink;
use crate::reject::{JsonType, Reason};
use crate::report::Warning;
use crate::row::{Field, Raw};
use crate::source::Stream;
use crate::{ENDLESS, MAX_LINE};

/// Unknown keys that are named in warnings; more are not kept.
const MAX_UNKNOWN: usize = 20;

/// Reads a source to its end.
pub(crate) fn read(stream: Stream, sink: &mut Sink<'_>) -> Result<(), Error> {
    let source = sink.name();
    let mut lines = Lines::new(stream);
    let mut unknown = Unknown::default();
    loop {
        match lines.next(&source)? {
            Next::End => return Ok(()),
            Next::TooLong(number) => {
                sink.reject(number, None, Reason::TooLong { limit: MAX_LINE })?;
            }
            Next::Line(_, line) if line.trim_ascii().is_empty() => {}
            Next::Line(number, line) => match object(line) {
                Ok(object) => {
                    unknown.note(&object.unknown, number, &source, sink);
                    sink.row(number, &object.raw())?;
                }
                Err((column, reason)) => sink.reject(number, column, reason)?,
            },
        }
    }
}

/// The lines of a stream, in bounded memory.
pub(crate) struct Lines {
    stream: Stream,
    line: Vec<u8>,
    number: u64,
}

pub(crate) enum Next<'a> {
    Line(u64, &'a [u8]),
    TooLong(u64),
    End,
}

impl Lines {
    pub(crate) const fn new(stream: Stream) -> Self {
        Self { stream, line: Vec::new(), number: 0 }
    }

    pub(crate) fn next(&mut self, source: &Arc<str>) -> Result<Next<'_>, Error> {
        self.line.clear();
        let mut read = 0;
        loop {
            let input = self.stream.fill()?;
            if input.is_empty() && read == 0 {
                return Ok(Next::End);
            }
            let end = memchr::memchr(b'\n', input);
            let ended = end.is_some() || input.is_empty();
            let part = &input[..end.unwrap_or(input.len())];
            read += part.len() as u64 + u64::from(end.is_some());
            if read <= MAX_LINE {
                self.line.extend_from_slice(part);
            }
            let n = part.len() + usize::from(end.is_some());
            self.stream.consume(n);
            if ended {
                self.number += 1;
                let too_long = read > MAX_LINE;
                return Ok(match too_long {
                    true => Next::TooLong(self.number),
                    false => Next::Line(self.number, &self.line),
                });
            }
            if read > ENDLESS {
                let (source, line) = (source.clone(), self.number + 1);
                return Err(Error::EndlessLine { source, line, read });
            }
        }
    }
}

/// Unknown keys that were warned of.
#[derive(Default)]
struct Unknown {
    names: BTreeSet<String>,
    more: bool,
}

impl Unknown {
    fn note(&mut self, names: &[Cow<'_, str>], line: u64, source: &Arc<str>, sink: &mut Sink<'_>) {
        for name in names {
            if self.more || self.names.contains(&**name) {
                continue;
            }
            if self.names.len() == MAX_UNKNOWN {
                self.more = true;
                sink.warn(Warning::MoreUnknownColumns { source: source.clone() });
                continue;
            }
            self.names.insert(name.to_string());
            sink.warn(Warning::UnknownColumn {
                source: source.clone(),
                position: usize::try_from(line).unwrap_or(usize::MAX),
                name: name.to_string(),
                suggestion: Column::suggestion(name),
            });
        }
    }
}

/// A value of one column in a line.
enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    /// A text with half of a surrogate pair, which JSON can write and UTF-8 cannot.
    NotUtf8,
    Mistyped(JsonType),
}

/// The columns of one line, by [`Column`] as index.
pub(crate) struct Object<'a> {
    values: [Option<Value<'a>>; Column::ALL.len()],
    /// Keys that are no columns.
    pub(crate) unknown: Vec<Cow<'a, str>>,
    maybe_nul: bool,
}

impl Object<'_> {
    pub(crate) fn raw(&self) -> Raw<'_> {
        let mut raw = Raw { maybe_nul: self.maybe_nul, ..Raw::default() };
        for column in Column::ALL {
            let field = match &self.values[column as usize] {
                None | Some(Value::Null) => Field::Missing,
                Some(Value::Text(text)) => Field::Text(text),
                Some(Value::NotUtf8) => Field::NotUtf8,
                Some(Value::Mistyped(found)) => Field::Mistyped(*found),
            };
            raw.set(column, field);
        }
        raw
    }
}

/// The object of a line.
pub(crate) fn object(line: &[u8]) -> Result<Object<'_>, (Option<Column>, Reason)> {
    let text = std::str::from_utf8(line).map_err(|_| (None, Reason::InvalidUtf8))?;
    let start = text.trim_ascii_start();
    let not_object = match start.as_bytes().first() {
        Some(b'[') => Some(JsonType::List),
        Some(b'"') => Some(JsonType::Text),
        Some(b't' | b'f') => Some(JsonType::Boolean),
        Some(b'-' | b'0'..=b'9') => Some(JsonType::Number),
        _ => None,
    };
    let mut reader = serde_json::Deserializer::from_str(text);
    if let Some(found) = not_object {
        return Err(match reader.deserialize_any(IgnoredAny).and_then(|_| reader.end()) {
            Ok(()) => (None, Reason::NotAnObject { found }),
            Err(error) => (None, not_json(&error)),
        });
    }
    let mut fault = None;
    let maybe_nul = memchr::memmem::find(line, b"\\u0000").is_some();
    let visitor = ObjectVisitor { fault: &mut fault };
    match reader.deserialize_map(visitor).and_then(|object| reader.end().map(|()| object)) {
        Ok(object) => match fault {
            Some((column, reason)) => Err((Some(column), reason)),
            None => Ok(Object { maybe_nul, ..object }),
        },
        Err(error) => Err((None, not_json(&error))),
    }
}

fn not_json(error: &serde_json::Error) -> Reason {
    Reason::NotJson { byte: error.column() }
}

struct ObjectVisitor<'f> {
    fault: &'f mut Option<(Column, Reason)>,
}

impl<'de> Visitor<'de> for ObjectVisitor<'_> {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
        let mut object = Object { values: Default::default(), unknown: vec![], maybe_nul: false };
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            let Some(column) = Column::from_name(&key) else {
                object.unknown.push(key);
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let raw: &'de RawValue = map.next_value()?;
            let place = &mut object.values[column as usize];
            if place.is_some() {
                self.fault.get_or_insert((column, Reason::Repeated));
            }
            *place = Some(value(column, raw.get()));
        }
        Ok(object)
    }
}

/// A key, borrowed from the line unless it has escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.into())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// The value of a column, from its JSON text, which is known to be well formed. Numbers keep the
/// digits that they are written with.
fn value(column: Column, json: &str) -> Value<'_> {
    match json.as_bytes().first() {
        Some(b'n') => Value::Null,
        Some(b't' | b'f') => Value::Mistyped(JsonType::Boolean),
        Some(b'[') => Value::Mistyped(JsonType::List),
        Some(b'{') => Value::Mistyped(JsonType::Object),
        Some(b'"') => string(json),
        _ if may_be_number(column, json) => Value::Text(Cow::Borrowed(json)),
        _ => Value::Mistyped(JsonType::Number),
    }
}

fn string(json: &str) -> Value<'_> {
    let inner = &json[1..json.len() - 1];
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Value::Text(Cow::Borrowed(inner));
    }
    match serde_json::from_str::<String>(json) {
        Ok(text) => Value::Text(Cow::Owned(text)),
        Err(_) => Value::NotUtf8,
    }
}

fn may_be_number(column: Column, json: &str) -> bool {
    let digits = json.strip_prefix('-').unwrap_or(json);
    let whole = digits.bytes().all(|b| b.is_ascii_digit());
    match column {
        Column::Shop
        | Column::Buyer
        | Column::Conversation
        | Column::Account
        | Column::FromAccount
        | Column::Id
        | Column::Ref => whole,
        // What is not whole is told by the check of the number itself.
        Column::Seq | Column::Stars | Column::Amount | Column::Value => true,
        Column::At
        | Column::Platform
        | Column::Fact
        | Column::Author
        | Column::Kind
        | Column::SeenAt
        | Column::Text => false,
    }
}
