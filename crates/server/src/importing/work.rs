//! The reading of a file whose rows become facts.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use desk::Grade;
use figures::InvalidReplies;
use intake::gather::{self, Facts, Take};
use intake::{Profile, Progress, Rejected, RejectsFiles, rejected_fields};
use store::{Batch, NewFact, SourceId};
use tokio::runtime::Handle;

use super::{State, Upload};
use crate::caller::Caller;
use crate::feed::{Feed, FeedError, Origin, Outcome};
use crate::language::{self, Lang};
use crate::role::Permission;

/// Rows that are handed over at a time.
const ROWS: usize = 4_000;
/// Bytes of texts that are handed over at a time, give or take a row.
const BYTES: usize = 4 << 20;
/// How often it is tried again where too much waits, and after how long.
const TRIES: u32 = 600;
const PAUSE: Duration = Duration::from_millis(100);

/// What is needed to import a file.
pub(crate) struct Importing {
    pub(crate) upload: Arc<Upload>,
    pub(crate) profile: Option<Profile>,
    pub(crate) caller: Caller,
    pub(crate) feed: Arc<dyn Feed>,
    /// Texts are judged here: later they are sealed.
    pub(crate) invalid: Arc<InvalidReplies>,
    pub(crate) lang: Lang,
    /// The file as a source of its own.
    pub(crate) source: SourceId,
    pub(crate) runtime: Handle,
}

/// Rows on their way.
struct Pending {
    batch: Batch,
    lines: Vec<u64>,
    rejects: RejectsFiles,
    unwritten: Option<io::Error>,
}

struct Sending<'a> {
    of: &'a Importing,
    pending: Mutex<Pending>,
}

/// Reads a file to its end and has its rows kept; what became of it is in the upload. Blocks.
pub(crate) fn run(importing: &Importing) {
    let upload = &importing.upload;
    let rejects = RejectsFiles::single(1, upload.rejected(), importing.lang);
    let (batch, lines) = (Batch::of(importing.source), Vec::new());
    let pending = Mutex::new(Pending { batch, lines, rejects, unwritten: None });
    let sending = Sending { of: importing, pending };
    let profile = importing.profile.as_ref();
    let read = gather::source(0, &upload.source(), profile, false, 1, &sending);
    let mut pending = sending.pending.into_inner().unwrap_or_else(PoisonError::into_inner);
    let failed = match &read {
        Ok(_) => importing.flush(&mut pending).err().map(|error| told(&error)),
        Err(intake::Error::Take(error)) => Some(told(error)),
        Err(error) => Some([Lang::En, Lang::Zh].map(|lang| upload.plain(&error.message(lang)))),
    };
    if let Ok(report) = &read {
        upload.count(|amounts| amounts.rows = report.rows);
    }
    let written = pending.rejects.finish();
    if let Some(error) = pending.unwritten.or(written.err()) {
        tracing::error!(%error, "rejected rows of an import could not be written");
    }
    add_originals(upload, profile);
    upload.set(failed.map_or(State::Done, State::Failed));
}

/// Puts the rows themselves beside why they were rejected: whoever sent the file mends them there.
fn add_originals(upload: &Upload, profile: Option<&Profile>) {
    let (list, to) = (upload.rejected(), upload.rejected().with_extension("new"));
    if !list.exists() {
        return;
    }
    let added = intake::add_originals(&list, &to, &upload.source(), profile);
    let added = added.map_err(|error| error.message(Lang::En));
    if let Err(error) = added.and_then(|()| std::fs::rename(&to, &list).map_err(|e| e.to_string()))
    {
        let error = upload.plain(&error);
        tracing::error!(%error, "the rejected rows of an import are listed without the rows");
    }
}

/// Why an import ended early. Where it was the store, why is in the log.
fn told(error: &io::Error) -> [String; 2] {
    let [en, zh] = match error.kind() {
        io::ErrorKind::Interrupted => ["it was stopped", "已停止"],
        io::ErrorKind::WouldBlock => {
            ["the server was too busy for too long; start it again", "服务器持续繁忙；请重新开始"]
        }
        _ => [
            "the facts could not be stored; what was accepted stays; start it again",
            "无法保存事实；已接收的仍有效；请重新开始",
        ],
    };
    [en.to_owned(), zh.to_owned()]
}

