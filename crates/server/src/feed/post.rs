//! `POST /v1/facts`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{ErrorKind, Read};
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, header};
use desk::Grade;
use figures::InvalidReplies;
use figures::selection::unknown_platform;
use intake::json_row::{self, Fault};
use intake::{Column, Lang, Reason, WordList};
use rulebook::Catalogue;
use serde::{Deserialize, Serialize};
use store::{Batch, NewFact};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{Array, RefOr};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::gather;
use super::framing::{Broken, Framing, Shape};

use super::held::{Budget, Held};
use super::unpack::Packing;
use super::{Feed, Origin, Outcome};
use crate::caller::{Authenticated, Caller, Doorkeeper};
use crate::extract::Query;
use crate::language;
use crate::problem::{self, BodyPlace, Kind, Problem};
use crate::role::Permission;
use crate::settings::{Limits, Settings};
use crate::shell::Known;

/// Bytes that are unpacked at a time.
const PIECE: usize = 64 << 10;

/// Bodies up to this size, not packed, are read where they are: handing them to another thread
/// would take longer.
const SMALL: usize = 16 << 10;

/// Names of unknown keys and platforms that an answer repeats, and how long each may be.
const MOST_UNKNOWN: usize = 20;
const LONGEST_UNKNOWN: usize = 64;

/// What the route needs.
#[derive(Clone)]
pub(crate) struct FactsState {
    doorkeeper: Doorkeeper,
    feed: Arc<dyn Feed>,
    invalid: Arc<InvalidReplies>,
    budget: Budget,
    limits: Limits,
    pause: std::time::Duration,
}

impl FactsState {
    pub(crate) fn new(
        settings: &Settings,
        doorkeeper: Doorkeeper,
        feed: Arc<dyn Feed>,
        budget: Budget,
    ) -> Self {
        // The shipped rules have few lists, as a test holds: it does not fail.
        let invalid = InvalidReplies::of(Catalogue::shipped()).unwrap_or_default();
        Self {
            doorkeeper,
            feed,
            invalid: Arc::new(invalid),
            budget,
            limits: settings.limits.clone(),
            pause: settings.timeouts.piece,
        }
    }
}

impl FromRef<FactsState> for Doorkeeper {
    fn from_ref(state: &FactsState) -> Self {
        state.doorkeeper.clone()
    }
}

pub(crate) fn routes() -> OpenApiRouter<FactsState> {
    OpenApiRouter::new().routes(routes!(send_facts))
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RowOutcome {
    /// It is a fact now, and durable.
    Accepted,
    /// It was a fact already.
    Duplicate,
    /// It is no fact.
    Rejected,
}

/// The answer to one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RowAnswer {
    /// The row among those of the request, from 1.
    pub row: u64,
    /// The line of the body on which it begins, from 1.
    pub line: u64,
    /// What became of it.
    pub outcome: RowOutcome,
    /// The column at fault; absent when it is the row as a whole, or nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<Cow<'static, str>>,
    /// A stable code of what is wrong; absent when nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Cow<'static, str>>,
    /// What was found and what was expected, in the caller's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A key of a row that is no column: it was passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UnknownKey {
    /// The key.
    pub key: String,
    /// The first line with it.
    pub line: u64,
}

/// A platform that rows name and no rules are known of: most often a slip of the pen. The rows are
/// kept, and counted for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UnknownPlatform {
    /// How it is written.
    pub platform: String,
    /// Rows that name it.
    pub rows: u64,
    /// That there are no rules for it, and which platform may have been meant, in the caller's
    /// language.
    pub message: String,
}

/// The answer to a body that could be read. The three counts add up to the rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FactsAnswer {
    /// Rows that are facts now, and durable.
    pub accepted: u64,
    /// Rows that were facts already.
    pub duplicate: u64,
    /// Rows that are no facts.
    pub rejected: u64,
    /// Each row, in the order sent.
    pub rows: Vec<RowAnswer>,
    /// Keys that are no columns, each once, twenty at most.
    pub unknown_keys: Vec<UnknownKey>,
    /// Platforms of which no rules are known, each once, twenty at most.
    pub unknown_platforms: Vec<UnknownPlatform>,
}

/// A row of the canonical log, described from the list of its columns.
pub(crate) struct FactSchema;

