//! Files that people import: kept in the data folder while they are looked at and read.
//!
//! An upload lies in a folder of its own until its owner takes it away, or nobody looked at it for
//! [`KEPT`]. Its rows go to the [`Feed`] a few thousand at a time, each batch after the one before
//! is durable, so that memory stays bounded whatever the size of the file. Importing a file again
//! is harmless: what is a fact already counts as a repeat.

mod preview;
mod work;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use bytes::Bytes;
use facts::{Instant, Span};
use intake::Profile;
use intake::Source;
use sha2::{Digest, Sha256};
use store::Who;
use tokio::sync::mpsc;

use crate::language::Lang;
use crate::problem::{Fault, Kind, Problem};

pub(crate) use preview::{First, Previewed, preview};
pub(crate) use work::{Importing, run};

/// The largest file; larger ones go by `yingda import`.
pub(crate) const LARGEST: u64 = 256 << 20;
/// So many files are kept at a time, over all callers.
const MOST: usize = 12;
/// After so long an upload that nobody looked at is taken away.
const KEPT: Span = Span::seconds(3_600);
/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 80;

/// The name under which a log in the canonical columns is asked for.
pub(crate) const CANONICAL: &str = "canonical";

/// How a file is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The name of a shipped profile, or [`CANONICAL`].
    pub(crate) profile: Option<String>,
    /// A profile as TOML, in its place.
    pub(crate) text: Option<String>,
    /// What is set beside it, as `shop`.
    pub(crate) set: BTreeMap<String, String>,
}

impl Reading {
    /// The profile; absent: the canonical columns.
    ///
    /// # Errors
    ///
    /// [`Kind::UnfitBody`].
    pub(crate) fn profile(&self) -> Result<Option<Profile>, Problem> {
        let mut profile = match (&self.profile, &self.text) {
            (None, Some(text)) => {
                Profile::parse(text.as_bytes(), "profile.toml").map_err(|all| {
                    let [en, zh] = [Lang::En, Lang::Zh].map(|lang| all.render(lang));
                    let faults: Vec<Fault> = Vec::new();
                    Problem::new(Kind::UnfitBody).detail(en, zh).faults(faults)
                })?
            }
            (Some(name), None) if name == CANONICAL => return Ok(None),
            (Some(name), None) => Profile::shipped(name).ok_or_else(|| {
                Problem::new(Kind::UnfitBody).detail(
                    "`profile` is none that is shipped; expected one that a preview names",
                    "`profile` 不是自带的映射方案；应为预览所列之一",
                )
            })?,
            _ => {
                return Err(Problem::new(Kind::UnfitBody).detail(
                    "expected either `profile` or `text`",
                    "应给出 `profile` 或 `text` 之一",
                ));
            }
        };
        for (key, value) in self.set.iter().filter(|(_, value)| !value.trim().is_empty()) {
            profile.set(key, value.trim()).map_err(|problem| {
                let [en, zh] = [Lang::En, Lang::Zh].map(|lang| problem.message(lang));
                Problem::new(Kind::UnfitBody).detail(en, zh)
            })?;
        }
        Ok(Some(profile))
    }
}

/// What became of the rows of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amounts {
    pub(crate) rows: u64,
    pub(crate) accepted: u64,
    pub(crate) duplicate: u64,
    pub(crate) rejected: u64,
}

/// How far it has come with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It is there and nothing was read of it.
    Waiting,
    /// It is being read.
    Running,
    /// All of it was read.
    Done,
    /// It was stopped, or could not be read further: why, in English and in Chinese. What was
    /// accepted stays.
    Failed([String; 2]),
}

/// A file, and how far it has come with it.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) id: String,
    pub(crate) who: Who,
    /// What the caller calls it.
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    folder: PathBuf,
    inner: Mutex<Inner>,
    /// Bytes read so far.
    pub(crate) read: AtomicU64,
    pub(crate) is_stopped: AtomicBool,
}

#[derive(Debug)]
struct Inner {
    state: State,
    amounts: Amounts,
    looked_at: Instant,
}

impl Upload {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn state(&self) -> (State, Amounts) {
        let inner = self.inner();
        (inner.state.clone(), inner.amounts)
    }

    fn set(&self, state: State) {
        self.inner().state = state;
    }

    fn count(&self, count: impl FnOnce(&mut Amounts)) {
        count(&mut self.inner().amounts);
    }

