//! The same engine at a terminal.
//!
//! `runglass dump` prints what was opened as JSON, `runglass value` one value, and
//! `runglass pack` writes runs in few files, `runglass serve` gives the page and a folder of
//! runs to a browser. What the command line shares with
//! the page is everything but the screen: see [`host`] for what it lends to the engine.

pub mod disk;
pub mod dump;
mod header;
pub mod host;
pub mod pack;
pub mod serve;
mod told;
pub mod value;
pub mod zones;

use self::pack::redact::{Keep, Machine, Redact};
use crate::source::http::key::Key;
use clap::{CommandFactory as _, Parser, Subcommand};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "runglass",
    version,
    about = "Opens what workflow engines leave behind"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print everything that a source holds as JSON: the maps flows, runs, steps, tasks and namespaces
    Dump {
        /// A folder that holds a .metaflow or packed runs, a zip or a tar (.tar.gz, .tar.zst, …) of one, or the URL of any of these
        source: String,
        /// Only what lies below this place: Flow, Flow/run, Flow/run/step or Flow/run/step/task
        pathspec: Option<String>,
        /// What the page asks about: what can still be read of an archive that is cut off, one that unpacks to very much
        #[arg(long, visible_alias = "anyway")]
        recover: bool,
        /// Send this header to the URL's host and what lies below it, such as 'Authorization: Bearer …'; or @FILE, which holds it
        #[arg(long, value_name = "NAME: VALUE")]
        header: Option<String>,
    },
    /// Print one value as JSON: a pickle in a file of its own, or an artifact in a source
    ///
    /// Ends with 1 where nothing could be decoded ("outcome": "error"), and with 0 where a part could ("partial").
    Value {
        /// A file that holds a pickle; with PATHSPEC what dump takes
        source: String,
        /// The artifact: Flow/run/step/task/artifact
        pathspec: Option<String>,
        /// Of this attempt, not of the last one
        #[arg(long)]
        attempt: Option<u32>,
        /// A place inside the value, as Python writes it: value.name[0]["key"].iloc[3], and <inside> for what bytes or a text hold
        #[arg(long)]
        at: Option<String>,
        /// Take the memory and time that it needs
        #[arg(long)]
        large: bool,
        /// Send this header to the URL's host and what lies below it, such as 'Authorization: Bearer …'; or @FILE, which holds it
        #[arg(long, value_name = "NAME: VALUE")]
        header: Option<String>,
    },
    /// Write runs in few files, as any web server can give them: a folder, or a zip
    ///
    /// What was packed there before is kept; only runs that are new or have changed are packed.
    Pack {
        /// What the page takes: a folder that holds a .metaflow or runs packed before, a zip or a tar (.tar.gz, .tar.zst, …) of one, or the URL of any of these
        source: String,
        /// The folder or the .zip that is written; no other kind of archive is
        #[arg(short, long, value_name = "OUT")]
        out: PathBuf,
        /// Only runs of this flow; may be given several times
        #[arg(long = "flow", value_name = "FLOW")]
        flows: Vec<String>,
        /// Only runs with this tag; of several, with all of them
        #[arg(long = "tag", value_name = "TAG")]
        tags: Vec<String>,
        /// Only runs that began then or later: 2026-11-01, 2026-11-01T08:30 (UTC), 36h, 7d
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
        /// Only runs that began before
        #[arg(long, value_name = "TIME")]
        until: Option<String>,
        /// Send this header to the URL's host and what lies below it, such as 'Authorization: Bearer …'; or @FILE, which holds it
        #[arg(long, value_name = "NAME: VALUE")]
        header: Option<String>,
        /// Replace user and host names, absolute paths, environment values and what looks like a secret, and leave out what cannot be looked into
        #[arg(long)]
        redact: bool,
        /// With --redact: take along what cannot be looked into, of this kind; may be given several times
        #[arg(long, value_name = "KIND", requires = "redact", value_parser = ["values", "code", "cards", "logs"])]
        keep: Vec<String>,
        /// With --redact: write what was replaced by what to this file, which is not to be shared; given again, the same names get the same words
        #[arg(long, value_name = "FILE", requires = "redact")]
        report: Option<PathBuf>,
    },
    /// Open the runs of a folder in the browser, served from this machine to this machine
    ///
    /// Nothing outside of PATH is reachable, and nothing is written. A run that is still going on is followed.
    Serve {
        /// A folder that holds a .metaflow, or an archive; the .metaflow of this folder when left out
        path: Option<PathBuf>,
        /// Listen on this port, not on the first free one from 8000 on
        #[arg(long)]
        port: Option<u16>,
        /// Listen on the interface with this address, not on 127.0.0.1
        #[arg(long, value_name = "ADDRESS")]
        host: Option<String>,
        /// Let others read the runs, where --host names an interface that they reach
        #[arg(long)]
        allow_others: bool,
        /// Print the address and open no browser
        #[arg(long)]
        no_open: bool,
        /// Serve this build of the app, not the one inside
        #[arg(long, value_name = "FOLDER")]
        app: Option<PathBuf>,
    },
}

