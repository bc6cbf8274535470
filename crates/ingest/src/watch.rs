//! A watched folder: what is dropped there is taken in once, and a receipt lies beside it then.
//!
//! The folders that a file lies in say how it is read: the first one is a profile's name (or
//! `panel`), those below it are `KEY=VALUE` as on the command line. A file is taken when it has
//! stood still from one look to the next. Its name, size and time say whether it was looked at;
//! its bytes, which the store remembers, whether it was taken in.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use desk::{Grade, Now};
use facts::Instant;
use figures::Spelling;
use figures::selection::unknown_platform;
use intake::panel;
use intake::workbook::Workbook;
use intake::{Lang, Profile, RejectsFiles, Source};
use rulebook::{Catalogue, Text};
use sha2::{Digest, Sha256};
use store::{Import, Scope};

use crate::keeper::{Amounts, Failed, Keeper, NotTaken};
use crate::panels::{self, Kept};
use crate::receipt::{self, Before, Both, ENDING, Print, Receipt};
use crate::way::{Form, OWN, Unclear, Way, way};

/// What feeds of the folder are called.
pub const FEED: &str = "folder";
/// What feeds of its panels are called.
pub const PANEL_FEED: &str = "folder panel";

/// How deep the folders are looked through: a profile, and what is set below it.
const DEEPEST: usize = 8;
/// The most files that are known at a time; more are looked at when others are gone.
const MOST_FILES: usize = 100_000;
/// The greatest panel.
const MAX_PANEL: u64 = 64 << 20;

/// How messages name what a person may look up.
const SPELLING: Spelling = Spelling {
    option: str::to_owned,
    rules: ["`yingda rules`"; 2],
    rules_of: ["`yingda rules METRIC`"; 2],
    registry: ["the shop's entry", "店铺登记"],
};

/// Looks through a folder.
pub struct Watcher {
    keeper: Keeper,
    folder: PathBuf,
    lang: Lang,
    now: Now,
    seen: HashMap<PathBuf, Seen>,
    /// Whether the folder could be read last time.
    is_readable: bool,
}

impl std::fmt::Debug for Watcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watcher").field("folder", &self.folder).finish_non_exhaustive()
    }
}

struct Seen {
    print: Print,
    state: Looked,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Looked {
    /// It was not taken.
    Not,
    /// It has a receipt.
    Done,
    /// It was looked at, and no receipt could be written.
    Mute,
}

/// A file was not dealt with: it is looked at again.
struct Later;

impl Watcher {
    /// A watcher of a folder; lists of rejected rows are in a language.
    #[must_use]
    pub fn new(keeper: Keeper, folder: PathBuf, lang: Lang, now: Now) -> Self {
        Self { keeper, folder, lang, now, seen: HashMap::new(), is_readable: true }
    }

