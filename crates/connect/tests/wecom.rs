//! WeCom's `kf/sync_msg` against a server of this machine that keeps messages as WeCom does.
#![allow(clippy::unwrap_used)]

#[path = "../../notify/tests/standin/mod.rs"]
mod standin;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use connect::wecom::{Corp, Service};
use connect::{Action, Connector, Http, Limits, Problem, Reason, Run, Secret};
use facts::Instant;
use intake::Profile;
use intake::gather::{NameColumn, TextColumn};
use serde_json::json;
use standin::{Answer, Request, Server};

const NOW: Instant = Instant(1_800_000_000_000);

fn service(base: &str) -> Service {
    let http = Http::new(Limits::default(), true).unwrap();
    let corp = Corp::new(http, base, "ww1", Secret::from("c0rpsecret")).unwrap();
    let profile = Profile::shipped("wecom-sync-msg").unwrap();
    Service::new(Arc::new(corp), "wkkf1", profile)
}

fn message(n: usize) -> serde_json::Value {
    json!({
        "msgid": format!("m{n}"), "open_kfid": "wkkf1", "external_userid": "wm1",
        "send_time": 1_800_000_000 + n, "origin": if n.is_multiple_of(2) { 3 } else { 5 },
        "servicer_userid": "zhang", "msgtype": "text", "text": { "content": format!("第 {n} 条") },
    })
}

/// Hands out tokens that end, and pages by cursor.
struct Kept {
    /// The token that is valid, if any.
    valid: Mutex<String>,
    tokens: AtomicUsize,
    pages: Vec<serde_json::Value>,
}

impl Kept {
    fn new(pages: Vec<serde_json::Value>) -> Arc<Self> {
        Arc::new(Self { valid: Mutex::default(), tokens: AtomicUsize::new(0), pages })
    }

