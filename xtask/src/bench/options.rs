//! What was asked for.

use std::path::PathBuf;

/// The options of `cargo xtask bench`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Messages of most cases.
    pub(crate) rows: u64,
    /// Messages of the largest log; 0: no large logs.
    pub(crate) large: u64,
    /// How often everything runs.
    pub(crate) runs: usize,
    /// Threads of every party.
    pub(crate) threads: usize,
    /// Names of the cases wanted; empty: all.
    pub(crate) only: Vec<String>,
    /// Data stays for the next run.
    pub(crate) keep: bool,
    /// A program to measure instead of the one that is built here.
    pub(crate) program: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rows: 20_000_000,
            large: 100_000_000,
            runs: 5,
            threads: 2,
            only: Vec::new(),
            keep: false,
            program: None,
        }
    }
}

impl Options {
    /// The options that these words are; `None` when one is not known or makes no sense.
    pub(crate) fn parse(words: &[&str]) -> Option<Self> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if *word == "--keep" {
                options.keep = true;
                continue;
            }
            let value = words.next()?;
            match *word {
                "--rows" => options.rows = count(value).filter(|n| *n > 0)?,
                "--large" => options.large = count(value)?,
                "--runs" => options.runs = value.parse().ok().filter(|n| *n > 0)?,
                "--threads" => options.threads = value.parse().ok().filter(|n| *n > 0)?,
                "--only" => options.only = value.split(',').map(str::to_owned).collect(),
                "--program" => options.program = Some(PathBuf::from(value)),
                _ => return None,
            }
        }
        Some(options)
    }

    /// Whether this is the run that the page in `docs` tells of: every case at its full size.
    pub(crate) fn is_whole(&self) -> bool {
        let whole = Self::default();
        self.only.is_empty() && (self.rows, self.large) == (whole.rows, whole.large)
    }

    /// Whether a case is wanted.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

/// A count as people write it: `250000`, `10_000_000`, `200k`, `20M`.
fn count(text: &str) -> Option<u64> {
    let digits = text.replace('_', "");
    let unit = match digits.chars().last()? {
        'k' => 1_000,
        'M' => 1_000_000,
        _ => 1,
    };
    digits.trim_end_matches(['k', 'M']).parse::<u64>().ok()?.checked_mul(unit)
}

/// A count as people read it.
pub(crate) fn short(n: u64) -> String {
    match n {
        n if n >= 1_000_000 && n % 1_000_000 == 0 => format!("{}M", n / 1_000_000),
        n if n >= 1_000 && n % 1_000 == 0 => format!("{}k", n / 1_000),
        n => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        assert_eq!(Options::parse(&[]), Some(Options::default()));
        let read = Options::parse(&[
            "--rows", "200k", "--large", "0", "--runs", "1", "--only", "csv,time", "--keep",
        ]);
        let read = read.expect("options");
        assert_eq!((read.rows, read.large, read.runs, read.keep), (200_000, 0, 1, true));
        assert!(read.wants("csv") && !read.wants("packed"));
        assert!(Options::default().wants("packed"));
        assert!(Options::default().is_whole() && !read.is_whole());
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for wrong in [&["--rows"][..], &["--rows", "0"], &["--runs", "x"], &["--fast"], &["x"]] {
            assert_eq!(Options::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn counts_are_read_and_written() {
        for (text, n) in [("5", 5), ("10_000", 10_000), ("200k", 200_000), ("20M", 20_000_000)] {
            assert_eq!(count(text), Some(n));
        }
        assert_eq!([count(""), count("k"), count("1G")], [None; 3]);
        assert_eq!([20_000_000, 1_000, 1_500].map(short), ["20M", "1k", "1500"]);
    }
}
