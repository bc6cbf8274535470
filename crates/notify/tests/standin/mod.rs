//! Small servers on this machine that speak just enough HTTP or SMTP.
#![allow(dead_code, clippy::unwrap_used, unreachable_pub)]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What was asked.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// The path with the query.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub fn query(&self, name: &str) -> Option<String> {
        let url = reqwest::Url::parse(&format!("http://x{}", self.target)).unwrap();
        let found = url.query_pairs().find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Status, headers, body.
    Http(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Nothing: the connection is closed.
    HangUp,
    /// Nothing, and the connection stays open.
    Silence,
    /// The beginning of an answer.
    Broken,
}

impl Answer {
    pub fn json(text: impl Into<String>) -> Self {
        Self::status(200, text)
    }

    pub fn status(status: u16, text: impl Into<String>) -> Self {
        Self::Http(status, Vec::new(), text.into().into_bytes())
    }
}

type Handler = dyn Fn(&Request) -> Answer + Send + Sync;

/// A server, for as long as it is held.
pub struct Server {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub async fn start(handler: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (kept, handler): (_, Arc<Handler>) = (requests.clone(), Arc::new(handler));
        let task = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { return };
                tokio::spawn(serve(stream, kept.clone(), handler.clone()));
            }
        });
        Self { address, requests, task }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(stream: TcpStream, kept: Arc<Mutex<Vec<Request>>>, handler: Arc<Handler>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await {
        kept.lock().unwrap().push(request.clone());
        let answer = match handler(&request) {
            Answer::Http(status, headers, body) => {
                let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
                for (name, value) in headers {
                    head += &format!("{name}: {value}\r\n");
                }
                [head.as_bytes(), b"\r\n", &body].concat()
            }
            Answer::HangUp => return,
            Answer::Silence => std::future::pending().await,
            Answer::Broken => b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"err".to_vec(),
        };
        if stream.write_all(&answer).await.is_err() || answer.ends_with(b"{\"err") {
            return;
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut first = lines.first()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers = lines[1..].iter().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_owned(), value.trim().to_owned()))
    });
    let mut request = Request { method, target, headers: headers.collect(), body: Vec::new() };
    let length = request.header("content-length").and_then(|n| n.parse().ok()).unwrap_or(0);
    request.body = vec![0; length];
    stream.read_exact(&mut request.body).await.ok()?;
    Some(request)
}

/// A mail server: its answer to each command is told by a function, which gets the command's line.
pub struct MailServer {
    pub address: SocketAddr,
    said: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl MailServer {
    /// `answer` gets each line outside of a mail, and `.` at a mail's end; `None`: the usual.
    pub async fn start(answer: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let (kept, answer) = (said.clone(), Arc::new(answer));
        let task = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { return };
                let (kept, answer) = (kept.clone(), answer.clone());
                tokio::spawn(async move { receive(stream, &kept, &*answer).await });
            }
        });
        Self { address, said, task }
    }

    /// Every line that was received.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }
}

async fn receive(
    stream: TcpStream,
    kept: &Mutex<Vec<String>>,
    answer: &(dyn Fn(&str) -> Option<String> + Send + Sync),
) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.test ESMTP\r\n").await.ok()?;
    let mut in_mail = false;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end_matches(['\r', '\n']).to_owned();
        kept.lock().unwrap().push(line.clone());
        if in_mail && line != "." {
            continue;
        }
        let verb = line.split(' ').next().unwrap_or_default().to_uppercase();
        let usual = match verb.as_str() {
            "EHLO" => "250-mail.test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
            "AUTH" => "235 ok",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        let answer = answer(&line).unwrap_or_else(|| usual.to_owned());
        if answer == "hang up" {
            return None;
        }
        in_mail = verb == "DATA" && answer.starts_with('3');
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
}