    /// Looks through the folder once, and takes what has stood still since the last look. How many
    /// files were dealt with. Blocks.
    pub fn look(&mut self) -> usize {
        let mut files = Vec::new();
        match list(&self.folder, &mut Vec::new(), &mut files) {
            Ok(()) => self.is_readable = true,
            Err(error) if self.is_readable => {
                self.is_readable = false;
                tracing::warn!(folder = %self.folder.display(), %error, "cannot look through it");
            }
            Err(_) => {}
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut seen = HashMap::new();
        let mut n_done = 0;
        for found in files {
            if self.keeper.is_stopping() {
                return n_done;
            }
            let known = self.seen.remove(&found.path).filter(|known| known.print == found.print);
            let state = match known.map(|known| known.state) {
                None if receipt::has(&found.path, &found.print) => Looked::Done,
                // It may still be written to.
                None => Looked::Not,
                Some(Looked::Done) if !receipt::path(&found.path).exists() => Looked::Not,
                Some(Looked::Not) => match self.deal_with(&found) {
                    Ok(state) => {
                        n_done += 1;
                        state
                    }
                    Err(Later) => Looked::Not,
                },
                Some(state) => state,
            };
            seen.insert(found.path, Seen { print: found.print, state });
        }
        self.seen = seen;
        n_done
    }

    /// Takes a file in, and writes its receipt.
    fn deal_with(&self, found: &Found) -> Result<Looked, Later> {
        let now = (self.now)();
        let mut receipt = Receipt::new(&found.path, &found.print, now);
        match self.take_in(found, &mut receipt, now) {
            Ok(()) => {}
            Err(Trouble::Later) => return Err(Later),
            Err(Trouble::Told(problem)) => {
                let [en, zh] = problem;
                tracing::warn!(file = %found.path.display(), "a dropped file was not taken in");
                receipt.problem = Some([en, zh].into());
            }
        }
        match receipt.write(&found.path) {
            Ok(()) => Ok(Looked::Done),
            Err(error) => {
                let file = found.path.display();
                tracing::error!(%file, %error, "the receipt of a dropped file cannot be written");
                Ok(Looked::Mute)
            }
        }
    }

    fn take_in(&self, found: &Found, receipt: &mut Receipt, now: Instant) -> Result<(), Trouble> {
        let way = way(&self.folder, &found.folders).map_err(Trouble::Told)?;
        receipt.read_as = Some(way.name.clone());
        let sha256 = hash(&found.path).map_err(|error| Trouble::unread(&error))?;
        receipt.sha256 = Some(sha256.clone());
        let (store, scope) = (self.keeper.store(), Scope::everything());
        let known = store.import(&scope, &sha256, &way.key);
        let known = known.map_err(|error| Trouble::store(&error))?;
        if let Some(known) = known {
            let amounts = Amounts {
                rows: known.rows,
                accepted: 0,
                repeats: known.rows.saturating_sub(known.rejected),
                rejected: known.rejected,
            };
            fill(receipt, &amounts);
            receipt.known = Some(Before { file: known.name, at: receipt::time(known.at) });
            return Ok(());
        }
        let amounts = self.read(found, &way, receipt, now)?;
        let print = fs::symlink_metadata(&found.path).map(|metadata| Print::of(&metadata));
        if !print.is_ok_and(|print| print == found.print) {
            // It changed while it was read: what it is now is looked at anew.
            return Err(Trouble::Later);
        }
        fill(receipt, &amounts);
        let Amounts { rows, accepted, repeats, rejected } = amounts;
        let name = found.relative();
        let import =
            Import { sha256, way: way.key, name, rows, accepted, repeats, rejected, at: now };
        store.put_import(&scope, import).map_err(|error| Trouble::store(&error))?;
        tracing::info!(
            file = %found.path.display(),
            rows, accepted, repeats, rejected,
            "took in a dropped file"
        );
        Ok(())
    }

    /// Reads a file; everything that it has is durable when this returns.
    fn read(
        &self,
        found: &Found,
        way: &Way,
        receipt: &mut Receipt,
        now: Instant,
    ) -> Result<Amounts, Trouble> {
        let source = Source::File(found.path.clone());
        let mut rejects = RejectsFiles::new(std::slice::from_ref(&source), self.lang);
        let name = found.name();
        let amounts = match &way.form {
            Form::Log(profile) => {
                let profile = profile.as_deref();
                let taken = self.log(&source, profile, &mut |one| {
                    rejects.write_fields(0, &one.fields(&name, self.lang))
                });
                taken.map(|(amounts, platforms)| {
                    receipt.notices = notices(&platforms);
                    amounts
                })
            }
            Form::Panel => {
                let kept = self.panel(found, now)?;
                for problem in &kept.problems {
                    let fields = [
                        name.clone(),
                        problem.line.to_string(),
                        problem.column.unwrap_or_default().to_owned(),
                        "not-a-figure".to_owned(),
                        problem.message(self.lang).to_owned(),
                        String::new(),
                    ];
                    rejects.write_fields(0, &fields).map_err(|error| Trouble::unwritten(&error))?;
                }
                receipt.replaced = Some(kept.replaced);
                Ok(Amounts {
                    rows: kept.rows,
                    accepted: kept.accepted,
                    repeats: kept.duplicate,
                    rejected: kept.rejected,
                })
            }
        }?;
        let written = rejects.finish().map_err(|error| Trouble::unwritten(&error))?;
        let written = written.iter().find(|file| file.rows > 0);
        receipt.rejected_rows =
            written.and_then(|file| Some(file.path.file_name()?.to_string_lossy().into_owned()));
        Ok(amounts)
    }

    fn log(
        &self,
        source: &Source,
        profile: Option<&Profile>,
        not_taken: &mut (dyn FnMut(&NotTaken) -> io::Result<()> + Send),
    ) -> Result<(Amounts, BTreeMap<String, u64>), Trouble> {
        let taken = self.keeper.take_in((FEED, Grade::Daily), (source, profile), not_taken);
        taken.map_err(|failed| match failed {
            Failed::Read(error) => Trouble::Told([Lang::En, Lang::Zh].map(|l| error.message(l))),
            Failed::Store(error) => Trouble::store(&error),
            Failed::Rejects(error) => Trouble::unwritten(&error),
            Failed::Stopped => Trouble::Later,
        })
    }

    fn panel(&self, found: &Found, now: Instant) -> Result<Kept, Trouble> {
        if found.print.bytes > MAX_PANEL {
            return Err(Trouble::Told([
                format!("a panel has at most {MAX_PANEL} bytes"),
                format!("面板数字的文件不得超过 {MAX_PANEL} 字节"),
            ]));
        }
        let name = found.name();
        let bytes = fs::read(&found.path).map_err(|error| Trouble::unread(&error))?;
        let read = if bytes.starts_with(b"PK\x03\x04") {
            let foreign = |error: intake::Error| {
                Trouble::Told([Lang::En, Lang::Zh].map(|lang| error.message(lang)))
            };
            let source = Source::Bytes { name: name.clone(), bytes };
            let mut workbook = Workbook::open(&source).map_err(foreign)?;
            panel::from_workbook(&mut workbook, &name).map_err(foreign)?
        } else {
            panel::parse(&bytes, &name)
        };
        let read = read.map_err(|problems| {
            Trouble::Told([Lang::En, Lang::Zh].map(|lang| {
                problems.iter().map(|one| one.message(lang)).collect::<Vec<_>>().join("\n")
            }))
        })?;
        let (store, scope) = (self.keeper.store(), Scope::everything());
        let kept = panels::keep(store, &scope, (now, &SPELLING), read);
        let kept = kept.map_err(|error| Trouble::store(&error))?;
        if !kept.shops.is_empty() {
            let desk = self.keeper.desk();
            desk.heard((PANEL_FEED, Grade::Panel), &kept.shops);
            let changed = desk.panels_changed(kept.shops.iter().map(|(key, _)| key));
            changed.map_err(|error| Trouble::store(&error))?;
        }
        Ok(kept)
    }
}

/// Which platforms have no rules, and how many rows are theirs.
fn notices(platforms: &BTreeMap<String, u64>) -> Vec<Both> {
    let unknown = platforms.iter().filter_map(|(name, n)| {
        let Text { en, zh } = unknown_platform(Catalogue::shipped(), name)?;
        Some(Both { en: format!("{en} ({n} rows)"), zh: format!("{zh}（{n} 行）") })
    });
    unknown.collect()
}

fn fill(receipt: &mut Receipt, amounts: &Amounts) {
    let Amounts { rows, accepted, repeats, rejected } = *amounts;
    receipt.rows = Some(rows);
    receipt.accepted = Some(accepted);
    receipt.repeats = Some(repeats);
    receipt.rejected = Some(rejected);
}

/// Why a file was not taken in.
enum Trouble {
    /// It is looked at again: the reason is no fault of the file's.
    Later,
    /// The receipt says so.
    Told(Unclear),
}

impl Trouble {
    fn store(error: &store::Error) -> Self {
        tracing::error!(%error, "a dropped file could not be stored; trying again");
        Self::Later
    }

