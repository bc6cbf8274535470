//! What a connector brings, and how it is taken in.

use std::io;
use std::sync::{Mutex, PoisonError};

use facts::Instant;
use intake::gather::{self, Facts, Take};
use intake::{Profile, Progress, Rejected, Report, Source};

use crate::problem::Problem;

/// A piece of what a platform has, and where to go on.
///
/// The bytes are as the platform gave them; [`Page::rows`] makes facts of them by the profile that
/// files of the same shape are read under.
#[derive(Clone, Debug)]
pub struct Page<C> {
    /// What was brought: a source like any file.
    pub source: Source,
    /// How it is read; absent: it is in the canonical columns.
    pub profile: Option<Profile>,
    /// Where the next page begins. Keep it when the rows are durable, not before.
    pub cursor: C,
    /// Whether there is more to be had at once.
    pub more: bool,
}

/// The facts of a page, with the rows that are none. Repeats are in it: they are known by their
/// ids, or by what they say, wherever facts are kept.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// The facts, in the order brought.
    pub facts: Vec<Facts>,
    /// The rows that are no facts, each with its reason.
    pub rejected: Vec<Rejected>,
    /// What the reading amounted to.
    pub report: Report,
}

impl<C> Page<C> {
    /// Reads the page into facts. Takes as long as reading a file of its size: do it where it
    /// holds up nobody.
    ///
    /// # Errors
    ///
    /// [`intake::Error`] when the bytes are of no shape that the profile reads, which a connector
    /// does not hand out.
    pub fn rows(&self) -> Result<Rows, intake::Error> {
        let taking = Taking::default();
        let report = gather::source(0, &self.source, self.profile.as_ref(), false, 1, &taking)?;
        let (facts, rejected) = taking.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Rows { facts, rejected, report })
    }
}

#[derive(Default)]
struct Taking(Mutex<(Vec<Facts>, Vec<Rejected>)>);

impl Take for Taking {
    fn facts(&self, facts: Facts) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0.push(facts);
        Ok(())
    }

    fn rejected(&self, _: u64, rejected: &Rejected) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.push(rejected.clone());
        Ok(())
    }

    fn progress(&self, _: Progress) {}
}

/// Something that brings facts page by page.
pub trait Connector {
    /// Where one is. What a connector remembers of a platform is in it and nowhere else.
    type Cursor: Clone + Send + Sync;

    /// Brings what comes after a cursor. The same cursor may be asked for again: what it brings
    /// then is the same or more.
    fn next(
        &self,
        cursor: &Self::Cursor,
        now: Instant,
    ) -> impl Future<Output = Result<Page<Self::Cursor>, Problem>> + Send;
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended<E> {
    /// All that there is was brought.
    Done,
    /// There is more; so many pages were enough for one run.
    More,
    /// The platform gave no more.
    Stopped(Problem),
    /// The page could not be kept. The cursor is not moved past it.
    Kept(E),
}

/// Brings pages until there are no more, at most so many, and moves the cursor.
///
/// `keep` makes the rows of a page durable together with the cursor in it, or the rows first and
/// the cursor after them: whoever keeps the cursor first loses what was under way in a crash.
///
/// # Example
///
/// ```
/// # use connect::{Connector, Ended, Page, run};
/// # async fn example<C: Connector<Cursor = String>>(connector: &C, now: facts::Instant) {
/// let mut cursor = String::new();
/// let ended = run(connector, &mut cursor, now, 50, async |page: &Page<String>| {
///     let rows = page.rows()?;
///     // Here rows and cursor are written in one transaction.
///     println!("{} facts, then {}", rows.report.rows, page.cursor);
///     Ok::<_, intake::Error>(())
/// });
/// assert!(matches!(ended.await, Ended::Done | Ended::More));
/// # }
/// ```
pub async fn run<C: Connector, E>(
    connector: &C,
    cursor: &mut C::Cursor,
    now: Instant,
    pages: u32,
    mut keep: impl AsyncFnMut(&Page<C::Cursor>) -> Result<(), E>,
) -> Ended<E> {
    for _ in 0..pages {
        let page = match connector.next(cursor, now).await {
            Ok(page) => page,
            Err(problem) => return Ended::Stopped(problem),
        };
        if let Err(error) = keep(&page).await {
            return Ended::Kept(error);
        }
        *cursor = page.cursor;
        if !page.more {
            return Ended::Done;
        }
    }
    Ended::More
}
