//! Requests as a server of the tests reads them.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;

/// What was asked.
#[derive(Clone)]
pub(crate) struct Asked {
    /// Path and query.
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    /// The next request; `None`: the connection is closed.
    pub(crate) fn read(reader: &mut BufReader<TcpStream>) -> Option<Self> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let target = lines.first()?.split(' ').nth(1)?.to_owned();
        let headers = lines[1..].iter().filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
        let mut asked = Self { target, headers: headers.collect(), body: Vec::new() };
        asked.body.resize(asked.header("content-length").parse().unwrap_or(0), 0);
        reader.read_exact(&mut asked.body).ok()?;
        Some(asked)
    }

    /// A header; empty: there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    /// A part of the query.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let url = reqwest::Url::parse(&format!("http://x{}", self.target)).expect("a target");
        url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }
}
