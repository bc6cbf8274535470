//! `/v1/imports`: files that become facts, looked at first.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use figures::InvalidReplies;
use http_body_util::BodyExt;
use intake::profile::{Look, look};
use intake::{Error, Profile, Report};
use rulebook::Catalogue;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::page::Page;
use super::stamp::Stamp;
use super::stored::StoreState;
use super::words::Binary;
use crate::caller::{Authenticated, Caller, Doorkeeper};
use crate::extract::{Json, Path, Query};
use crate::feed::Feed;
use crate::importing::{
    self, Amounts, CANONICAL, Importing, Imports, LARGEST, Previewed, Reading, Upload,
};
use crate::language::{self, Lang};
use crate::problem::{self, Kind, Problem};
use crate::role::Permission;
use crate::settings::Settings;
use crate::shell::Known;

/// Pieces of a file that wait for the disk.
const AHEAD: usize = 4;
/// Files that are read at a time, to look at them or to import them.
const AT_ONCE: usize = 2;
/// What stands in a preview for a platform or a shop that is not set yet.
const NOT_SET: &str = "?";
/// Rows that are shown as they are.
const ROWS: usize = 12;

/// What the routes need.
#[derive(Clone)]
pub(crate) struct ImportState {
    stored: StoreState,
    feed: Arc<dyn Feed>,
    imports: Imports,
    invalid: Arc<InvalidReplies>,
    free: Arc<Semaphore>,
    pause: Duration,
}

impl ImportState {
    pub(crate) fn new(settings: &Settings, stored: StoreState, feed: Arc<dyn Feed>) -> Self {
        // The shipped rules have few lists, as a test holds: it does not fail.
        let invalid = InvalidReplies::of(Catalogue::shipped()).unwrap_or_default();
        Self {
            stored,
            feed,
            imports: Imports::new(&settings.data),
            invalid: Arc::new(invalid),
            free: Arc::new(Semaphore::new(AT_ONCE)),
            pause: settings.timeouts.piece,
        }
    }

    fn find(&self, caller: &Caller, id: &str) -> Result<Arc<Upload>, Problem> {
        caller.needs(Permission::SendFacts)?;
        self.imports.find(caller.who(), id, self.stored.clock.now())
    }
}

impl FromRef<ImportState> for Doorkeeper {
    fn from_ref(state: &ImportState) -> Self {
        state.stored.doorkeeper.clone()
    }
}

pub(crate) fn routes() -> OpenApiRouter<ImportState> {
    OpenApiRouter::new()
        .routes(routes!(list_imports, send_import))
        .routes(routes!(get_import, remove_import))
        .routes(routes!(preview_import))
        .routes(routes!(start_import))
        .routes(routes!(get_rejected_rows))
}

/// A file that somebody sent, and how far it has come with it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub(crate) struct ImportBody {
    /// Its id.
    id: String,
    /// What it is called.
    name: String,
    /// Its size.
    bytes: u64,
    /// Its SHA-256, in hexadecimal.
    sha256: String,
    /// `waiting`, `running`, `done`, `failed`.
    state: &'static str,
    /// Why it ended early, in the caller's language; null: it did not.
    problem: Option<String>,
    /// Bytes of it that were read.
    read: u64,
    /// Rows seen so far.
    rows: u64,
    /// Rows that are facts now, and durable.
    accepted: u64,
    /// Rows that were facts already.
    duplicate: u64,
    /// Rows that are no facts.
    rejected: u64,
}

impl ImportBody {
    fn of(upload: &Upload, lang: Lang) -> Self {
        let (state, amounts) = upload.state();
        let Amounts { rows, accepted, duplicate, rejected } = amounts;
        let (state, problem) = match state {
            importing::State::Waiting => ("waiting", None),
            importing::State::Running => ("running", None),
            importing::State::Done => ("done", None),
            importing::State::Failed([en, zh]) => ("failed", Some(language::of(lang, en, zh))),
        };
        Self {
            id: upload.id.clone(),
            name: upload.name.clone(),
            bytes: upload.bytes,
            sha256: upload.sha256.clone(),
            state,
            problem,
            read: upload.read.load(Ordering::Relaxed),
            rows,
            accepted,
            duplicate,
            rejected,
        }
    }
}

