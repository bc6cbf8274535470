//! Webhooks: what a receiver can rely on, and what cannot be called.
#![allow(clippy::unwrap_used)]

mod standin;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use facts::{Instant, Span};
use notify::{
    AddressKind, AddressProblem, Batch, Buyers, Channel, Failure, Found, Http, Limits, Lookup,
    Message, Policy, Reason, Secret, Text, Urgency, Value, Webhook, webhook,
};
use standin::{Answer, Request, Server};

const NOW: Instant = Instant(1_800_000_000_123);

fn local() -> Policy {
    Policy { plain: true, networks: vec!["127.0.0.0/8".parse().unwrap()] }
}

fn hook(url: &str, http: Http) -> Webhook {
    Webhook { http, url: Secret::from(url), secret: Secret::from("s3cret"), buyers: Buyers::Hidden }
}

fn open(url: &str) -> Webhook {
    hook(url, Http::new(local(), Limits::default()).unwrap())
}

fn batch() -> Batch {
    let title = Text::new("{shop} 有人在等", "somebody waits at {shop}")
        .with("shop", Value::Name("s1".into()));
    let line = Text::new("{who} 已等 {wait}", "{who} has waited for {wait}")
        .with("who", Value::Buyer("小王".into()))
        .with("wait", Value::Span(Span(95_000)));
    Batch::of(Message::new("m 1", NOW, Urgency::Alarm, title).line(line))
}

/// What a careful receiver does.
fn check(request: &Request) -> Answer {
    let seconds = request.header("yingda-timestamp").unwrap().parse().unwrap();
    let expected = webhook::sign("s3cret", seconds, &request.body);
    let signed = request.header("yingda-signature") == Some(&expected);
    let recent = (seconds - NOW.0 / 1_000).abs() <= 300;
    Answer::status(if signed && recent { 204 } else { 401 }, "")
}

