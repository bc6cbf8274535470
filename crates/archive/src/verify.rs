//! Looking whether an archive is what its manifest says.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use facts::FactKind;
use intake::gather::{self, Facts, NameColumn, Take};
use intake::repeats::{Hashing, Repeat, Repeats};
use intake::{Lang, Part, Progress, Rejected, Source};

use crate::error::Error;
use crate::layout;
use crate::manifest::{FileEntry, Manifest, PartEntry, ShopEntry};
use crate::open;
use crate::pack::{hash, path_in};

/// Reads the manifest of an archive.
pub(crate) fn manifest(folder: &Path) -> Result<Manifest, Error> {
    let path = folder.join(layout::MANIFEST);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let unfinished = layout::unfinished(folder).is_dir();
            return Err(Error::NoArchive { folder: folder.to_path_buf(), unfinished });
        }
        Err(error) => return Err(Error::io(&path)(error)),
    };
    let value: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|error| Error::damaged(&path, error))?;
    match value.get("version").and_then(serde_json::Value::as_u64) {
        Some(version) if version > u64::from(layout::VERSION) => {
            return Err(Error::Newer { path, version: version as u32 });
        }
        _ => {}
    }
    serde_json::from_value(value).map_err(|error| Error::damaged(&path, error))
}

/// Compares the checksums of all files.
pub(crate) fn files(folder: &Path, manifest: &Manifest) -> Result<(), Error> {
    let files =
        manifest.parts.iter().flat_map(|part| std::iter::once(&part.file).chain(&part.text));
    for file in files {
        check(folder, file)?;
    }
    Ok(())
}

pub(crate) fn check(folder: &Path, entry: &FileEntry) -> Result<(), Error> {
    let path = path_in(folder, &entry.path);
    let file = File::open(&path).map_err(Error::io(&path))?;
    let (bytes, sha256) = hash(file).map_err(Error::io(&path))?;
    if bytes != entry.bytes {
        let detail = format!("it has {bytes} bytes, the manifest says {}", entry.bytes);
        return Err(Error::damaged(&path, detail));
    }
    if sha256 != entry.sha256 {
        return Err(Error::damaged(&path, "its SHA-256 is not the manifest's"));
    }
    Ok(())
}

/// Something that is not as it should be, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub path: PathBuf,
    /// The row, from 1; absent: the file as a whole.
    pub row: Option<u64>,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What is wrong with an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The file cannot be read, or its bytes are not those of the manifest.
    File(String),
    /// It has another number of rows than the manifest says.
    Rows {
        /// Rows found.
        found: u64,
        /// Rows of the manifest.
        expected: u64,
    },
    /// A row is no fact.
    NotAFact(String),
    /// A row belongs before the one above it.
    Order,
    /// A row is not of the day of its folder.
    Day,
    /// An id is in the archive twice.
    Repeat {
        /// The file of the first row.
        path: PathBuf,
        /// The first row, from 1.
        row: u64,
    },
    /// The manifest or the footer says something else about the rows.
    Counts,
}

impl Problem {
    /// The message: where, what was found.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let place = match self.row {
            Some(row) => format!("{}:{row}", self.path.display()),
            None => self.path.display().to_string(),
        };
        let (en, zh) = match &self.wrong {
            Wrong::File(detail) => (detail.clone(), detail.clone()),
            Wrong::Rows { found, expected } => (
                format!("{found} rows, the manifest says {expected}"),
                format!("有 {found} 行，清单中为 {expected} 行"),
            ),
            Wrong::NotAFact(detail) => {
                (format!("a row that is no fact: {detail}"), format!("不是事实的行：{detail}"))
            }
            Wrong::Order => (
                "the row belongs before the one above it (platform, shop, buyer, at)".into(),
                "此行应排在上一行之前（platform、shop、buyer、at）".into(),
            ),
            Wrong::Day => (
                "the row is of another day than its folder".into(),
                "此行不属于该文件夹的日期".into(),
            ),
            Wrong::Repeat { path, row } => {
                let first = format!("{}:{row}", path.display());
                (format!("the id is that of {first}"), format!("id 与 {first} 相同"))
            }
            Wrong::Counts => (
                "the manifest or the footer says something else about its rows".into(),
                "清单或文件尾部的记载与各行不符".into(),
            ),
        };
        match lang {
            Lang::En => format!("{place}: {en}"),
            Lang::Zh => format!("{place}：{zh}"),
        }
    }
}

