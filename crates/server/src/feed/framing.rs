//! Where one row of a body ends and the next begins.

use serde::de::IgnoredAny;

use crate::problem::{BodyPlace, Kind};

/// The longest row in bytes; the longest chat messages have a few thousand characters.
pub(super) const MAX_ROW: usize = 1 << 20;

const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// How rows are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One JSON object a line.
    Lines,
    /// One JSON array of objects.
    Array,
}

/// Why a body is not of its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// [`Kind::BrokenBody`], or [`Kind::TooLarge`] where a row has no end.
    pub kind: Kind,
    /// Where.
    pub place: BodyPlace,
    /// What was expected there, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
}

/// Whoever takes rows, each with the place where it begins.
pub type Take<'a, E> = &'a mut dyn FnMut(&[u8], BodyPlace) -> Result<(), E>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the array.
    Before,
    /// Before the first row or the end of the array.
    First,
    /// Before a row.
    Next,
    /// Within a row of an array: how deep, and whether within a text and behind a backslash.
    Row { depth: u32, text: bool, escaped: bool },
    /// Behind a row.
    Behind,
    /// Behind the array.
    End,
    /// Within a line.
    Line,
}

/// Cuts a body into rows, whatever the pieces that it comes in.
///
/// A row of an array is cut where its brackets close: whether it is JSON is for whoever reads it
/// to say, and [`Framing::fault`] then tells where it is not.
#[derive(Debug)]
pub struct Framing {
    state: State,
    row: Vec<u8>,
    /// The place of the byte that comes next.
    here: BodyPlace,
    /// The place at which the row begins.
    began: BodyPlace,
    seen: usize,
    mark: usize,
}

impl Framing {
    /// Before the first byte.
    #[must_use]
    pub fn new(shape: Shape) -> Self {
        let start = BodyPlace { line: 1, byte: 1 };
        let state = match shape {
            Shape::Lines => State::Line,
            Shape::Array => State::Before,
        };
        Self { state, row: Vec::new(), here: start, began: start, seen: 0, mark: 0 }
    }

    /// Takes a piece of the body and hands on each row that it completes, with the place where
    /// the row begins.
    ///
    /// # Errors
    ///
    /// What `take` returns, and [`Broken`] where the body is not of its shape.
    ///
    /// # Example
    ///
    /// ```
    /// use server::feed::{Broken, Framing, Shape};
    /// let mut rows = Vec::new();
    /// let mut framing = Framing::new(Shape::Array);
    /// let mut take = |row: &[u8], place: server::problem::BodyPlace| {
    ///     rows.push((String::from_utf8_lossy(row).into_owned(), place.line));
    ///     Ok::<(), Broken>(())
    /// };
    /// framing.push(b"[{\"a\":", &mut take)?;
    /// framing.push(b"1},\n{}]", &mut take)?;
    /// framing.finish(&mut take)?;
    /// assert_eq!(rows, [("{\"a\":1}".into(), 1), ("{}".into(), 2)]);
    /// # Ok::<(), Broken>(())
    /// ```
    pub fn push<E: From<Broken>>(&mut self, piece: &[u8], take: Take<'_, E>) -> Result<(), E> {
        for (n, byte) in piece.iter().enumerate() {
            if self.skips_mark(*byte).map_err(E::from)? {
                continue;
            }
            if self.state == State::Line {
                return self.lines(&piece[n..], take);
            }
            self.array_byte(*byte, take)?;
            match byte {
                b'\n' => self.here = BodyPlace { line: self.here.line + 1, byte: 1 },
                _ => self.here.byte += 1,
            }
        }
        Ok(())
    }

    /// A byte order mark at the start belongs to no row; a part of one is no text.
    fn skips_mark(&mut self, byte: u8) -> Result<bool, Broken> {
        let is_mark = self.seen == self.mark && BYTE_ORDER_MARK.get(self.seen) == Some(&byte);
        if !is_mark && self.seen == self.mark {
            self.whole_mark()?;
        }
        self.seen = self.seen.saturating_add(1);
        self.mark += usize::from(is_mark);
        Ok(is_mark)
    }

    fn whole_mark(&self) -> Result<(), Broken> {
        match self.mark {
            1 | 2 => Err(broken(self.here, "expected UTF-8", "应为 UTF-8")),
            _ => Ok(()),
        }
    }

