//! A store and a desk in a folder that goes when it is dropped.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use desk::{Desk, Rulesets};
use facts::Instant;
use figures::InvalidReplies;
use ingest::Keeper;
use rulebook::Catalogue;
use store::{Backend, MasterKey, Opening, Reach, Scope, Select, ShopKey, SqliteFile, Store};

/// 2026-06-08T10:00:00+08:00.
pub(crate) const NOW: Instant = Instant(1_780_884_000_000);

pub(crate) struct Site {
    folder: PathBuf,
    pub(crate) store: Store,
    pub(crate) desk: Arc<Desk>,
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Site {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("yingda-ingest-{}-{n}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("inbox")).unwrap();
        let file = SqliteFile::new(folder.join("yingda.db"));
        let master = MasterKey::parse(&"5a".repeat(32)).unwrap();
        let opening = Opening { readers: 2, ..Opening::new(Backend::Sqlite(file), master) };
        let store = Store::open(&opening).unwrap();
        let desk = Arc::new(desk(&store));
        Self { folder, store, desk }
    }

    pub(crate) fn keeper(&self) -> Keeper {
        let invalid = InvalidReplies::of(Catalogue::shipped()).unwrap();
        Keeper::new(self.store.clone(), Arc::clone(&self.desk), invalid)
    }

    /// The folder in which files are dropped.
    pub(crate) fn inbox(&self) -> PathBuf {
        self.folder.join("inbox")
    }

    /// Drops a file, whose folders are made.
    pub(crate) fn drop_file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.inbox().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// How many facts of a shop are stored.
    pub(crate) fn count(&self, platform: &str, shop: &str) -> usize {
        let select = Select::shop(platform, shop);
        self.store.log(&Scope::everything(), &select).unwrap().len()
    }

    /// Each feed with its shop and grade.
    pub(crate) fn feeds(&self) -> Vec<[String; 3]> {
        let feeds = self.desk.feeds(&Reach::Everything).into_iter();
        feeds.map(|one| [one.shop, one.feed.feed, one.feed.grade]).collect()
    }
}

/// A desk whose time stands still.
fn desk(store: &Store) -> Desk {
    static RULES: LazyLock<Rulesets> = LazyLock::new(|| {
        let first = facts::Day(20_500);
        Rulesets::of(Catalogue::shipped(), first, |_| facts::MessageFlags(0)).unwrap()
    });
    let (now, tell) = (Arc::new(|| NOW), Box::new(|_: &ShopKey, _| {}));
    let (store, rules) = (store.clone(), RULES.clone());
    Desk::open(desk::Opening { store, rules, now, tell, calling: None }).unwrap()
}

/// The receipt beside a file.
pub(crate) fn receipt(file: &Path) -> serde_json::Value {
    let mut name = file.as_os_str().to_owned();
    name.push(".receipt.json");
    let text = std::fs::read(PathBuf::from(&name)).unwrap_or_else(|_| panic!("no {name:?}"));
    serde_json::from_slice(&text).unwrap()
}
