//! `POST /v1/facts`.

use std::io::Write;

use proptest::prelude::*;
use serde_json::json;
use server::feed::{Broken, Framing, Packing, Shape};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::client::{exchange, read_answer, request};
use crate::site::{Site, settings};

const LINES: &str = "content-type: application/x-ndjson";
const ARRAY: &str = "content-type: application/json; charset=utf-8";

fn row(id: &str, text: &str) -> String {
    let row = json!({
        "at": "2026-11-21T09:00:00+08:00", "platform": "taobao", "shop": "s1", "buyer": "b1",
        "author": "buyer", "id": id, "text": text,
    });
    row.to_string()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[tokio::test]
async fn each_row_is_answered() {
    let site = Site::start(&settings()).await;
    let body = [
        row("m1", "在吗"),
        String::new(),
        row("m1", "在吗"),
        row("m2", "x").replace("\"buyer\":\"b1\",", "\"byuer\":\"b1\","),
        row("m3", "x").replace("\"s1\"", "\"s2\""),
        "[1]".into(),
        row("taken", "x"),
        row("m4", "x").replace("\"author\":\"buyer\"", "\"author\":\"robot\""),
    ];
    let answer = site.send(&[LINES], body.join("\n").as_bytes()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    assert_eq!(
        (&json["accepted"], &json["duplicate"], &json["rejected"]),
        (&json!(1), &json!(1), &json!(5))
    );
    let told = |n: usize| {
        let row = &json["rows"][n];
        (row["line"].as_u64().unwrap(), row["column"].as_str(), row["code"].as_str())
    };
    assert_eq!(json["rows"][0], json!({ "row": 1, "line": 1, "outcome": "accepted" }));
    assert_eq!(json["rows"][1], json!({ "row": 2, "line": 3, "outcome": "duplicate" }));
    assert_eq!(told(2), (4, Some("buyer"), Some("missing-value")));
    assert_eq!(told(3), (5, Some("shop"), Some("shop-not-allowed")));
    assert_eq!(told(4), (6, None, Some("not-an-object")));
    assert_eq!(told(5), (7, Some("id"), Some("id-conflict")));
    assert_eq!(told(6), (8, Some("author"), Some("unknown-author")));
    let message = json["rows"][6]["message"].as_str().unwrap();
    assert!(message.starts_with("found `robot`, expected one of: buyer"), "{message}");
    assert_eq!(json["unknown_keys"], json!([{ "key": "byuer", "line": 4 }]));
    assert_eq!(*site.memory.texts.lock().unwrap(), ["在吗"]);
    let answer = site.send(&[LINES, "accept-language: zh-CN"], body[7].as_bytes()).await;
    let json = answer.json();
    assert!(json["rows"][0]["message"].as_str().unwrap().starts_with("发现`robot`，应为"));
}

#[tokio::test]
async fn arrays_and_packed_bodies_are_read() {
    let site = Site::start(&settings()).await;
    let array = format!("\u{feff}[{},\n{}]", row("a", "x"), row("b", "y"));
    let answer = site.send(&[ARRAY], array.as_bytes()).await.json();
    assert_eq!((&answer["accepted"], &answer["rows"][1]["line"]), (&json!(2), &json!(2)));
    let members = [gzip(row("c", "x").as_bytes()), gzip(b"\n"), gzip(row("d", "y").as_bytes())];
    let answer = site.send(&[LINES, "content-encoding: gzip"], &members.concat()).await.json();
    assert_eq!(answer["accepted"], 2);
    let packed = zstd::encode_all(row("e", "z").as_bytes(), 3).unwrap();
    let answer = site.send(&[LINES, "content-encoding: zstd"], &packed).await.json();
    assert_eq!(answer["accepted"], 1);
    let answer = site.send(&[LINES, "content-encoding: identity"], b"\n\n").await.json();
    assert_eq!((&answer["accepted"], &answer["rows"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn a_broken_body_is_refused_as_a_whole_with_its_place() {
    let site = Site::start(&settings()).await;
    let good = row("m1", "在吗");
    let cut = &gzip(good.as_bytes())[..30];
    let half = [good.as_bytes(), b"\n{\"at\":\"\xe5\xe5\"}"].concat();
    for (headers, body, place) in [
        (&[LINES][..], format!("{good}\n{{\"at\": x}}").as_bytes(), Some((2, 8))),
        (&[LINES], format!("{good}\n{good} x").as_bytes(), Some((2, good.len() as u64 + 2))),
        (&[LINES], &half, Some((2, 8))),
        (&[ARRAY], format!("[{good},\n {{\"a\":\n1,}}]").as_bytes(), Some((3, 3))),
        (&[ARRAY], format!("[{good}").as_bytes(), Some((1, good.len() as u64 + 2))),
        (&[ARRAY], good.as_bytes(), Some((1, 1))),
        (&[LINES, "content-encoding: gzip"], cut, None),
        (&[LINES, "content-encoding: gzip"], good.as_bytes(), None),
        (&[LINES, "content-encoding: zstd"], b"(\xb5/\xfd", None),
    ] {
        let answer = site.send(headers, body).await;
        assert_eq!((answer.status, answer.problem().as_str()), (400, "broken-body"));
        let json = answer.json();
        let found = json["line"].as_u64().map(|line| (line, json["byte"].as_u64().unwrap()));
        assert_eq!(found, place, "{}", String::from_utf8_lossy(body));
        assert!(!answer.text().contains("在吗"), "{}", answer.text());
    }
    assert!(site.memory.texts.lock().unwrap().is_empty(), "rows before the fault were taken");
}

#[tokio::test]
async fn limits_hold_on_both_sides_of_their_edge() {
    let mut settings = settings();
    let line = row("", "x") + "\n";
    let size = line.len() as u64;
    settings.limits.rows = 3;
    settings.limits.body = 4 * size;
    settings.limits.unpacked = 5 * size;
    let site = Site::start(&settings).await;
    let status = async |headers: &[&str], body: &[u8]| {
        let answer = site.send(headers, body).await;
        match answer.status {
            200 => 200,
            status => {
                assert_eq!(answer.problem(), "too-large");
                status
            }
        }
    };
    assert_eq!(status(&[LINES], line.repeat(3).as_bytes()).await, 200);
    assert_eq!(status(&[LINES], line.repeat(4).as_bytes()).await, 413, "rows");
    let blank = |n: u64| vec![b'\n'; n as usize];
    assert_eq!(status(&[LINES], &blank(4 * size)).await, 200);
    assert_eq!(status(&[LINES], &blank(4 * size + 1)).await, 413, "as sent");
    let packed = [LINES, "content-encoding: gzip"];
    assert_eq!(status(&packed, &gzip(&blank(5 * size))).await, 200);
    assert_eq!(status(&packed, &gzip(&blank(5 * size + 1))).await, 413, "unpacked");
    // A body of unknown length, in chunks.
    let chunk = format!("{:x}\r\n{}\r\n", size * 5, "\n".repeat(size as usize * 5));
    let token = format!("authorization: Bearer {}", site.feeding.reveal());
    let chunked = ["transfer-encoding: chunked", LINES, &token];
    let mut bytes = request("POST", "/v1/facts", &chunked, b"");
    bytes.extend_from_slice(chunk.as_bytes());
    assert_eq!(exchange(site.address, &bytes).await.problem(), "too-large");
}

#[tokio::test]
async fn a_zip_bomb_stops_at_the_limit() {
    let site = Site::start(&settings()).await;
    for byte in *b"\n " {
        let bomb = zstd::encode_all(&*vec![byte; 256 << 20], 1).unwrap();
        assert!(bomb.len() < 1 << 20);
        let answer = site.send(&[LINES, "content-encoding: zstd"], &bomb).await;
        assert_eq!(answer.problem(), "too-large");
    }
    let twice = gzip(&gzip(&vec![b' '; 8 << 20]));
    let answer = site.send(&[LINES, "content-encoding: gzip, gzip"], &twice).await;
    assert_eq!((answer.status, answer.problem().as_str()), (415, "unsupported-type"));
}

#[tokio::test]
async fn memory_over_all_requests_is_bounded() {
    let mut settings = settings();
    settings.limits.held = 1 << 20;
    let site = Site::start(&settings).await;
    let body = vec![b'\n'; 1 << 20];
    let answer = site.send(&[LINES], &body).await;
    assert_eq!((answer.status, answer.problem().as_str()), (429, "too-many"));
    assert_eq!(answer.header("retry-after"), Some("1"));
    // Sent and read, it is held twice.
    assert_eq!(site.send(&[LINES], &body[..512 << 10]).await.status, 200);
    assert_eq!(site.send(&[LINES], &body[..512 << 10]).await.status, 200, "it was given back");
}

#[tokio::test]
async fn a_feed_that_is_busy_says_when_to_come_again() {
    let site = Site::start(&settings()).await;
    let answer = site.send(&[LINES], row("busy", "x").as_bytes()).await;
    assert_eq!((answer.status, answer.problem().as_str()), (429, "too-many"));
    assert_eq!(answer.header("retry-after"), Some("7"));
}

#[tokio::test]
async fn only_known_types_from_known_callers() {
    let site = Site::start(&settings()).await;
    for headers in [&[][..], &["content-type: text/csv"], &[LINES, "content-encoding: br"]] {
        let answer = site.send(headers, row("m", "x").as_bytes()).await;
        assert_eq!((answer.status, answer.problem().as_str()), (415, "unsupported-type"));
    }
    let as_whom = async |headers: &[&str]| {
        let headers = [headers, &[LINES]].concat();
        let bytes = request("POST", "/v1/facts", &headers, row("m", "x").as_bytes());
        let answer = exchange(site.address, &bytes).await;
        (answer.status, if answer.status == 200 { String::new() } else { answer.problem() })
    };
    let bearer = |secret: &str| format!("authorization: Bearer {secret}");
    let cookie = format!("cookie: yingda={}", site.owner.reveal());
    let unknown = (401, "sign-in-needed".to_owned());
    assert_eq!(as_whom(&[]).await, unknown);
    assert_eq!(as_whom(&[&bearer(&format!("yd_{}", "0".repeat(64)))]).await, unknown);
    assert_eq!(as_whom(&[&bearer(site.owner.reveal())]).await, unknown);
    assert_eq!(as_whom(&[&bearer("x"), &cookie]).await, unknown, "a token stands first");
    assert_eq!(as_whom(&["cookie: yingda=00"]).await, unknown);
    let agent = bearer(site.watching.reveal());
    assert_eq!(as_whom(&[&agent]).await, (403, "not-allowed".to_owned()));
    assert_eq!(as_whom(&[&cookie]).await, (403, "other-origin".to_owned()));
    let other = "sec-fetch-site: cross-site";
    assert_eq!(as_whom(&[&cookie, other]).await, (403, "other-origin".to_owned()));
    let (own, here) = ("sec-fetch-site: same-origin", "origin: http://localhost");
    assert_eq!(as_whom(&[&cookie, own]).await.0, 200);
    assert_eq!(as_whom(&[&cookie, here]).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_pauses_too_long_is_given_up() {
    let site = Site::start(&settings()).await;
    let token = format!("authorization: Bearer {}", site.feeding.reveal());
    let headers = [token.as_str(), LINES, "content-length: 1000"];
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    stream.write_all(&request("POST", "/v1/facts", &headers, b"{")).await.unwrap();
    let answer = read_answer(&mut stream).await.unwrap();
    assert_eq!((answer.status, answer.problem().as_str()), (408, "too-slow"));
}

/// Bodies as programs send them, with slips.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(row("m1", "在吗").into_bytes()),
        "[\\[\\]{},:\"\\\\ \n1a]{0,12}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_body_makes_the_reader_panic(body in bodies(), size in 1..64_usize) {
        for shape in [Shape::Lines, Shape::Array] {
            let cut = |size: usize| {
                let mut rows: Vec<Vec<u8>> = Vec::new();
                let mut framing = Framing::new(shape);
                let mut take = |row: &[u8], place| {
                    rows.push(row.to_vec());
                    let fault = intake::json_row::read(row, |row, _| row.err());
                    match fault {
                        Some((None, _)) => Err(Framing::fault(row, place)),
                        _ => Ok::<(), Broken>(()),
                    }
                };
                let whole = body.chunks(size).try_for_each(|piece| framing.push(piece, &mut take));
                let whole = whole.and_then(|()| framing.finish(&mut take));
                (whole, rows)
            };
            prop_assert_eq!(cut(size), cut(body.len().max(1)));
        }
        for packing in [Packing::Gzip, Packing::Zstd] {
            let mut all = Vec::new();
            if let Ok(reader) = packing.reader(&body) {
                let _ = std::io::Read::read_to_end(&mut std::io::Read::take(reader, 9), &mut all);
            }
        }
    }
}
