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

/// Goes from page to page until there are no more, or so many were enough.
///
/// Make the rows of a page durable together with the cursor in it, or the rows first and the cursor
/// after them: whoever keeps the cursor first loses what was under way in a crash.
///
/// # Example
///
/// ```
/// # use connect::{Connector, Problem, Run};
/// # async fn example<C: Connector<Cursor = String>>(
/// #     connector: &C,
/// #     now: facts::Instant,
/// # ) -> Result<(), Problem> {
/// let mut cursor = String::new();
/// let mut run = Run::new(connector, 50);
/// while let Some(page) = run.page(&cursor, now).await? {
///     let Ok(rows) = page.rows() else { break };
///     // Here rows and cursor are written in one transaction.
///     println!("{} rows, then {}", rows.report.rows, page.cursor);
///     cursor = page.cursor;
/// }
/// println!("at once there is more: {}", run.has_more());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Run<'a, C> {
    connector: &'a C,
    left: u32,
    more: bool,
}

impl<'a, C: Connector> Run<'a, C> {
    /// A run of at most so many pages.
    #[must_use]
    pub const fn new(connector: &'a C, pages: u32) -> Self {
        Self { connector, left: pages, more: true }
    }

    /// Brings the page at a cursor; `None` when there are no more, or there were enough.
    ///
    /// # Errors
    ///
    /// [`Problem`]; the same page may be asked for again.
    pub async fn page(
        &mut self,
        cursor: &C::Cursor,
        now: Instant,
    ) -> Result<Option<Page<C::Cursor>>, Problem> {
        if self.left == 0 || !self.more {
            return Ok(None);
        }
        let page = self.connector.next(cursor, now).await?;
        self.left -= 1;
        self.more = page.more;
        Ok(Some(page))
    }

    /// Whether there is more to be had at once, as far as is known.
    #[must_use]
    pub const fn has_more(&self) -> bool {
        self.more
    }
}
