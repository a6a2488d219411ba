//! `runglass serve` as a program of its own, and what it answers to bytes on a socket.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The real program, until it is dropped.
pub struct Serving {
    pub child: Child,
    /// `127.0.0.1:PORT`
    pub host: String,
    /// What it printed: where the page opens.
    pub address: String,
}

/// An answer as it came, with its body put together.
#[derive(Debug)]
pub struct Said {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Serving {
    /// Serves a path with an app that says nothing, on a port that is free.
    pub fn of(path: &Path, app: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runglass"));
        command.arg("serve").arg(path).arg("--app").arg(app);
        command.args(["--port", "0", "--no-open"]);
        Self::start(command)
    }

    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut address = String::new();
        let mut printed = BufReader::new(child.stdout.take().unwrap());
        printed.read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        let host = address
            .strip_prefix("http://")
            .and_then(|rest| rest.split('/').next());
        Self {
            host: host.unwrap_or_default().to_owned(),
            child,
            address,
        }
    }

    /// The same, where what it says beside the address is read.
    #[allow(dead_code, reason = "not every test reads it")]
    pub fn start_told(mut command: Command) -> Self {
        command.stderr(Stdio::piped());
        Self::start(command)
    }

    #[allow(dead_code, reason = "not every test asks for it")]
    pub fn port(&self) -> u16 {
        let port = self.host.rsplit(':').next();
        port.unwrap_or_default().parse().unwrap()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.host)
    }

    /// The answer to a request line and headers that nobody has tidied.
    pub fn ask(&self, request_line: &str, headers: &[&str], body: &[u8]) -> Said {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        let mut request = format!("{request_line}\r\n");
        for header in headers {
            request.push_str(&format!("{header}\r\n"));
        }
        if !body.is_empty() {
            request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        request.push_str("Connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        Said::of(&answer)
    }

    /// A plain GET with some more headers.
    pub fn get(&self, path: &str, headers: &[&str]) -> Said {
        let host = format!("Host: {}", self.host);
        let headers = [&[host.as_str()], headers].concat();
        self.ask(&format!("GET {path} HTTP/1.1"), &headers, b"")
    }

    pub fn post(&self, path: &str, headers: &[&str], body: &[u8]) -> Said {
        let host = format!("Host: {}", self.host);
        let headers = [&[host.as_str()], headers].concat();
        self.ask(&format!("POST {path} HTTP/1.1"), &headers, body)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already, as some tests want it to.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Said {
    fn of(answer: &[u8]) -> Self {
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("{:?}", String::from_utf8_lossy(answer)));
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let mut said = Self {
            status: status.parse().unwrap(),
            headers: lines
                .map(|line| line.split_once(": ").unwrap())
                .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                .collect(),
            body: answer[end + 4..].to_vec(),
        };
        if said.header("transfer-encoding") == Some("chunked") {
            said.body = unchunked(&said.body);
        }
        said
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter().filter(|(known, _)| known == name);
        let (_, value) = all.next()?;
        assert!(all.next().is_none(), "{name} stands there twice");
        Some(value)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n").unwrap();
        let size = std::str::from_utf8(&body[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return whole;
        }
        whole.extend_from_slice(&body[end + 2..end + 2 + size]);
        body = &body[end + 2 + size + 2..];
    }
}