problem::described! {
    /// What may go wrong with the list of files.
    ListImportsProblems: [SignInNeeded, NotAllowed]
}

/// The caller's files.
#[utoipa::path(
    get,
    path = "/v1/imports",
    tag = "imports",
    operation_id = "list_imports",
    responses((status = 200, description = "Files.", body = Page<ImportBody>), ListImportsProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn list_imports(
    State(state): State<ImportState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
) -> Result<axum::Json<Page<ImportBody>>, Problem> {
    caller.needs(Permission::SendFacts)?;
    let found = state.imports.of(caller.who());
    let items = found.iter().map(|one| ImportBody::of(one, known.language)).collect();
    Ok(axum::Json(Page { items, next: None }))
}

/// What the file is called.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FileName {
    /// The file's name, whose ending says what it is, as `may.csv.gz`.
    name: String,
}

problem::described! {
    /// What may go wrong with a file that is sent.
    SendImportProblems: [
        BadRequest, BadParameter, SignInNeeded, NotAllowed, OtherOrigin, TooSlow, TooLarge, TooMany
    ]
}

/// Send a file.
///
/// The body is the file as it is: CSV, JSON, JSON Lines, text (all also in gzip or zstd), a
/// workbook or Parquet, of 256 MiB at most. It is kept for an hour after somebody last looked at
/// it; nothing is read of it until then.
#[utoipa::path(
    post,
    path = "/v1/imports",
    tag = "imports",
    operation_id = "send_import",
    params(FileName),
    request_body(content = inline(Binary), content_type = "application/octet-stream"),
    responses((status = 201, description = "It is there.", body = ImportBody), SendImportProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn send_import(
    State(state): State<ImportState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Query(file): Query<FileName>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, axum::Json<ImportBody>), Problem> {
    caller.needs(Permission::SendFacts)?;
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if announced.and_then(|text| text.parse::<u64>().ok()).is_some_and(|bytes| bytes > LARGEST) {
        return Err(too_large());
    }
    let (sender, pieces) = mpsc::channel(AHEAD);
    let (imports, now) = (state.imports.clone(), state.stored.clock.now());
    let who = caller.who();
    let kept = tokio::task::spawn_blocking(move || imports.take(who, &file.name, now, pieces));
    // Where the disk fails, or there is no room, nobody listens: then `kept` says why.
    let handed = hand_over(body, &sender, state.pause).await;
    drop(sender);
    let kept = kept.await.map_err(|_| Problem::new(Kind::Internal))?;
    handed?;
    Ok((StatusCode::CREATED, axum::Json(ImportBody::of(&*kept?, known.language))))
}

fn too_large() -> Problem {
    Problem::new(Kind::TooLarge).detail(
        format!("the file has more than {LARGEST} bytes; `yingda import` takes larger ones"),
        format!("文件超过 {LARGEST} 字节；更大的文件请用 `yingda import`"),
    )
}

/// Hands a body's pieces to whoever writes them; the last one is said to be the last.
async fn hand_over(
    mut body: Body,
    sender: &mpsc::Sender<Option<Bytes>>,
    pause: Duration,
) -> Result<(), Problem> {
    let mut bytes = 0;
    loop {
        let frame = match timeout(pause, body.frame()).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(None) => {
                let _ = sender.send(None).await;
                return Ok(());
            }
            Ok(Some(Err(_))) => {
                let problem = Problem::new(Kind::BadRequest);
                return Err(problem.detail("the body breaks off", "正文中断"));
            }
            Err(_) => return Err(Problem::new(Kind::TooSlow)),
        };
        let Ok(data) = frame.into_data() else { continue };
        bytes += data.len() as u64;
        if bytes > LARGEST {
            return Err(too_large());
        }
        if sender.send(Some(data)).await.is_err() {
            return Ok(());
        }
    }
}

