//! JD's interfaces against a server of this machine that checks signatures and pages as JD does.
#![allow(clippy::unwrap_used)]

#[path = "../../notify/tests/standin/mod.rs"]
mod standin;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use connect::jd::{App, Credentials, Cursor, Performance, Reach, Sessions, Tokens, sign};
use connect::{Action, Connector, Http, Limits, Problem, Reason, Run, Secret};
use facts::{Author, FactKind, Instant, Span};
use intake::Profile;
use intake::gather::{NameColumn, TextColumn};
use serde_json::{Value as Json, json};
use standin::{Answer, Request, Server};

/// 2027-01-15 16:00:00 in China.
const NOW: Instant = Instant(1_800_000_000_000);

fn app(base: &str, refresh: bool, renewed: Arc<Mutex<Vec<Tokens>>>) -> Arc<App> {
    let http = Http::new(Limits::default(), true).unwrap();
    let credentials =
        Credentials { app_key: "key1".into(), app_secret: Secret::from("appsecret1") };
    let refresh = refresh.then(|| Secret::from("refresh1"));
    let tokens = Tokens { access: Secret::from("old"), refresh };
    let renewed = move |tokens: &Tokens| renewed.lock().unwrap().push(tokens.clone());
    Arc::new(App::new(http, (base, base), credentials, tokens, renewed).unwrap())
}

fn sessions(base: &str, reach: Reach) -> Sessions {
    let mut profile = Profile::shipped("jd-dongdong").unwrap();
    profile.set("shop", "jd-1").unwrap();
    Sessions {
        app: app(base, true, Arc::default()),
        vender: "1001".into(),
        reach,
        look_back: Span::seconds(7_200),
        profile,
    }
}

/// What JD checks before anything else; the token that it takes is told.
fn check(request: &Request, token: &str) -> Option<Answer> {
    let header = |name| request.header(name).unwrap_or_default().to_owned();
    let url = reqwest::Url::parse(&format!("http://x{}", request.target)).unwrap();
    let mut all: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    for name in ["X-JOS-App-Key", "X-JOS-Access-Token", "X-JOS-Timestamp"] {
        all.push((name.into(), header(name)));
    }
    let segments: Vec<&str> = url.path().split('/').collect();
    if let Some(at) = segments.iter().position(|part| *part == "chat-logs") {
        all.push(("sid".into(), segments[at - 1].into()));
    }
    let all: Vec<(&str, &str)> = all.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let refused = |code, said| {
        let body = json!({ "error_response": { "code": code, "msg": said } });
        Some(Answer::json(body.to_string()))
    };
    assert_eq!(header("X-JOS-Request-Identity"), "vender");
    if sign("appsecret1", &all) != header("X-JOS-Sign") {
        return refused("25", "Invalid signature");
    }
    if header("X-JOS-Access-Token") != token {
        return refused("19", "token");
    }
    None
}

fn log(sid: &str) -> Json {
    json!([
        {
            "waiter": "w1", "customer": "b1", "waiterSend": false, "sid": sid,
            "uuid": format!("{sid}-1"), "createdTime": 1_799_999_000_000_i64, "content": "在吗",
        },
        {
            "waiter": "w1", "customer": "b1", "waiterSend": true, "sid": sid,
            "uuid": format!("{sid}-2"), "createdTime": 1_799_999_020_000_i64, "content": "在的",
        },
    ])
}

fn session(sid: &str, robot: bool, with_log: bool) -> Json {
    let mut session = json!({
        "sid": sid, "customer": "b1", "waiter": "w1", "createdTime": 1_799_998_990_000_i64,
        "closeTime": 1_799_999_100_000_i64, "sessionType": "1",
    });
    if robot {
        session["robotCode"] = "r1".into();
    }
    if with_log {
        session["dongdongChatLogList"] = log(sid);
    }
    session
}

