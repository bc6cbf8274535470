//! A plain HTTP/1.1 client, which sends whatever it is told to.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }

    /// The code of a problem, which is all that it should be.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let json = self.json();
        assert_eq!(json["status"], self.status);
        let id = self.header("x-request-id").unwrap();
        assert_eq!(json["instance"], format!("urn:yingda:request:{id}"));
        assert!(!json["title"].as_str().unwrap().is_empty());
        assert!(!json["action"].as_str().unwrap().is_empty());
        json["type"].as_str().unwrap().strip_prefix("urn:yingda:problem:").unwrap().to_owned()
    }
}

/// A request; `headers` are lines without their ends.
pub(crate) fn request(method: &str, path: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n");
    for header in headers {
        text += &format!("{header}\r\n");
    }
    if !body.is_empty() && !headers.iter().any(|header| header.starts_with("content-length")) {
        text += &format!("content-length: {}\r\n", body.len());
    }
    text += "\r\n";
    [text.as_bytes(), body].concat()
}

/// Sends bytes and reads one answer.
pub(crate) async fn exchange(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may answer and close before all is sent.
    let _ = stream.write_all(bytes).await;
    read_answer(&mut stream).await.expect("an answer")
}

/// Reads one answer; `None` when the connection closes before it begins.
pub(crate) async fn read_answer<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
) -> Option<Answer> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return None,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let pairs = lines.filter_map(|line| line.split_once(": "));
    let headers: Vec<(String, String)> =
        pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    let mut answer = Answer { status, headers, body: Vec::new() };
    let length = answer.header("content-length").map_or(0, |value| value.parse().unwrap());
    answer.body = vec![0; length];
    stream.read_exact(&mut answer.body).await.unwrap();
    Some(answer)
}