problem::described! {
    /// What may go wrong with one file.
    GetImportProblems: [BadParameter, SignInNeeded, NotAllowed, NotFound]
}

/// A file, and how far it has come with it.
#[utoipa::path(
    get,
    path = "/v1/imports/{id}",
    tag = "imports",
    operation_id = "get_import",
    params(("id" = String, Path, description = "The file's id.")),
    responses((status = 200, description = "The file.", body = ImportBody), GetImportProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn get_import(
    State(state): State<ImportState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Path(id): Path<String>,
) -> Result<axum::Json<ImportBody>, Problem> {
    let upload = state.find(&caller, &id)?;
    Ok(axum::Json(ImportBody::of(&upload, known.language)))
}

problem::described! {
    /// What may go wrong with taking a file away.
    RemoveImportProblems: [BadParameter, SignInNeeded, NotAllowed, OtherOrigin, NotFound]
}

/// Take a file away. One that is being imported is stopped; what was accepted stays.
#[utoipa::path(
    delete,
    path = "/v1/imports/{id}",
    tag = "imports",
    operation_id = "remove_import",
    params(("id" = String, Path, description = "The file's id.")),
    responses((status = 204, description = "It is gone."), RemoveImportProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn remove_import(
    State(state): State<ImportState>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.needs(Permission::SendFacts)?;
    state.imports.remove(caller.who(), &id, state.stored.clock.now())?;
    Ok(StatusCode::NO_CONTENT)
}

/// How a file is read.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ImportReading {
    /// A shipped profile by its name, or `canonical`: the columns of the canonical log.
    profile: Option<String>,
    /// A profile as TOML, in its place.
    text: Option<String>,
    /// What is set beside it: `platform`, `shop`, `seller`, `zone`, `encoding` and the like.
    set: BTreeMap<String, String>,
}

impl From<ImportReading> for Reading {
    fn from(body: ImportReading) -> Self {
        Self { profile: body.profile, text: body.text, set: body.set }
    }
}

/// A column that is used, with what it is used as.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MatchedColumn {
    /// The column as the file calls it.
    column: String,
    /// What it is used as.
    target: &'static str,
}

/// A file, or a sheet of a workbook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportPart {
    /// Its name.
    name: String,
    /// Its rows.
    rows: u64,
    /// Its encoding; `xlsx` for a workbook; null: it is not asked for.
    encoding: Option<&'static str>,
    /// The line of its header, from 1; null: it has none.
    header: Option<u64>,
    /// The columns that are used.
    matched: Vec<MatchedColumn>,
    /// Those that are not.
    unused: Vec<String>,
}

/// One of the first facts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FirstFact {
    /// The line, from 1.
    line: u64,
    /// When it happened.
    at: Stamp,
    /// The platform.
    platform: String,
    /// The shop.
    shop: String,
    /// The buyer; empty: it concerns none.
    buyer: String,
    /// Who wrote, or what happened, in the caller's language.
    what: String,
    /// The account; empty: none.
    account: String,
    /// How the text begins; null: the caller may not read texts.
    text: Option<String>,
}

/// So many of a kind.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountOf {
    /// What.
    what: String,
    /// How many.
    count: u64,
}

/// A row that would be rejected.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RejectedRow {
    /// The line, from 1.
    line: u64,
    /// The column at fault; empty: the row as a whole.
    column: String,
    /// What was found, in the caller's language.
    found: String,
    /// What was expected.
    expected: String,
}

