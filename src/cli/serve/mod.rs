//! `runglass serve`: the app and the runs of a folder, for the browsers of this machine.
//!
//! It listens on this machine's own interface and refuses others unless it is told twice;
//! answers only to the names of this machine, lets no other page read or ask anything,
//! gives nothing outside of the folder, and writes nothing at all. [`guard`] has what is
//! refused before anything is looked at, [`site`] the app, [`runs`] the folder, [`watch`]
//! what has changed in it, [`answer`] the parts of HTTP that they share; [`others`] and
//! [`awaited`] know what is said at the start.
//!
//! Start with [`serve`] for how it lives, with [`respond`] for who answers what.

mod answer;
mod awaited;
mod guard;
mod opening;
mod others;
mod runs;
mod site;
mod watch;

use crate::source::served::wire;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::{Router, serve as serve_on};
use futures_util::future::{FutureExt as _, join_all, select};
use guard::Names;
use runs::Runs;
use serde_json::json;
use site::Site;
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch as signal;
use tokio::task::spawn_blocking;
use watch::Watcher;

/// What the command line says.
pub struct Asked {
    pub path: Option<PathBuf>,
    pub port: Option<u16>,
    pub host: Option<String>,
    pub allow_others: bool,
    pub open: bool,
    /// A build of the app to serve in the place of the one inside.
    pub app: Option<PathBuf>,
}

/// The ports that are tried when none is named.
const FIRST_PORT: u16 = 8000;
const PORTS_TRIED: u16 = 100;

/// How long answers that are under way may go on when it ends.
const GRACE: Duration = Duration::from_millis(500);

/// What every answer is made from.
struct Served {
    site: Site,
    runs: Runs,
    names: Names,
    watcher: Arc<Watcher>,
    /// Becomes true when it ends.
    ends: signal::Receiver<bool>,
}

/// Serves until Ctrl+C. The error is what a person reads.
pub fn serve(asked: &Asked) -> Result<(), String> {
    let site = Site::of(asked.app.as_deref())?;
    let runs = Runs::of(asked.path.as_deref())?;
    let hosts = interfaces(asked)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| format!("It cannot be started: {error}"))?;
    let ended = runtime.block_on(run(asked, site, runs, &hosts));
    runtime.shutdown_background();
    ended
}

async fn run(asked: &Asked, site: Site, runs: Runs, hosts: &[IpAddr]) -> Result<(), String> {
    // Asked once, it is listened for from here on.
    let mut stopped = Box::pin(tokio::signal::ctrl_c());
    let at_once = (&mut stopped).now_or_never();
    let (listeners, port) = listen(hosts, asked.port).await?;
    if asked.port.is_none() && port != FIRST_PORT {
        eprintln!("Port {FIRST_PORT} is taken, so it is {port}.");
    }
    let host = hosts.first().copied().unwrap_or(Ipv4Addr::LOCALHOST.into());
    // Of all interfaces one is named by which this machine reaches itself.
    let shown = match host {
        IpAddr::V4(host) if host.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(host) if host.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        host => host,
    };
    let page = |at: SocketAddr| format!("http://{at}/{}", runs.hash());
    let address = page(SocketAddr::new(shown, port));
    eprintln!("{} Ctrl+C ends it.", runs.told());
    if host.is_unspecified() {
        let others = others::addresses(host, port);
        if others.is_empty() {
            eprintln!("No address of this machine was found by which others reach it.");
        }
        for other in others {
            eprintln!("Others reach it at {}", page(other));
        }
    }
    if !host.is_loopback() {
        eprintln!("Everybody who reaches this machine can read it: there is no password.");
    }
    println!("{address}");
    // Whoever reads the address through a pipe waits for it.
    io::stdout().flush().map_err(|error| error.to_string())?;
    if asked.open {
        opening::open(&address);
    }

    let (end, ends) = signal::channel(false);
    let served = Arc::new(Served {
        site,
        watcher: Arc::new(Watcher::new()),
        runs,
        names: Names::of(hosts),
        ends: ends.clone(),
    });
    // Beside all else: nobody waits for it, and the end of the program does not either.
    let (runs, is_over) = (served.runs.clone(), ends.clone());
    drop(spawn_blocking(move || awaited::tell(&runs, &is_over)));
    let app = Router::new().fallback(respond).with_state(served);
    let serving = listeners.into_iter().map(|listener| {
        let mut ends = ends.clone();
        // The sender lives as long as this function.
        let over = async move { drop(ends.wait_for(|over| *over).await) };
        let serving = serve_on(listener, app.clone());
        async move { serving.with_graceful_shutdown(over).await }
    });
    let serving = tokio::spawn(join_all(serving));
    // Without a way to hear Ctrl+C, the system ends the program by itself.
    let stopped = match at_once {
        Some(stopped) => stopped,
        None => stopped.await,
    };
    if stopped.is_err() {
        std::future::pending::<()>().await;
    }
    let _heard = end.send(true);
    eprintln!("Ended.");
    let late = pin!(tokio::time::sleep(GRACE));
    drop(select(serving, late).await);
    Ok(())
}

