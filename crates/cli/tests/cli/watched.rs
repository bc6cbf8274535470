//! A folder that the server watches, and panels that are imported.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::binary::{Folder, stderr, stdout, yingda};
use crate::served::{Served, text, token};
use crate::standin::{facts, open_store};

/// Waits for the receipt of a file.
fn receipt(folder: &Folder, name: &str) -> Value {
    let path = folder.path().join(format!("{name}.receipt.json"));
    for _ in 0..2_400 {
        if path.exists() {
            return serde_json::from_str(&folder.read(&format!("{name}.receipt.json")))
                .expect("JSON");
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    panic!("no {}", path.display());
}

fn start(data: &Path, folder: &Folder) -> Served {
    let inbox = folder.path().join("inbox");
    Served::start_with(text(data), &["--watch-folder", text(&inbox), "--watch-every", "100ms"])
}

#[test]
fn a_file_is_there_once_however_often_the_server_is_killed() {
    let folder = Folder::new("watched");
    let data = folder.path().join("data");
    drop(open_store(&data));
    let rows = |n: usize| {
        let row = |i: usize| {
            let (hour, minute, second) = (i / 3_600, i / 60 % 60, i % 60);
            format!("2026-06-01T{hour:02}:{minute:02}:{second:02}+08:00,taobao,s1,b{i},buyer\n")
        };
        (0..n).map(row).collect::<String>()
    };
    let n = 60_000;
    folder.write("inbox/may.csv", format!("at,platform,shop,buyer,author\n{}", rows(n)));
    // Killed while it may be reading; a receipt that is there already ends it.
    for wait in [150, 250, 350, 450] {
        let server = start(&data, &folder);
        std::thread::sleep(Duration::from_millis(wait));
        drop(server);
        if folder.path().join("inbox/may.csv.receipt.json").exists() {
            break;
        }
    }
    let server = start(&data, &folder);
    let told = receipt(&folder, "inbox/may.csv");
    drop(server);
    assert_eq!((&told["rows"], &told["rejected"]), (&json!(n), &json!(0)), "{told}");
    let sum = told["accepted"].as_u64().unwrap_or(0) + told["repeats"].as_u64().unwrap_or(0);
    assert_eq!(sum, n as u64, "{told}");
    assert_eq!(facts(&open_store(&data), "taobao", "s1").len(), n);
}

#[test]
fn a_panel_is_imported_and_stands_as_on_the_command_line() {
    let folder = Folder::new("panel-imported");
    let data = folder.path().join("data");
    let token = token(&open_store(&data));
    let server = Served::start_with(text(&data), &[]);
    let token_file = folder.write("token", &token);
    let panel = folder.write(
        "panel.csv",
        "shop,metric,from,to,value,samples\n\
         s1,taobao/human-reply-3m,2026-07-03,2026-08-01,99.84%,1234\n\
         s1,taobao/human-reply-3m,2026-08-01,2026-08-01,12s,\n",
    );
    let import = |panel: &str| {
        let call =
            ["import", "--panel", panel, "--server", &server.url, "--token-file", &token_file];
        yingda(&call)
    };
    let output = import(&panel);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let line = ": 2 figures: 1 accepted, 0 duplicate, 0 replaced, 1 rejected\n";
    assert!(stdout(&output).ends_with(line), "{}", stdout(&output));
    let told = stderr(&output);
    assert!(told.contains(":3: `value`: the value has not the metric's unit"), "{told}");
    let good = folder.write(
        "good.csv",
        "shop,metric,from,to,value,samples\n\
         s1,taobao/human-reply-3m,2026-07-03,2026-08-01,99.84%,1234\n",
    );
    let output = import(&good);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("0 accepted, 1 duplicate"), "{}", stdout(&output));

    let call = ["standing", "--observed", &good, "--as-of", "2026-08-02", "--format", "json"];
    let local = yingda(&call);
    let local: Vec<Value> = stdout(&local)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .filter(|line: &Value| line["source"] == "observed")
        .collect();
    let path = "/v1/standing?platform=taobao&shop=s1&as_of=2026-08-02";
    let served = server.json(&token, "GET", path, "");
    let served: Vec<&Value> = served["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter(|line| line["source"] == "observed")
        .collect();
    assert!(!local.is_empty());
    assert_eq!(local.len(), served.len());
    for (local, served) in local.iter().zip(served) {
        for key in ["standard", "samples", "verdict", "lines", "check", "from", "to", "headroom"] {
            assert_eq!(local[key], served[key], "{key}");
        }
        assert_eq!(served["fed"]["grade"], "panel");
    }
    let none = yingda(&["import", "--server", &server.url]);
    assert!(!none.status.success(), "nothing to import");
}

#[test]
fn a_misspelt_platform_is_told_wherever_facts_come_from() {
    let folder = Folder::new("misspelt");
    let data = folder.path().join("data");
    let token = token(&open_store(&data));
    let token_file = folder.write("token", &token);
    let rows = "at,platform,shop,buyer,author\n\
                2026-06-01T09:00:00+08:00,taobo,s1,b1,buyer\n\
                2026-06-01T09:00:01+08:00,taobao,s1,b1,buyer\n\
                2026-06-01T09:00:02+08:00,taobo,s1,b2,buyer\n";
    let expected = "platform `taobo`: no rulebook, nothing is counted; did you mean `taobao`?";
    let log = folder.write("log.csv", rows);
    let checked = yingda(&["check", &log]);
    assert!(checked.status.success(), "it may be meant");
    assert_eq!(stdout(&checked).matches(&format!("{expected} (2 facts)")).count(), 1);
    let server = start(&data, &folder);
    let call = ["import", &log, "--server", &server.url, "--token-file", &token_file];
    for _ in 0..2 {
        let output = yingda(&call);
        assert!(output.status.success(), "{}", stderr(&output));
        let told = stderr(&output);
        assert_eq!(told.matches(&format!("{expected} (2 rows)")).count(), 1, "{told}");
    }
    folder.write("inbox/may.csv", rows);
    let told = receipt(&folder, "inbox/may.csv");
    let zh = "平台 `taobo`：没有规则，不统计；是否为 `taobao`？（2 行）";
    assert_eq!(told["notices"], json!([{ "en": format!("{expected} (2 rows)"), "zh": zh }]));
    assert_eq!(told["problem"], Value::Null);
}