/// Runs the command line; an error goes to stderr.
pub fn main() -> ExitCode {
    let told = match &Arguments::parse().command {
        Command::Dump {
            source,
            pathspec,
            recover,
            header,
        } => pollster::block_on(dump::dump_asked(&dump::Asked {
            source,
            below: pathspec.as_deref(),
            recover: *recover,
            key: key_of(header.as_deref()),
        })),
        Command::Value {
            source,
            pathspec,
            attempt,
            at,
            large,
            header,
        } => pollster::block_on(value::value(&value::Asked {
            source,
            pathspec: pathspec.as_deref(),
            attempt: *attempt,
            at: at.as_deref(),
            large: *large,
            key: key_of(header.as_deref()),
        })),
        Command::Pack {
            source,
            out,
            flows,
            tags,
            since,
            until,
            header,
            redact,
            keep,
            report,
        } => {
            let chosen = pack::Chosen::of(flows, tags, since.as_deref(), until.as_deref());
            let chosen = match chosen {
                Ok(chosen) => chosen,
                Err(what) => Arguments::command()
                    .error(clap::error::ErrorKind::InvalidValue, what)
                    .exit(),
            };
            let asked = pack::Asked {
                source,
                out,
                chosen,
                key: key_of(header.as_deref()),
                redact: redact.then(|| {
                    let keeps = |kind: &str| keep.iter().any(|kept| kept == kind);
                    Redact {
                        keep: Keep {
                            values: keeps("values"),
                            code: keeps("code"),
                            cards: keeps("cards"),
                            logs: keeps("logs"),
                        },
                        report: report.clone(),
                        machine: Machine::here(),
                    }
                }),
            };
            let (gate, shown) = (pack::Gate::default(), pack::Shown::default());
            pack::listen(&gate, &shown);
            match pollster::block_on(pack::pack_through(&asked, &gate, &shown)) {
                Ok(summary) => {
                    println!("{summary}");
                    return ExitCode::SUCCESS;
                }
                Err(failure) => Err(failure),
            }
        }
        Command::Serve {
            path,
            port,
            host,
            allow_others,
            no_open,
            app,
        } => {
            let asked = serve::Asked {
                path: path.clone(),
                port: *port,
                host: host.clone(),
                allow_others: *allow_others,
                open: !no_open,
                app: app.clone(),
            };
            return match serve::serve(&asked) {
                Ok(()) => ExitCode::SUCCESS,
                Err(why) => {
                    eprintln!("{why}");
                    ExitCode::FAILURE
                }
            };
        }
    };
    match told {
        // Nothing of it could be decoded.
        Ok(told)
            if told
                .get("outcome")
                .is_some_and(|outcome| outcome == "error") =>
        {
            print(&told);
            ExitCode::FAILURE
        }
        Ok(told) => print(&told),
        Err(failure) => {
            eprint!("{}", told::told(&failure));
            ExitCode::FAILURE
        }
    }
}

/// The header that was typed, if one was.
fn key_of(argument: Option<&str>) -> Option<Key> {
    argument.map(|argument| match header::key(argument) {
        Ok(key) => key,
        Err(what) => Arguments::command()
            .error(clap::error::ErrorKind::InvalidValue, what)
            .exit(),
    })
}

fn print(value: &serde_json::Value) -> ExitCode {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let written = serde_json::to_writer_pretty(&mut out, value).map_err(std::io::Error::from);
    match written
        .and_then(|()| writeln!(out))
        .and_then(|()| out.flush())
    {
        Ok(()) => ExitCode::SUCCESS,
        // A reader that has seen enough (`| head`) is no failure.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("It could not be written: {error}");
            ExitCode::FAILURE
        }
    }
}