impl Importing {
    /// Has the rows kept that wait.
    fn flush(&self, pending: &mut Pending) -> io::Result<()> {
        if pending.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::replace(&mut pending.batch, Batch::of(self.source));
        let lines = std::mem::take(&mut pending.lines);
        let outcomes = self.append(&batch)?;
        for (line, outcome) in lines.into_iter().zip(outcomes) {
            match outcome {
                Outcome::Accepted => self.upload.count(|amounts| amounts.accepted += 1),
                Outcome::Duplicate => self.upload.count(|amounts| amounts.duplicate += 1),
                Outcome::Refused(refusal) => {
                    let column = refusal.column.map_or("", |column| column.name());
                    let found = refusal.message(self.lang);
                    self.reject(pending, "", [&line.to_string(), column, refusal.code, found, ""]);
                }
            }
        }
        Ok(())
    }

    fn append(&self, batch: &Batch) -> io::Result<Vec<Outcome>> {
        for _ in 0..TRIES {
            if self.upload.is_stopped.load(Ordering::Relaxed) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let origin = Origin { name: "import".to_owned(), grade: Grade::Daily };
            let kept = self.feed.append(&self.caller, origin, batch.clone());
            match self.runtime.block_on(kept) {
                Ok(outcomes) => return Ok(outcomes),
                Err(FeedError::Busy { .. }) => std::thread::sleep(PAUSE),
                Err(FeedError::Failed) => return Err(io::ErrorKind::Other.into()),
            }
        }
        Err(io::ErrorKind::WouldBlock.into())
    }

    fn reject(&self, pending: &mut Pending, sheet: &str, fields: [&str; 5]) {
        self.upload.count(|amounts| amounts.rejected += 1);
        let [line, column, reason, found, expected] = fields.map(str::to_owned);
        let source = format!("{}{sheet}", self.upload.name);
        let fields = [source, line, column, reason, found, expected];
        // The rows are worth having also where their list cannot be kept.
        if pending.unwritten.is_none() {
            pending.unwritten = pending.rejects.write_fields(0, &fields).err();
        }
    }
}

impl Take for Sending<'_> {
    fn facts(&self, facts: Facts) -> io::Result<()> {
        let of = self.of;
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        for row in 0..facts.len() {
            let fact = facts.new_fact(row);
            let line = facts.line[row];
            if !of.caller.may(Permission::SendFacts, fact.platform, fact.shop) {
                let refusal = language::of(
                    of.lang,
                    "found a shop that you may not send facts for; ask an owner for it",
                    "无权为该店铺发送事实；请向所有者申请",
                );
                let line = line.to_string();
                of.reject(&mut pending, "", [&line, "shop", "shop-not-allowed", refusal, ""]);
                continue;
            }
            let flags = of.invalid.judge(fact.text);
            pending.batch.push(&NewFact { flags, ..fact });
            pending.lines.push(line);
            if pending.batch.len() >= ROWS || pending.batch.text_bytes() >= BYTES {
                of.flush(&mut pending)?;
            }
        }
        // A piece at a time: what is shown as accepted follows what was read.
        of.flush(&mut pending)
    }

    fn rejected(&self, _: u64, rejected: &Rejected) -> io::Result<()> {
        let [source, line, column, reason, found, expected] =
            rejected_fields(rejected, self.of.lang);
        let file = self.of.upload.source().name();
        // The sheet of a workbook, in brackets.
        let sheet = source.strip_prefix(&file).unwrap_or_default();
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        self.of.reject(&mut pending, sheet, [&line, &column, &reason, &found, &expected]);
        Ok(())
    }

    fn progress(&self, now: Progress) {
        self.of.upload.read.store(now.bytes, Ordering::Relaxed);
        self.of.upload.count(|amounts| amounts.rows = now.rows);
    }
}