/// Where it listens: on this machine's own interface, unless another one is allowed.
fn interfaces(asked: &Asked) -> Result<Vec<IpAddr>, String> {
    let own: Vec<IpAddr> = vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    let Some(host) = asked.host.as_deref() else {
        return Ok(own);
    };
    if host == "localhost" {
        return Ok(own);
    }
    let address: IpAddr = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .map_err(|error| {
            format!(
                "--host {host}: this is no address of an interface ({error}), such as 127.0.0.1 or 0.0.0.0."
            )
        })?;
    if !address.is_loopback() && !asked.allow_others {
        return Err(format!(
            "--host {host} would let others read these runs: there is no password.\n  \
             try: leave --host out, and reach this machine by ssh -L\n  \
             try: --host {host} --allow-others, if it is meant"
        ));
    }
    Ok(vec![address])
}

/// Listens on all of the interfaces, on one port.
async fn listen(hosts: &[IpAddr], wanted: Option<u16>) -> Result<(Vec<TcpListener>, u16), String> {
    let first = wanted.unwrap_or(FIRST_PORT);
    let last = match wanted {
        Some(port) => port,
        None => FIRST_PORT + PORTS_TRIED - 1,
    };
    for port in first..=last {
        match listen_on(hosts, port).await {
            Ok(listening) => return Ok(listening),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => continue,
            Err(error) => return Err(not_listened(hosts, port, &error)),
        }
    }
    Err(match wanted {
        Some(port) => format!("Port {port} is taken.\n  try: another --port"),
        None => format!("Ports {first} to {last} are taken.\n  try: --port N"),
    })
}

/// Why nothing can be listened on there: it may be the address, or the port.
fn not_listened(hosts: &[IpAddr], port: u16, error: &io::Error) -> String {
    let host = hosts.first().copied().unwrap_or(Ipv4Addr::LOCALHOST.into());
    match error.kind() {
        // Who wants no others is not told how others get in.
        io::ErrorKind::AddrNotAvailable if host.is_loopback() => format!(
            "This machine has no interface with the address {host}.\n  try: leave --host out"
        ),
        io::ErrorKind::AddrNotAvailable => {
            let own = others::own().into_iter();
            let own = own.map(|own| format!("\n  try: --host {own}, which it has"));
            let all: IpAddr = match host {
                IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
                IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
            };
            format!(
                "This machine has no interface with the address {host}.{}\n  try: --host {all}, for all of its interfaces",
                own.collect::<String>()
            )
        }
        io::ErrorKind::PermissionDenied => format!(
            "You may not listen on port {port}: {error}.\n  try: --port {FIRST_PORT}, or another one from 1024 on"
        ),
        _ => format!(
            "{} cannot be listened on: {error}.\n  try: another --port, or another --host",
            SocketAddr::new(host, port)
        ),
    }
}