#[tokio::test]
async fn a_receiver_can_check_the_signature_and_know_a_repetition() {
    let server = Server::start(check).await;
    let hook = open(&server.url("/hook?token=T"));
    assert_eq!(hook.send(&batch(), NOW).await, Ok(()));
    assert_eq!(hook.send(&batch(), NOW + Span(60_000)).await, Ok(()));
    let requests = server.requests();
    let [first, second] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!(first.body, second.body);
    assert_eq!(first.header("yingda-delivery"), Some("m%201"));
    assert_eq!(first.header("yingda-delivery"), second.header("yingda-delivery"));
    assert_ne!(first.header("yingda-signature"), second.header("yingda-signature"));
    let title = r#"{"zh":"s1 有人在等","en":"somebody waits at s1","values":{"shop":"s1"}}"#;
    let line = concat!(
        r#"{"zh":"一位买家 已等 1 分 35 秒","en":"a buyer has waited for 1 min 35 s","#,
        r#""values":{"wait":95000}}"#,
    );
    let head = r#""id":"m 1","at":"2027-01-15T08:00:00.123Z","urgency":"alarm""#;
    let message = format!(r#"{{{head},"title":{title},"lines":[{line}]}}"#);
    let expected = format!(r#"{{"id":"m 1","messages":[{message}],"more":0}}"#);
    assert_eq!(String::from_utf8_lossy(&first.body), expected);
    let stale = hook.send(&batch(), NOW + Span(301_000)).await;
    assert_eq!(stale, Err(Failure::never(Reason::Status(401))));
}

#[tokio::test]
async fn statuses_say_whether_to_try_again() {
    let result = async |status| {
        let server = Server::start(move |_| Answer::status(status, "")).await;
        open(&server.url("/")).send(&batch(), NOW).await
    };
    for status in [200, 201, 202, 204] {
        assert_eq!(result(status).await, Ok(()), "{status}");
    }
    for status in [408, 425, 429, 500, 503] {
        assert_eq!(result(status).await, Err(Failure::later(Reason::Status(status))));
    }
    for status in [301, 400, 401, 404, 410, 418] {
        assert_eq!(result(status).await, Err(Failure::never(Reason::Status(status))));
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let inner = Server::start(|_| Answer::status(200, "secret")).await;
    let target = inner.url("/latest/meta-data");
    let redirect = move |_: &Request| Answer::Http(302, vec![("location", target.clone())], vec![]);
    let outer = Server::start(redirect).await;
    let result = open(&outer.url("/")).send(&batch(), NOW).await;
    assert_eq!(result, Err(Failure::never(Reason::Status(302))));
    assert!(inner.requests().is_empty());
}

/// A name whose addresses change from one question to the next.
struct Changing(Vec<Vec<IpAddr>>, AtomicUsize);

impl Lookup for Changing {
    fn addresses<'a>(&'a self, _: &'a str) -> Found<'a> {
        let n = self.1.fetch_add(1, Ordering::SeqCst);
        let found = self.0.get(n).or(self.0.last()).cloned().unwrap_or_default();
        Box::pin(async move { Ok(found) })
    }
}

fn changing(answers: &[&[&str]]) -> Arc<Changing> {
    let addresses = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
    Arc::new(Changing(answers.iter().map(addresses).collect(), AtomicUsize::new(0)))
}

#[tokio::test]
async fn nothing_inside_is_called() {
    let server = Server::start(|_| Answer::status(200, "")).await;
    let port = server.address.port();
    let forbidden = |kind| Err(Failure::never(Reason::Address(AddressProblem::Forbidden(kind))));
    let plain = Policy { plain: true, networks: Vec::new() };
    let http = |lookup: Arc<Changing>| {
        Http::with(plain.clone(), Limits::default(), lookup, Vec::new()).unwrap()
    };
    for host in ["127.0.0.1", "2130706433", "0177.0.0.1", "[::ffff:127.0.0.1]", "127.1"] {
        let hook = hook(&format!("http://{host}:{port}/"), http(changing(&[&["1.1.1.1"]])));
        assert_eq!(hook.send(&batch(), NOW).await, forbidden(AddressKind::Loopback), "{host}");
    }
    let url = format!("http://hook.example:{port}/");
    for (addresses, kind) in [
        (&["127.0.0.1"][..], AddressKind::Loopback),
        (&["1.1.1.1", "10.0.0.1"], AddressKind::Private),
        (&["169.254.169.254"], AddressKind::LinkLocal),
        (&["fd00:ec2::254"], AddressKind::Private),
    ] {
        let hook = hook(&url, http(changing(&[addresses])));
        assert_eq!(hook.send(&batch(), NOW).await, forbidden(kind), "{addresses:?}");
    }
    let https =
        hook("https://127.0.0.1/", Http::new(Policy::default(), Limits::default()).unwrap());
    assert_eq!(https.send(&batch(), NOW).await, forbidden(AddressKind::Loopback));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn what_was_checked_is_what_is_called() {
    let server = Server::start(|_| Answer::status(200, "")).await;
    let url = format!("http://hook.example:{}/", server.address.port());
    let lookup = changing(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let http = Http::with(local(), Limits::default(), lookup.clone(), Vec::new()).unwrap();
    assert_eq!(hook(&url, http).send(&batch(), NOW).await, Ok(()));
    assert_eq!(lookup.1.load(Ordering::SeqCst), 1, "asked once, and called as answered");
    let host = server.requests()[0].header("host").unwrap().to_owned();
    assert!(host.starts_with("hook.example"), "{host}");
}

#[tokio::test]
async fn a_host_without_addresses_may_have_some_later() {
    let http = Http::with(local(), Limits::default(), changing(&[&[]]), Vec::new()).unwrap();
    let result = hook("http://hook.example/", http).send(&batch(), NOW).await;
    let expected = Failure::later(Reason::Address(AddressProblem::Unknown));
    assert_eq!(result, Err(expected));
}
