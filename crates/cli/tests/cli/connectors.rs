//! Connectors of the server itself against platforms of this machine that speak as JD, WeCom and
//! Chatwoot do.

use std::io::{BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aes::Aes256;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::asked::Asked;
use crate::binary::Folder;
use crate::served::{Served, text, token};
use crate::standin::{now, open_store};

/// A platform that answers with JSON until the test ends.
struct Platform {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Platform {
    fn start(answer: impl Fn(&Asked) -> Value + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (kept, answer) = (Arc::clone(&asked), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                std::thread::spawn(move || {
                    let mut reader = BufReader::new(stream);
                    while let Some(asked) = Asked::read(&mut reader) {
                        kept.lock().expect("no panic").push(asked.clone());
                        let body = answer(&asked).to_string();
                        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n", body.len());
                        let all = format!("{head}content-type: application/json\r\n\r\n{body}");
                        if reader.get_mut().write_all(all.as_bytes()).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { url, asked }
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }
}

/// A server in a folder of its own, with a token for everything.
fn start(folder: &Folder) -> (Served, String) {
    let data = folder.path().join("data");
    let token = token(&open_store(&data));
    (Served::start_with(text(&data), &["--connectors-plain", "true"]), token)
}

/// Waits until a connector brought so many facts.
fn until(server: &Served, token: &str, name: &str, accepted: u64) -> Value {
    let path = format!("/v1/connectors/{name}");
    let mut now = Value::Null;
    for _ in 0..2_400 {
        now = server.json(token, "GET", &path, "");
        if now["accepted"].as_u64() >= Some(accepted) && now["last_success_at"].is_string() {
            return now;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    panic!("{now}");
}

/// The samples of a shop's figures, and the grades of the feeds that they rest on.
fn counted(server: &Served, token: &str, platform: &str, shop: &str) -> (u64, Vec<Value>) {
    let query = format!("platform={platform}&shop={shop}&from=2020-01-01&to=2100-01-01");
    let figures = server.json(token, "GET", &format!("/v1/figures?{query}"), "");
    let items = figures["items"].as_array().expect("items");
    let samples = items.iter().map(|one| one["samples"].as_u64().expect("a number")).sum();
    (samples, items.iter().map(|one| one["fed"]["grade"].clone()).collect())
}

fn session(sid: &str, at: i64) -> Value {
    let log = |n: i64, is_waiter: bool, text: &str| {
        json!({
            "waiter": "w1", "customer": "b1", "waiterSend": is_waiter, "sid": sid,
            "uuid": format!("{sid}-{n}"), "createdTime": at + n * 10_000, "content": text,
        })
    };
    json!({
        "sid": sid, "customer": "b1", "waiter": "w1", "createdTime": at, "sessionType": "1",
        "closeTime": at + 60_000,
        "dongdongChatLogList": [log(1, false, "在吗"), log(2, true, "在的")],
    })
}

#[test]
fn sessions_of_jd_are_brought_and_counted() {
    let begun = now().0 - 3_600_000;
    // The token of the settings ended: it is renewed, and the new one kept.
    let jd = Platform::start(move |asked| {
        if asked.target.starts_with("/oauth2/refresh_token?") {
            assert_eq!(asked.query("refresh_token").as_deref(), Some("refresh1"));
            return json!({ "access_token": "new", "refresh_token": "refresh2" });
        }
        if asked.header("X-JOS-Access-Token") != "new" {
            return json!({ "error_response": { "code": "19", "msg": "token" } });
        }
        if asked.target.contains("waiter-performance") {
            let waiter = json!({ "waiter": "w1", "avgWaitTime": 12.5, "replyCount": 9,
                "consultCount": 10 });
            return json!({ "data": [waiter] });
        }
        assert_eq!(asked.query("venderId").as_deref(), Some("1001"));
        let page: i64 = asked.query("page").expect("a page").parse().expect("a number");
        let data = session(&format!("s{page}"), begun + page * 120_000);
        json!({ "paginationData": { "hasNextPage": page < 3 }, "data": [data] })
    });
    let folder = Folder::new("connected-jd");
    let (server, token) = start(&folder);
    let settings = json!({
        "kind": "jd", "shop": "jd-1", "vender": "1001", "app_key": "key1",
        "app_secret": "appsecret1", "access_token": "old1", "refresh_token": "refresh1",
        "performance": true, "base": jd.url,
    });
    let shown = server.json(&token, "PUT", "/v1/connectors/main", &settings.to_string());
    let shown = shown.to_string();
    for secret in ["appsecret1", "old1", "refresh1"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let now = until(&server, &token, "main", 8);
    assert_eq!((&now["state"], &now["rejected"]), (&json!("working"), &json!(0)), "{now}");
    assert_eq!(now["last_problem"], Value::Null);
    let (samples, grades) = counted(&server, &token, "jd", "jd-1");
    assert!(samples > 0 && grades.iter().all(|grade| grade == "live"), "{samples} {grades:?}");
    let feeds = server.json(&token, "GET", "/v1/feeds", "");
    assert_eq!(feeds["items"][0]["feed"], "main");
    // Given back as shown, secrets stay; what was brought is not brought as something new.
    let mut again = server.json(&token, "GET", "/v1/connectors/main", "")["settings"].clone();
    again["every_seconds"] = 600.into();
    let asked = jd.asked().len();
    server.json(&token, "PUT", "/v1/connectors/main", &again.to_string());
    let now = until(&server, &token, "main", 0);
    assert_eq!(now["accepted"], 0, "{now}");
    assert_eq!(now["settings"]["every_seconds"], 600);
    let later = &jd.asked()[asked..];
    assert!(later.iter().all(|one| one.header("X-JOS-Access-Token") == "new"), "the token is kept");
    let removed = server.ask(&token, "DELETE", "/v1/connectors/main", "");
    assert_eq!(removed.expect("an answer").0, 204);
    let list = server.json(&token, "GET", "/v1/connectors", "");
    assert_eq!(list["items"], json!([]));
}

const KEY: [u8; 32] = [7; 32];

/// Seals a text as WeCom does.
fn seal(message: &str, receiver: &str) -> String {
    let length = u32::try_from(message.len()).expect("a short one").to_be_bytes();
    let mut bytes = [&[9; 16], &length[..], message.as_bytes(), receiver.as_bytes()].concat();
    let pad = 32 - bytes.len() % 32;
    bytes.extend(std::iter::repeat_n(u8::try_from(pad).expect("at most 32"), pad));
    let mut encryptor = cbc::Encryptor::<Aes256>::new_from_slices(&KEY, &KEY[..16]).expect("a key");
    for block in bytes.chunks_exact_mut(16) {
        encryptor.encrypt_block(block.try_into().expect("a block"));
    }
    BASE64_STANDARD.encode(bytes)
}

/// The address of a callback with a signature over a sealed text.
fn signed(sealed: &str, echostr: &str) -> String {
    let mut parts = ["cbtoken", "1800000000", "n1", sealed];
    parts.sort_unstable();
    let hash = Sha1::digest(parts.concat());
    let signature: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut url = reqwest::Url::parse("http://x/v1/connectors/kf/wecom").expect("a URL");
    url.query_pairs_mut()
        .append_pair("msg_signature", &signature)
        .append_pair("timestamp", "1800000000")
        .append_pair("nonce", "n1")
        .append_pair("echostr", echostr);
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}

#[test]
fn a_callback_of_wecom_brings_the_news_at_once() {
    let news: Arc<Mutex<Vec<Value>>> = Arc::default();
    let known = Arc::clone(&news);
    let wecom = Platform::start(move |asked| {
        if asked.target.starts_with("/cgi-bin/gettoken?") {
            return json!({ "errcode": 0, "access_token": "t1", "expires_in": 7200 });
        }
        let body: Value = serde_json::from_slice(&asked.body).expect("JSON");
        let from: usize = body["cursor"].as_str().and_then(|text| text.parse().ok()).unwrap_or(0);
        let all = known.lock().expect("no panic");
        json!({ "errcode": 0, "has_more": 0, "next_cursor": all.len().to_string(),
            "msg_list": all[from..] })
    });
    let folder = Folder::new("connected-wecom");
    let (server, token) = start(&folder);
    let settings = json!({
        "kind": "wecom", "corp_id": "ww1", "secret": "c0rpsecret", "account": "wkkf1",
        "callback_token": "cbtoken", "encoding_aes_key": BASE64_STANDARD_NO_PAD.encode(KEY),
        "every_seconds": 86_400, "base": wecom.url,
    });
    server.json(&token, "PUT", "/v1/connectors/kf", &settings.to_string());
    until(&server, &token, "kf", 0);
    let none: [&str; 1] = ["accept: */*"];
    let echo = seal("1616140317555161061", "ww1");
    let answer = server.ask_with(&none, "GET", &signed(&echo, &echo), "").expect("an answer");
    assert_eq!(answer, (200, "1616140317555161061".to_owned()));

    let seconds = now().0 / 1_000 - 600;
    let message = |n: i64, origin: u8| {
        json!({
            "msgid": format!("m{n}"), "open_kfid": "wkkf1", "external_userid": "wm1",
            "send_time": seconds + n, "origin": origin, "servicer_userid": "zhang",
            "msgtype": "text", "text": { "content": "在吗" },
        })
    };
    news.lock().expect("no panic").extend([message(1, 3), message(20, 5)]);
    let event = "<xml><MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>ENCnews</Token>\
        <OpenKfId>wkkf1</OpenKfId></xml>";
    let sealed = seal(event, "ww1");
    let body = format!("<xml><Encrypt>{sealed}</Encrypt></xml>");
    let post =
        |path: &str, body: &str| server.ask_with(&none, "POST", path, body).expect("an answer").0;
    assert_eq!(post(&signed("other", ""), &body), 403, "signed for another body");
    assert_eq!(post(&signed(&sealed, ""), &body), 200);
    let now = until(&server, &token, "kf", 2);
    assert_eq!(now["rejected"], 0, "{now}");
    let last = wecom.asked().last().cloned().expect("a call");
    let asked: Value = serde_json::from_slice(&last.body).expect("JSON");
    assert_eq!((&asked["token"], &asked["open_kfid"]), (&json!("ENCnews"), &json!("wkkf1")));
    let (samples, grades) = counted(&server, &token, "wecom", "wkkf1");
    assert!(samples > 0 && grades.iter().all(|grade| grade == "live"), "{samples} {grades:?}");
    let shown = server.json(&token, "GET", "/v1/connectors", "").to_string();
    assert!(!shown.contains("c0rpsecret") && !shown.contains("cbtoken"), "{shown}");
}

#[test]
fn events_of_chatwoot_are_durable_when_they_are_answered() {
    let folder = Folder::new("connected-chatwoot");
    let (server, token) = start(&folder);
    let settings = json!({ "kind": "chatwoot", "secret": "hooksecret" });
    server.json(&token, "PUT", "/v1/connectors/desk", &settings.to_string());
    let seconds = now().0 / 1_000;
    let stamp = |at: i64| desk::Stamp { at: facts::Instant(at * 1_000), offset: 0 }.to_string();
    let event = |id: u32, kind: &str, at: i64| {
        let sender = if kind == "incoming" { "contact" } else { "user" };
        json!({
            "event": "message_created", "id": id, "content": "在吗", "message_type": kind,
            "created_at": stamp(at), "sender": { "id": 3, "type": sender }, "inbox": { "id": 1 },
            "conversation": { "id": 5, "contact_inbox": { "contact_id": 3 } },
        })
    };
    let post = |body: &str, secret: &str, delivery: &str| {
        let time = seconds.to_string();
        let signature = connect::chatwoot::sign(secret, &time, body.as_bytes());
        let headers = [
            format!("x-chatwoot-signature: {signature}"),
            format!("x-chatwoot-timestamp: {time}"),
            format!("x-chatwoot-delivery: {delivery}"),
        ];
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let path = "/v1/connectors/desk/chatwoot";
        server.ask_with(&headers, "POST", path, body).expect("an answer")
    };
    let question = event(7, "incoming", seconds - 60).to_string();
    let refused = post(&question, "other", "d-1");
    assert_eq!(refused.0, 403, "{}", refused.1);
    assert!(refused.1.contains("wrong-signature"), "{}", refused.1);
    assert_eq!(post(&question, "hooksecret", "d-1").0, 200);
    let connector = server.json(&token, "GET", "/v1/connectors/desk", "");
    assert_eq!(connector["accepted"], 1, "{connector}");
    // Posted again, by the same delivery and by another.
    assert_eq!(post(&question, "hooksecret", "d-1").0, 200);
    assert_eq!(post(&question, "hooksecret", "d-2").0, 200);
    assert_eq!(post(&event(8, "outgoing", seconds - 50).to_string(), "hooksecret", "d-3").0, 200);
    let connector = server.json(&token, "GET", "/v1/connectors/desk", "");
    let counts = ["accepted", "repeats", "rejected"].map(|key| connector[key].clone());
    assert_eq!(counts, [2, 1, 0].map(Value::from), "{connector}");
    let feeds = server.json(&token, "GET", "/v1/feeds", "");
    assert_eq!(feeds["items"][0]["grade"], "live", "{feeds}");
    let (samples, _) = counted(&server, &token, "generic", "1");
    assert!(samples > 0);
    assert_eq!(post("[]", "hooksecret", "d-4").0, 400);
}
