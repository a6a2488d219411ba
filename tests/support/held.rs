//! A folder behind a URL that gives one file only when it is let go: whoever reads it is in
//! the middle of its work, for as long as a test wants.

use crate::site::Reply;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// A test that waits longer has failed.
const DEADLINE: Duration = Duration::from_secs(60);

pub struct Held {
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
    is_reached: Receiver<()>,
    /// Dropped, it lets go.
    let_go: Option<Sender<()>>,
}

impl Held {
    /// `is_held` is asked about each path until it is the one.
    pub fn serve(folder: PathBuf, mut is_held: impl FnMut(&str) -> bool + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (reached, is_reached) = channel();
        let (let_go, goes) = channel::<()>();
        let thread = std::thread::spawn(move || {
            let mut reached = Some(reached);
            for stream in listener.incoming() {
                let Some((stream, path)) = stream.ok().and_then(asked) else {
                    // This one is the last.
                    break;
                };
                if is_held(&path)
                    && let Some(reached) = reached.take()
                {
                    reached.send(()).unwrap();
                    assert!(goes.recv().is_err(), "nothing is ever sent");
                }
                // A client that goes away in the middle is no failure of the server's.
                let _gone = answer(stream, std::fs::read(folder.join(path)).ok());
            }
        });
        Self {
            address,
            thread: Some(thread),
            is_reached,
            let_go: Some(let_go),
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Waits until somebody reads what is held.
    pub fn wait(&self) {
        let reached = self.is_reached.recv_timeout(DEADLINE);
        assert!(
            reached.is_ok(),
            "nobody has asked for the file that is held"
        );
    }

    /// Gives what is held, and all that is asked for after it.
    #[allow(dead_code, reason = "who stops a program lets nothing go")]
    pub fn let_go(&mut self) {
        drop(self.let_go.take());
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.let_go();
        // The thread waits for a connection.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// The path that somebody asks for; its other headers, ranges too, are no matter here.
fn asked(stream: TcpStream) -> Option<(TcpStream, String)> {
    let mut lines = BufReader::new(&stream).lines();
    let first = lines.next()?.ok()?;
    let path = first.strip_prefix("GET /")?.split(' ').next()?.to_owned();
    while !lines.next()?.ok()?.is_empty() {}
    drop(lines);
    Some((stream, path))
}

fn answer(mut stream: TcpStream, file: Option<Vec<u8>>) -> std::io::Result<()> {
    let reply = match file {
        Some(file) => Reply::whole(&file),
        None => Reply::status(404),
    };
    let (status, length) = (reply.status, reply.body.len());
    let head = format!("HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Length: {length}\r\n");
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(&reply.body)
}
