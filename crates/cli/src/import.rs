//! `yingda import`: logs sent to a running server.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use clap::Args;
use intake::gather::{self, Facts, Take};
use intake::{Profile, Rejected, RejectsFiles, Source, rejected_fields};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::args::ShapeArgs;
use crate::client::{AccessArgs, Client, Trouble};
use crate::clock;
use crate::failure::{DONE, FAULT, Failure};
use crate::input;
use crate::interrupt::Unfinished;
use crate::lang::Lang;
use crate::profile;
use crate::progress::Progress;
use crate::screen::Screen;
use crate::sending::{self, Feeder, Manner, Sent, Shared, Tally};

/// `yingda import`
#[derive(Args, Clone, Debug)]
pub(crate) struct ImportArgs {
    /// Logs: CSV, JSON Lines (both also .gz, .zst), Parquet, or folders that `yingda pack` wrote;
    /// `-` is standard input
    #[arg(required_unless_present = "panel", value_name = "LOG")]
    logs: Vec<PathBuf>,
    /// Figures read off a platform's panel: CSV, or a workbook (.xlsx); may be given several times
    #[arg(long, value_name = "FILE")]
    panel: Vec<PathBuf>,
    /// The server's address, as `https://yingda.example.com`
    #[arg(long, value_name = "URL")]
    server: String,
    #[command(flatten)]
    access: AccessArgs,
    /// Write down what was sent and what became of it (JSON)
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    /// Stop at the first row that is not a fact
    #[arg(long)]
    strict: bool,
    /// Where rejected rows go [default: LOG.rejected.csv beside each log; stdin.rejected.csv in the
    /// working folder for standard input]
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    #[command(flatten)]
    shape: ShapeArgs,
}

/// Two cores are busy with four requests under way; more would wait at the server's disk.
const MANNER: Manner = Manner { lanes: 4, waiting: 1, path: "/v1/facts?feed=import&grade=daily" };

/// What reading a source amounted to.
#[derive(Clone, Copy, Debug, Default)]
struct Reading {
    rows: u64,
    rejected: u64,
}

/// Runs the command; the exit code: 2 when rows were left out.
pub(crate) fn run(args: &ImportArgs, screen: &Screen) -> Result<u8, Failure> {
    let lang = screen.lang;
    let groups: Vec<Vec<Source>> = args
        .logs
        .iter()
        .map(|log| input::sources(std::slice::from_ref(log), lang))
        .collect::<Result<_, _>>()?;
    let sources: Vec<Source> = groups.iter().flatten().cloned().collect();
    let profile = profile::of(&args.shape, screen)?;
    let client = Client::new(&args.server, &args.access, screen)?;
    let prints = match &args.receipt {
        None => Vec::new(),
        Some(_) => {
            sources.iter().map(|source| Print::of(source, lang)).collect::<Result<_, _>>()?
        }
    };
    let panels = send_panels(&client, &args.panel, screen)?;
    if args.logs.is_empty() {
        return Ok(panels);
    }
    let began = clock::now();
    let files = rejects_files(args.rejected.as_deref(), &sources, lang);
    let names: Vec<String> = sources.iter().map(Source::name).collect();
    let reading = Input { profile: profile.as_ref(), strict: args.strict, screen };
    let (readings, sent) =
        sending::run(&client, MANNER, &names, files, lang, |feeder| reading.send(&groups, feeder))?;
    let Sent { tallies, files, unwritten, notices, .. } = sent;
    notices.iter().for_each(|notice| screen.notice(notice));
    let mut whole = Amounts::default();
    let amounts: Vec<Amounts> =
        readings.iter().zip(&tallies).map(|(read, tally)| Amounts::of(*read, tally)).collect();
    amounts.iter().for_each(|one| whole.add(one));
    input::tell_rejected(files, unwritten, whole.rejected, whole.rows, screen)?;
    if let Some(path) = &args.receipt {
        let files = names.iter().zip(prints).zip(amounts);
        let files = files.map(|((file, print), amounts)| FileReceipt { file, print, amounts });
        let receipt = Receipt {
            server: client.name(),
            began_at: clock::text(began),
            ended_at: clock::text(clock::now()),
            amounts: whole,
            files: files.collect(),
        };
        write_receipt(path, &receipt, lang)?;
    }
    let line = whole.line(lang);
    writeln!(io::stdout().lock(), "{line}").map_err(Failure::new)?;
    Ok(if whole.rejected > 0 { FAULT } else { panels })
}