    /// Begins to read it.
    ///
    /// # Errors
    ///
    /// [`Kind::Conflict`] when it is being read, or was.
    pub(crate) fn begin(&self) -> Result<(), Problem> {
        let mut inner = self.inner();
        if matches!(inner.state, State::Running | State::Done) {
            return Err(Problem::new(Kind::Conflict).detail(
                "this file is being imported already, or was; send it again to repeat it",
                "该文件正在导入或已经导入；如需重复，请重新上传",
            ));
        }
        inner.state = State::Running;
        inner.amounts = Amounts::default();
        self.read.store(0, Ordering::Relaxed);
        self.is_stopped.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// The reading ended by a mistake of ours, which is in the log.
    pub(crate) fn broke(&self) {
        let [en, zh] = ["the server made a mistake; start it again", "服务器出错；请重新开始"];
        self.set(State::Failed([en.to_owned(), zh.to_owned()]));
    }

    pub(crate) fn source(&self) -> Source {
        Source::File(self.folder.join(&self.name))
    }

    /// Where its rejected rows are.
    pub(crate) fn rejected(&self) -> PathBuf {
        self.folder.join("rejected.csv")
    }

    /// A message without where the file lies.
    pub(crate) fn plain(&self, message: &str) -> String {
        message.replace(&format!("{}/", self.folder.display()), "")
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The files that are kept.
#[derive(Clone)]
pub(crate) struct Imports {
    folder: Arc<Path>,
    cleared: Arc<Once>,
    list: Arc<Mutex<BTreeMap<String, Arc<Upload>>>>,
    /// How many are on their way.
    coming: Arc<AtomicUsize>,
}

/// A file on its way.
struct Coming<'a>(&'a AtomicUsize);

impl Drop for Coming<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Imports {
    /// Files in `imports` of a folder; what an earlier program left there goes with the first one.
    pub(crate) fn new(data: &Path) -> Self {
        let folder = data.join("imports").into();
        let cleared = Arc::new(Once::new());
        Self { folder, cleared, list: Arc::default(), coming: Arc::default() }
    }

    fn list(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Upload>>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The files of a caller.
    pub(crate) fn of(&self, who: Who) -> Vec<Arc<Upload>> {
        self.list().values().filter(|one| one.who == who).cloned().collect()
    }

    /// One of them.
    ///
    /// # Errors
    ///
    /// [`Kind::NotFound`], also where it is somebody else's.
    pub(crate) fn find(&self, who: Who, id: &str, now: Instant) -> Result<Arc<Upload>, Problem> {
        let found = self.list().get(id).filter(|one| one.who == who).cloned();
        let found = found.ok_or_else(|| {
            Problem::new(Kind::NotFound).detail(
                "there is no such file any more; send it again",
                "该文件已不存在；请重新上传",
            )
        })?;
        found.inner().looked_at = now;
        Ok(found)
    }

    /// Takes a file away; one that is being read is stopped first.
    ///
    /// # Errors
    ///
    /// As [`Imports::find`].
    pub(crate) fn remove(&self, who: Who, id: &str, now: Instant) -> Result<(), Problem> {
        let found = self.find(who, id, now)?;
        found.is_stopped.store(true, Ordering::Relaxed);
        self.list().remove(id);
        Ok(())
    }

    /// Takes away what nobody looked at for long, and makes room for one more; `None`: there is
    /// none.
    fn make_room(&self, now: Instant) -> Option<Coming<'_>> {
        let mut list = self.list();
        list.retain(|_, one| {
            let inner = one.inner();
            inner.state == State::Running || now - inner.looked_at < KEPT
        });
        // The list is held: no other one begins meanwhile.
        let coming = self.coming.load(Ordering::Relaxed);
        if list.len() + coming >= MOST {
            return None;
        }
        self.coming.fetch_add(1, Ordering::Relaxed);
        Some(Coming(&self.coming))
    }

    /// Takes a file in whose bytes come by a channel. Blocks.
    ///
    /// # Errors
    ///
    /// [`Kind::TooMany`] without room, [`Kind::Internal`] where the disk fails (why is logged).
    pub(crate) fn take(
        &self,
        who: Who,
        name: &str,
        now: Instant,
        pieces: mpsc::Receiver<Option<Bytes>>,
    ) -> Result<Arc<Upload>, Problem> {
        let Some(_coming) = self.make_room(now) else {
            return Err(Problem::new(Kind::TooMany).retry_after(60).detail(
                "too many files are kept; take one away, or wait until one is done",
                "暂存的文件过多；请删除一个，或等待导入完成",
            ));
        };
        self.cleared.call_once(|| {
            let _ = std::fs::remove_dir_all(&self.folder);
        });
        let failed = |error: io::Error| {
            tracing::error!(%error, "an uploaded file could not be kept");
            Problem::new(Kind::Internal)
        };
        let random = secret::random::<12>().map_err(|_| Problem::new(Kind::Internal))?;
        let id = secret::hex(&random);
        let mut upload = Upload {
            folder: self.folder.join(&id),
            id: id.clone(),
            who,
            name: file_name(name),
            bytes: 0,
            sha256: String::new(),
            inner: Mutex::new(Inner {
                state: State::Waiting,
                amounts: Amounts::default(),
                looked_at: now,
            }),
            read: AtomicU64::new(0),
            is_stopped: AtomicBool::new(false),
        };
        std::fs::create_dir_all(&upload.folder).map_err(failed)?;
        let path = upload.folder.join(&upload.name);
        let kept = keep(&path, pieces).map_err(failed)?;
        let (bytes, sha256) = kept.ok_or_else(|| Problem::new(Kind::BadRequest))?;
        (upload.bytes, upload.sha256) = (bytes, sha256);
        let upload = Arc::new(upload);
        self.list().insert(id, Arc::clone(&upload));
        Ok(upload)
    }
}

/// Writes pieces down; how many bytes, and their hash. `None`: it broke off before the end, which
/// is said by a `None` among the pieces.
fn keep(
    path: &Path,
    mut pieces: mpsc::Receiver<Option<Bytes>>,
) -> io::Result<Option<(u64, String)>> {
    let mut file = std::fs::File::create(path)?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    while let Some(piece) = pieces.blocking_recv() {
        let Some(piece) = piece else {
            file.flush()?;
            return Ok(Some((bytes, secret::hex(&hash.finalize()))));
        };
        hash.update(&piece);
        bytes += piece.len() as u64;
        file.write_all(&piece)?;
    }
    Ok(None)
}

/// A name that is a file's and nothing else, and not ours.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: char| if c.is_control() || "<>:\"|?*".contains(c) { '_' } else { c };
    let chars: Vec<char> = last.trim().chars().map(plain).collect();
    // The end says what it is.
    let name: String = chars[chars.len().saturating_sub(LONGEST_NAME)..].iter().collect();
    let is_ours = name.starts_with("rejected.") || name.trim_matches('.').is_empty();
    if is_ours { format!("upload-{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_within_its_folder() {
        for (name, expected) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\a\\五月.xlsx", "五月.xlsx"),
            ("..", "upload-.."),
            ("", "upload-"),
            ("rejected.csv", "upload-rejected.csv"),
            ("a\nb\0.csv", "a_b_.csv"),
        ] {
            assert_eq!(file_name(name), expected);
        }
        let long = format!("{}.csv.gz", "长".repeat(500));
        assert!(
            file_name(&long).chars().count() <= LONGEST_NAME
                && file_name(&long).ends_with(".csv.gz")
        );
    }

    #[test]
    fn there_is_room_for_so_many_and_what_nobody_looks_at_goes() {
        let folder = std::env::temp_dir().join(format!("yingda-importing-{}", std::process::id()));
        let imports = Imports::new(&folder);
        let send = |at| {
            let (sender, pieces) = mpsc::channel(4);
            sender.try_send(Some(Bytes::from_static(b"at,shop"))).unwrap();
            sender.try_send(None).unwrap();
            imports.take(Who::User(1), "a.csv", Instant(at), pieces)
        };
        for _ in 0..MOST {
            assert_eq!(send(0).unwrap().bytes, 7);
        }
        assert_eq!(send(KEPT.0 - 1).unwrap_err().kind(), Kind::TooMany);
        assert!(send(KEPT.0).is_ok());
        assert_eq!(imports.of(Who::User(1)).len(), 1);
        // One that breaks off is not kept.
        let (sender, pieces) = mpsc::channel(4);
        sender.try_send(Some(Bytes::from_static(b"at"))).unwrap();
        drop(sender);
        let broken = imports.take(Who::User(1), "b.csv", Instant(KEPT.0), pieces);
        assert_eq!(broken.unwrap_err().kind(), Kind::BadRequest);
        let left = std::fs::read_dir(folder.join("imports")).unwrap().count();
        assert_eq!(left, 1);
        drop(imports);
        let _ = std::fs::remove_dir_all(&folder);
    }

    #[test]
    fn how_a_file_is_read_is_said_in_one_way() {
        let reading = |profile: Option<&str>, text: Option<&str>| {
            let own = |text: &str| text.to_owned();
            Reading { profile: profile.map(own), text: text.map(own), ..Reading::default() }
        };
        assert!(reading(Some(CANONICAL), None).profile().unwrap().is_none());
        assert!(reading(Some("messages"), None).profile().unwrap().is_some());
        for wrong in [
            reading(None, None),
            reading(Some("messages"), Some("")),
            reading(Some("nonesuch"), None),
            reading(None, Some("fromat = 1")),
        ] {
            assert_eq!(wrong.profile().unwrap_err().kind(), Kind::UnfitBody, "{wrong:?}");
        }
        let mut set = reading(Some("messages"), None);
        set.set.insert("shop".into(), " s1 ".into());
        set.set.insert("platform".into(), String::new());
        assert!(set.profile().is_ok());
        set.set.insert("shpo".into(), "s1".into());
        assert_eq!(set.profile().unwrap_err().kind(), Kind::UnfitBody);
    }
}
