//! TLS by own certificate.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use server::listen::{Listener, StartError};
use server::settings::Settings;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::client::{read_answer, request};
use crate::site::{Site, settings};

struct Files {
    folder: PathBuf,
    root: RootCertStore,
}

impl Files {
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
        std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        let mut root = RootCertStore::empty();
        root.add(made.cert.der().clone()).unwrap();
        Self { folder, root }
    }

    fn settings(&self) -> Settings {
        Settings {
            tls_certificate: Some(self.folder.join("cert.pem")),
            tls_key: Some(self.folder.join("key.pem")),
            ..settings()
        }
    }

    fn connector(&self, protocol: &[u8]) -> TlsConnector {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(self.root.clone())
            .with_no_client_auth();
        config.alpn_protocols = vec![protocol.to_vec()];
        TlsConnector::from(Arc::new(config))
    }
}

#[tokio::test]
async fn answers_come_by_tls_and_cookies_are_bound_to_it() {
    let files = Files::new("tls-answers");
    let site = Site::start(&files.settings()).await;
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TcpStream::connect(site.address).await.unwrap();
    let mut stream = files.connector(b"http/1.1").connect(name.clone(), stream).await.unwrap();
    let cookie = format!("cookie: __Host-yingda={}", site.owner.reveal());
    let headers = [cookie.as_str(), "via: x"];
    stream.write_all(&request("GET", "/metrics", &headers, b"")).await.unwrap();
    let answer = read_answer(&mut stream).await.unwrap();
    assert_eq!(answer.status, 200);
    assert!(answer.header("strict-transport-security").is_some());
    let plain = format!("cookie: yingda={}", site.owner.reveal());
    let headers = [plain.as_str(), "via: x"];
    stream.write_all(&request("GET", "/metrics", &headers, b"")).await.unwrap();
    assert_eq!(read_answer(&mut stream).await.unwrap().problem(), "sign-in-needed");
    let stream = TcpStream::connect(site.address).await.unwrap();
    let stream = files.connector(b"h2").connect(name, stream).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_speak_tls_is_let_go() {
    let files = Files::new("tls-silent");
    let site = Site::start(&files.settings()).await;
    for bytes in [&b""[..], b"GET / HTTP/1.1\r\n\r\n"] {
        let mut stream = TcpStream::connect(site.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        assert!(read_answer(&mut stream).await.is_none());
    }
}

#[tokio::test]
async fn files_that_do_not_go_together_say_so() {
    let (files, others) = (Files::new("tls-files"), Files::new("tls-others"));
    let certificate = files.settings().tls_certificate.unwrap();
    for (certificate, key) in [
        (certificate.clone(), files.folder.join("missing.pem")),
        (certificate.clone(), certificate.clone()),
        (files.folder.join("key.pem"), files.folder.join("key.pem")),
        (certificate, others.folder.join("key.pem")),
    ] {
        let settings =
            Settings { tls_certificate: Some(certificate), tls_key: Some(key), ..settings() };
        let error = Listener::bind(&settings).await.unwrap_err();
        assert!(matches!(error, StartError::Tls { .. }), "{error}");
        assert!(error.message(intake::Lang::Zh).contains(".pem"));
    }
}