/// How many problems of a panel are shown one by one.
const SHOWN: usize = 20;

/// What became of a panel's figures.
#[derive(Deserialize)]
struct PanelAnswer {
    rows: u64,
    accepted: u64,
    duplicate: u64,
    replaced: u64,
    rejected: u64,
    problems: Vec<PanelFault>,
}

#[derive(Deserialize)]
struct PanelFault {
    line: u64,
    column: Option<String>,
    message: String,
}

/// Sends panels; the exit code.
fn send_panels(client: &Client, panels: &[PathBuf], screen: &Screen) -> Result<u8, Failure> {
    let (lang, mut code) = (screen.lang, DONE);
    for path in panels {
        let name = path.display();
        let bytes =
            std::fs::read(path).map_err(|error| {
                Failure::new(lang.of(
                    format!("{name}: cannot read: {error}"),
                    format!("{name}：无法读取：{error}"),
                ))
            })?;
        // Every workbook is a zip archive; no text begins like one.
        let kind = if bytes.starts_with(b"PK\x03\x04") { XLSX } else { "text/csv" };
        let answer =
            client.post_file("/v1/observed", kind, bytes).map_err(|trouble| match trouble {
                Trouble::Again { why, .. } | Trouble::TooLarge(why) => Failure::new(why),
                Trouble::Final(failure) => failure,
            })?;
        let answer: PanelAnswer =
            serde_json::from_slice(&answer).map_err(|_| client.not_understood())?;
        let PanelAnswer { rows, accepted, duplicate, replaced, rejected, problems } = answer;
        for problem in problems.iter().take(SHOWN) {
            let PanelFault { line, column, message } = problem;
            let colon = lang.of(": ", "：");
            let column = column.as_ref().map_or(String::new(), |name| format!("`{name}`{colon}"));
            screen.error(&format!("{name}:{line}: {column}{message}"));
        }
        if problems.len() > SHOWN {
            let more = problems.len() - SHOWN;
            screen.error(&lang.of(format!("… and {more} more"), format!("……另有 {more} 处")));
        }
        let line = lang.of(
            format!(
                "{name}: {rows} figures: {accepted} accepted, {duplicate} duplicate, {replaced} \
                 replaced, {rejected} rejected"
            ),
            format!(
                "{name}：{rows} 个数字：新增 {accepted}，重复 {duplicate}，更正 {replaced}，\
                 被拒 {rejected}"
            ),
        );
        writeln!(io::stdout().lock(), "{line}").map_err(Failure::new)?;
        if rejected > 0 {
            code = FAULT;
        }
    }
    Ok(code)
}

/// The type of workbooks.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(crate) fn rejects_files(given: Option<&Path>, sources: &[Source], lang: Lang) -> RejectsFiles {
    match given {
        None => RejectsFiles::new(sources, lang.intake()),
        Some(path) => RejectsFiles::single(sources.len(), path.to_owned(), lang.intake()),
    }
}

/// How sources are read.
struct Input<'a> {
    profile: Option<&'a Profile>,
    strict: bool,
    screen: &'a Screen,
}

impl Input<'_> {
    /// Reads all sources, each log's by itself: what two logs share is one fact, and what one log
    /// has twice is two, as where logs are counted.
    fn send(
        &self,
        groups: &[Vec<Source>],
        feeder: &mut Feeder<'_, '_>,
    ) -> Result<Vec<Reading>, Failure> {
        let mut readings = Vec::new();
        let progress = Progress::sending(0, self.screen);
        for group in groups {
            for source in group {
                readings.push(self.send_one(readings.len(), source, feeder, &progress)?);
            }
            // Why it was stopped is known to whoever called.
            feeder.flush().map_err(|stopped| Failure::new(io::Error::from(stopped)))?;
            feeder.forget();
        }
        progress.done();
        Ok(readings)
    }

    fn send_one(
        &self,
        number: usize,
        source: &Source,
        feeder: &mut Feeder<'_, '_>,
        progress: &Progress,
    ) -> Result<Reading, Failure> {
        let lang = self.screen.lang;
        let sending = Sending { number, lang, feeder: Mutex::new(feeder), progress };
        let report = gather::source(number, source, self.profile, self.strict, 1, &sending);
        let report = report.map_err(|error| Failure::new(error.message(lang.intake())))?;
        for warning in &report.warnings {
            self.screen.notice(&warning.message(lang.intake()));
        }
        Ok(Reading { rows: report.rows, rejected: report.rejected })
    }
}

