"""A real Prefect server on this machine, for tests: it ends with its standard input.

    python3 prefect_server.py [--database FILE] [--home FOLDER] [--port N] [--no-services] [--bulk] [--page]
                              [--auth USER:PASSWORD] [--csrf] [--origins URL,URL]
    python3 prefect_server.py --prepare

Prints one line of JSON when it answers: the address of its API (`url`), its `version`, and its `home`, in which its
database and what flows keep lie. Listens on 127.0.0.1 only, at a free port or at --port.

--database is copied into the home first, with the `-wal` beside it, and served; else there is a blank one. --home is
used and stays (with a prefect.db in it, that one is served); else there is one that goes with the server. What records
what flows do, runs; --no-services ends that too, so that nothing is written but what is asked for; --bulk has it keep
up with thousands of tasks. --page serves Prefect's own page at `/`. --auth, --csrf and --origins are its settings of
these names.

--prepare makes the blank database that every server begins with, which takes seconds, and keeps it beside Python's.
"""

import argparse
import asyncio
import atexit
import gc
import json
import os
import shutil
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
import urllib.request
from pathlib import Path

import prefect_alone

# Seconds in which the server may end by itself.
END = 2
# A proxy cannot reach this machine.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def prepare():
    """The tables and the kinds of blocks, as a server makes them when it starts for the first time."""
    with tempfile.TemporaryDirectory(dir=sys.prefix) as home:
        prefect_alone.settle(home, **prefect_alone.SERVER)
        from prefect.server.database import provide_database_interface
        from prefect.server.models.block_registration import run_block_auto_registration

        async def fill():
            database = provide_database_interface()
            await database.create_db()
            async with await database.session() as session:
                await run_block_auto_registration(session=session)
                await session.commit()
            await (await database.engine()).dispose()

        asyncio.run(fill())
        with sqlite3.connect(Path(home) / "prefect.db") as made:
            made.execute("VACUUM INTO ?", [f"{home}/blank.db"])
        made.close()
        # Several may do this at once.
        os.replace(f"{home}/blank.db", prefect_alone.BLANK)


def database_of(home, options):
    """Puts the database into the home; whether it may be of another version of Prefect."""
    served = home / "prefect.db"
    if options.database:
        shutil.copyfile(options.database, served)
        if Path(f"{options.database}-wal").exists():
            shutil.copyfile(f"{options.database}-wal", f"{served}-wal")
        return True
    if served.exists():
        return True
    shutil.copyfile(prefect_alone.blank(), served)
    return False


def settings(port, home, migrate, options):
    more = {
        **prefect_alone.SERVER,
        **(prefect_alone.BULK if options.bulk else {}),
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": str(migrate).lower(),
        "PREFECT_SERVER_UI_ENABLED": str(options.page).lower(),
        "PREFECT_UI_API_URL": f"http://127.0.0.1:{port}/api",
        # The files of the page get this server's address written into them.
        "PREFECT_UI_STATIC_DIRECTORY": str(home / "page"),
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": str(options.csrf).lower(),
    }
    if options.auth:
        more["PREFECT_SERVER_API_AUTH_STRING"] = options.auth
    if options.origins:
        more["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] = options.origins
    return more


def serve(listening, home, options):
    """As `prefect server start` does, but for the port, which is taken before anybody else can have it."""
    # Looking for garbage would make the start a third longer.
    gc.disable()
    import prefect
    import uvicorn
    from prefect.server.api.server import create_app

    gc.freeze()
    gc.enable()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/api"

    class Server(uvicorn.Server):
        async def startup(self, sockets=None):
            await super().startup(sockets)
            if self.started:
                threading.Thread(target=tell, daemon=True).start()

    def tell():
        opener.open(f"{url}/health").close()
        print(json.dumps({"url": url, "version": prefect.__version__, "home": str(home)}), flush=True)
        sys.stdin.read()
        server.should_exit = True
        if not served.wait(END):
            end(0)

    def end(code):
        # What else Python would tidy up takes a second, and services that do not end are not waited for.
        if not options.home:
            shutil.rmtree(home, ignore_errors=True)
        os._exit(code)

    served = threading.Event()
    app = create_app(final=True, webserver_only=options.no_services)
    server = Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    server.run(sockets=[listening])
    served.set()
    end(0 if server.started else 1)


def main():
    asked = argparse.ArgumentParser()
    for name in ("--database", "--home"):
        asked.add_argument(name, type=Path)
    asked.add_argument("--port", type=int, default=0)
    for name in ("--no-services", "--bulk", "--page", "--csrf", "--prepare"):
        asked.add_argument(name, action="store_true")
    for name in ("--auth", "--origins"):
        asked.add_argument(name)
    options = asked.parse_args()
    if options.prepare:
        return prepare()
    home = options.home
    if home:
        home = home.resolve()
        home.mkdir(parents=True, exist_ok=True)
    else:
        home = Path(tempfile.mkdtemp(prefix="runglass-prefect-"))
        atexit.register(shutil.rmtree, home, ignore_errors=True)
    # Named as TCP, or asyncio lets small answers wait for 40 ms (it sets TCP_NODELAY on no others).
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", options.port))
    prefect_alone.settle(home, **settings(listening.getsockname()[1], home, database_of(home, options), options))
    serve(listening, home, options)


prefect_alone.with_prefect()
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
main()
