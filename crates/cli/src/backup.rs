//! `yingda backup` and `yingda restore`.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use store::{Copied, Scope, Store};

use crate::client::{AccessArgs, Client, Trouble};
use crate::data::{DataArgs, Place, told};
use crate::failure::Failure;
use crate::interrupt::Unfinished;
use crate::lang::Lang;
use crate::progress::Progress;
use crate::screen::Screen;
use crate::serve;

/// `yingda backup`
#[derive(Args, Clone, Debug)]
pub(crate) struct BackupArgs {
    /// The file to write; it must not exist
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// A running server's address, as `https://yingda.example.com`, instead of its data folder
    #[arg(long, value_name = "URL", conflicts_with_all = ["data", "database", "config"])]
    server: Option<String>,
    #[command(flatten)]
    access: AccessArgs,
    #[command(flatten)]
    data: DataArgs,
}

/// `yingda restore`
#[derive(Args, Clone, Debug)]
pub(crate) struct RestoreArgs {
    /// The file that `yingda backup` wrote
    #[arg(value_name = "FILE")]
    backup: PathBuf,
    /// The key file of the server that was backed up, to be copied into the data folder
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    data: DataArgs,
}

/// Writes a backup.
pub(crate) fn run(args: &BackupArgs, screen: &Screen) -> Result<(), Failure> {
    let (lang, path) = (screen.lang, &args.output);
    if path.exists() {
        let path = path.display();
        return Err(Failure::new(lang.of(
            format!("{path}: exists already; name a new file"),
            format!("{path}：已存在；请另取文件名"),
        )));
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    // What an earlier call left unfinished is no backup.
    if part.is_file() {
        std::fs::remove_file(&part).map_err(|error| failed(&part, &error, lang))?;
    }
    let _unfinished = Unfinished::new(&part);
    let copied = match &args.server {
        Some(server) => fetch(server, args, &part, screen),
        None => copy(args, &part, screen),
    };
    let named = copied.and_then(|copied| {
        let renamed = keep_to_owner(&part).and_then(|()| std::fs::rename(&part, path));
        renamed.map(|()| copied).map_err(|error| failed(path, &error, lang))
    });
    if named.is_err() {
        // Half a copy must not be taken for one.
        let _ = std::fs::remove_file(&part);
    }
    let copied = named?;
    let bytes = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let (path, rows, megabytes) = (path.display(), amounts(&copied, lang), bytes.div_ceil(1 << 20));
    let line = lang.of(
        format!("{path}: {rows}, {megabytes} MiB, checked"),
        format!("{path}：{rows}，{megabytes} MiB，已校验"),
    );
    writeln!(io::stdout().lock(), "{line}").map_err(Failure::new)?;
    screen.notice(lang.of(
        "the key file `yingda.key` of the data folder is not in it: keep a copy of it elsewhere, \
         without it no text of the backup can be read",
        "备份不含数据文件夹中的密钥文件 `yingda.key`：请另行妥善保存，没有它就读不出备份中的文字",
    ));
    Ok(())
}

/// Copies the data of a server that does not run, or of PostgreSQL.
fn copy(args: &BackupArgs, part: &Path, screen: &Screen) -> Result<Copied, Failure> {
    let lang = screen.lang;
    let place = Place::of(&args.data, screen)?;
    let busy = lang.of(
        "ask the server for the backup with `--server URL`, or stop it first",
        "请用 `--server 地址` 向服务器要备份，或先停止它",
    );
    let (store, _claim) = place.open(busy, lang)?;
    store.backup(&Scope::everything(), part).map_err(|error| told(&error, lang))
}

/// Has a running server make a backup, and takes it.
fn fetch(server: &str, args: &BackupArgs, part: &Path, screen: &Screen) -> Result<Copied, Failure> {
    let lang = screen.lang;
    let client = Client::new(server, &args.access, screen)?;
    let bar = Progress::fetching(0, screen);
    let mut file = File::create_new(part).map_err(|error| failed(part, &error, lang))?;
    keep_to_owner(part).map_err(|error| failed(part, &error, lang))?;
    let mut bytes = 0;
    let fetched = client.post_for_stream("/v1/backup", &mut |piece, total| {
        bytes += piece.len() as u64;
        bar.at(bytes, total.unwrap_or(bytes));
        file.write_all(piece)
    });
    bar.done();
    fetched.map_err(|trouble| match trouble {
        Trouble::Again { why, .. } | Trouble::TooLarge(why) => Failure::new(lang.of(
            format!("{why}; nothing was kept, run the command again"),
            format!("{why}；未保留任何内容，请重新运行"),
        )),
        Trouble::Final(failure) => failure,
    })?;
    file.sync_all().map_err(|error| failed(part, &error, lang))?;
    drop(file);
    if !is_sqlite(part) {
        return Err(client.not_understood());
    }
    Store::check_backup(part).map_err(|error| told(&error, lang))
}

/// Whether a file begins as backups do.
fn is_sqlite(path: &Path) -> bool {
    let mut start = [0; 16];
    let read = File::open(path).and_then(|mut file| io::Read::read_exact(&mut file, &mut start));
    read.is_ok() && start == *b"SQLite format 3\0"
}

/// What is wrong with a file that does not begin as backups do.
fn no_backup(path: &Path, lang: Lang) -> Option<Failure> {
    let (name, found) = (path.display(), std::fs::metadata(path));
    Some(Failure::new(match found {
        Err(error) => lang.of(
            format!("{name}: cannot be read: {error}; name the file that `yingda backup` wrote"),
            format!("{name}：无法读取：{error}；请指定 `yingda backup` 写出的文件"),
        ),
        Ok(found) if found.is_file() && found.len() == 0 => lang.of(
            format!("{name}: is empty, nothing of it can be restored; take another backup"),
            format!("{name}：文件为空，无法恢复任何内容；请改用另一份备份"),
        ),
        Ok(_) if is_sqlite(path) => return None,
        Ok(_) => lang.of(
            format!(
                "{name}: does not begin as a backup that `yingda backup` wrote: it is another \
                 file, or its beginning was overwritten. Where it was packed, unpack it first; \
                 else take another backup"
            ),
            format!(
                "{name}：开头不是 `yingda backup` 写出的备份：可能是别的文件，或开头已被改写。\
                 若经过压缩，请先解压；否则请改用另一份备份"
            ),
        ),
    }))
}

/// Fills a data folder or a database from a backup.
pub(crate) fn restore(args: &RestoreArgs, screen: &Screen) -> Result<(), Failure> {
    let lang = screen.lang;
    if let Some(wrong) = no_backup(&args.backup, lang) {
        return Err(wrong);
    }
    let place = Place::of(&args.data, screen)?;
    let folder = &place.settings.data;
    if let Some(file) = place.file().filter(|file| file.exists()) {
        let file = file.display();
        return Err(Failure::new(lang.of(
            format!("{file}: there is a database already; restore into a new data folder"),
            format!("{file}：已有数据库；请恢复到新的数据文件夹"),
        )));
    }
    let left = Left::before(&place);
    let restored = into(args, &place, lang);
    if restored.is_err() {
        left.take_away();
    }
    let copied = restored?;
    let (place_name, rows) = (folder.display(), amounts(&copied, lang));
    let line = lang.of(
        format!("{place_name}: {rows}, the same as in the backup"),
        format!("{place_name}：{rows}，与备份一致"),
    );
    writeln!(io::stdout().lock(), "{line}").map_err(Failure::new)?;
    let key = place.key();
    let key = key.display();
    screen.notice(&lang.of(
        format!("{key} opens the data: keep a copy of it elsewhere"),
        format!("{key} 是打开数据的密钥：请另行妥善保存"),
    ));
    Ok(())
}

/// What there was not before a restore, and is not to be left behind where it fails.
struct Left {
    /// Folders, the innermost first.
    folders: Vec<PathBuf>,
    lock: Option<PathBuf>,
}

impl Left {
    fn before(place: &Place) -> Self {
        let folders = place.settings.data.ancestors();
        let folders = folders.filter(|one| !one.as_os_str().is_empty());
        let folders = folders.take_while(|one| !one.exists()).map(Path::to_path_buf).collect();
        Self { folders, lock: Some(place.lock()).filter(|lock| !lock.exists()) }
    }

    /// Folders go where they are empty: somebody may have put a key there meanwhile.
    fn take_away(self) {
        self.lock.iter().for_each(|lock| drop(std::fs::remove_file(lock)));
        self.folders.iter().for_each(|folder| drop(std::fs::remove_dir(folder)));
    }
}

fn into(args: &RestoreArgs, place: &Place, lang: Lang) -> Result<Copied, Failure> {
    let folder = &place.settings.data;
    serve::make_private(folder).map_err(|error| failed(folder, &error, lang))?;
    let busy = lang.of("stop it first", "请先停止它");
    let _claim = place.claim(busy, lang)?;
    let copied_key = args.key.as_ref().map(|key| copy_key(key, &place.key(), lang)).transpose()?;
    let restored = fill(args, place, lang);
    if restored.is_err()
        && let Some(true) = copied_key
    {
        // It may not be the right one; the original is where it was.
        let _ = std::fs::remove_file(place.key());
    }
    restored
}

fn fill(args: &RestoreArgs, place: &Place, lang: Lang) -> Result<Copied, Failure> {
    let master = place.master(lang)?;
    let files: Vec<PathBuf> = place.file().map_or_else(Vec::new, |file| {
        let beside = |end: &str| {
            let mut name = file.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        };
        vec![beside(""), beside("-wal"), beside("-shm")]
    });
    let _unfinished: Vec<Unfinished> = files.iter().map(|file| Unfinished::new(file)).collect();
    let restored = Store::restore(&args.backup, (&place.backend(), &place.archive()), &master);
    if restored.is_err() {
        // There was none before.
        files.iter().for_each(|file| drop(std::fs::remove_file(file)));
    }
    restored.map_err(|error| told(&error, lang))
}

/// Copies the key, unless it is there already; whether it was copied.
fn copy_key(from: &Path, to: &Path, lang: Lang) -> Result<bool, Failure> {
    let key = std::fs::read(from).map(zeroized).map_err(|error| failed(from, &error, lang))?;
    if let Ok(there) = std::fs::read(to).map(zeroized) {
        return match there == key {
            true => Ok(false),
            false => {
                let to = to.display();
                Err(Failure::new(lang.of(
                    format!("{to}: there is another key; move it elsewhere first"),
                    format!("{to}：已有另一个密钥；请先把它移到别处"),
                )))
            }
        };
    }
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(to).and_then(|mut file| {
        file.write_all(key.reveal().as_bytes())?;
        file.sync_all()
    });
    written.map(|()| true).map_err(|error| failed(to, &error, lang))
}

/// A key file's text, which does not stay in memory; what is no text is no key.
fn zeroized(bytes: Vec<u8>) -> secret::Secret {
    secret::Secret::from(String::from_utf8(bytes).unwrap_or_default())
}

/// Backups hold hashes of passwords and whom buyers wrote to: they are for nobody else.
fn keep_to_owner(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let rights = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(path, rights)?;
    }
    let _ = path;
    Ok(())
}

fn amounts(copied: &Copied, lang: Lang) -> String {
    let rows: u64 = copied.rows.iter().map(|(_, n)| n).sum();
    let (tables, arrivals) = (copied.rows.len(), copied.arrivals);
    lang.of(
        format!("{arrivals} facts arrived, {rows} rows in {tables} tables"),
        format!("累计 {arrivals} 条事实，{tables} 张表共 {rows} 行"),
    )
}

fn failed(path: &Path, error: &io::Error, lang: Lang) -> Failure {
    let path = path.display();
    Failure::new(lang.of(
        format!("{path}: cannot be read or written: {error}"),
        format!("{path}：无法读写：{error}"),
    ))
}
