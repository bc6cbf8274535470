//! Stores for tests: a SQLite file in a folder of its own, and a PostgreSQL that the test starts.
#![allow(dead_code, unreachable_pub, reason = "no test uses all of it")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use store::{Address, Backend, MasterKey, Opening, SqliteFile, Store};

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

struct Server {
    socket: PathBuf,
    /// While this process holds it open, the server runs.
    _leash: ChildStdin,
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::start("plain", &[]))
}

const INSTALL: &str = "PostgreSQL is needed for this test and was not found (no `initdb` and \
                       `postgres` on the path or in /usr/lib/postgresql/*/bin): install it with \
                       `apt-get install postgresql`";

/// Makes a cluster, runs a server in it until standard input ends, however the process that held
/// it did, and clears away. Nothing here has to survive a power cut: crash tests are about
/// SQLite's file.
const SCRIPT: &str = r#"
initdb=$1; postgres=$2; folder=$3
"$initdb" --no-sync --auth=trust --username=yingda --encoding=UTF8 --locale=C \
    -D "$folder/data" > "$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
shift 3
"$postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off \
    -c max_connections=200 "$@" > "$folder/log" 2>&1 < /dev/null &
server=$!
read -r line
kill -QUIT $server
wait $server
rm -rf "$folder"
"#;

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
        // A folder as host: a socket of this machine, no port of the network.
        let port = if self.socket.join("root.crt").exists() { port() } else { 5432 };
        format!("host={} port={port} user=yingda dbname={database}", self.socket.display())
    }

    fn run(&self, database: &str, sql: &str) -> Result<(), postgres::Error> {
        postgres::Client::connect(&self.address(database), postgres::NoTls)?.batch_execute(sql)
    }

    #[expect(clippy::zombie_processes, reason = "it ends with this process, by its leash")]
    fn start(name: &str, files: &[(&str, String)]) -> Self {
        let bin = programs().unwrap_or_else(|| panic!("{INSTALL}"));
        let name = format!("yingda-pg-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in files {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            let mode = Command::new("chmod").arg("600").arg(&path).status();
            assert!(mode.unwrap().success(), "cannot hide {}", path.display());
        }
        let mut shell = match stand_in() {
            Some(user) => {
                let given = Command::new("chown").args(["-R", user, "--"]).arg(&folder).status();
                assert!(given.unwrap().success(), "cannot give {} away", folder.display());
                let mut shell = Command::new("runuser");
                shell.args(["-u", user, "--", "sh"]);
                shell
            }
            None => Command::new("sh"),
        };
        shell.args(["-c", SCRIPT, "sh"]).arg(bin.join("initdb")).arg(bin.join("postgres"));
        shell.arg(&folder);
        if !files.is_empty() {
            let at = |name: &str| folder.join(name).display().to_string();
            let port = port().to_string();
            shell.args(["-c", "listen_addresses=127.0.0.1", "-c", "ssl=on", "-p", &port]);
            shell.args(["-c", &format!("ssl_cert_file={}", at("server.crt"))]);
            shell.args(["-c", &format!("ssl_key_file={}", at("server.key"))]);
        }
        let mut child = shell.stdin(Stdio::piped()).spawn().unwrap();
        let server = Self { socket: folder, _leash: child.stdin.take().unwrap() };
        for _ in 0..600 {
            if server.run("postgres", "SELECT 1").is_ok() {
                return server;
            }
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "PostgreSQL did not start: {ended:?}");
            // A server says when it is ready only to who asks.
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("PostgreSQL did not start within 30 seconds");
    }
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
    let root = server.socket.join("root.crt");
    (format!("postgres://yingda@localhost:{}/{name}", port()), root)
}

/// Root may not run PostgreSQL: who does in its place.
fn stand_in() -> Option<&'static str> {
    let id = Command::new("id").arg("-u").output().unwrap();
    if id.stdout.trim_ascii() != b"0" {
        return None;
    }
    let exists = |user: &&str| {
        let found = Command::new("id").arg(user).output();
        found.is_ok_and(|found| found.status.success())
    };
    ["postgres", "nobody"].into_iter().find(exists)
}

/// Where PostgreSQL's programs are.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders.into_iter().find(|bin| bin.join("initdb").exists() && bin.join("postgres").exists())
}