impl PartialSchema for FactSchema {
    fn schema() -> RefOr<Schema> {
        let mut object = ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some("One row of the canonical log: one thing that happened."));
        for column in Column::ALL {
            let words = match column {
                Column::Fact => Some(WordList::Fact.words()),
                Column::Author => Some(WordList::Author.words()),
                Column::Kind => Some(WordList::Kind.words()),
                _ => None,
            };
            let value = match column {
                Column::Seq | Column::Stars => ObjectBuilder::new().schema_type(Type::Integer),
                _ => ObjectBuilder::new().schema_type(Type::String).enum_values(words),
            };
            object = object.property(column.name(), value);
        }
        for column in [Column::At, Column::Platform, Column::Shop] {
            object = object.required(column.name());
        }
        object.into()
    }
}

impl ToSchema for FactSchema {
    fn name() -> Cow<'static, str> {
        "Fact".into()
    }
}

/// Many rows of the canonical log.
pub(crate) struct FactsSchema;

impl PartialSchema for FactsSchema {
    fn schema() -> RefOr<Schema> {
        Array::new(utoipa::openapi::Ref::from_schema_name("Fact")).into()
    }
}

impl ToSchema for FactsSchema {
    fn name() -> Cow<'static, str> {
        "Facts".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(("Fact".into(), FactSchema::schema()));
    }
}

/// Where facts come from.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FromWhere {
    /// What the feed is called, up to 64 bytes; by who sends where nothing is said.
    feed: Option<String>,
    /// `live`, where facts come as they happen, as is usual; `daily`, where they come in pieces.
    grade: Option<String>,
}

/// The longest name of a feed, in bytes.
const LONGEST_FEED: usize = 64;

/// Whether a feed may be called so.
///
/// # Errors
///
/// [`Kind::BadParameter`].
pub(crate) fn check_name(name: &str) -> Result<(), Problem> {
    if name.is_empty() || name.len() > LONGEST_FEED || name.contains(char::is_control) {
        return Err(Problem::new(Kind::BadParameter).detail(
            "`feed`: expected 1 to 64 bytes without control characters",
            "`feed`：应为 1 至 64 字节，不含控制字符",
        ));
    }
    Ok(())
}

impl FromWhere {
    /// # Errors
    ///
    /// [`Kind::BadParameter`].
    fn origin(self, caller: &Caller) -> Result<Origin, Problem> {
        let bad = |en, zh| Problem::new(Kind::BadParameter).detail(en, zh);
        let name = self.feed.unwrap_or_else(|| caller.who().to_string());
        check_name(&name)?;
        let grade = match self.grade.as_deref() {
            None => Grade::Live,
            Some(word) => {
                Grade::from_word(word).filter(|grade| *grade != Grade::Panel).ok_or_else(|| {
                    bad("`grade`: expected `live` or `daily`", "`grade`：应为 `live` 或 `daily`")
                })?
            }
        };
        Ok(Origin { name, grade })
    }
}

problem::described! {
    /// What may go wrong with facts.
    SendFactsProblems: [
        BadParameter, BrokenBody, SignInNeeded, NotAllowed, OtherOrigin, TooSlow, TooLarge,
        UnsupportedType,
        TooMany
    ]
}