/// What a file becomes under a profile.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportPreview {
    /// The profile's name; `own`: that of the request.
    profile: String,
    /// What it is for, in the caller's language.
    title: String,
    /// Whether rows become facts; where something must be set first, once it is.
    fits: bool,
    /// What must be set first, as `shop`, and stands as `?` in what follows; none: nothing.
    needs: Vec<String>,
    /// Why it cannot be read so, in the caller's language; null: it can.
    problem: Option<String>,
    /// Rows seen.
    rows: u64,
    /// Rows that are facts, repeats among them.
    facts: u64,
    /// Rows that are not.
    rejected: u64,
    /// The file, or the sheets of a workbook; twenty at most.
    parts: Vec<ImportPart>,
    /// Facts by author, and other facts.
    kinds: Vec<CountOf>,
    /// Facts by shop, as `taobao/s1`; a hundred at most.
    shops: Vec<CountOf>,
    /// The first facts.
    first: Vec<FirstFact>,
    /// Rejected rows by reason.
    reasons: Vec<CountOf>,
    /// The first rejected rows.
    rejects: Vec<RejectedRow>,
    /// What its owner should know, in the caller's language.
    warnings: Vec<String>,
}

/// The first rows as they are, and what they become.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportPreviews {
    /// The encoding; `xlsx` for a workbook; null: it is no text and no workbook.
    encoding: Option<&'static str>,
    /// Whether the rows are objects of JSON; then the first row has their keys.
    is_json: bool,
    /// The first rows as they are, cut in length; none where the caller may not read texts.
    rows: Vec<Vec<String>>,
    /// By profile, those that fit first, those that make more facts first.
    items: Vec<ImportPreview>,
}

problem::described! {
    /// What may go wrong with looking at a file, or with importing it.
    ReadImportProblems: [
        BadParameter, BrokenBody, SignInNeeded, NotAllowed, OtherOrigin, NotFound, TooSlow,
        Conflict, TooLarge, UnsupportedType, UnfitBody, TooMany
    ]
}

