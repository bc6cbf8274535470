//! Chatwoot's webhooks as they come in.
#![allow(clippy::unwrap_used)]

use std::net::IpAddr;

use connect::chatwoot::{Call, Chatwoot, MAX_BODY, Refused, Trust, sign};
use connect::{Page, Secret};
use facts::{Instant, Span};
use intake::Profile;
use intake::gather::{NameColumn, TextColumn};
use proptest::prelude::*;

const NOW: Instant = Instant(1_800_000_000_000);
const TIME: &str = "1800000000";
const EVENT: &str = r#"{"event":"message_created","id":7,"content":"在吗","message_type":"incoming",
    "created_at":"2027-01-15T08:00:00Z","sender":{"id":3,"type":"contact"},"inbox":{"id":1},
    "conversation":{"id":5,"contact_inbox":{"contact_id":3}}}"#;

fn peer() -> IpAddr {
    "192.0.2.1".parse().unwrap()
}

fn signed() -> Chatwoot {
    let profile = Profile::shipped("chatwoot-webhook").unwrap();
    Chatwoot::new(Trust::Signed(Secret::from("hooksecret")), profile)
}

fn call<'a>(signature: &'a str, body: &'a str) -> Call<'a> {
    Call {
        peer: peer(),
        signature: Some(signature),
        timestamp: Some(TIME),
        delivery: Some("d-1"),
        body: body.as_bytes(),
    }
}

fn event(received: Result<Option<Page<()>>, Refused>) -> Page<()> {
    received.unwrap().unwrap()
}

#[test]
fn a_signed_event_becomes_facts() {
    let signature = sign("hooksecret", TIME, EVENT.as_bytes());
    let page = event(signed().receive(&call(&signature, EVENT), NOW));
    let rows = page.rows().unwrap();
    assert!(rows.rejected.is_empty(), "{:?}", rows.rejected);
    let [facts] = &rows.facts[..] else { panic!("{rows:?}") };
    assert_eq!(facts.name(NameColumn::Buyer, 0), "3");
    assert_eq!(facts.text(TextColumn::Id, 0), "7");
    assert_eq!(facts.at, [1_800_000_000_000]);
}

/// The value that `printf '%s.%s' 1800000000 '{}' | openssl dgst -sha256 -hmac key` gives.
#[test]
fn the_signature_is_hmac_sha256_over_time_and_body() {
    let hex = "7321475872b03ff21bdc2dfd86ea2d99ec29c479fbe4a77aa6acf4509505493f";
    assert_eq!(sign("key", TIME, b"{}"), format!("sha256={hex}"));
}

#[test]
fn what_is_not_signed_now_by_chatwoot_is_refused() {
    let chatwoot = signed();
    let signature = sign("hooksecret", TIME, EVENT.as_bytes());
    let good = call(&signature, EVENT);
    let refused = |call: &Call<'_>, now| chatwoot.receive(call, now).unwrap_err();
    assert_eq!(refused(&Call { signature: None, ..good }, NOW), Refused::Unsigned);
    assert_eq!(refused(&Call { timestamp: None, ..good }, NOW), Refused::Unsigned);
    let other = sign("other", TIME, EVENT.as_bytes());
    assert_eq!(refused(&call(&other, EVENT), NOW), Refused::Signature);
    assert_eq!(refused(&call(&signature[7..], EVENT), NOW), Refused::Signature);
    assert_eq!(refused(&call(&signature, "{}"), NOW), Refused::Signature);
    let moved = Call { timestamp: Some("1800000001"), ..good };
    assert_eq!(refused(&moved, NOW), Refused::Signature, "the time is signed");
    assert!(chatwoot.receive(&good, NOW + Span::seconds(300)).is_ok());
    assert!(chatwoot.receive(&good, NOW - Span::seconds(300)).is_ok());
    assert_eq!(refused(&good, NOW + Span(300_001)), Refused::Stale);
    assert_eq!(refused(&good, NOW - Span(300_001)), Refused::Stale);
    for time in ["", "x", "9999999999999999999", "-9223372036854775808"] {
        let signature = sign("hooksecret", time, b"{}");
        let call = Call { timestamp: Some(time), ..call(&signature, "{}") };
        assert_eq!(refused(&call, NOW), Refused::Stale, "{time}");
    }
    let large = " ".repeat(MAX_BODY + 1);
    assert_eq!(refused(&call(&signature, &large), NOW), Refused::TooLong);
    for body in ["", "[]", "1", "{", "{} {}"] {
        let signature = sign("hooksecret", TIME, body.as_bytes());
        assert_eq!(refused(&call(&signature, body), NOW), Refused::NotAnEvent, "{body}");
    }
    assert!(!format!("{chatwoot:?}").contains("hooksecret"));
}

#[test]
fn unsigned_events_are_taken_from_listed_addresses() {
    let profile = Profile::shipped("chatwoot-webhook").unwrap();
    let chatwoot = Chatwoot::new(Trust::From(vec![peer()]), profile);
    let bare = Call { peer: peer(), signature: None, timestamp: None, delivery: None, body: b"{}" };
    assert!(chatwoot.receive(&bare, NOW).is_ok());
    let mapped = Call { peer: "::ffff:192.0.2.1".parse().unwrap(), ..bare };
    assert!(chatwoot.receive(&mapped, NOW).is_ok());
    let stranger = Call { peer: "192.0.2.2".parse().unwrap(), ..bare };
    assert_eq!(chatwoot.receive(&stranger, NOW).unwrap_err(), Refused::Stranger);
}

#[test]
fn a_delivery_is_known_once_it_is_kept() {
    let mut chatwoot = signed();
    let signature = sign("hooksecret", TIME, EVENT.as_bytes());
    let first = call(&signature, EVENT);
    event(chatwoot.receive(&first, NOW));
    event(chatwoot.receive(&first, NOW));
    chatwoot.kept(&first);
    assert!(chatwoot.receive(&first, NOW).unwrap().is_none());
    let second = Call { delivery: Some("d-2"), ..first };
    event(chatwoot.receive(&second, NOW));
    let nameless = Call { delivery: None, ..first };
    chatwoot.kept(&nameless);
    event(chatwoot.receive(&nameless, NOW));
    // Only so many are remembered.
    for n in 0..10_000 {
        let id = format!("x{n}");
        chatwoot.kept(&Call { delivery: Some(&id), ..first });
    }
    event(chatwoot.receive(&first, NOW));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// No body makes the receiver panic or the reading fail: what is no fact is a rejected row.
    #[test]
    fn mutated_events_are_refused_or_read(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut body = EVENT.as_bytes().to_vec();
        let i = at.index(body.len());
        body[i] = byte;
        let i = cut.index(body.len());
        body.drain(i..(i + 3).min(EVENT.len()));
        let signature = sign("hooksecret", TIME, &body);
        let call = Call { body: &body, ..call(&signature, "") };
        if let Ok(Some(page)) = signed().receive(&call, NOW) {
            let rows = page.rows().unwrap();
            prop_assert_eq!(rows.report.rows, rows.report.facts + rows.report.rejected);
        }
    }
}