/// Send facts.
///
/// One row is one thing that happened, in the columns of the canonical log: one JSON object a
/// line (`application/x-ndjson`), or one array of objects (`application/json`), plain or packed
/// with gzip or zstd.
///
/// A body that is broken, too large or of another type is refused as a whole: nothing of it is
/// taken. Otherwise each row is answered for itself, and what is answered as accepted is durable.
/// Sending a body again is harmless: rows that are facts already are answered as duplicates.
#[utoipa::path(
    post,
    path = "/v1/facts",
    tag = "facts",
    operation_id = "send_facts",
    params(FromWhere),
    request_body(
        content(
            (String = "application/x-ndjson"),
            (inline(FactsSchema) = "application/json"),
        ),
        description = "Rows of the canonical log."
    ),
    responses(
        (status = 200, description = "The body was read; each row is answered.",
            body = FactsAnswer),
        SendFactsProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
pub(super) async fn send_facts(
    State(state): State<FactsState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Query(asked): Query<FromWhere>,
    headers: HeaderMap,
    body: Body,
) -> Result<axum::Json<FactsAnswer>, Problem> {
    caller.needs(Permission::SendFacts)?;
    let origin = asked.origin(&caller)?;
    let (shape, packing) = (shape(&headers)?, Packing::of(&headers)?);
    let FactsState { feed, invalid, budget, limits, pause, .. } = state;
    let mut held = budget.begin();
    let body = gather(&headers, body, limits.body, pause, &mut held).await?;
    let is_small = packing == Packing::Plain && body.len() <= SMALL;
    let mut taking = Taking::new((caller, known.language), invalid, limits, held);
    let taking = if is_small {
        taking.body(&body, shape, packing)?;
        taking
    } else {
        // Unpacking and reading take a processor for a while, which others need to be answered.
        let work = move || taking.body(&body, shape, packing).map(|()| taking);
        tokio::task::spawn_blocking(work).await.map_err(|_| Problem::new(Kind::Internal))??
    };
    taking.append(feed.as_ref(), origin).await.map(axum::Json)
}

/// The shape that `Content-Type` names.
fn shape(headers: &HeaderMap) -> Result<Shape, Problem> {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.unwrap_or_default().split(';').next().unwrap_or_default();
    match essence.trim().to_ascii_lowercase().as_str() {
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Ok(Shape::Lines),
        "application/json" => Ok(Shape::Array),
        _ => Err(Problem::new(Kind::UnsupportedType).detail(
            "expected a `Content-Type` of `application/x-ndjson` (one JSON object a line) or \
             `application/json` (one array of objects)",
            "`Content-Type` 应为 `application/x-ndjson`（每行一个 JSON 对象）或 \
             `application/json`（对象数组）",
        )),
    }
}

/// A row of the request: the line it begins on, and what is wrong with it; nothing: it is one of
/// those to be kept.
struct Slot {
    line: u64,
    wrong: Option<(Option<Column>, &'static str, String)>,
}

/// A request on its way: its rows, and what memory they take.
struct Taking {
    caller: Caller,
    lang: Lang,
    /// Texts are judged here: later they are sealed.
    invalid: Arc<InvalidReplies>,
    limits: Limits,
    held: Held,
    rows: Batch,
    slots: Vec<Slot>,
    unknown: Vec<UnknownKey>,
    /// Bytes that were unpacked so far.
    unpacked: u64,
}

impl From<Broken> for Problem {
    fn from(broken: Broken) -> Self {
        Self::new(broken.kind).at(broken.place).detail(broken.en, broken.zh)
    }
}

impl Taking {
    fn new(
        (caller, lang): (Caller, Lang),
        invalid: Arc<InvalidReplies>,
        limits: Limits,
        held: Held,
    ) -> Self {
        let (rows, slots, unknown) = (Batch::default(), Vec::new(), Vec::new());
        Self { caller, lang, invalid, limits, held, rows, slots, unknown, unpacked: 0 }
    }

    /// Reads a whole body.
    fn body(&mut self, packed: &[u8], shape: Shape, packing: Packing) -> Result<(), Problem> {
        let damaged = |_| {
            Problem::new(Kind::BrokenBody).detail(
                "the body is not packed as `Content-Encoding` says, or breaks off",
                "正文与 `Content-Encoding` 所示的压缩方式不符，或中途断开",
            )
        };
        let mut reader = packing.reader(packed).map_err(damaged)?;
        let mut framing = Framing::new(shape);
        let mut piece = vec![0; PIECE.min(self.limits.unpacked as usize + 1)];
        loop {
            let n = match reader.read(&mut piece) {
                Ok(0) => break,
                Ok(n) => n,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(damaged(error)),
            };
            self.unpacked += n as u64;
            let limit = self.limits.unpacked;
            if self.unpacked > limit {
                return Err(Problem::new(Kind::TooLarge).detail(
                    format!("the body has more than {limit} bytes unpacked"),
                    format!("正文解压后超过 {limit} 字节"),
                ));
            }
            self.held.grow_to(packed.len() as u64 + self.unpacked)?;
            framing.push(&piece[..n], &mut |row, place| self.row(row, place))?;
        }
        framing.finish(&mut |row, place| self.row(row, place))
    }

    fn row(&mut self, json: &[u8], place: BodyPlace) -> Result<(), Problem> {
        let limit = self.limits.rows;
        if self.slots.len() as u64 == limit {
            return Err(Problem::new(Kind::TooLarge).at(place).detail(
                format!("the body has more than {limit} rows"),
                format!("正文超过 {limit} 行"),
            ));
        }
        let lang = self.lang;
        json_row::read(json, |row, unknown| {
            note_unknown(&mut self.unknown, unknown, place.line);
            let wrong = match row {
                Ok(row) if self.caller.may(Permission::SendFacts, row.platform, row.shop) => {
                    let flags = self.invalid.judge(row.text);
                    self.rows.push(&NewFact { flags, ..row });
                    None
                }
                Ok(_) => Some(other_shop(lang)),
                Err((None, Reason::NotJson { .. } | Reason::InvalidUtf8)) => {
                    return Err(Framing::fault(json, place).into());
                }
                Err(fault) => Some(told(fault, lang)),
            };
            self.slots.push(Slot { line: place.line, wrong });
            Ok(())
        })
    }

    /// Has the rows kept and answers all of them.
    async fn append(self, feed: &dyn Feed, origin: Origin) -> Result<FactsAnswer, Problem> {
        let Self { caller, lang, rows, slots, unknown, held, .. } = self;
        let (count, unknown_platforms) = (rows.len(), unknown_platforms(&rows, lang));
        let outcomes = match count {
            0 => Vec::new(),
            _ => feed.append(&caller, origin, rows).await?,
        };
        drop(held);
        if outcomes.len() != count {
            tracing::error!(rows = count, answers = outcomes.len(), "not one answer a row");
            return Err(Problem::new(Kind::Internal));
        }
        let mut outcomes = outcomes.into_iter();
        let rows = (1..).zip(slots).map(|(row, slot)| match slot.wrong {
            Some((column, code, message)) => {
                RowAnswer::rejected(row, slot.line, column, code, message)
            }
            None => answer(row, slot.line, outcomes.next(), lang),
        });
        let rows: Vec<RowAnswer> = rows.collect();
        let count = |outcome| rows.iter().filter(|row| row.outcome == outcome).count() as u64;
        Ok(FactsAnswer {
            accepted: count(RowOutcome::Accepted),
            duplicate: count(RowOutcome::Duplicate),
            rejected: count(RowOutcome::Rejected),
            rows,
            unknown_keys: unknown,
            unknown_platforms,
        })
    }
}

fn answer(row: u64, line: u64, outcome: Option<Outcome>, lang: Lang) -> RowAnswer {
    let plain = |outcome| RowAnswer { row, line, outcome, column: None, code: None, message: None };
    match outcome {
        Some(Outcome::Accepted) => plain(RowOutcome::Accepted),
        Some(Outcome::Duplicate) => plain(RowOutcome::Duplicate),
        Some(Outcome::Refused(refusal)) => {
            let message = language::of(lang, refusal.en, refusal.zh);
            RowAnswer::rejected(row, line, refusal.column, refusal.code, message)
        }
        // There is one answer for each row that was kept: their numbers were compared.
        None => plain(RowOutcome::Rejected),
    }
}

impl RowAnswer {
    fn rejected(
        row: u64,
        line: u64,
        column: Option<Column>,
        code: &'static str,
        message: String,
    ) -> Self {
        Self {
            row,
            line,
            outcome: RowOutcome::Rejected,
            column: column.map(|column| column.name().into()),
            code: Some(code.into()),
            message: Some(message),
        }
    }
}

fn told((column, reason): Fault, lang: Lang) -> (Option<Column>, &'static str, String) {
    let (found, expected) = (reason.found(lang), reason.expected(lang));
    let message = match lang {
        Lang::En => format!("found {found}, expected {expected}"),
        Lang::Zh => format!("发现{found}，应为{expected}"),
    };
    (column, reason.code(), message)
}

fn other_shop(lang: Lang) -> (Option<Column>, &'static str, String) {
    let message = language::of(
        lang,
        "found a shop that you may not send facts for; ask an owner for it",
        "无权为该店铺发送事实；请向所有者申请",
    );
    (Some(Column::Shop), "shop-not-allowed", message.into())
}

fn unknown_platforms(rows: &Batch, lang: Lang) -> Vec<UnknownPlatform> {
    let mut named: BTreeMap<&str, u64> = BTreeMap::new();
    for row in rows.iter() {
        *named.entry(row.platform).or_default() += 1;
    }
    let unknown = named.into_iter().filter_map(|(name, rows)| {
        let told = unknown_platform(Catalogue::shipped(), name)?;
        let message = language::of(lang, told.en, told.zh);
        let platform = name.chars().filter(|c| !c.is_control()).take(LONGEST_UNKNOWN).collect();
        Some(UnknownPlatform { platform, rows, message })
    });
    unknown.take(MOST_UNKNOWN).collect()
}

fn note_unknown(known: &mut Vec<UnknownKey>, names: &[&str], line: u64) {
    for name in names {
        let key: String = name.chars().filter(|c| !c.is_control()).take(LONGEST_UNKNOWN).collect();
        if known.len() < MOST_UNKNOWN && !known.iter().any(|other| other.key == key) {
            known.push(UnknownKey { key, line });
        }
    }
}

impl fmt::Debug for FactsState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FactsState(..)")
    }
}