/// What looking at an archive found.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The archive's manifest.
    pub manifest: Manifest,
    /// What is wrong, by file, at most some problems of each; empty: everything is right.
    pub problems: Vec<Problem>,
}

/// Problems that are told of each file.
const TOLD: usize = 10;

/// Looks at every checksum and every row of an archive: whether they are facts, in their order,
/// of their day, each once, and as many as the manifest says.
///
/// `scratch` is a folder for temporary files. That a row without an id repeats another cannot be
/// seen: a log may have the same contents several times.
///
/// # Errors
///
/// [`Error`] for a folder that is no archive, and for a manifest that cannot be read.
pub fn verify(
    folder: &Path,
    scratch: &Path,
    memory: usize,
    threads: usize,
) -> Result<Verified, Error> {
    let manifest = manifest(folder)?;
    let repeats = Mutex::new(Repeats::new(scratch.to_path_buf(), memory));
    let looking = Looking { folder, hashing: Hashing::default(), repeats: &repeats };
    let next = AtomicUsize::new(0);
    let found = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(part) = manifest.parts.get(number) else { break };
                    let problems = looking.part(number, part);
                    lock(&found).insert(number, problems);
                }
            });
        }
    });
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut problems: Vec<Problem> = found.into_values().flatten().collect();
    let rows: u64 = manifest.parts.iter().map(|part| part.rows).sum();
    if rows != manifest.rows {
        let wrong = Wrong::Rows { found: rows, expected: manifest.rows };
        problems.push(Problem { path: folder.join(layout::MANIFEST), row: None, wrong });
    }
    let path = |part: u32| {
        let part = manifest.parts.get(part as usize);
        part.map_or_else(|| folder.to_path_buf(), |part| path_in(folder, &part.file.path))
    };
    let repeats = repeats.into_inner().unwrap_or_else(PoisonError::into_inner);
    let told = problems.len() + TOLD;
    let resolved = repeats.resolve(&mut |repeat| {
        let (row, first) = match repeat {
            Repeat::Duplicate { row, first: Some(first), .. }
            | Repeat::Conflict { row, first, .. } => (row, first),
            Repeat::Duplicate { .. } => return Ok(()),
        };
        if problems.len() < told {
            let wrong = Wrong::Repeat { path: path(first.source), row: first.row + 1 };
            problems.push(Problem { path: path(row.source), row: Some(row.row + 1), wrong });
        }
        Ok(())
    });
    resolved.map_err(Error::io(scratch))?;
    Ok(Verified { manifest, problems })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks at parts, several at a time.
struct Looking<'a> {
    folder: &'a Path,
    hashing: Hashing,
    repeats: &'a Mutex<Repeats>,
}

/// A part that is looked at.
struct Seen<'a> {
    looking: &'a Looking<'a>,
    number: u32,
    path: PathBuf,
    /// The day of the folder.
    day: i32,
    state: Mutex<State>,
}

/// What was seen of a part so far.
#[derive(Default)]
struct State {
    problems: Vec<Problem>,
    rows: u64,
    last: Option<([String; 3], i64)>,
    from: Option<i64>,
    to: Option<i64>,
    shops: Vec<ShopEntry>,
}

impl Looking<'_> {
    fn part(&self, number: usize, part: &PartEntry) -> Vec<Problem> {
        let path = path_in(self.folder, &part.file.path);
        let problem = |path: &Path, wrong| Problem { path: path.to_path_buf(), row: None, wrong };
        let file = |error: &Error| match error {
            Error::Damaged { path, detail } => problem(path, Wrong::File(detail.clone())),
            Error::Io { path, error } => problem(path, Wrong::File(error.to_string())),
            other => problem(&path, Wrong::File(other.to_string())),
        };
        for entry in std::iter::once(&part.file).chain(&part.text) {
            if let Err(error) = check(self.folder, entry) {
                return vec![file(&error)];
            }
        }
        let text = part.text.as_ref().map(|text| path_in(self.folder, &text.path));
        let source = Source::Part(Part { path: path.clone(), text, rows: None });
        let seen = Seen {
            looking: self,
            number: number as u32,
            path: path.clone(),
            day: part.day.parse().map_or(i32::MIN, |day: facts::Day| day.0),
            state: Mutex::default(),
        };
        let result = gather::source(number, &source, None, false, 1, &seen);
        let mut state = seen.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = result {
            state.problems.push(problem(&path, Wrong::File(error.to_string())));
            return state.problems;
        }
        if state.rows != part.rows {
            let wrong = Wrong::Rows { found: state.rows, expected: part.rows };
            state.problems.push(problem(&path, wrong));
        }
        let shops = open::footer(&path).and_then(|footer| open::shops(&path, &footer));
        match shops {
            Ok(shops) if shops == state.shops && is_told(&state, part) => {}
            Ok(_) => state.problems.push(problem(&path, Wrong::Counts)),
            Err(error) => state.problems.push(file(&error)),
        }
        state.problems
    }
}

