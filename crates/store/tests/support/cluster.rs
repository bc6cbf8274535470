//! A PostgreSQL that a test starts: a cluster in a folder of its own, on a socket of this machine.
#![allow(dead_code, unreachable_pub, reason = "no test uses all of it")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;
use std::process::{ChildStdin, Command, Stdio};

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

/// A running PostgreSQL.
pub struct Cluster {
    /// The folder of its socket, which is its host.
    pub socket: PathBuf,
    /// While this process holds it open, the server runs.
    _leash: ChildStdin,
}

impl Cluster {
    /// Starts one with these files beside its data, and with TLS on a port where one is given.
    /// `is_ready` asks it, given the folder of its socket.
    #[expect(clippy::zombie_processes, reason = "it ends with this process, by its leash")]
    pub fn start(
        name: &str,
        (files, port): (&[(&str, String)], Option<u16>),
        is_ready: impl Fn(&Self) -> bool,
    ) -> Self {
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
        shell.args(["-c", SCRIPT, "sh"]).arg(find("initdb")).arg(find("postgres"));
        shell.arg(&folder);
        if let Some(port) = port {
            let at = |name: &str| folder.join(name).display().to_string();
            let port = port.to_string();
            shell.args(["-c", "listen_addresses=127.0.0.1", "-c", "ssl=on", "-p", &port]);
            shell.args(["-c", &format!("ssl_cert_file={}", at("server.crt"))]);
            shell.args(["-c", &format!("ssl_key_file={}", at("server.key"))]);
        }
        let mut child = shell.stdin(Stdio::piped()).spawn().unwrap();
        let cluster = Self { socket: folder, _leash: child.stdin.take().unwrap() };
        for _ in 0..600 {
            if is_ready(&cluster) {
                return cluster;
            }
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "PostgreSQL did not start: {ended:?}");
            // A server says when it is ready only to who asks.
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("PostgreSQL did not start within 30 seconds");
    }
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

/// Where one of PostgreSQL's programs is.
pub fn find(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    let mut places = folders.into_iter().map(|folder| folder.join(program));
    places.find(|place| place.exists()).unwrap_or_else(|| panic!("{INSTALL}"))
}
