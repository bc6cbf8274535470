//! What a server keeps, opened without the server.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use clap::Args;
use secret::Secret;
use server::settings::{Settings, Unit};
use store::{Address, Backend, MasterKey, Opening, SqliteFile, Store};

use crate::failure::Failure;
use crate::lang::Lang;
use crate::screen::Screen;
use crate::serve;

/// The database in a data folder.
const DATABASE: &str = "yingda.db";
/// The key under which texts are sealed.
const KEY: &str = "yingda.key";
/// The closed days in a data folder.
const ARCHIVE: &str = "archive";
/// Held by whoever works with a data folder.
const LOCK: &str = "yingda.lock";

/// Where a server keeps its data.
#[derive(Args, Clone, Debug)]
pub(crate) struct DataArgs {
    /// The server's data folder [default: as the settings have it, else yingda-data]
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) data: Option<PathBuf>,
    /// A PostgreSQL database in place of the folder's; as it holds a password, prefer the
    /// environment's YINGDA_DATABASE
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) database: Option<String>,
    /// The server's file of settings [default: yingda.toml in the working folder, where there is
    /// one]
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
}

/// Where data is, as the settings have it.
pub(crate) struct Place {
    pub(crate) settings: Settings,
}

impl Place {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings }
    }

    /// # Errors
    ///
    /// Everything that is wrong with the settings.
    pub(crate) fn of(args: &DataArgs, screen: &Screen) -> Result<Self, Failure> {
        let lang = screen.lang;
        let flag = |key: &str, value: Option<String>| {
            let unit = Unit::of_key(key)?;
            Some((unit.flag(), value?))
        };
        let data = args.data.as_ref().map(|path| path.to_string_lossy().into_owned());
        let flags = [flag("data", data), flag("database", args.database.clone())];
        let flags = flags.into_iter().flatten().collect();
        let settings = serve::settings(args.config.as_deref(), flags, lang)?;
        Ok(Self { settings })
    }

    /// The database's file; `None`: it is PostgreSQL.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        self.settings.database.is_none().then(|| self.settings.data.join(DATABASE))
    }

    /// The archive's folder, whichever the database.
    pub(crate) fn archive(&self) -> PathBuf {
        self.settings.data.join(ARCHIVE)
    }

    pub(crate) fn key(&self) -> PathBuf {
        self.settings.data.join(KEY)
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.settings.data.join(LOCK)
    }

    pub(crate) fn backend(&self) -> Backend {
        match &self.settings.database {
            Some(address) => Backend::Postgres(Address::from(Secret::reveal(address))),
            None => Backend::Sqlite(SqliteFile::new(self.settings.data.join(DATABASE))),
        }
    }

    /// The key, which has to be there already.
    pub(crate) fn master(&self, lang: Lang) -> Result<MasterKey, Failure> {
        let path = self.key();
        if !path.is_file() {
            let path = path.display();
            return Err(Failure::new(lang.of(
                format!(
                    "{path}: there is no key; put the server's key file there: what is stored \
                     opens with it alone"
                ),
                format!("{path}：没有密钥文件；请把服务器的密钥文件放在此处，数据只有用它才能打开"),
            )));
        }
        MasterKey::of_file(&path).map_err(|error| told(&error, lang))
    }

    /// Opens what is there. The store is this program's alone while the claim is held.
    ///
    /// # Errors
    ///
    /// When there is nothing, a server has it, or it cannot be opened. `busy` says what to do
    /// where a server has it.
    pub(crate) fn open(&self, busy: &str, lang: Lang) -> Result<(Store, Claim), Failure> {
        if let Some(file) = self.file().filter(|file| !file.is_file()) {
            let file = file.display();
            return Err(Failure::new(lang.of(
                format!(
                    "{file}: there is no database; name the server's data folder with `--data`, \
                     or its PostgreSQL with YINGDA_DATABASE"
                ),
                format!(
                    "{file}：没有数据库；请用 `--data` 指定服务器的数据文件夹，或用 \
                     YINGDA_DATABASE 指定其 PostgreSQL"
                ),
            )));
        }
        let claim = self.claim(busy, lang)?;
        let opening = Opening {
            readers: 1,
            archive: Some(self.archive()),
            ..Opening::new(self.backend(), self.master(lang)?)
        };
        let store = Store::open(&opening).map_err(|error| match error {
            store::Error::InUse => in_use(&self.settings.data, busy, lang),
            error => told(&error, lang),
        })?;
        Ok((store, claim))
    }

    /// Keeps others from the data folder.
    ///
    /// # Errors
    ///
    /// When somebody has it.
    pub(crate) fn claim(&self, busy: &str, lang: Lang) -> Result<Claim, Failure> {
        if self.settings.database.is_some() {
            return Ok(Claim { _file: None });
        }
        let path = self.lock();
        let failed = |error: std::io::Error| {
            let path = path.display();
            Failure::new(lang.of(
                format!("{path}: cannot be opened: {error}"),
                format!("{path}：无法打开：{error}"),
            ))
        };
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Claim { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(in_use(&self.settings.data, busy, lang)),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

/// A data folder that is this program's alone as long as this is held. Databases of PostgreSQL are
/// shared.
pub(crate) struct Claim {
    _file: Option<File>,
}

fn in_use(folder: &Path, busy: &str, lang: Lang) -> Failure {
    let folder = folder.display();
    Failure::new(lang.of(
        format!("{folder}: a server or another command is using this data; {busy}"),
        format!("{folder}：服务器或另一条命令正在使用这些数据；{busy}"),
    ))
}

/// What is wrong with a store, for people.
pub(crate) fn told(error: &store::Error, lang: Lang) -> Failure {
    let text = lang.of(error.to_string(), error.zh());
    Failure::new(text)
}
