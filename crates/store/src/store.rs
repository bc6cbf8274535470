//! The store: one value for both databases.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::append::{Keys, Prepared};
use crate::archived::Shelf;
use crate::error::{Error, Result};
use crate::known::HashKey;
use crate::pg::Postgres;
use crate::phrases::Flags;
use crate::row::{Batch, Outcome, Refused, SourceId, flaw};
use crate::schema;
use crate::scope::{Grant, Scope};
use crate::secret::{MasterKey, Nonces, random};
use crate::sql::{Access, Connection, args, first, within};
use crate::sqlite::{Sqlite, SqliteFile};
use crate::ticket::Ticket;
use crate::writer::{Opener, Writer};

/// Which database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file of this process alone.
    Sqlite(SqliteFile),
    /// PostgreSQL by its address, `postgres://user@host/database`. With `?sslmode=verify-full`, and
    /// beyond this machine without `sslmode=disable`, TLS is used, and the server's certificate
    /// checked against `sslrootcert=FILE` or Mozilla's roots.
    Postgres(Address),
}

/// The address of a PostgreSQL database. It may hold a password: it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(String);

impl From<&str> for Address {
    fn from(address: &str) -> Self {
        Self(address.to_owned())
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Address(..)")
    }
}

impl Backend {
    /// A new connection that writes; of the one server there is, where it serves.
    pub(crate) fn writer(&self, serves: bool) -> Result<Box<dyn Connection>> {
        Ok(match self {
            Self::Sqlite(file) => Box::new(Sqlite::writer(file)?),
            Self::Postgres(address) if serves => Box::new(Postgres::open_alone(&address.0)?),
            Self::Postgres(address) => Box::new(Postgres::open(&address.0)?),
        })
    }

    fn reader(&self) -> Result<Option<Box<dyn Connection>>> {
        Ok(match self {
            Self::Sqlite(file) => match Sqlite::reader(file)? {
                Some(reader) => Some(Box::new(reader)),
                None => None,
            },
            Self::Postgres(address) => Some(Box::new(Postgres::open(&address.0)?)),
        })
    }
}

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Which database.
    pub backend: Backend,
    /// The key under which keys are sealed.
    pub master: MasterKey,
    /// The folder of the archive of closed days; absent: no day is moved, and none was.
    pub archive: Option<PathBuf>,
    /// How many connections read at a time; at least one.
    pub readers: usize,
    /// How many identities of facts are held in memory before they go to the disk, as far as a
    /// test wants another number than the usual one.
    pub identities: Option<usize>,
    /// Whether this is the one server that works with the database. In PostgreSQL it holds a lock
    /// then, on the connection that writes: a second server is refused, and one that lost its
    /// connection writes no more until it has the lock again. A SQLite file has one process
    /// anyhow, as far as its callers see to it.
    pub serves: bool,
    /// The lists of phrases whose bits flags of texts have, in the order in which callers number
    /// them. The store keeps to each list the bit that it had first. Without any, flags are
    /// stored as they are given.
    pub lists: Vec<Vec<String>>,
}

impl Opening {
    /// As a server opens its store.
    #[must_use]
    pub fn new(backend: Backend, master: MasterKey) -> Self {
        let lists = Vec::new();
        let (archive, identities) = (None, None);
        Self { backend, master, archive, readers: 4, identities, serves: false, lists }
    }
}

