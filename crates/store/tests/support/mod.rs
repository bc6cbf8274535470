//! Stores for tests: a SQLite file in a folder of its own, and a PostgreSQL that the test starts.
#![allow(dead_code, unreachable_pub, reason = "no test uses all of it")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cluster;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use store::{Address, Backend, MasterKey, Opening, SqliteFile, Store};

use self::cluster::Cluster;

/// A folder that goes when it is dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A new, empty folder.
    pub fn new(name: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("yingda-{name}-{}-{n}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The master key of all tests.
pub fn master() -> MasterKey {
    MasterKey::parse(&"5a".repeat(32)).unwrap()
}

/// How a test opens a store: identities go to the disk early, so that tests reach it.
pub fn opening(backend: Backend) -> Opening {
    Opening { identities: Some(64), readers: 2, ..Opening::new(backend, master()) }
}

/// A database that a test may fill.
pub struct Database {
    /// Where it is.
    pub backend: Backend,
    folder: Option<Folder>,
    /// The name of a PostgreSQL database.
    name: Option<String>,
}

impl Database {
    /// An empty SQLite database.
    pub fn sqlite() -> Self {
        let folder = Folder::new("store");
        let backend = Backend::Sqlite(SqliteFile::new(folder.0.join("yingda.db")));
        Self { backend, folder: Some(folder), name: None }
    }

    /// An empty PostgreSQL database, in a server that all tests of the process share.
    pub fn postgres() -> Self {
        let name = server().database();
        let address = Address::from(&*server().address(&name));
        Self { backend: Backend::Postgres(address), folder: None, name: Some(name) }
    }

    /// The store in it.
    pub fn open(&self) -> Store {
        Store::open(&opening(self.backend.clone())).unwrap()
    }

    /// Does something to the database behind the store's back.
    pub fn script(&self, sql: &str) {
        match &self.backend {
            Backend::Sqlite(file) => {
                rusqlite::Connection::open(&file.path).unwrap().execute_batch(sql).unwrap();
            }
            Backend::Postgres(_) => server().run(self.name.as_ref().unwrap(), sql).unwrap(),
        }
    }

    /// The folder of a SQLite database.
    pub fn folder(&self) -> &Path {
        &self.folder.as_ref().unwrap().0
    }
}

struct Server(Cluster);

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::start("plain", &[]))
}

impl Server {
    /// A database of its own for a test.
    fn database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let created = self.run("postgres", &format!("CREATE DATABASE {name}"));
        created.unwrap_or_else(|error| panic!("cannot make a database: {error:?}"));
        name
    }

    fn address(&self, database: &str) -> String {
        address(&self.0.socket, database)
    }

    fn run(&self, database: &str, sql: &str) -> Result<(), postgres::Error> {
        run(&self.0.socket, database, sql)
    }

    fn start(name: &str, files: &[(&str, String)]) -> Self {
        let port = (!files.is_empty()).then(port);
        let is_ready = |cluster: &Cluster| run(&cluster.socket, "postgres", "SELECT 1").is_ok();
        Self(Cluster::start(name, (files, port), is_ready))
    }
}

fn address(socket: &Path, database: &str) -> String {
    // A folder as host: a socket of this machine, no port of the network.
    let port = if socket.join("root.crt").exists() { port() } else { 5432 };
    format!("host={} port={port} user=yingda dbname={database}", socket.display())
}

fn run(socket: &Path, database: &str, sql: &str) -> Result<(), postgres::Error> {
    postgres::Client::connect(&address(socket, database), postgres::NoTls)?.batch_execute(sql)
}

/// A port of this machine that nobody has.
fn port() -> u16 {
    static PORT: OnceLock<u16> = OnceLock::new();
    *PORT.get_or_init(|| {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    })
}

/// A PostgreSQL that speaks TLS on a port of this machine, with a certificate for `localhost`
/// that a root signed: its address, and the root's file. It runs while the process does.
pub fn tls() -> (String, PathBuf) {
    static SERVER: OnceLock<Server> = OnceLock::new();
    let server = SERVER.get_or_init(|| {
        let root_key = rcgen::KeyPair::generate().unwrap();
        let mut root = rcgen::CertificateParams::new(Vec::new()).unwrap();
        root.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let root_pem = root.self_signed(&root_key).unwrap().pem();
        let issuer = rcgen::Issuer::new(root, root_key);
        let key = rcgen::KeyPair::generate().unwrap();
        let own = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let own = own.signed_by(&key, &issuer).unwrap();
        let files = [
            ("server.crt", own.pem()),
            ("server.key", key.serialize_pem()),
            ("root.crt", root_pem),
        ];
        Server::start("tls", &files)
    });
    let name = server.database();
    let root = server.0.socket.join("root.crt");
    (format!("postgres://yingda@localhost:{}/{name}", port()), root)
}
