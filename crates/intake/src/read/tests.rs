#![allow(clippy::unwrap_used)]
use std::io::Read;
use std::path::Path;

use super::*;
use crate::source::open_stream;
use crate::{ENDLESS, MAX_LINE};

const HEADER: &str = "at,platform,shop,buyer,author,text\n";
const ROW: &str = "2026-11-01T09:00:00Z,taobao,s,b,buyer,";
const OBJECT: &str =
    r#"{"at":"2026-11-01T09:00:00Z","platform":"t","shop":"s","buyer":"b","author":"buyer"}"#;

/// A start, then one byte again and again, then an end: made while it is read.
struct Long {
    start: Vec<u8>,
    byte: u8,
    left: u64,
    end: Vec<u8>,
    given: Rc<Cell<u64>>,
}

impl Read for Long {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let from = |bytes: &mut Vec<u8>, buffer: &mut [u8]| {
            let n = bytes.len().min(buffer.len());
            buffer[..n].copy_from_slice(&bytes[..n]);
            bytes.drain(..n);
            n
        };
        let n = if !self.start.is_empty() {
            from(&mut self.start, buffer)
        } else if self.left > 0 {
            let n = buffer.len().min(usize::try_from(self.left).unwrap());
            buffer[..n].fill(self.byte);
            self.left -= n as u64;
            n
        } else {
            from(&mut self.end, buffer)
        };
        self.given.set(self.given.get() + n as u64);
        Ok(n)
    }
}

struct Outcome {
    result: Result<(Log, Report), Error>,
    rejected: Vec<(u64, &'static str)>,
    given: u64,
}

fn read_long(start: String, byte: u8, left: u64, end: &str) -> Outcome {
    let given = Rc::new(Cell::new(0));
    let long = Long { start: start.into(), byte, left, end: end.into(), given: given.clone() };
    let mut rejected = Vec::new();
    let options = Options::default();
    let mut rejects = |row: &Rejected| {
        rejected.push((row.line, row.reason.code()));
        Ok(())
    };
    let mut sink = Sink::new(&options, &mut rejects, 1);
    let opened = open_stream("long".into(), Path::new("long"), Box::new(long), None);
    let result = opened.and_then(|opened| sink.source(opened)).map(|()| sink.finish());
    Outcome { result, rejected, given: given.get() }
}

const GIB: u64 = 1 << 30;

/// However the line is endless, reading stops soon after the limit.
#[test]
fn a_line_of_a_gigabyte_ends_in_an_error_near_the_limit() {
    let starts = [
        (format!("{HEADER}{ROW}"), b'x'),
        (format!("{HEADER}{ROW}\""), b'\n'),
        (format!("{HEADER}{ROW}"), b','),
        (format!("{HEADER}{ROW}"), b'"'),
        (format!("{OBJECT}\n{{\"text\":\""), b'x'),
        (format!("{OBJECT}\n"), b'{'),
    ];
    for (start, byte) in starts {
        let begins = start.clone();
        let Outcome { result, rejected, given } = read_long(start, byte, GIB, "\n");
        match result {
            Err(Error::EndlessLine { line, read, .. }) => {
                assert_eq!((line, read > ENDLESS), (2, true))
            }
            other => panic!("{begins}: {other:?}"),
        }
        assert!(rejected.is_empty());
        assert!(given < ENDLESS + (1 << 20), "{begins}: {given} bytes were read");
    }
}

/// A line above the limit that does end is one rejected row.
#[test]
fn a_line_of_twice_the_limit_is_left_out() {
    let cases = [
        (format!("{HEADER}{ROW}"), b'x', format!("\n{ROW}y\n")),
        (format!("{HEADER}{ROW}\""), b'\n', format!("\"\n{ROW}y\n")),
        (format!("{OBJECT}\n{{\"text\":\""), b'x', format!("\"}}\n{OBJECT}")),
    ];
    for (start, byte, end) in cases {
        let first = u64::from(start.starts_with('{'));
        let Outcome { result, rejected, .. } = read_long(start, byte, 2 * MAX_LINE, &end);
        let (log, report) = result.unwrap();
        assert_eq!(rejected, [(2, "too-long")]);
        assert_eq!((log.len() as u64, report.rows), (first + 1, first + 2));
    }
}

/// Just below the limit nothing is lost.
#[test]
fn a_line_below_the_limit_is_read() {
    let left = MAX_LINE - 1_000;
    let Outcome { result, rejected, .. } = read_long(format!("{HEADER}{ROW}"), b'x', left, "\n");
    assert_eq!((result.unwrap().0.len(), rejected.len()), (1, 0));
    let start = String::from("{\"text\":\"");
    let end = format!("\",{}\n", &OBJECT[1..]);
    let Outcome { result, rejected, .. } = read_long(start, b'x', left, &end);
    assert_eq!((result.unwrap().0.len(), rejected.len()), (1, 0));
}

/// A Parquet file that arrives through a pipe is held in memory and read like any other.
#[test]
fn parquet_may_come_through_a_pipe() {
    let file = include_bytes!("../../../../fuzz/intake-corpus/parquet/ok-every-column.parquet");
    let options = Options::default();
    let mut rejects = |row: &Rejected| panic!("{row}");
    let mut sink = Sink::new(&options, &mut rejects, 1);
    let pipe = Box::new(io::Cursor::new(file));
    sink.source(open_stream("<stdin>".into(), Path::new(""), pipe, None).unwrap()).unwrap();
    assert_eq!(sink.finish().0.len(), 11);
}
