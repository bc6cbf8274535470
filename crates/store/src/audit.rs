//! Who changed what: a log that only grows.

use facts::Instant;

use crate::error::Result;
use crate::scope::{Grant, Reach, Scope, Who};
use crate::sql::{Connection, Row, Value, all, args, first};
use crate::store::Store;

/// How many lines are read before those in reach are picked out.
const LINES_AT_A_TIME: i64 = 1_000;

/// A line of the audit log that is being written.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    what: &'static str,
    subject: &'a str,
    platform: &'a str,
    shop: &'a str,
    was: Option<&'a str>,
    becomes: Option<&'a str>,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(what: &'static str, subject: &'a str) -> Self {
        Self { what, subject, platform: "", shop: "", was: None, becomes: None }
    }

    pub(crate) fn of_shop(self, platform: &'a str, shop: &'a str) -> Self {
        Self { platform, shop, ..self }
    }

    pub(crate) fn change(self, was: Option<&'a str>, becomes: Option<&'a str>) -> Self {
        Self { was, becomes, ..self }
    }
}

/// Writes a line, in the transaction of the change itself.
pub(crate) fn note(
    connection: &mut dyn Connection,
    at: Instant,
    who: Who,
    entry: &Entry<'_>,
) -> Result<()> {
    let number = next_number(connection, "SELECT MAX(number) FROM audit")?;
    connection.run(
        "INSERT INTO audit (number, at, by_whom, what, platform, shop, subject, was, becomes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            number,
            at.0,
            who.to_string(),
            entry.what,
            entry.platform,
            entry.shop,
            entry.subject,
            entry.was,
            entry.becomes,
        ],
    )?;
    Ok(())
}

/// The next number of a table whose rows are never taken out. The transaction has kept every
/// other writer out since it began.
pub(crate) fn next_number(connection: &mut dyn Connection, greatest: &str) -> Result<i64> {
    Ok(first(connection, greatest, &[], |row| row.maybe_int())?.flatten().unwrap_or(0) + 1)
}

/// A line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// Its number; later lines have greater ones.
    pub number: i64,
    /// When.
    pub at: Instant,
    /// Who: `engine`, `user 3`, `token 5`.
    pub who: String,
    /// What was done.
    pub what: String,
    /// The platform of the shop concerned; empty: none.
    pub platform: String,
    /// The shop concerned; empty: none.
    pub shop: String,
    /// What it was done to. A buyer is named by their pseudonym.
    pub subject: String,
    /// The value before; absent: there was none.
    pub was: Option<String>,
    /// The value after; absent: there is none.
    pub becomes: Option<String>,
}

/// Which lines of the audit log are read. What is absent does not narrow them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhichLines {
    /// Of whom, as lines have it.
    pub who: Option<String>,
    /// Of what was done, as lines have it.
    pub what: Option<String>,
    /// Of shops of a platform.
    pub platform: Option<String>,
    /// Of a shop.
    pub shop: Option<String>,
}

impl WhichLines {
    /// The query of at most so many lines before a number, newest first, and its values, of which
    /// the first two are that number and how many.
    fn query(&self) -> (String, Vec<Value>) {
        let mut sql = [LINES, " WHERE number < $1"].concat();
        let mut values = vec![Value::Null, Value::Null];
        let conditions = [
            ("by_whom", &self.who),
            ("what", &self.what),
            ("platform", &self.platform),
            ("shop", &self.shop),
        ];
        for (column, wanted) in conditions {
            let Some(wanted) = wanted else { continue };
            values.push(wanted.as_str().into());
            sql += &format!(" AND {column} = ${}", values.len());
        }
        sql += " ORDER BY number DESC LIMIT $2";
        (sql, values)
    }
}

const LINES: &str = "SELECT number, at, by_whom, what, platform, shop, subject, was, becomes
                     FROM audit";

fn line_of(row: &mut Row) -> Result<AuditLine> {
    Ok(AuditLine {
        number: row.int()?,
        at: Instant(row.int()?),
        who: row.text()?,
        what: row.text()?,
        platform: row.text()?,
        shop: row.text()?,
        subject: row.text()?,
        was: row.maybe_text()?,
        becomes: row.maybe_text()?,
    })
}

impl Store {
    /// Lines of the audit log after a number, oldest first, at most so many. Lines about shops out
    /// of reach are left out; those about no shop are for callers who reach every shop.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller may not manage.
    pub fn audit(&self, scope: &Scope, after: i64, limit: usize) -> Result<Vec<AuditLine>> {
        let lines = [LINES, " WHERE number > $1 ORDER BY number LIMIT $2"].concat();
        self.audit_lines(scope, (lines, vec![Value::Null, Value::Null]), after, limit)
    }

    /// The same before a number, newest first, narrowed: others are not read.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller may not manage.
    pub fn audit_before(
        &self,
        scope: &Scope,
        which: &WhichLines,
        before: i64,
        limit: usize,
    ) -> Result<Vec<AuditLine>> {
        self.audit_lines(scope, which.query(), before, limit)
    }

    fn audit_lines(
        &self,
        scope: &Scope,
        (lines, mut values): (String, Vec<Value>),
        mut from: i64,
        limit: usize,
    ) -> Result<Vec<AuditLine>> {
        scope.needs(Grant::Manage)?;
        let at_a_time = match scope.reach() {
            Reach::Everything => i64::try_from(limit).unwrap_or(i64::MAX),
            Reach::Shops(_) => LINES_AT_A_TIME,
        };
        self.read(|connection| {
            let mut found = Vec::new();
            while found.len() < limit {
                values[..2].clone_from_slice(args![from, at_a_time]);
                let some = all(connection, &lines, &values, line_of)?;
                let Some(last) = some.last() else { break };
                from = last.number;
                // A shop of no name is in nobody's list.
                let in_reach = |line: &AuditLine| scope.reach().has(&line.platform, &line.shop);
                found.extend(some.into_iter().filter(in_reach).take(limit - found.len()));
            }
            Ok(found)
        })
    }

    /// Writes down what somebody did outside the store: an export, a sign-in that failed.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn record(
        &self,
        scope: &Scope,
        at: Instant,
        what: &'static str,
        subject: &str,
    ) -> Result<()> {
        let (who, subject) = (scope.who(), subject.to_owned());
        self.change(move |connection| note(connection, at, who, &Entry::new(what, &subject)))
    }
}
