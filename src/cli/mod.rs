//! The same engine at a terminal.
//!
//! `runglass dump` prints what was opened as JSON. What the command line shares with
//! the page is everything but the screen: see [`host`] for what it lends to the engine.

pub mod dump;
pub mod host;

use clap::{Parser, Subcommand};
use std::io::Write as _;
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
        /// A zip, a folder that holds a .metaflow, or the URL of a zip
        source: String,
        /// Only what lies below this place: Flow, Flow/run, Flow/run/step or Flow/run/step/task
        pathspec: Option<String>,
    },
}

/// Runs the command line; an error goes to stderr in the words of the error screen.
pub fn main() -> ExitCode {
    let Command::Dump { source, pathspec } = Arguments::parse().command;
    match pollster::block_on(dump::dump(&source, pathspec.as_deref())) {
        Ok(dumped) => print(&dumped),
        Err(failure) => {
            eprintln!("{}\n{}", failure.headline, failure.explanation);
            for (label, value) in &failure.details {
                eprintln!("  {label}: {value}");
            }
            for advice in &failure.advice {
                eprintln!("  try: {advice}");
            }
            ExitCode::FAILURE
        }
    }
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
            eprintln!("The dump could not be written: {error}");
            ExitCode::FAILURE
        }
    }
}