/// Sends the rows of a source as they are read.
struct Sending<'a, 'f, 's> {
    number: usize,
    lang: Lang,
    feeder: Mutex<&'a mut Feeder<'f, 's>>,
    progress: &'a Progress,
}

impl Take for Sending<'_, '_, '_> {
    fn facts(&self, facts: Facts) -> io::Result<()> {
        let mut feeder = self.feeder.lock().unwrap_or_else(PoisonError::into_inner);
        for row in 0..facts.len() {
            feeder.push(self.number, facts.line[row], &facts.new_fact(row))?;
        }
        Ok(())
    }

    fn rejected(&self, _: u64, rejected: &Rejected) -> io::Result<()> {
        let feeder = self.feeder.lock().unwrap_or_else(PoisonError::into_inner);
        reject(feeder.shared(), rejected, self.lang);
        Ok(())
    }

    fn progress(&self, now: intake::Progress) {
        self.progress.at(now.bytes, now.total.unwrap_or(now.bytes));
    }
}

/// Writes a row down that is no fact.
pub(crate) fn reject(shared: &Shared<'_>, rejected: &Rejected, lang: Lang) {
    shared.reject(rejected.source_number, &rejected_fields(rejected, lang.intake()));
}

/// What became of rows; the last three add up to the first.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Amounts {
    rows: u64,
    accepted: u64,
    duplicate: u64,
    rejected: u64,
}

impl Amounts {
    fn of(read: Reading, tally: &Tally) -> Self {
        Self {
            rows: read.rows,
            accepted: tally.accepted,
            duplicate: tally.duplicate(),
            rejected: read.rejected + tally.rejected,
        }
    }

    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.accepted += other.accepted;
        self.duplicate += other.duplicate;
        self.rejected += other.rejected;
    }

    fn line(&self, lang: Lang) -> String {
        let Self { rows, accepted, duplicate, rejected } = self;
        lang.of(
            format!("{rows} rows: {accepted} accepted, {duplicate} duplicate, {rejected} rejected"),
            format!("{rows} 行：新增 {accepted}，重复 {duplicate}，被拒 {rejected}"),
        )
    }
}

/// What was sent, and what became of it.
#[derive(Serialize)]
struct Receipt<'a> {
    server: &'a str,
    began_at: String,
    ended_at: String,
    #[serde(flatten)]
    amounts: Amounts,
    files: Vec<FileReceipt<'a>>,
}

#[derive(Serialize)]
struct FileReceipt<'a> {
    file: &'a str,
    #[serde(flatten)]
    print: Print,
    #[serde(flatten)]
    amounts: Amounts,
}

/// By what a file is recognised; nothing is known of standard input.
#[derive(Default, Serialize)]
struct Print {
    bytes: Option<u64>,
    sha256: Option<String>,
}

impl Print {
    fn of(source: &Source, lang: Lang) -> Result<Self, Failure> {
        let path = match source {
            Source::File(path) => path,
            Source::Part(part) => &part.path,
            Source::Stdin | Source::Bytes { .. } => return Ok(Self::default()),
        };
        // What can be read once only must not be read for this.
        let is_file = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
        if !is_file {
            return Ok(Self::default());
        }
        let failed =
            |error: io::Error| {
                let path = path.display();
                Failure::new(lang.of(
                    format!("{path}: cannot read: {error}"),
                    format!("{path}：无法读取：{error}"),
                ))
            };
        let mut file = File::open(path).map_err(failed)?;
        let (mut hash, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; 1 << 16]);
        loop {
            match file.read(&mut piece) {
                Ok(0) => break,
                Ok(n) => {
                    hash.update(&piece[..n]);
                    bytes += n as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(Self { bytes: Some(bytes), sha256: Some(secret::hex(&hash.finalize())) })
    }
}

/// Writes the receipt, which appears under its name when it is complete.
fn write_receipt(path: &Path, receipt: &Receipt<'_>, lang: Lang) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        let path = path.display();
        Failure::new(lang.of(
            format!("{path}: the receipt cannot be written: {error}; the rows were sent"),
            format!("{path}：无法写出回执：{error}；数据已发送"),
        ))
    };
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    let _unfinished = Unfinished::new(&part);
    let mut json = serde_json::to_vec_pretty(receipt).map_err(|error| failed(error.into()))?;
    json.push(b'\n');
    std::fs::write(&part, json).and_then(|()| std::fs::rename(&part, path)).map_err(failed)
}