/// Three pages of a session each, with or without the logs.
fn as_jd(request: &Request) -> Answer {
    if let Some(refused) = check(request, "old") {
        return refused;
    }
    let path = request.target.split('?').next().unwrap();
    if let Some(sid) = path.strip_suffix("/chat-logs") {
        let sid = sid.rsplit('/').next().unwrap();
        return Answer::json(json!({ "code": "0", "data": log(sid) }).to_string());
    }
    assert_eq!(request.query("venderId").as_deref(), Some("1001"));
    let page: usize = request.query("page").unwrap().parse().unwrap();
    let with_log = path.ends_with("dongdong-chat-details");
    let data = session(&format!("s{page}"), page == 2, with_log);
    let paging = json!({ "hasNextPage": page < 3, "currentPage": page });
    Answer::json(json!({ "paginationData": paging, "data": [data] }).to_string())
}

#[tokio::test]
async fn both_reaches_bring_the_same_facts() {
    let server = Server::start(as_jd).await;
    let mut brought = Vec::new();
    for reach in [Reach::Details, Reach::Sessions] {
        let connector = sessions(&server.url("/"), reach);
        let mut cursor = Cursor::since(NOW - Span::seconds(3_600));
        let mut found = Vec::new();
        let mut run = Run::new(&connector, 10);
        while let Some(page) = run.page(&cursor, NOW).await.unwrap() {
            let rows = page.rows().unwrap();
            assert!(rows.rejected.is_empty(), "{:?}", rows.rejected);
            for facts in &rows.facts {
                for n in 0..facts.len() {
                    assert_eq!(facts.name(NameColumn::Shop, n), "jd-1");
                    let id = facts.text(TextColumn::Id, n).to_owned();
                    found.push((facts.at[n], facts.fact[n], facts.author[n], id));
                }
            }
            cursor = page.cursor;
        }
        assert_eq!(cursor, Cursor::since(NOW));
        brought.push(found);
    }
    assert_eq!(brought[0], brought[1]);
    let bots = brought[0].iter().filter(|(_, kind, author, _)| {
        (*kind, *author) == (FactKind::Message.code(), Author::Bot.code())
    });
    assert_eq!(bots.count(), 1, "the robot's session is known to be one");
    let asked = server.requests();
    assert_eq!(asked[0].query("startTime").as_deref(), Some("2027-01-15 13:00:00"));
    assert_eq!(asked[0].query("endTime").as_deref(), Some("2027-01-15 16:00:00"));
}

