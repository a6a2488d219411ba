//! A real web server on this machine, started by `tests/peers/servers.py`.

use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Ends with its last owner.
pub struct RealServer {
    child: Child,
    pub url: String,
    /// Where its copy of the folder lies; a bucket has its own.
    #[allow(dead_code, reason = "not every test writes into it")]
    pub root: PathBuf,
}

impl RealServer {
    /// Starts one over a folder. Without the program there is no test.
    pub fn start(name: &str, folder: &Path, flags: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/servers.py");
        let mut child = Command::new("python3")
            .arg(script)
            .arg(name)
            .arg(folder)
            .args(flags)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|why| panic!("python3 does not start: {why}"));
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let Ok(told) = serde_json::from_str::<Value>(&line) else {
            let output = child.wait_with_output().unwrap();
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            panic!("{name} does not start: {why}");
        };
        // Whatever it has to say from now on must not fill the pipe.
        let errors = child.stderr.take().unwrap();
        std::thread::spawn(move || {
            std::io::copy(&mut BufReader::new(errors), &mut std::io::sink())
        });
        let url = told["url"].as_str().unwrap().to_owned();
        let root = PathBuf::from(told["root"].as_str().unwrap());
        Self { child, url, root }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

impl Drop for RealServer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