async fn listen_on(hosts: &[IpAddr], port: u16) -> io::Result<(Vec<TcpListener>, u16)> {
    let mut listeners = Vec::new();
    let mut port = port;
    for host in hosts {
        match TcpListener::bind((*host, port)).await {
            Ok(listener) => {
                port = listener.local_addr()?.port();
                listeners.push(listener);
            }
            // A machine may have one of the two families only. What another program has
            // on the other would answer in this one's place.
            Err(error) if listeners.is_empty() || error.kind() == io::ErrorKind::AddrInUse => {
                return Err(error);
            }
            Err(_) => {}
        }
    }
    Ok((listeners, port))
}

/// One answer.
async fn respond(State(served): State<Arc<Served>>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    if let Err(refused) = guard::check(&served.names, &head) {
        return refused;
    }
    let Some(path) = guard::path_of(head.uri.path()) else {
        return answer::refused(StatusCode::BAD_REQUEST, "This is no path.");
    };
    let reads = head.method == Method::GET || head.method == Method::HEAD;
    let of_runs = path.strip_prefix("runs/");
    match (reads, of_runs) {
        (true, None) if path == "sites.json" => answer::record(&head, &sites(&served.runs)),
        (true, None) if path == "runs" => answer::moved("/runs/"),
        (true, None) => served.site.file(&head, &path),
        (true, Some(path)) => served.runs.file(&head, path).await,
        (false, Some(wire::LIST)) if head.method == Method::POST => {
            served.runs.list(&head, body).await
        }
        (false, Some(wire::READ)) if head.method == Method::POST => {
            served.runs.read(&head, body).await
        }
        (false, Some(wire::CHANGES)) if head.method == Method::POST => {
            let ends = served.ends.clone();
            let watcher = served.watcher.clone();
            served.runs.changes(body, watcher, ends).await
        }
        (false, _) => answer::not_allowed(),
    }
}

/// What the page opens when its address names nothing.
fn sites(runs: &Runs) -> serde_json::Value {
    json!({ "sources": [{ "src": runs.key(), "name": runs.name() }] })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(host: Option<&str>, allow_others: bool) -> Asked {
        Asked {
            path: None,
            port: None,
            host: host.map(str::to_owned),
            allow_others,
            open: false,
            app: None,
        }
    }

    #[test]
    fn other_interfaces_have_to_be_allowed() {
        for host in [
            None,
            Some("localhost"),
            Some("127.0.0.1"),
            Some("[::1]"),
            Some("127.8.0.1"),
        ] {
            let hosts = interfaces(&asked(host, false)).unwrap();
            assert!(hosts.iter().all(IpAddr::is_loopback), "{host:?}");
        }
        for host in [
            "0.0.0.0",
            "::",
            "192.168.1.7",
            "[fe80::1]",
            "::ffff:0.0.0.0",
        ] {
            let refused = interfaces(&asked(Some(host), false)).unwrap_err();
            assert!(refused.contains("--allow-others"), "{host}: {refused}");
            assert_eq!(
                interfaces(&asked(Some(host), true)).unwrap().len(),
                1,
                "{host}"
            );
        }
        assert!(interfaces(&asked(Some("example.org"), true)).is_err());
    }

    #[test]
    fn what_cannot_be_listened_on_is_named() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        // An address for documentation, which no machine has.
        let nobody: IpAddr = "192.0.2.7".parse().unwrap();
        for port in [None, Some(0)] {
            let told = runtime.block_on(listen(&[nobody], port)).unwrap_err();
            let begins =
                "This machine has no interface with the address 192.0.2.7.\n  try: --host ";
            assert!(told.starts_with(begins), "{told}");
            let ends = "\n  try: --host 0.0.0.0, for all of its interfaces";
            assert!(told.ends_with(ends), "{told}");
        }
        let missing = io::Error::from(io::ErrorKind::AddrNotAvailable);
        assert_eq!(
            not_listened(&[Ipv6Addr::LOCALHOST.into()], 8000, &missing),
            "This machine has no interface with the address ::1.\n  try: leave --host out"
        );
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        let told = not_listened(&[nobody], 80, &denied);
        assert!(
            told.starts_with("You may not listen on port 80: "),
            "{told}"
        );
        assert!(told.contains("\n  try: --port 8000"), "{told}");
    }
}