#[tokio::test]
async fn long_spans_are_brought_in_windows_of_a_day() {
    let empty =
        |request: &Request| check(request, "old").unwrap_or_else(|| Answer::json(r#"{"data":[]}"#));
    let server = Server::start(empty).await;
    let connector = sessions(&server.url("/"), Reach::Details);
    let mut cursor = Cursor::since(NOW - Span::seconds(3 * 86_400));
    let mut run = Run::new(&connector, 10);
    while let Some(page) = run.page(&cursor, NOW).await.unwrap() {
        cursor = page.cursor;
    }
    assert_eq!(cursor, Cursor::since(NOW));
    assert_eq!(server.requests().len(), 3);
    let page = connector.next(&cursor, NOW).await.unwrap();
    assert!(!page.more && page.rows().unwrap().report.rows == 0);
    assert_eq!(server.requests().len(), 3, "nothing can be new yet");
}

/// The token ends; the new one is kept.
#[tokio::test]
async fn a_token_is_renewed_once() {
    let renewed: Arc<Mutex<Vec<Tokens>>> = Arc::default();
    let answer = |request: &Request| {
        if request.target.starts_with("/oauth2/refresh_token?") {
            assert_eq!(request.query("refresh_token").as_deref(), Some("refresh1"));
            assert_eq!(request.query("app_secret").as_deref(), Some("appsecret1"));
            return Answer::json(r#"{"access_token":"new","refresh_token":"refresh2"}"#);
        }
        check(request, "new").unwrap_or_else(|| Answer::json(r#"{"data":[]}"#))
    };
    let server = Server::start(answer).await;
    let mut connector = sessions(&server.url("/"), Reach::Details);
    connector.app = app(&server.url("/"), true, renewed.clone());
    let start = Cursor::since(NOW - Span::seconds(60));
    assert!(connector.next(&start, NOW).await.is_ok());
    assert!(connector.next(&start, NOW).await.is_ok());
    let refresh = Some(Secret::from("refresh2"));
    assert_eq!(*renewed.lock().unwrap(), [Tokens { access: Secret::from("new"), refresh }]);
    assert_eq!(server.requests().len(), 4);

    connector.app = app(&server.url("/"), false, Arc::default());
    let problem = connector.next(&start, NOW).await.unwrap_err();
    assert_eq!(problem, Problem { reason: Reason::Token(19), action: Action::Person });
}

#[tokio::test]
async fn codes_say_what_is_to_be_done() {
    let minute = Action::After(Duration::from_secs(60));
    let cases = [
        (r#"{"error_response":{"code":"7"}}"#, Reason::TooMany(7), minute),
        (r#"{"error_response":{"code":"25"}}"#, Reason::Signature(25), Action::Person),
        (r#"{"code":99904030005,"msg":"小王"}"#, Reason::Place(99_904_030_005), Action::Person),
        (r#"{"code":"10604001003"}"#, Reason::Arguments(10_604_001_003), Action::Person),
        (r#"{"errorCode":"12"}"#, Reason::Permission(12), Action::Person),
        (r#"{"error_response":{}}"#, Reason::Unknown(-1), Action::Again),
        (r#"{"code":424242}"#, Reason::Unknown(424_242), Action::Again),
        (r#"{"code":"0"}"#, Reason::Unexpected("data"), Action::Again),
        (r#"{"data":{}}"#, Reason::Unexpected("data"), Action::Again),
        ("[1", Reason::NotJson, Action::Again),
    ];
    for (body, reason, action) in cases {
        let server = Server::start(move |_| Answer::json(body)).await;
        let connector = sessions(&server.url("/"), Reach::Details);
        let problem = connector.next(&Cursor::since(Instant(0)), NOW).await.unwrap_err();
        assert_eq!(problem, Problem { reason, action }, "{body}");
        let shown = format!("{problem} {problem:?} {connector:?}");
        for secret in ["小王", "appsecret1", "old", "refresh1"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[tokio::test]
async fn a_session_id_leads_nowhere_else() {
    for sid in ["../../x", "a/b", "", "a?b", "..", "店"] {
        let answer = move |request: &Request| {
            check(request, "old")
                .unwrap_or_else(|| Answer::json(json!({ "data": [{ "sid": sid }] }).to_string()))
        };
        let server = Server::start(answer).await;
        let connector = sessions(&server.url("/"), Reach::Sessions);
        let problem = connector.next(&Cursor::since(Instant(0)), NOW).await.unwrap_err();
        assert_eq!(problem.reason, Reason::Unexpected("sid"), "{sid}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn performance_is_observed() {
    let answer = |request: &Request| {
        assert_eq!(request.query("startTime").as_deref(), Some("2027-01-14 00:00:00"));
        assert_eq!(request.query("endTime").as_deref(), Some("2027-01-14 23:59:59"));
        let waiters = json!([
            { "waiter": "w1", "avgWaitTime": 12.5, "replyCount": 9, "consultCount": 10 },
            { "waiter": "w2", "avgWaitTime": null, "replyCount": 0, "consultCount": 0 },
            { "waiter": "", "avgWaitTime": 1 },
        ]);
        check(request, "old")
            .unwrap_or_else(|| Answer::json(json!({ "data": waiters }).to_string()))
    };
    let server = Server::start(answer).await;
    let app = app(&server.url("/"), false, Arc::default());
    let performance = Performance { app, vender: "1001".into(), shop: "jd-1".into() };
    let page = performance.day("2027-01-14".parse().unwrap(), NOW).await.unwrap();
    let options = intake::Options { keep_text: true, ..intake::Options::default() };
    let (log, report) =
        intake::read(std::slice::from_ref(&page.source), &options, &mut |_| Ok(())).unwrap();
    assert_eq!((report.facts, report.rejected), (2, 0));
    let panel = intake::panel::from_log(&log);
    let figures: Vec<(&str, Option<&str>)> = panel
        .figures
        .iter()
        .map(|figure| (figure.metric.as_str(), figure.account.as_deref()))
        .collect();
    assert_eq!(figures, [("jd/reply-time", Some("w1")), ("jd/answered-share", Some("w1"))]);
    assert_eq!(panel.rejected, 0, "{:?}", panel.problems);
    assert_eq!(page.rows().unwrap().report.rows, 2);
}
