//! What the store asks of a database: statements with values, rows back.
//!
//! Every statement is written once, in the dialect that both databases share; places of values are
//! written `$1`, `$2`.

use crate::error::{Error, Result};

/// A value of a statement or of a row.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Values may be buyers' texts or hashes of secrets.
        f.write_str("Value(..)")
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The values of a statement, in the order of their places.
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::sql::Value::from($value)),*][..] };
}
pub(crate) use args;

/// A row, whose values are taken from the front.
pub(crate) struct Row(std::vec::IntoIter<Value>);

impl Row {
    pub(crate) fn new(values: Vec<Value>) -> Self {
        Self(values.into_iter())
    }

    /// All values that are left.
    pub(crate) fn rest(self) -> Vec<Value> {
        self.0.collect()
    }

    pub(crate) fn int(&mut self) -> Result<i64> {
        self.maybe_int()?.ok_or(UNEXPECTED)
    }

    pub(crate) fn maybe_int(&mut self) -> Result<Option<i64>> {
        match self.0.next() {
            Some(Value::Int(value)) => Ok(Some(value)),
            Some(Value::Null) => Ok(None),
            _ => Err(UNEXPECTED),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String> {
        self.maybe_text()?.ok_or(UNEXPECTED)
    }

    pub(crate) fn maybe_text(&mut self) -> Result<Option<String>> {
        match self.0.next() {
            Some(Value::Text(value)) => Ok(Some(value)),
            Some(Value::Null) => Ok(None),
            _ => Err(UNEXPECTED),
        }
    }

    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>> {
        self.maybe_bytes()?.ok_or(UNEXPECTED)
    }

    pub(crate) fn maybe_bytes(&mut self) -> Result<Option<Vec<u8>>> {
        match self.0.next() {
            Some(Value::Bytes(value)) => Ok(Some(value)),
            Some(Value::Null) => Ok(None),
            _ => Err(UNEXPECTED),
        }
    }
}

const UNEXPECTED: Error = Error::Damaged { what: "a value of another type than its column" };

/// What kind of transaction begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Sees one state of everything until it ends.
    Read,
    /// The only one that writes, over all processes.
    Write,
}

/// A connection with a database.
pub(crate) trait Connection: Send {
    fn begin(&mut self, access: Access) -> Result<()>;
    fn commit(&mut self) -> Result<()> {
        self.script("COMMIT")
    }
    /// Gives the transaction up. What it cannot undo, without a connection, is undone by the
    /// database; without a transaction there is nothing to give up.
    fn rollback(&mut self) {
        let _ = self.script("ROLLBACK");
    }
    /// Runs a statement; how many rows it touched.
    fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64>;
    /// Hands on each row of a query.
    fn each(
        &mut self,
        sql: &str,
        values: &[Value],
        row: &mut dyn FnMut(Row) -> Result<()>,
    ) -> Result<()>;
    /// Runs statements without values.
    fn script(&mut self, sql: &str) -> Result<()>;
    /// Words of the dialect that differ: `(placeholder, word)`.
    fn dialect(&self) -> &'static [(&'static str, &'static str)];
    /// Nothing of the forgotten stays in files beside the database.
    fn scrub(&mut self) -> Result<()>;
    /// Whether it broke off and a new one is needed.
    fn is_closed(&self) -> bool {
        false
    }
}

/// All rows of a query.
pub(crate) fn all<T>(
    connection: &mut dyn Connection,
    sql: &str,
    values: &[Value],
    mut read: impl FnMut(&mut Row) -> Result<T>,
) -> Result<Vec<T>> {
    let mut found = Vec::new();
    connection.each(sql, values, &mut |mut row| {
        found.push(read(&mut row)?);
        Ok(())
    })?;
    Ok(found)
}

/// The first row of a query, if there is any.
pub(crate) fn first<T>(
    connection: &mut dyn Connection,
    sql: &str,
    values: &[Value],
    mut read: impl FnMut(&mut Row) -> Result<T>,
) -> Result<Option<T>> {
    let mut found = None;
    connection.each(sql, values, &mut |mut row| {
        if found.is_none() {
            found = Some(read(&mut row)?);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Runs work in a transaction of its own.
pub(crate) fn within<T>(
    connection: &mut dyn Connection,
    access: Access,
    work: impl FnOnce(&mut dyn Connection) -> Result<T>,
) -> Result<T> {
    connection.begin(access)?;
    match work(connection).and_then(|value| connection.commit().map(|()| value)) {
        Ok(value) => Ok(value),
        Err(error) => {
            connection.rollback();
            Err(error)
        }
    }
}
