//! As little HTTP as sending facts needs: bytes made beforehand, connections that stay.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use facts::NewFact;

use crate::Done;
use crate::rows::{Rows, Texts};

/// The server, and who asks.
pub(crate) struct Target {
    address: String,
    token: String,
}

impl Target {
    pub(crate) fn new(address: &str, token: &str) -> Self {
        let address = address.trim_start_matches("http://").trim_end_matches('/');
        Self { address: address.to_owned(), token: token.to_owned() }
    }

    /// A whole request with rows.
    pub(crate) fn facts(&self, rows: &Rows, from: u64, n: u64) -> Vec<u8> {
        let (mut body, mut texts) = (Vec::new(), Texts::default());
        for row in from..from + n {
            rows.fact(row, &mut texts, &mut |fact: &NewFact<'_>| {
                intake::json_row::write(fact, &mut body);
                body.push(b'\n');
            });
        }
        let (address, token) = (&self.address, &self.token);
        let mut request = format!(
            "POST /v1/facts HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
             content-type: application/x-ndjson\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.append(&mut body);
        request
    }

    pub(crate) fn connect(&self) -> Done<Lane> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        Ok(Lane { reader: BufReader::with_capacity(1 << 16, stream), body: Vec::new() })
    }

    /// How late deadlines were, as the server tells it.
    pub(crate) fn lateness(&self) -> Done<Lateness> {
        let (address, token) = (&self.address, &self.token);
        let request = format!(
            "GET /metrics HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n"
        );
        let mut lane = self.connect()?;
        let status = lane.ask(request.as_bytes())?;
        let text = String::from_utf8_lossy(&lane.body).into_owned();
        if status == 200 { Ok(Lateness(text)) } else { Err(format!("{status} {text}").into()) }
    }
}

/// A connection.
pub(crate) struct Lane {
    reader: BufReader<TcpStream>,
    body: Vec<u8>,
}

impl Lane {
    /// Sends a request with facts until it is taken.
    pub(crate) fn send(&mut self, request: &[u8], n: u64) -> Done<()> {
        loop {
            match self.ask(request)? {
                200 => break,
                429 => std::thread::sleep(std::time::Duration::from_millis(100)),
                status => {
                    let body = String::from_utf8_lossy(&self.body);
                    return Err(format!("status {status}: {body}").into());
                }
            }
        }
        let told = format!("{{\"accepted\":{n},");
        if self.body.starts_with(told.as_bytes()) {
            return Ok(());
        }
        let body = String::from_utf8_lossy(&self.body);
        let start: String = body.chars().take(300).collect();
        Err(format!("not all rows were taken: {start}").into())
    }

    fn ask(&mut self, request: &[u8]) -> Done<u16> {
        self.reader.get_mut().write_all(request)?;
        let mut line = String::new();
        self.reader.read_line(&mut line)?;
        let status = line.split(' ').nth(1).ok_or("no status")?.parse()?;
        let mut length = 0;
        loop {
            line.clear();
            self.reader.read_line(&mut line)?;
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse()?;
            }
        }
        self.body.resize(length, 0);
        self.reader.read_exact(&mut self.body)?;
        Ok(status)
    }
}

/// What `/metrics` says of deadlines.
pub(crate) struct Lateness(String);

/// How many deadlines were at most so late, in milliseconds.
pub(crate) struct Buckets(Vec<(String, u64)>);

impl Lateness {
    fn buckets(&self, stage: &str) -> Vec<(String, u64)> {
        let start = format!("yingda_deadline_lateness_seconds_bucket{{stage=\"{stage}\",le=\"");
        let read = |line: &str| {
            let (end, n) = line.strip_prefix(&start)?.split_once("\"} ")?;
            Some((end.to_owned(), n.parse().ok()?))
        };
        self.0.lines().filter_map(read).collect()
    }

    pub(crate) fn since(&self, before: &Self, stage: &str) -> Buckets {
        let old = before.buckets(stage);
        let was = |end: &str| old.iter().find(|one| one.0 == end).map_or(0, |one| one.1);
        let new = self.buckets(stage).into_iter();
        Buckets(new.map(|(end, n)| (end.clone(), n - was(&end))).collect())
    }
}

impl Buckets {
    pub(crate) fn count(&self) -> u64 {
        self.0.last().map_or(0, |one| one.1)
    }

    /// The end of the bucket below which a share in percent lies, in seconds.
    pub(crate) fn below(&self, percent: u64) -> String {
        let wanted = (self.count() * percent).div_ceil(100);
        let found = self.0.iter().find(|(_, n)| *n >= wanted && wanted > 0);
        found.map_or_else(|| "none".to_owned(), |(end, _)| end.clone())
    }
}
