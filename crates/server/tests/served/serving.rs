//! Connections: slow clients, limits, streams of events, and a stop that loses nothing.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use server::caller::ShopKey;
use server::listen::{Listener, StartError, Stopped};
use server::settings::Settings;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{read_answer, request};
use crate::site::{Site, settings};

#[tokio::test]
async fn nobody_is_reached_beyond_this_machine_by_accident() {
    let listen = "0.0.0.0:0".parse().unwrap();
    let exposed = Settings { listen, ..Settings::default() };
    assert!(matches!(Listener::bind(&exposed).await, Err(StartError::Exposed { .. })));
    let proxied = Settings { behind_proxy: true, ..exposed };
    let listener = Listener::bind(&proxied).await.unwrap();
    let notice = listener.notice(intake::Lang::En).unwrap();
    assert!(notice.contains("without TLS"), "{notice}");
    let here = Listener::bind(&settings()).await.unwrap();
    assert_eq!(here.notice(intake::Lang::En), None);
    let taken = Settings { listen: here.address(), ..Settings::default() };
    assert!(matches!(Listener::bind(&taken).await, Err(StartError::Listen { .. })));
}

#[tokio::test(start_paused = true)]
async fn slow_headers_and_silent_connections_are_closed() {
    let settings = settings();
    let site = Site::start(&settings).await;
    for bytes in [&b""[..], b"GET /healthz HTTP/1.1\r\nhost: x\r\nx"] {
        let mut stream = TcpStream::connect(site.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        let text = String::from_utf8(rest).unwrap();
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 408"), "{text}");
    }
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    stream.write_all(&request("GET", "/healthz", &[], b"")).await.unwrap();
    assert_eq!(read_answer(&mut stream).await.unwrap().status, 200);
    assert!(read_answer(&mut stream).await.is_none(), "kept open, but not for ever");
}

#[tokio::test]
async fn headers_have_limits() {
    let site = Site::start(&settings()).await;
    let long = |bytes: usize| format!("x-long: {}", "x".repeat(bytes));
    let own = "host: localhost".len() + 2 + "x-long: ".len() + 2 + "/healthz".len();
    let most = (32 << 10) - own;
    assert_eq!(site.get("/healthz", &[&long(most)]).await.status, 200);
    let answer = site.get("/healthz", &[&long(most + 1)]).await;
    assert_eq!((answer.status, answer.problem().as_str()), (431, "headers-too-large"));
    // Beyond that the connection itself refuses, before it is a request.
    let many: Vec<String> = (0..120).map(|n| format!("x-{n}: x")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for headers in [&[long(400 << 10).as_str()][..], &many] {
        let mut stream = TcpStream::connect(site.address).await.unwrap();
        let _ = stream.write_all(&request("GET", "/healthz", headers, b"")).await;
        let answer = read_answer(&mut stream).await;
        assert!(answer.is_none_or(|answer| answer.status == 431));
    }
}

/// Reads a stream of events until a text comes.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).contains(end) {
        read.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(read).unwrap()
}

#[tokio::test]
async fn events_are_heard_and_taken_up_again() {
    let site = Site::start(&settings()).await;
    let token = format!("authorization: Bearer {}", site.watching.reveal());
    let listen = async |headers: &[&str]| {
        let mut stream = TcpStream::connect(site.address).await.unwrap();
        let headers = [&[token.as_str()], headers].concat();
        stream.write_all(&request("GET", "/v1/events", &headers, b"")).await.unwrap();
        let head = read_until(&mut stream, "retry: 3000\n\n").await;
        assert!(head.contains("content-type: text/event-stream\r\n"), "{head}");
        stream
    };
    let mut stream = listen(&[]).await;
    site.hub.tell("alert", Some(ShopKey::new("taobao", "s2")), &"not theirs").unwrap();
    site.hub.tell("alert", Some(ShopKey::new("taobao", "s1")), &"line\nend").unwrap();
    let id = site.hub.id(2);
    let heard = read_until(&mut stream, "end\"\n\n").await;
    assert!(heard.contains(&format!("id: {id}\nevent: alert\ndata: \"line\\nend\"\n\n")));
    assert!(!heard.contains("theirs"));
    drop(stream);
    site.hub.tell("alert", None, &3).unwrap();
    let mut stream = listen(&[&format!("last-event-id: {id}")]).await;
    assert!(read_until(&mut stream, "data: 3\n\n").await.contains(&site.hub.id(3)));
    let mut stream = listen(&["last-event-id: other-9"]).await;
    read_until(&mut stream, "event: reset\ndata: {}\n\n").await;
    // A stop ends the streams, so that they do not hold it up.
    site.stopping.begin();
    assert_eq!(site.running.await.unwrap(), Stopped { cut_off: 0 });
}

fn with_slow(routes: Router) -> Router {
    routes.route(
        "/slow",
        get(async || {
            tokio::time::sleep(Duration::from_secs(5)).await;
            "done"
        }),
    )
}

#[tokio::test(start_paused = true)]
async fn a_stop_lets_requests_end_and_takes_no_more() {
    let site = Site::start_with(&settings(), with_slow).await;
    let mut under_way = TcpStream::connect(site.address).await.unwrap();
    under_way.write_all(&request("GET", "/slow", &[], b"")).await.unwrap();
    let mut idle = TcpStream::connect(site.address).await.unwrap();
    idle.write_all(&request("GET", "/healthz", &[], b"")).await.unwrap();
    assert_eq!(read_answer(&mut idle).await.unwrap().status, 200);
    while !site.metrics.render().contains("yingda_connections 2\n") {
        tokio::task::yield_now().await;
    }
    site.stopping.begin();
    assert_eq!(read_answer(&mut under_way).await.unwrap().text(), "done");
    assert!(read_answer(&mut under_way).await.is_none());
    assert!(read_answer(&mut idle).await.is_none(), "idle connections are closed");
    assert_eq!(site.running.await.unwrap(), Stopped { cut_off: 0 });
    assert!(TcpStream::connect(site.address).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_ever() {
    let mut settings = settings();
    settings.timeouts.stop = Duration::from_secs(1);
    let site = Site::start_with(&settings, with_slow).await;
    let mut under_way = TcpStream::connect(site.address).await.unwrap();
    under_way.write_all(&request("GET", "/slow", &[], b"")).await.unwrap();
    while !site.metrics.render().contains("yingda_connections 1\n") {
        tokio::task::yield_now().await;
    }
    site.stopping.begin();
    assert_eq!(site.running.await.unwrap(), Stopped { cut_off: 1 });
    assert!(read_answer(&mut under_way).await.is_none());
}

#[tokio::test]
async fn what_is_left_of_a_refused_body_is_no_next_request() {
    let site = Site::start(&settings()).await;
    let body = vec![b'x'; 300 << 10];
    // Small enough to be read: the connection stays.
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    let refused = request("POST", "/v1/facts", &["content-type: text/plain"], &body);
    stream.write_all(&refused).await.unwrap();
    let answer = read_answer(&mut stream).await.unwrap();
    assert!(answer.status >= 400, "{answer:?}");
    assert_eq!(answer.header("connection"), None);
    stream.write_all(&request("GET", "/healthz", &[], b"")).await.unwrap();
    assert_eq!(read_answer(&mut stream).await.unwrap().status, 200);
    // Too much of it, or none of it before it is asked for: the connection is said to end, and
    // does.
    for header in ["content-length: 1073741824", "content-length: 9\r\nexpect: 100-continue"] {
        let mut stream = TcpStream::connect(site.address).await.unwrap();
        let refused = request("POST", "/v1/facts", &["content-type: text/plain", header], b"");
        stream.write_all(&refused).await.unwrap();
        let answer = read_answer(&mut stream).await.unwrap();
        assert!(answer.status >= 400, "{answer:?}");
        assert_eq!(answer.header("connection"), Some("close"), "{header}");
        assert!(read_answer(&mut stream).await.is_none());
    }
}
