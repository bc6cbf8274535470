//! Commands against the server itself, on a port of this machine.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use store::{Grant, Reach, Scope};

use crate::binary::{Folder, command, root, stderr, stdout, yingda};
use crate::standin::{facts, now, open_store};

/// A server that runs until this is dropped.
struct Served {
    child: Child,
    url: String,
}

impl Served {
    fn start(data: &str) -> Self {
        let mut child = command()
            .args(["serve", "--data", data, "--listen", "127.0.0.1:0", "--lang", "en"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let url = line.split(' ').find(|word| word.starts_with("http://")).expect("an address");
        let url = url.to_owned();
        Self { child, url }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // What was acknowledged is durable, whatever happens to the process.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn what_a_server_took_is_there_after_it_was_killed() {
    let folder = Folder::new("served");
    let data = folder.path().join("data");
    let store = open_store(&data);
    let given = (&[Grant::Feed][..], Reach::Everything);
    let token = store.make_token(&Scope::everything(), now(), "import", given).expect("a token").1;
    drop(store);
    let token = folder.write("token", token.reveal());
    let log = root().join("examples/small-shop.csv");
    let server = Served::start(text(&data));
    let import = || {
        let call = ["import", text(&log), "--server", &server.url, "--token-file", &token];
        yingda(&call)
    };
    let output = import();
    assert!(output.status.success(), "{}", stderr(&output));
    let rows = stdout(&output);
    let rows = rows.split(' ').next().expect("a number");
    assert_eq!(stdout(&output), format!("{rows} rows: {rows} accepted, 0 duplicate, 0 rejected\n"));
    assert_eq!(
        stdout(&import()),
        format!("{rows} rows: 0 accepted, {rows} duplicate, 0 rejected\n")
    );
    let users = yingda(&["user", "list", "--data", text(&data)]);
    assert!(stderr(&users).contains("is using this data"), "{}", stderr(&users));
    drop(server);
    let backup = folder.path().join("y.backup");
    let output = yingda(&["backup", "--data", text(&data), "-o", text(&backup)]);
    assert!(stdout(&output).contains(&format!("{rows} facts arrived")), "{}", stderr(&output));
    assert!(!facts(&open_store(&data), "taobao", "green-tea").is_empty());
}
