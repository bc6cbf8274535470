//! PostgreSQL behind a [`Connection`].

use std::collections::HashMap;
use std::error::Error as StdError;

use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use postgres::{Client, Statement};

use crate::error::{Error, Result};
use crate::pg_tls::Reach;
use crate::sql::{Access, Connection, Row, Value};

pub(crate) struct Postgres {
    client: Client,
    statements: HashMap<String, Statement>,
}

impl Postgres {
    /// A connection with the database of an address.
    pub(crate) fn open(address: &str) -> Result<Self> {
        let mut client = Reach::read(address)?.connect(refused)?;
        // A commit is on the disk when it is acknowledged, whatever the server's setting.
        let settings = "SET synchronous_commit = on; SET client_min_messages = warning";
        client.batch_execute(settings).map_err(failed("connecting"))?;
        Ok(Self { client, statements: HashMap::new() })
    }

    /// A connection that is the only one of its kind, as long as it lives: whoever writes through
    /// it knows that no other server does.
    ///
    /// PostgreSQL notices some time after the end of a connection that it has ended: a server that
    /// is started right after the last one stopped waits for it a little.
    pub(crate) fn open_alone(address: &str) -> Result<Self> {
        let mut own = Self::open(address)?;
        let doing = "taking the database";
        own.client.batch_execute("SET lock_timeout = '3s'").map_err(failed(doing))?;
        // One lock for each place where tables may be.
        let lock = "SELECT pg_advisory_lock(hashtext('yingda'), hashtext(current_schema()))";
        own.client.query_one(lock, &[]).map_err(|error| match error.code() {
            Some(&SqlState::LOCK_NOT_AVAILABLE) => Error::Served,
            _ => failed(doing)(error),
        })?;
        own.client.batch_execute("RESET lock_timeout").map_err(failed(doing))?;
        Ok(own)
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let text = sql.replace("{lock}", "FOR UPDATE");
        let statement = self.client.prepare(&text).map_err(failed("preparing a statement"))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

/// Why a connection was refused.
fn refused(error: postgres::Error) -> Error {
    match error.code() {
        Some(&SqlState::INVALID_CATALOG_NAME) => Error::NoAccess {
            en: "there is no such database; create it, or correct the name in `database`",
            zh: "没有这个数据库；请先创建，或更正 `database` 中的名称",
        },
        Some(&SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
            Error::NoAccess {
                en: "the user or the password is refused; correct them in `database`",
                zh: "用户或密码被拒绝；请更正 `database`",
            }
        }
        _ => failed("connecting")(error),
    }
}

/// What the server says, without values: its details may hold those of rows.
fn failed(doing: &'static str) -> impl Fn(postgres::Error) -> Error {
    move |error| match error.as_db_error() {
        Some(error) => {
            let constraint = error.constraint().unwrap_or_default();
            let detail = format!("SQLSTATE {} {constraint}", error.code().code());
            Error::database(doing, detail.trim_end())
        }
        None => {
            let cause = error.source().map_or_else(String::new, |cause| format!(": {cause}"));
            Error::database(doing, format!("{error}{cause}"))
        }
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        of: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn StdError + std::marker::Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) => value.to_sql_checked(of, out),
            Self::Text(value) => value.to_sql_checked(of, out),
            Self::Bytes(value) => value.to_sql_checked(of, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn row_of(row: &postgres::Row) -> Result<Row> {
    let doing = failed("reading");
    let mut values = Vec::with_capacity(row.len());
    for (n, column) in row.columns().iter().enumerate() {
        let value = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(n).map(Value::from),
            Type::INT4 => row.try_get::<_, Option<i32>>(n).map(|v| v.map(i64::from).into()),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(n).map(Value::from),
            _ => row.try_get::<_, Option<String>>(n).map(Value::from),
        };
        values.push(value.map_err(&doing)?);
    }
    Ok(Row::new(values))
}

fn borrowed(values: &[Value]) -> Vec<&(dyn ToSql + std::marker::Sync)> {
    values.iter().map(|value| value as _).collect()
}

impl Connection for Postgres {
    fn begin(&mut self, access: Access) -> Result<()> {
        match access {
            Access::Read => self.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            Access::Write => self.script("BEGIN"),
        }
    }

    fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        let statement = self.prepared(sql)?;
        self.client.execute(&statement, &borrowed(values)).map_err(failed("writing"))
    }

    fn each(
        &mut self,
        sql: &str,
        values: &[Value],
        take: &mut dyn FnMut(Row) -> Result<()>,
    ) -> Result<()> {
        let statement = self.prepared(sql)?;
        let doing = failed("reading");
        let mut rows = self.client.query_raw(&statement, borrowed(values)).map_err(&doing)?;
        while let Some(row) = rows.next().map_err(&doing)? {
            take(row_of(&row)?)?;
        }
        Ok(())
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        self.client.batch_execute(sql).map_err(failed("writing"))
    }

    fn dialect(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("{integer}", "BIGINT"),
            ("{bytes}", "BYTEA"),
            ("{clustered}", ""),
            ("{lock}", "FOR UPDATE"),
        ]
    }

    fn scrub(&mut self) -> Result<()> {
        // Dead rows are the server's to remove; its own settings say when.
        self.script("VACUUM threads")
    }

    fn is_closed(&self) -> bool {
        self.client.is_closed()
    }
}