    /// Takes what is behind the mark, or a later piece, line by line.
    fn lines<E: From<Broken>>(&mut self, piece: &[u8], take: Take<'_, E>) -> Result<(), E> {
        // No mark can follow.
        self.seen = BYTE_ORDER_MARK.len();
        let mut rest = piece;
        while !rest.is_empty() {
            if self.row.is_empty() {
                self.began = self.here;
            }
            let end = memchr::memchr(b'\n', rest);
            let (part, ended) = (&rest[..end.unwrap_or(rest.len())], end.is_some());
            if self.row.len() + part.len() > MAX_ROW {
                return Err(self.too_long().into());
            }
            self.row.extend_from_slice(part);
            rest = &rest[part.len() + usize::from(ended)..];
            if ended {
                self.hand_on_line(take)?;
                self.here = BodyPlace { line: self.here.line + 1, byte: 1 };
            } else {
                self.here.byte += part.len() as u64;
            }
        }
        Ok(())
    }

    /// Lines without anything in them are no rows.
    fn hand_on_line<E>(&mut self, take: Take<'_, E>) -> Result<(), E> {
        if !self.row.trim_ascii().is_empty() {
            take(&self.row, self.began)?;
        }
        self.row.clear();
        Ok(())
    }

    fn array_byte<E: From<Broken>>(&mut self, byte: u8, take: Take<'_, E>) -> Result<(), E> {
        let is_blank = matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        if let State::Row { depth, text, escaped } = self.state {
            return self.row_byte(byte, (depth, text, escaped), take);
        }
        match (self.state, byte) {
            _ if is_blank => {}
            (State::Before, b'[') => self.state = State::First,
            (State::First | State::Behind, b']') => self.state = State::End,
            (State::Behind, b',') => self.state = State::Next,
            (State::First | State::Next, _) if !matches!(byte, b',' | b']') => {
                self.began = self.here;
                self.state = State::Row { depth: 0, text: false, escaped: false };
                return self.row_byte(byte, (0, false, false), take);
            }
            _ => return Err(self.unexpected().into()),
        }
        Ok(())
    }

    fn row_byte<E: From<Broken>>(
        &mut self,
        byte: u8,
        (depth, text, escaped): (u32, bool, bool),
        take: Take<'_, E>,
    ) -> Result<(), E> {
        let at_top = depth == 0 && !text && !self.row.is_empty();
        // A number or a word ends where something else begins.
        if at_top && matches!(byte, b',' | b']' | b' ' | b'\t' | b'\r' | b'\n') {
            self.hand_on(take)?;
            return self.array_byte(byte, take);
        }
        self.keep(byte).map_err(E::from)?;
        let (depth, text, escaped) = match byte {
            _ if escaped => (depth, text, false),
            b'\\' if text => (depth, text, true),
            b'"' => (depth, !text, false),
            b'{' | b'[' if !text => (depth + 1, text, false),
            b'}' | b']' if !text => (depth.saturating_sub(1), text, false),
            _ => (depth, text, false),
        };
        self.state = State::Row { depth, text, escaped };
        let closes = depth == 0 && !text && matches!(byte, b'}' | b']' | b'"');
        if closes { self.hand_on(take) } else { Ok(()) }
    }

    fn hand_on<E>(&mut self, take: Take<'_, E>) -> Result<(), E> {
        take(&self.row, self.began)?;
        self.row.clear();
        self.state = State::Behind;
        Ok(())
    }

    fn keep(&mut self, byte: u8) -> Result<(), Broken> {
        if self.row.len() == MAX_ROW {
            return Err(self.too_long());
        }
        self.row.push(byte);
        Ok(())
    }

    const fn too_long(&self) -> Broken {
        Broken {
            kind: Kind::TooLarge,
            place: self.began,
            en: "a row of more than 1 MiB begins here; expected a shorter one",
            zh: "此处开始的行超过 1 MiB；应为更短的行",
        }
    }

    /// The body is at its end.
    ///
    /// # Errors
    ///
    /// As [`Framing::push`].
    pub fn finish<E: From<Broken>>(mut self, take: Take<'_, E>) -> Result<(), E> {
        self.whole_mark().map_err(E::from)?;
        match self.state {
            State::Line => self.hand_on_line(take),
            State::End => Ok(()),
            _ => Err(self.unexpected().into()),
        }
    }

    fn unexpected(&self) -> Broken {
        let (en, zh) = match self.state {
            State::Before => ("expected `[`, the start of an array", "应为数组的开头 `[`"),
            State::First | State::Next => ("expected a JSON object", "应为 JSON 对象"),
            State::Behind => ("expected `,` or `]`", "应为 `,` 或 `]`"),
            State::Row { .. } | State::Line => ("the body ends within a row", "正文在一行中途结束"),
            State::End => ("expected nothing more after the array", "数组之后不应再有内容"),
        };
        broken(self.here, en, zh)
    }