/// Whether the manifest says of a part what was seen.
fn is_told(state: &State, part: &PartEntry) -> bool {
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for (kind, n) in state.shops.iter().flat_map(ShopEntry::kinds) {
        *kinds.entry(kind.clone()).or_default() += n;
    }
    let is_shop = |entry: Option<&ShopEntry>, name: &crate::manifest::ShopName| {
        entry.is_some_and(|entry| entry.platform() == name.platform && entry.shop() == name.shop)
    };
    kinds == part.kinds
        && (state.from, state.to) == (Some(part.from), Some(part.to))
        && is_shop(state.shops.first(), &part.first)
        && is_shop(state.shops.last(), &part.last)
}

impl Seen<'_> {
    fn tell(&self, state: &mut State, row: Option<u64>, wrong: Wrong) {
        if state.problems.len() < TOLD {
            state.problems.push(Problem { path: self.path.clone(), row, wrong });
        }
    }

    /// Counts a fact with its shop.
    fn count(state: &mut State, [platform, shop]: [&str; 2], row: u64, fact: u8) {
        let is_last = |last: &ShopEntry| last.platform() == platform && last.shop() == shop;
        if !state.shops.last().is_some_and(is_last) {
            let (platform, shop) = (platform.to_owned(), shop.to_owned());
            state.shops.push(ShopEntry(platform, shop, row, 0, BTreeMap::new()));
        }
        let word = FactKind::from_code(fact).map_or("", FactKind::word);
        if let Some(last) = state.shops.last_mut() {
            last.3 += 1;
            match last.4.get_mut(word) {
                Some(n) => *n += 1,
                None => {
                    last.4.insert(word.to_owned(), 1);
                }
            }
        }
    }
}

impl Take for Seen<'_> {
    fn facts(&self, facts: Facts) -> io::Result<()> {
        let marks = self.looking.hashing.marks(&facts, self.number, true);
        lock(self.looking.repeats).push(&marks)?;
        let mut state = lock(&self.state);
        for i in 0..facts.len() {
            let row = facts.first_row + u64::from(facts.row[i]);
            let columns = [NameColumn::Platform, NameColumn::Shop, NameColumn::Buyer];
            let names = columns.map(|column| facts.name(column, i));
            let at = facts.at[i];
            let is_later = |(last, last_at): &([String; 3], i64)| {
                (last.each_ref().map(String::as_str), *last_at) > (names, at)
            };
            if state.last.as_ref().is_some_and(is_later) {
                self.tell(&mut state, Some(row + 1), Wrong::Order);
            }
            match &mut state.last {
                Some((last, last_at)) if *last == names => *last_at = at,
                last => *last = Some((names.map(str::to_owned), at)),
            }
            if crate::block::day_of(at).0 != self.day {
                self.tell(&mut state, Some(row + 1), Wrong::Day);
            }
            Self::count(&mut state, [names[0], names[1]], row, facts.fact[i]);
            state.from = Some(state.from.map_or(at, |from| from.min(at)));
            state.to = state.to.max(Some(at));
        }
        state.rows += facts.len() as u64;
        Ok(())
    }

    fn rejected(&self, _: u64, rejected: &Rejected) -> io::Result<()> {
        let wrong = Wrong::NotAFact(rejected.reason.code().to_owned());
        self.tell(&mut lock(&self.state), Some(rejected.line), wrong);
        Ok(())
    }

    fn progress(&self, _: Progress) {}
}
