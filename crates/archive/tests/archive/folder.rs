//! Folders for tests, and what lies in them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use archive::{Archive, Error, MEMORY, Packed, Request};
use intake::{Lang, Options, Part, Source};

/// A folder that goes away with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("yingda-archive-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// How a test packs.
#[derive(Clone, Copy)]
pub(crate) struct How {
    pub(crate) memory: usize,
    pub(crate) threads: usize,
    pub(crate) stop_after: Option<u64>,
}

impl Default for How {
    fn default() -> Self {
        Self { memory: MEMORY, threads: 2, stop_after: None }
    }
}

/// Packs; what it amounted to, and the rejected rows.
pub(crate) fn pack(
    sources: &[Source],
    folder: &Path,
    how: How,
) -> Result<(Packed, Vec<String>), Error> {
    let request = Request {
        sources,
        folder,
        profile: None,
        profile_id: None,
        strict: false,
        lang: Lang::En,
        memory: how.memory,
        threads: how.threads,
        progress: &|_| {},
        stop_after: how.stop_after,
    };
    let mut rejected = Vec::new();
    let packed = archive::pack(&request, &mut |source, fields| {
        rejected.push(format!("{source} {}", fields.join("|")));
        Ok(())
    })?;
    Ok((packed, rejected))
}

/// Texts in memory as sources.
pub(crate) fn sources(texts: &[String]) -> Vec<Source> {
    let source = |(number, text): (usize, &String)| Source::Bytes {
        name: format!("{number}.csv"),
        bytes: text.clone().into_bytes(),
    };
    texts.iter().enumerate().map(source).collect()
}

/// The parts of an archive as sources.
pub(crate) fn parts(folder: &Path) -> Vec<Source> {
    let archive = Archive::open(folder).expect("an archive");
    let part = |part: &archive::PartEntry| {
        Source::Part(Part {
            path: archive.path(&part.file),
            text: part.text.as_ref().map(|text| archive.path(text)),
            rows: None,
        })
    };
    archive.parts().iter().map(part).collect()
}

/// The facts of each thread in their order, those without a buyer in any.
pub(crate) type Threads = BTreeMap<[String; 3], Vec<String>>;

/// What a reading of sources says: threads, rejected rows, and how many rows repeat others.
pub(crate) fn read(sources: &[Source], is_archive: bool) -> (Threads, Vec<String>, u64) {
    let options = Options { keep_text: true, keep_id: true, is_archive, ..Options::default() };
    let mut rejected = Vec::new();
    let (log, report) = intake::read(sources, &options, &mut |row| {
        let fields = intake::rejected_fields(row, Lang::En);
        rejected.push(format!("{} {}", row.source_number, fields.join("|")));
        Ok(())
    })
    .expect("a log");
    let mut threads = Threads::new();
    let mut add = |row: u32, buyer: &str, describe: &str| {
        let shop = facts::ShopId(log.shop[row as usize]);
        let key = [log.platform_of(shop), log.shop_name(shop), buyer].map(str::to_owned);
        threads.entry(key).or_default().push(describe.to_owned());
    };
    let describe = |row: u32| {
        let fact = log.fact(row);
        let i = row as usize;
        let text = log.text.as_ref().and_then(|texts| texts[i].as_deref()).unwrap_or("");
        let id = log.id.as_ref().map_or("", |ids| &ids[i]);
        format!(
            "{} {} {:?} {} {} {} {} {:?} {id} {text} {:?} {}",
            fact.at.0,
            fact.kind.word(),
            fact.author,
            fact.form.word(),
            log.accounts.name(fact.account.0),
            log.accounts.name(fact.from_account.0),
            log.conversations.name(fact.conversation.0),
            fact.rating,
            log.extra.get(&row),
            log.seen_at(row).0,
        )
    };
    let (rows, bounds) = log.by_thread();
    for (thread, bounds) in bounds.windows(2).enumerate() {
        let buyer = log.buyers.name(log.threads[thread].buyer);
        for row in &rows[bounds[0] as usize..bounds[1] as usize] {
            add(*row, buyer, &describe(*row));
        }
    }
    for row in (0..log.len() as u32).filter(|row| log.thread[*row as usize] == u32::MAX) {
        add(row, "", &describe(row));
    }
    for (key, facts) in &mut threads {
        if key[2].is_empty() {
            facts.sort();
        }
    }
    (threads, rejected, report.duplicates)
}

/// Every file under a folder, with its bytes.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("inside").to_path_buf();
                all.insert(name, std::fs::read(&path).expect("a file"));
            }
        }
    }
    all
}