    /// Where in the body a row that is no JSON goes wrong.
    #[must_use]
    pub fn fault(row: &[u8], began: BodyPlace) -> Broken {
        if let Err(error) = std::str::from_utf8(row) {
            let before = &row[..error.valid_up_to()];
            let line = memchr::memchr_iter(b'\n', before).count() as u64;
            let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
            let byte = (before.len() - start) as u64 + 1;
            return broken(within(began, line, byte), "expected UTF-8", "应为 UTF-8");
        }
        // What is deeper than serde_json goes has no place.
        let error = serde_json::from_slice::<IgnoredAny>(row).err();
        let (line, byte) = error.map_or((1, 1), |error| (error.line(), error.column().max(1)));
        let line = (line as u64).saturating_sub(1);
        broken(within(began, line, byte as u64), "this is not JSON", "此处不是 JSON")
    }
}

/// A place of the body: so many lines into a row, and the byte of that line.
fn within(began: BodyPlace, line: u64, byte: u64) -> BodyPlace {
    match line {
        0 => BodyPlace { line: began.line, byte: began.byte + byte - 1 },
        _ => BodyPlace { line: began.line + line, byte },
    }
}

fn broken(place: BodyPlace, en: &'static str, zh: &'static str) -> Broken {
    Broken { kind: Kind::BrokenBody, place, en, zh }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(shape: Shape, body: &[u8], size: usize) -> Result<Vec<(String, BodyPlace)>, Broken> {
        let mut rows = Vec::new();
        let mut take = |row: &[u8], place| {
            rows.push((String::from_utf8_lossy(row).into_owned(), place));
            Ok::<(), Broken>(())
        };
        let mut framing = Framing::new(shape);
        for piece in body.chunks(size) {
            framing.push(piece, &mut take)?;
        }
        framing.finish(&mut take)?;
        Ok(rows)
    }

    #[test]
    fn rows_are_the_same_however_the_body_is_cut() {
        let array = "\u{feff} [ {\"a\":\"}\\\"]\"} ,\n [1,[2]],12 ,\"x,]\" , null]\n".as_bytes();
        let lines = "\u{feff}{\"a\":1}\n\n  \r\n{\"b\":\"\u{feff}\"}\r\nx".as_bytes();
        for (shape, body) in [(Shape::Array, array), (Shape::Lines, lines)] {
            let whole = cut(shape, body, body.len()).unwrap();
            for size in 1..body.len() {
                assert_eq!(cut(shape, body, size).unwrap(), whole);
            }
        }
        let texts = |shape, body| {
            let rows = cut(shape, body, 64).unwrap();
            rows.into_iter().map(|(row, place)| (row, place.line, place.byte)).collect::<Vec<_>>()
        };
        let row = |text: &str, line, byte| (text.to_owned(), line, byte);
        let expected = [
            row("{\"a\":\"}\\\"]\"}", 1, 4),
            row("[1,[2]]", 2, 2),
            row("12", 2, 10),
            row("\"x,]\"", 2, 14),
            row("null", 2, 22),
        ];
        assert_eq!(texts(Shape::Array, array), expected);
        let expected =
            [row("{\"a\":1}", 1, 1), row("{\"b\":\"\u{feff}\"}\r", 4, 1), row("x", 5, 1)];
        assert_eq!(texts(Shape::Lines, lines), expected);
    }

    #[test]
    fn what_is_no_array_says_where() {
        for (body, line, byte) in [
            ("", 1, 1),
            ("{}", 1, 1),
            ("[{}", 1, 4),
            ("[{} {}]", 1, 5),
            ("[{},]", 1, 5),
            ("[,{}]", 1, 2),
            ("[]\n[", 2, 1),
            ("[{\"a\":\"", 1, 8),
        ] {
            let place = BodyPlace { line, byte };
            assert_eq!(cut(Shape::Array, body.as_bytes(), 9).unwrap_err().place, place, "{body}");
        }
        assert_eq!(cut(Shape::Array, b" [ ] ", 9).unwrap(), []);
        assert_eq!(cut(Shape::Lines, b"", 9).unwrap(), []);
        for part in [&b"\xef"[..], b"\xef\xbb{}", b"\xef{}\n"] {
            assert_eq!(
                cut(Shape::Lines, part, 1).unwrap_err().place,
                BodyPlace { line: 1, byte: 1 }
            );
        }
    }

    #[test]
    fn a_row_has_an_end() {
        let body = vec![b'1'; MAX_ROW + 1];
        assert_eq!(cut(Shape::Lines, &body[1..], 4096).unwrap().len(), 1);
        assert!(cut(Shape::Lines, &body, 4096).is_err());
        assert!(cut(Shape::Array, &[b"[", &body[..]].concat(), 4096).is_err());
    }
}
