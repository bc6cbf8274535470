//! TLS: what is trusted is called, by webhooks and by mail, and nothing else.
#![allow(clippy::unwrap_used)]

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use facts::Instant;
use notify::mail::Security;
use notify::{
    Batch, Buyers, Channel, Failure, Found, Http, Languages, Limits, Lookup, Mail, Message, Policy,
    Reason, Secret, Text, Urgency, Webhook,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

const NOW: Instant = Instant(1_800_000_000_000);
const ROOT: &[u8] = include_bytes!("sample/root.der");
const CERTIFICATE: &[u8] = include_bytes!("sample/hook.example.der");
const KEY: &[u8] = include_bytes!("sample/hook.example.key.der");

struct Local;

impl Lookup for Local {
    fn addresses<'a>(&'a self, _: &'a str) -> Found<'a> {
        Box::pin(async { Ok(vec![IpAddr::from([127, 0, 0, 1])]) })
    }
}

fn http(roots: Vec<Vec<u8>>) -> Http {
    let policy = Policy { plain: false, networks: vec!["127.0.0.1".parse().unwrap()] };
    Http::with(policy, Limits::default(), Arc::new(Local), roots).unwrap()
}

fn acceptor() -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(KEY).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from_slice(CERTIFICATE)], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A server whose connections are each served by a function; it ends with the test's runtime.
async fn server<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = Option<()>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    address
}

fn batch() -> Batch {
    Batch::of(Message::new("m-1", NOW, Urgency::Notice, Text::new("题", "title")))
}

async fn https(stream: TcpStream) -> Option<()> {
    let mut stream = acceptor().accept(stream).await.ok()?;
    let mut read = Vec::new();
    while !read.ends_with(b"}") {
        stream.read_buf(&mut read).await.ok().filter(|n| *n > 0)?;
    }
    stream.write_all(b"HTTP/1.1 204 X\r\n\r\n").await.ok()?;
    stream.shutdown().await.ok()
}

#[tokio::test]
async fn webhooks_are_called_where_the_certificate_is_trusted() {
    let port = server(https).await.port();
    let send = async |host: &str, roots| {
        let url = Secret::from(format!("https://{host}:{port}/hook"));
        let secret = Secret::from("s");
        let hook = Webhook { http: http(roots), url, secret, buyers: Buyers::Hidden };
        hook.send(&batch(), NOW).await
    };
    assert_eq!(send("hook.example", vec![ROOT.to_vec()]).await, Ok(()));
    let untrusted = Err(Failure::later(Reason::Tls));
    assert_eq!(send("hook.example", Vec::new()).await, untrusted, "an unknown root");
    assert_eq!(send("other.example", vec![ROOT.to_vec()]).await, untrusted, "another's name");
    let not_a_root =
        Http::with(Policy::default(), Limits::default(), Arc::new(Local), vec![vec![1]]);
    assert!(not_a_root.is_err());
}

/// Speaks enough SMTP over TLS to take a mail, once STARTTLS was asked for where it has to be.
async fn smtp(stream: TcpStream, starts_plain: bool) -> Option<()> {
    let mut plain = BufReader::new(stream);
    if starts_plain {
        plain.write_all(b"220 x ESMTP\r\n").await.ok()?;
        let mut line = String::new();
        plain.read_line(&mut line).await.ok()?;
        plain.write_all(b"250-x\r\n250 STARTTLS\r\n").await.ok()?;
        line.clear();
        plain.read_line(&mut line).await.ok()?;
        assert_eq!(line.trim_end(), "STARTTLS");
        plain.write_all(b"220 go\r\n").await.ok()?;
    }
    let mut stream = BufReader::new(acceptor().accept(plain.into_inner()).await.ok()?);
    if !starts_plain {
        stream.write_all(b"220 x ESMTP\r\n").await.ok()?;
    }
    let mut in_mail = false;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|n| *n > 0)?;
        let answer = match line.trim_end() {
            "DATA" => "354 go on",
            "." => "250 taken",
            _ if in_mail => continue,
            line if line.starts_with("EHLO") => "250-x\r\n250 AUTH PLAIN",
            line if line.starts_with("AUTH") => "235 ok",
            _ => "250 ok",
        };
        in_mail = answer.starts_with('3');
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
}

#[tokio::test]
async fn mail_is_sent_where_the_certificate_is_trusted() {
    for security in [Security::Tls, Security::StartTls] {
        let starts_plain = security == Security::StartTls;
        let port = server(move |stream| smtp(stream, starts_plain)).await.port();
        let send = async |host: &str, roots| {
            let mail = Mail {
                http: http(roots),
                host: host.into(),
                port,
                security,
                login: Some(("alert".into(), Secret::from("pa55word"))),
                from: "alert@shop.example".into(),
                to: vec!["a@shop.example".into()],
                languages: Languages::Zh,
                buyers: Buyers::Hidden,
            };
            mail.send(&batch(), NOW).await
        };
        assert_eq!(send("hook.example", vec![ROOT.to_vec()]).await, Ok(()), "{security:?}");
        for (host, roots) in [("hook.example", vec![]), ("other.example", vec![ROOT.to_vec()])] {
            let failure = send(host, roots).await.unwrap_err();
            assert_eq!(failure.reason, Reason::Tls, "{security:?}");
        }
    }
}
