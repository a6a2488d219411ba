//! A site on a real socket of this machine.

use crate::site::{Reply, Site};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// Bodies leave in pieces of this many bytes: a client must put them together.
const PIECE: usize = 700;

pub struct Server {
    address: SocketAddr,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start(site: Site) -> Self {
        Self::with(site, "", PIECE)
    }

    /// One whose bodies come byte by byte.
    #[allow(dead_code, reason = "not every test is that patient")]
    pub fn byte_by_byte(site: Site) -> Self {
        Self::with(site, "", 1)
    }

    /// One that answers only who sends this header, in small letters.
    pub fn locked(site: Site, header: &'static str) -> Self {
        Self::with(site, header, PIECE)
    }

    fn with(site: Site, header: &'static str, piece: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let over = Arc::new(AtomicBool::new(false));
        let seen = over.clone();
        let thread = std::thread::spawn(move || {
            for (nth, stream) in listener.incoming().enumerate() {
                if seen.load(Ordering::SeqCst) {
                    break;
                }
                // A client that goes away in the middle is no failure of the server's.
                let _ = stream.and_then(|stream| answer(stream, nth, &site, header, piece));
            }
        });
        Self {
            address,
            over,
            thread: Some(thread),
        }
    }

    pub fn url(&self, file: &str) -> String {
        format!("http://{}/{file}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // The thread waits for a connection: this one is the last.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answer(
    mut stream: TcpStream,
    nth: usize,
    site: &Site,
    header: &str,
    size: usize,
) -> std::io::Result<()> {
    let mut range = None;
    let mut is_open = header.is_empty();
    for line in BufReader::new(&stream).lines() {
        let line = line?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        is_open |= line == header;
        if let Some(asked) = line.strip_prefix("range:") {
            range = range_of(asked);
        }
    }
    let Reply {
        status,
        content_range,
        etag,
        body,
        cut,
        announced: _,
    } = match is_open {
        true => site(nth, range),
        false => Reply::status(401),
    };
    let mut head = format!(
        "HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in [("Content-Range", content_range), ("ETag", etag)] {
        if let Some(value) = value {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    for piece in body[..cut.unwrap_or(body.len())].chunks(size) {
        stream.write_all(piece)?;
        stream.flush()?;
    }
    Ok(())
}

/// `bytes=0-99`, as the half-open range 0..100.
fn range_of(asked: &str) -> Option<Range<u64>> {
    let (first, last) = asked.trim().strip_prefix("bytes=")?.split_once('-')?;
    Some(first.parse().ok()?..last.parse::<u64>().ok()? + 1)
}
