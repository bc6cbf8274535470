//! A server that runs until it is dropped.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

pub(crate) struct Served {
    child: Child,
    /// It writes there until it ends.
    _out: BufReader<ChildStdout>,
    pub(crate) address: String,
    /// Seconds from the start of the process to the first answer with figures.
    pub(crate) first_figure: f64,
}

impl Served {
    /// Starts a server over a data folder, and asks it how shops stand.
    pub(crate) fn start(program: &Path, folder: &Path, token: &str) -> Result<Self, String> {
        let began = crate::step::now();
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--lang", "en", "--data"])
            .arg(folder)
            .env(super::SHIFT, super::ahead())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("the server cannot start: {error}"))?;
        let out = child.stdout.take().ok_or("no output")?;
        let mut served =
            Self { child, _out: BufReader::new(out), address: String::new(), first_figure: 0.0 };
        let mut line = String::new();
        let read = served._out.read_line(&mut line);
        let word = line.split(' ').find_map(|word| word.strip_prefix("http://"));
        let (Ok(_), Some(address)) = (read, word) else {
            return Err(format!("the server did not start: {line}"));
        };
        served.address = address.trim().to_owned();
        served.overview(token)?;
        served.first_figure = began.elapsed().as_secs_f64();
        Ok(served)
    }

    fn overview(&self, token: &str) -> Result<(), String> {
        let address = &self.address;
        let ask = || {
            let mut stream = TcpStream::connect(address)?;
            let request = format!(
                "GET /v1/overview HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
                 connection: close\r\n\r\n"
            );
            stream.write_all(request.as_bytes())?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).map(|_| answer)
        };
        let answer = ask().map_err(|error: std::io::Error| error.to_string())?;
        match answer.starts_with("HTTP/1.1 200") {
            true => Ok(()),
            false => Err(format!("no overview: {}", answer.lines().next().unwrap_or_default())),
        }
    }

    /// A line of the kernel's account of the process, in MiB; absent elsewhere: 0.
    pub(crate) fn memory(&self, name: &str) -> f64 {
        let path = format!("/proc/{}/status", self.child.id());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kib.unwrap_or(0.0) / 1024.0
    }

    /// Ends it at once, whatever it does.
    pub(crate) fn kill(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Lets it end.
    pub(crate) fn stop(mut self) -> Result<(), String> {
        let process = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &process]).status();
        told.map_err(|error| format!("kill: {error}"))?;
        self.child.wait().map(|_| ()).map_err(|error| error.to_string())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.kill();
    }
}