    fn unread(error: &io::Error) -> Self {
        Self::Told([
            format!("cannot be read: {error}; mend that and delete this receipt"),
            format!("无法读取：{error}；解决后请删除本回执"),
        ])
    }

    fn unwritten(error: &io::Error) -> Self {
        Self::Told([
            format!(
                "the list of rejected rows cannot be written: {error}; mend that and delete \
                     this receipt"
            ),
            format!("无法写出被拒行的清单：{error}；解决后请删除本回执"),
        ])
    }
}

/// A file of the folder.
struct Found {
    path: PathBuf,
    /// The folders that it lies in, below the watched one.
    folders: Vec<String>,
    print: Print,
}

impl Found {
    fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Its name below the watched folder.
    fn relative(&self) -> String {
        let mut parts = self.folders.clone();
        parts.push(self.name());
        parts.join("/")
    }
}

/// Whether a name is of what others write while they work, or of ours.
fn is_passed_over(name: &str) -> bool {
    let endings = [ENDING, ".rejected.csv", ".part", ".tmp", ".crdownload", ".partial"];
    name == OWN
        || name.starts_with(['.', '~'])
        || endings.iter().any(|ending| name.to_ascii_lowercase().ends_with(ending))
}

/// The files of a folder and of those below it. Links are not followed: they might lead anywhere.
fn list(folder: &Path, above: &mut Vec<String>, files: &mut Vec<Found>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let Ok(entry) = entry else { continue };
        let (name, path) = (entry.file_name(), entry.path());
        let Some(name) = name.to_str().filter(|name| !is_passed_over(name)) else { continue };
        let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
        if metadata.is_dir() && above.len() < DEEPEST {
            above.push(name.to_owned());
            // One that cannot be read does not keep the others from being read.
            let _ = list(&path, above, files);
            above.pop();
        } else if metadata.is_file() && files.len() < MOST_FILES {
            files.push(Found { path, folders: above.clone(), print: Print::of(&metadata) });
        }
    }
    Ok(())
}

fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(secret::hex(&hash.finalize())),
            Ok(n) => hash.update(&piece[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The thread that looks through a folder now and then. Dropping it ends the thread, after what is
/// being taken in was broken off.
#[derive(Debug)]
pub struct Watching {
    keeper: Keeper,
    stop: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Watching {
    /// Looks through a folder once in so long. `keeper` is the watcher's alone.
    ///
    /// # Errors
    ///
    /// When no thread can be started.
    pub fn start(mut watcher: Watcher, every: Duration) -> io::Result<Self> {
        let (keeper, stop) = (watcher.keeper.clone(), Arc::<(Mutex<bool>, Condvar)>::default());
        let other = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("folder".to_owned());
        let thread = thread.spawn(move || {
            let (is_over, told) = &*other;
            loop {
                watcher.look();
                let over = is_over.lock().unwrap_or_else(PoisonError::into_inner);
                let waited = told.wait_timeout_while(over, every, |is_over| !*is_over);
                if *waited.unwrap_or_else(PoisonError::into_inner).0 {
                    return;
                }
            }
        })?;
        Ok(Self { keeper, stop, thread: Some(thread) })
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.keeper.stop();
        *self.stop.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.stop.1.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic was logged where it happened.
            let _ = thread.join();
        }
    }
}