/// Durable facts and settings.
///
/// Operations block; a task calls them where blocking is allowed, and awaits the [`Ticket`] of
/// [`Store::append`]. Clones are the same store.
///
/// # Example
///
/// ```
/// use facts::{Author, Instant};
/// use store::{Backend, Batch, MasterKey, NewFact, Opening, Outcome, Scope, SqliteFile, Store};
/// let folder = std::env::temp_dir().join(format!("yingda-store-doc-{}", std::process::id()));
/// std::fs::create_dir_all(&folder).unwrap();
/// let file = SqliteFile::new(folder.join("yingda.db"));
/// let master = MasterKey::of_file(&folder.join("yingda.key")).unwrap();
/// let store = Store::open(&Opening::new(Backend::Sqlite(file), master)).unwrap();
///
/// let mut batch = Batch::default();
/// let question = NewFact::message(Instant(1_000), "jd", "s1", Author::Buyer);
/// batch.push(&NewFact { buyer: "b1", text: "在吗", ..question });
/// let told = store.append(&Scope::everything(), batch).unwrap().wait().unwrap();
/// assert!(matches!(told[..], [Outcome::Accepted(_)]));
/// # drop(store);
/// # std::fs::remove_dir_all(&folder).unwrap();
/// ```
#[derive(Clone)]
pub struct Store(pub(crate) Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) writer: Writer,
    readers: Readers,
    pub(crate) keys: Arc<Keys>,
    pub(crate) backend: Backend,
    pub(crate) shelf: Option<Shelf>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("backend", &self.0.backend).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a database, makes it where there is none, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// [`Error::Newer`] when a newer program wrote it, [`Error::WrongKey`] when it was written
    /// under another master key, [`Error::InUse`] when another process has the file,
    /// [`Error::Served`] when another server has the PostgreSQL database, and what the database
    /// says.
    pub fn open(opening: &Opening) -> Result<Self> {
        let (backend, serves) = (opening.backend.clone(), opening.serves);
        let shelf = opening.archive.as_deref().map(Shelf::open).transpose()?;
        let mut connection = backend.writer(serves)?;
        schema::migrate(&mut *connection)?;
        let hash = hash_key(&mut *connection, &opening.master)?;
        let keys = Arc::new(Keys {
            master: opening.master.clone(),
            hash: HashKey(hash),
            nonces: Nonces::new()?,
            identities: opening.identities,
            flags: Flags::of(&mut *connection, &opening.lists)?,
        });
        let readers = Readers::new(backend.clone(), opening.readers)?;
        let again = backend.clone();
        let open: Opener = Box::new(move || again.writer(serves));
        let writer = Writer::start(connection, open, Arc::clone(&keys))?;
        Ok(Self(Arc::new(Shared { writer, readers, keys, backend, shelf })))
    }

    /// Hands facts to the writer. The ticket's answer has an outcome for each row, in order, and
    /// comes when all that was accepted is on the disk.
    ///
    /// Rows of shops outside the scope are refused one by one; the others are not touched by it.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the scope may not send facts at all, [`Error::Busy`] when too much
    /// waits. The ticket: what the database says; nothing of the batch was acknowledged then, and
    /// sending it again does no harm.
    pub fn append(&self, scope: &Scope, batch: Batch) -> Result<Ticket<Vec<Outcome>>> {
        scope.needs(Grant::Feed)?;
        let hash = &self.0.keys.hash;
        let marks = batch.iter().map(|fact| match flaw(&fact) {
            Some(flaw) => Err(flaw),
            None if !scope.reach().has(fact.platform, fact.shop) => Err(Refused::OtherShop),
            None => Ok(hash.mark(&fact)),
        });
        let marks = marks.collect();
        self.0.writer.append(Prepared { batch, marks })
    }

    /// Begins a source that comes in several batches, such as a file. Rows without id are counted
    /// within it, so that what overlaps with earlier sources does not count twice. A source that
    /// broke off is begun anew, from its start.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn begin_source(&self) -> Result<SourceId> {
        self.0.writer.change(|connection| {
            connection.run("UPDATE standing SET sources = sources + 1", &[])?;
            let newest = first(connection, "SELECT sources FROM standing", &[], |row| row.int())?;
            newest.map(|n| SourceId(n as u64)).ok_or(Error::Stopped)
        })
    }

    /// Reads one state of everything.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&mut dyn Connection) -> Result<T>) -> Result<T> {
        self.0.readers.read(work)
    }

    /// Changes something, durably.
    pub(crate) fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.0.writer.change(work)
    }
}

/// The key of identities, made with the database.
pub(crate) fn hash_key(connection: &mut dyn Connection, master: &MasterKey) -> Result<[u8; 16]> {
    const PLACE: &str = "identities";
    within(connection, Access::Write, |connection| {
        let stored = "SELECT hash_key FROM standing";
        if let Some(sealed) = first(connection, stored, &[], |row| row.bytes())? {
            return master.open(&sealed, PLACE)?[..].try_into().map_err(|_| Error::WrongKey);
        }
        let key = random::<16>()?;
        connection.run(
            "INSERT INTO standing
             (one, arrivals, sources, runs, remembered, horizon, epoch, hash_key)
             VALUES (1, 0, 0, 0, 0, 0, 0, $1)",
            args![master.seal(&key, PLACE)?],
        )?;
        Ok(key)
    })
}

/// Connections that read, lent one at a time.
struct Readers {
    idle: Mutex<Vec<Box<dyn Connection>>>,
    returned: Condvar,
    n: usize,
    backend: Backend,
}

impl Readers {
    fn new(backend: Backend, n: usize) -> Result<Self> {
        let mut idle = Vec::new();
        for _ in 0..n.max(1) {
            idle.extend(backend.reader()?);
        }
        let n = idle.len();
        Ok(Self { idle: Mutex::new(idle), returned: Condvar::new(), n, backend })
    }

    fn read<T>(&self, work: impl FnOnce(&mut dyn Connection) -> Result<T>) -> Result<T> {
        let mut lent = self.borrow()?;
        let connection = lent.connection.as_mut().ok_or(Error::Stopped)?;
        if connection.is_closed()
            && let Some(new) = self.backend.reader()?
        {
            *connection = new;
        }
        within(&mut **connection, Access::Read, work)
    }

    fn borrow(&self) -> Result<Lent<'_>> {
        if self.n == 0 {
            return Err(Error::database("reading", "the file layer allows one connection only"));
        }
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = idle.pop() {
                return Ok(Lent { readers: self, connection: Some(connection) });
            }
            idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A connection that goes back when it is not needed any more, also after a panic.
struct Lent<'a> {
    readers: &'a Readers,
    /// There until it goes back.
    connection: Option<Box<dyn Connection>>,
}

impl Drop for Readers {
    /// A client of PostgreSQL says goodbye in a runtime of its own, which may not be begun where
    /// another one runs: whoever holds the store last may be a task.
    fn drop(&mut self) {
        let idle = std::mem::take(self.idle.get_mut().unwrap_or_else(PoisonError::into_inner));
        let ending = std::thread::Builder::new().name("store-ending".into());
        if let Ok(thread) = ending.spawn(move || drop(idle)) {
            let _ = thread.join();
        }
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        if std::thread::panicking() {
            connection.rollback();
        }
        self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        self.readers.returned.notify_one();
    }
}
