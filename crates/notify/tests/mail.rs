//! Mail against a server of this machine that speaks just enough SMTP.
#![allow(clippy::unwrap_used)]

mod standin;

use facts::Instant;
use notify::mail::Security;
use notify::{
    AddressKind, AddressProblem, Batch, Buyers, Channel, Failure, Http, Languages, Limits, Mail,
    Message, Policy, Reason, Secret, Text, Urgency, Value,
};
use standin::MailServer;

const NOW: Instant = Instant(1_800_000_000_123);

fn mail(port: u16) -> Mail {
    let policy = Policy { plain: true, networks: vec!["127.0.0.0/8".parse().unwrap()] };
    Mail {
        http: Http::new(policy, Limits::default()).unwrap(),
        host: "127.0.0.1".into(),
        port,
        security: Security::Plain,
        login: Some(("alert".into(), Secret::from("pa55word"))),
        from: "应答 <alert@shop.example>".into(),
        to: vec!["a@shop.example".into(), "b@shop.example".into()],
        languages: Languages::Both,
        buyers: Buyers::Hidden,
    }
}

fn batch() -> Batch {
    let title = Text::new("{shop} 有人在等", "somebody waits at {shop}")
        .with("shop", Value::Name("旗舰店\r\nBcc: x@y.z".into()));
    let line = Text::new("等了很久", "for long");
    Batch::of(Message::new("m@1", NOW, Urgency::Notice, title).line(line))
}

#[tokio::test]
async fn a_mail_is_handed_over() {
    let server = MailServer::start(|_| None).await;
    assert_eq!(mail(server.address.port()).send(&batch(), NOW).await, Ok(()));
    let said = server.said();
    let has = |line: &str| said.iter().any(|said| said == line);
    assert!(has("MAIL FROM:<alert@shop.example>"), "{said:?}");
    assert!(has("RCPT TO:<a@shop.example>") && has("RCPT TO:<b@shop.example>"));
    assert!(has("Message-ID: <m%401@shop.example>"), "{said:?}");
    assert!(has("Date: Fri, 15 Jan 2027 08:00:00 +0000"), "{said:?}");
    assert!(said.iter().all(|line| !line.starts_with("Bcc")), "{said:?}");
    assert!(said.iter().any(|line| line.starts_with("Subject: =?utf-8?")), "{said:?}");
}

#[tokio::test]
async fn answers_say_whether_to_try_again() {
    let cases = [
        ("AUTH", "535 5.7.8 no", Failure::never(Reason::Mail(535))),
        ("MAIL", "550 no such user a@shop.example", Failure::never(Reason::Mail(550))),
        ("RCPT", "452 too many", Failure::later(Reason::Mail(452))),
        ("DATA", "421 closing", Failure::later(Reason::Mail(421))),
        (".", "451 try later", Failure::later(Reason::Mail(451))),
        (".", "554 spam", Failure::never(Reason::Mail(554))),
    ];
    for (verb, answer, expected) in cases {
        let server =
            MailServer::start(move |line| line.starts_with(verb).then(|| answer.to_owned())).await;
        let result = mail(server.address.port()).send(&batch(), NOW).await;
        assert_eq!(result, Err(expected), "{answer}");
    }
    for verb in ["EHLO", "MAIL", "."] {
        let hang_up = move |line: &str| line.starts_with(verb).then(|| "hang up".to_owned());
        let server = MailServer::start(hang_up).await;
        let failure = mail(server.address.port()).send(&batch(), NOW).await.unwrap_err();
        assert_eq!(failure.retry, notify::Retry::Later, "{verb}: {failure:?}");
    }
}

#[tokio::test]
async fn what_is_not_kept_secret_or_not_outside_is_not_called() {
    let server = MailServer::start(|_| None).await;
    let port = server.address.port();
    let strict = Http::new(Policy::default(), Limits::default()).unwrap();
    let refused = Mail { http: strict, ..mail(port) }.send(&batch(), NOW).await;
    let problem = AddressProblem::Forbidden(AddressKind::Loopback);
    assert_eq!(refused, Err(Failure::never(Reason::Address(problem))));
    let networks = vec!["127.0.0.1".parse().unwrap()];
    let tls_only = Http::new(Policy { plain: false, networks }, Limits::default()).unwrap();
    let refused = Mail { http: tls_only, ..mail(port) }.send(&batch(), NOW).await;
    assert_eq!(refused, Err(Failure::never(Reason::Address(AddressProblem::Scheme))));
    assert!(server.said().is_empty());
    let upgrade = Mail { security: Security::StartTls, ..mail(port) }.send(&batch(), NOW).await;
    assert!(upgrade.is_err());
    let said = server.said().join("\n");
    assert!(!said.contains("AUTH") && !said.contains("MAIL"), "nothing before TLS: {said}");
}

#[tokio::test]
async fn addresses_that_are_none_are_told() {
    for bad in ["", "a@", "a b@x.example", "a@x.example\r\nRCPT TO:<b@x.example>"] {
        let mail = Mail { to: vec![bad.into()], ..mail(1) };
        let result = mail.send(&batch(), NOW).await;
        assert_eq!(result, Err(Failure::never(Reason::MailAddress)), "{bad}");
    }
    let nobody = Mail { to: Vec::new(), ..mail(1) };
    assert_eq!(nobody.send(&batch(), NOW).await, Err(Failure::never(Reason::MailAddress)));
    assert!(!format!("{:?}", mail(1)).contains("pa55word"));
}
