//! The same engine at a terminal.
//!
//! `runglass dump` prints what was opened as JSON, `runglass value` one value. What the command line shares with
//! the page is everything but the screen: see [`host`] for what it lends to the engine.

pub mod dump;
pub mod host;
pub mod value;
pub mod zones;

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
        /// A zip, a folder that holds a .metaflow, or the URL of either
        source: String,
        /// Only what lies below this place: Flow, Flow/run, Flow/run/step or Flow/run/step/task
        pathspec: Option<String>,
    },
    /// Print one value as JSON: a pickle in a file of its own, or an artifact in a source
    ///
    /// Ends with 1 where nothing could be decoded ("outcome": "error"), and with 0 where a part could ("partial").
    Value {
        /// A file that holds a pickle; with PATHSPEC a zip, a folder that holds a .metaflow, or a URL
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
    },
}

/// Runs the command line; an error goes to stderr in the words of the error screen.
pub fn main() -> ExitCode {
    let told = match &Arguments::parse().command {
        Command::Dump { source, pathspec } => {
            pollster::block_on(dump::dump(source, pathspec.as_deref()))
        }
        Command::Value {
            source,
            pathspec,
            attempt,
            at,
            large,
        } => pollster::block_on(value::value(&value::Asked {
            source,
            pathspec: pathspec.as_deref(),
            attempt: *attempt,
            at: at.as_deref(),
            large: *large,
        })),
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
            eprintln!("It could not be written: {error}");
            ExitCode::FAILURE
        }
    }
}