    fn answer(&self, request: &Request) -> Answer {
        if request.target.starts_with("/cgi-bin/gettoken?") {
            if request.query("corpsecret").as_deref() != Some("c0rpsecret") {
                return Answer::json(r#"{"errcode":40001,"errmsg":"invalid credential"}"#);
            }
            let n = self.tokens.fetch_add(1, Ordering::SeqCst) + 1;
            *self.valid.lock().unwrap() = format!("token{n}");
            let body = json!({
                "errcode": 0, "errmsg": "ok", "access_token": format!("token{n}"),
                "expires_in": 7200,
            });
            return Answer::json(body.to_string());
        }
        assert!(request.target.starts_with("/cgi-bin/kf/sync_msg?"), "{}", request.target);
        if request.query("access_token").unwrap() != *self.valid.lock().unwrap() {
            return Answer::json(r#"{"errcode":42001,"errmsg":"access_token expired"}"#);
        }
        let body = request.json();
        assert_eq!(body["open_kfid"], "wkkf1");
        let cursor = body["cursor"].as_str().unwrap();
        let n: usize = if cursor.is_empty() { 0 } else { cursor[1..].parse().unwrap() };
        let list = self.pages.get(n).cloned().unwrap_or(json!([]));
        let body = json!({
            "errcode": 0, "errmsg": "ok",
            "next_cursor": format!("c{}", (n + 1).min(self.pages.len())),
            "has_more": i32::from(n + 1 < self.pages.len()), "msg_list": list,
        });
        Answer::json(body.to_string())
    }
}

#[tokio::test]
async fn all_pages_are_brought_through_empty_ones_too() {
    let kept = Kept::new(vec![json!([message(0), message(1)]), json!([]), json!([message(2)])]);
    let server = Server::start(move |request| kept.answer(request)).await;
    let service = service(&server.url("/")).after(Secret::from("ENCnews"));
    let (mut cursor, mut ids) = (String::new(), Vec::new());
    let mut run = Run::new(&service, 10);
    while let Some(page) = run.page(&cursor, NOW).await.unwrap() {
        let rows = page.rows().unwrap();
        assert!(rows.rejected.is_empty(), "{:?}", rows.rejected);
        for facts in &rows.facts {
            for n in 0..facts.len() {
                assert_eq!(facts.name(NameColumn::Shop, n), "wkkf1");
                ids.push(facts.text(TextColumn::Id, n).to_owned());
            }
        }
        cursor = page.cursor;
    }
    assert!(!run.has_more());
    assert_eq!((ids, cursor.as_str()), (["m0", "m1", "m2"].map(str::to_owned).to_vec(), "c3"));
    assert_eq!(server.requests()[1].json()["token"], "ENCnews");
    // What comes later begins at the cursor.
    let page = service.next(&cursor, NOW).await.unwrap();
    assert_eq!(page.rows().unwrap().report.rows, 0);
    assert!(!page.more && page.cursor == "c3");
}

#[tokio::test]
async fn a_run_can_be_a_task_of_its_own() {
    let kept = Kept::new(vec![json!([message(0)])]);
    let server = Server::start(move |request| kept.answer(request)).await;
    let service = service(&server.url("/"));
    let task = tokio::spawn(async move {
        let mut run = Run::new(&service, 10);
        let page = run.page(&String::new(), NOW).await.unwrap().unwrap();
        page.rows().unwrap().report.rows
    });
    assert_eq!(task.await.unwrap(), 1);
}

#[tokio::test]
async fn a_page_that_was_not_kept_comes_again_and_a_run_ends() {
    let pages = (0..5).map(|n| json!([message(n)])).collect();
    let kept = Kept::new(pages);
    let server = Server::start(move |request| kept.answer(request)).await;
    let service = service(&server.url("/"));
    let mut cursor = String::new();
    let mut run = Run::new(&service, 3);
    let first = run.page(&cursor, NOW).await.unwrap().unwrap();
    let again = run.page(&cursor, NOW).await.unwrap().unwrap();
    assert_eq!(first.cursor, again.cursor);
    cursor = again.cursor;
    cursor = run.page(&cursor, NOW).await.unwrap().unwrap().cursor;
    assert_eq!(cursor, "c2");
    assert!(run.page(&cursor, NOW).await.unwrap().is_none(), "three are enough");
    assert!(run.has_more());
}

#[tokio::test]
async fn a_stale_token_is_renewed_once() {
    let kept = Kept::new(vec![json!([message(0)])]);
    let other = kept.clone();
    let server = Server::start(move |request| other.answer(request)).await;
    let service = service(&server.url("/"));
    assert!(service.next(&String::new(), NOW).await.is_ok());
    *kept.valid.lock().unwrap() = "another's".into();
    assert!(service.next(&String::new(), NOW).await.is_ok());
    assert_eq!(kept.tokens.load(Ordering::SeqCst), 2);
    // Several that find it stale renew it once between them.
    *kept.valid.lock().unwrap() = "another's".into();
    let start = String::new();
    let (a, b) = tokio::join!(service.next(&start, NOW), service.next(&start, NOW));
    assert!(a.is_ok() && b.is_ok());
    assert_eq!(kept.tokens.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn codes_say_what_is_to_be_done() {
    let minute = Action::After(Duration::from_secs(60));
    let cases = [
        (-1, Reason::Busy(-1), Action::Again),
        (45_009, Reason::TooMany(45_009), minute),
        (42_001, Reason::Token(42_001), Action::Person),
        (40_014, Reason::Token(40_014), Action::Person),
        (40_058, Reason::Arguments(40_058), Action::Person),
        (48_002, Reason::Permission(48_002), Action::Person),
        (95_000, Reason::Account(95_000), Action::Person),
        (95_017, Reason::Permission(95_017), Action::Person),
        (60_020, Reason::Place(60_020), Action::Person),
        (12_345, Reason::Unknown(12_345), Action::Again),
    ];
    for (code, reason, action) in cases {
        let server = Server::start(move |request: &Request| {
            let is_token = request.target.starts_with("/cgi-bin/gettoken");
            let code = if is_token { 0 } else { code };
            let body = json!({ "errcode": code, "errmsg": "小王: 在吗", "access_token": "t" });
            Answer::json(body.to_string())
        });
        let server = server.await;
        let problem = service(&server.url("/")).next(&String::new(), NOW).await.unwrap_err();
        assert_eq!(problem, Problem { reason, action });
        let tries = if matches!(reason, Reason::Token(_)) { 4 } else { 2 };
        assert_eq!(server.requests().len(), tries, "{code}");
        assert!(!format!("{problem:?} {problem}").contains("小王"));
    }
    let server = Server::start(|_| Answer::json(r#"{"errcode":40001,"errmsg":"x"}"#)).await;
    let problem = service(&server.url("/")).next(&String::new(), NOW).await.unwrap_err();
    assert_eq!(problem.reason, Reason::Credentials(40_001));
    assert_eq!(problem.action, Action::Person);
}

#[tokio::test]
async fn answers_that_are_none_are_problems() {
    let page = |more: i32, next: &str| {
        json!({ "errcode": 0, "access_token": "t", "has_more": more, "next_cursor": next,
                "msg_list": [] })
        .to_string()
    };
    let lists_text = r#"{"errcode":0,"access_token":"t","has_more":0,"msg_list":"x"}"#;
    let unexpected = Reason::Unexpected;
    let cases = [
        (Answer::json("<html>"), Reason::NotJson, Action::Again),
        (Answer::json("{}"), unexpected("errcode"), Action::Again),
        (Answer::json(r#"{"errcode":0}"#), unexpected("access_token"), Action::Again),
        (
            Answer::json(r#"{"errcode":0,"access_token":"t"}"#),
            unexpected("has_more"),
            Action::Again,
        ),
        (Answer::json(lists_text), unexpected("msg_list"), Action::Again),
        (Answer::json(page(1, "")), unexpected("next_cursor"), Action::Again),
        (Answer::json(page(1, "c0")), unexpected("next_cursor"), Action::Again),
        (Answer::json(page(1, &"c".repeat(65))), unexpected("next_cursor"), Action::Again),
        (Answer::json(" ".repeat(200_000)), Reason::TooLong(100_000), Action::Person),
        (Answer::HangUp, Reason::HungUp, Action::Again),
        (Answer::Broken, Reason::HungUp, Action::Again),
        (Answer::status(502, "bad gateway"), Reason::Status(502), Action::Again),
        (Answer::status(404, "no"), Reason::Status(404), Action::Person),
    ];
    for (answer, reason, action) in cases {
        let said: String = format!("{answer:?}").chars().take(120).collect();
        let server = Server::start(move |_| answer.clone()).await;
        let http = Http::new(Limits { answer: 100_000, ..Limits::default() }, true).unwrap();
        let corp = Corp::new(http, &server.url("/"), "ww1", Secret::from("c0rpsecret")).unwrap();
        let profile = Profile::shipped("wecom-sync-msg").unwrap();
        let service = Service::new(Arc::new(corp), "wkkf1", profile);
        let problem = service.next(&"c0".to_owned(), NOW).await.unwrap_err();
        assert_eq!(problem, Problem { reason, action }, "{said}");
        let shown = format!("{problem:?} {problem} {service:?}");
        assert!(!shown.contains("c0rpsecret"), "{shown}");
    }
}

#[tokio::test]
async fn only_tls_is_spoken_unless_allowed() {
    let http = Http::new(Limits::default(), false).unwrap();
    let corp = |base| Corp::new(http.clone(), base, "ww1", Secret::from("x")).map(drop);
    assert_eq!(corp("https://qyapi.weixin.qq.com"), Ok(()));
    for wrong in ["http://qyapi.weixin.qq.com", "qyapi", "file:///etc", ""] {
        assert_eq!(corp(wrong).unwrap_err().reason, Reason::Address, "{wrong}");
    }
}