/// Look at a file.
///
/// The whole file is read under one profile, or, where none is named, under every one that is
/// shipped and in the canonical columns. Nothing is kept of it.
#[utoipa::path(
    post,
    path = "/v1/imports/{id}/preview",
    tag = "imports",
    operation_id = "preview_import",
    params(("id" = String, Path, description = "The file's id.")),
    request_body = ImportReading,
    responses(
        (status = 200, description = "What it becomes.", body = ImportPreviews),
        ReadImportProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn preview_import(
    State(state): State<ImportState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Path(id): Path<String>,
    Json(reading): Json<ImportReading>,
) -> Result<axum::Json<ImportPreviews>, Problem> {
    let upload = state.find(&caller, &id)?;
    let sees = caller.needs(Permission::ReadTexts).is_ok();
    let (lang, reading) = (known.language, Reading::from(reading));
    // It is never closed.
    let turn = state.free.acquire().await.map_err(|_| Problem::new(Kind::Internal))?;
    let work = move || previews(&upload, &reading, sees, lang);
    let done = tokio::task::spawn_blocking(work).await;
    drop(turn);
    done.map_err(|_| Problem::new(Kind::Internal))?.map(axum::Json)
}

fn previews(
    upload: &Upload,
    reading: &Reading,
    sees: bool,
    lang: Lang,
) -> Result<ImportPreviews, Problem> {
    let encoding = reading.set.get("encoding").map(String::as_str);
    let found = look(&upload.source(), encoding, ROWS).ok();
    let encoding = found.as_ref().map(|found| found.encoding);
    let Look { is_json, rows, .. } = found.unwrap_or_default();
    let one = |name: &str, reading: &Reading| {
        let profile = reading.profile()?;
        Ok::<_, Problem>(previewed(upload, (name, profile.as_ref()), sees, lang))
    };
    let items = if reading.text.is_some() {
        vec![one("own", reading)?]
    } else if let Some(name) = &reading.profile {
        vec![one(name, reading)?]
    } else {
        let shipped = Profile::all_shipped().iter().map(|(name, _)| *name);
        let every = std::iter::once(CANONICAL).chain(shipped).map(|name| {
            let (profile, set) = (Some(name.to_owned()), reading.set.clone());
            one(name, &Reading { profile, text: None, set })
        });
        let mut every = every.collect::<Result<Vec<_>, _>>()?;
        every.sort_by_key(|one| (!one.fits, one.needs.len(), u64::MAX - one.facts));
        every
    };
    let rows = if sees { rows } else { Vec::new() };
    Ok(ImportPreviews { encoding, is_json, rows, items })
}

fn title(profile: Option<&Profile>, lang: Lang) -> String {
    let canonical = || language::of(lang, "Yingda's own columns", "应答的标准列").to_owned();
    profile.map_or_else(canonical, |profile| profile.title(lang).to_owned())
}

fn previewed(
    upload: &Upload,
    (name, profile): (&str, Option<&Profile>),
    sees: bool,
    lang: Lang,
) -> ImportPreview {
    let (looked, needs) = looked(upload, profile, lang);
    let (found, report, problem) = match looked {
        Ok((found, report)) => (found, report, None),
        Err(error) => {
            let message = upload.plain(&error.message(lang));
            (Previewed::default(), Report::default(), Some(message))
        }
    };
    ImportPreview {
        profile: name.to_owned(),
        title: title(profile, lang),
        fits: found.facts > 0,
        needs: needs.into_iter().map(str::to_owned).collect(),
        problem,
        rows: report.rows,
        facts: found.facts,
        rejected: report.rejected,
        parts: parts(&report, upload),
        warnings: report.warnings.iter().map(|one| upload.plain(&one.message(lang))).collect(),
        ..shown(found, sees)
    }
}

/// What a file becomes, and what has to be set first. Where that is the same in every row, it is
/// looked at as if something were set: the shape of the file shows whether it is worth it.
fn looked(
    upload: &Upload,
    profile: Option<&Profile>,
    lang: Lang,
) -> (Result<(Previewed, Report), Error>, Vec<&'static str>) {
    let first = importing::preview(upload, profile, lang);
    let (Err(Error::Unmapped { needed, .. }), Some(profile)) = (&first, profile) else {
        return (first, Vec::new());
    };
    let needs: Vec<&'static str> = needed.iter().map(|(name, _)| *name).collect();
    let mut told = profile.clone();
    let is_told = needs
        .iter()
        .all(|name| ["platform", "shop"].contains(name) && told.set(name, NOT_SET).is_ok());
    match is_told {
        true => (importing::preview(upload, Some(&told), lang), needs),
        false => (first, needs),
    }
}

fn parts(report: &Report, upload: &Upload) -> Vec<ImportPart> {
    let part = |part: &intake::SourceReport| {
        let mapping = part.mapping.clone().unwrap_or_default();
        let matched = mapping.matched.into_iter();
        ImportPart {
            name: upload.plain(&part.name),
            rows: part.rows,
            encoding: Some(mapping.encoding).filter(|encoding| !encoding.is_empty()),
            header: mapping.header,
            matched: matched.map(|(column, target)| MatchedColumn { column, target }).collect(),
            unused: mapping.unused,
        }
    };
    report.sources.iter().take(20).map(part).collect()
}

/// What was found, without what the report says.
fn shown(found: Previewed, sees: bool) -> ImportPreview {
    let count = |(what, count): (String, u64)| CountOf { what, count };
    let reason = |(what, count): (&str, u64)| CountOf { what: what.to_owned(), count };
    let shop = |((platform, shop), count)| CountOf { what: format!("{platform}/{shop}"), count };
    let first = |one: importing::First| FirstFact {
        line: one.line,
        at: Stamp(one.at),
        platform: one.platform,
        shop: one.shop,
        buyer: one.buyer,
        what: one.what,
        account: one.account,
        text: sees.then_some(one.text),
    };
    let rejected = |[_, line, column, _, found, expected]: [String; 6]| RejectedRow {
        line: line.parse().unwrap_or(0),
        column,
        found,
        expected,
    };
    ImportPreview {
        kinds: found.kinds.into_iter().map(count).collect(),
        shops: found.shops.into_iter().map(shop).collect(),
        first: found.first.into_iter().map(first).collect(),
        reasons: found.reasons.into_iter().map(reason).collect(),
        rejects: found.rejected.into_iter().map(rejected).collect(),
        profile: String::new(),
        title: String::new(),
        fits: false,
        needs: Vec::new(),
        problem: None,
        rows: 0,
        facts: 0,
        rejected: 0,
        parts: Vec::new(),
        warnings: Vec::new(),
    }
}

/// Import a file.
///
/// Its rows become facts from now on; how far it has come is what the file says when it is asked
/// for. Importing the same file again is harmless: its rows are repeats then.
#[utoipa::path(
    post,
    path = "/v1/imports/{id}/start",
    tag = "imports",
    operation_id = "start_import",
    params(("id" = String, Path, description = "The file's id.")),
    request_body = ImportReading,
    responses((status = 202, description = "It has begun.", body = ImportBody), ReadImportProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn start_import(
    State(state): State<ImportState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Path(id): Path<String>,
    Json(reading): Json<ImportReading>,
) -> Result<(StatusCode, axum::Json<ImportBody>), Problem> {
    let upload = state.find(&caller, &id)?;
    let lang = known.language;
    let profile = Reading::from(reading).profile()?;
    let source = state.stored.run(&caller, |store, _, _| store.begin_source()).await?;
    upload.begin()?;
    let importing = Importing {
        upload: Arc::clone(&upload),
        profile,
        caller,
        feed: Arc::clone(&state.feed),
        invalid: Arc::clone(&state.invalid),
        lang,
        source,
        runtime: Handle::current(),
    };
    tokio::spawn(work(state, importing));
    Ok((StatusCode::ACCEPTED, axum::Json(ImportBody::of(&upload, lang))))
}

/// Imports a file when it is its turn, and notes it in the audit log.
async fn work(state: ImportState, importing: Importing) {
    // It is never closed.
    let Ok(turn) = Arc::clone(&state.free).acquire_owned().await else { return };
    let (upload, caller) = (Arc::clone(&importing.upload), importing.caller.clone());
    let done = tokio::task::spawn_blocking(move || importing::run(&importing)).await;
    drop(turn);
    if done.is_err() {
        upload.broke();
    }
    let (_, Amounts { rows, accepted, duplicate, rejected }) = upload.state();
    let told = format!(
        "{rows} rows: {accepted} accepted, {duplicate} duplicate, {rejected} rejected; sha256 {}",
        upload.sha256
    );
    let note = state
        .stored
        .run(&caller, move |store, scope, now| store.note_import(scope, now, &upload.name, &told));
    // A problem of the store is in the log already.
    let _ = note.await;
}

/// The rejected rows of a file.
///
/// A table (CSV, UTF-8 with a mark): source, line, column, reason, found, expected, in the language
/// in which it was imported, and the row as it stands in the file. Only whoever sent the file gets
/// it. The rows of a Parquet file are told by their numbers alone.
#[utoipa::path(
    get,
    path = "/v1/imports/{id}/rejected",
    tag = "imports",
    operation_id = "get_rejected_rows",
    params(("id" = String, Path, description = "The file's id.")),
    responses(
        (status = 200, description = "The table.", body = String, content_type = "text/csv"),
        GetImportProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn get_rejected_rows(
    State(state): State<ImportState>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let upload = state.find(&caller, &id)?;
    let read = tokio::task::spawn_blocking(move || std::fs::read(upload.rejected())).await;
    let bytes = read
        .map_err(|_| Problem::new(Kind::Internal))?
        .map_err(|_| Problem::new(Kind::NotFound).detail("no row was rejected", "没有被拒的行"))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"rejected.csv\""),
    ];
    Ok((headers, bytes).into_response())
}
