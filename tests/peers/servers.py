"""Real web servers over a folder, for tests: one is started, and ends with its standard input.

    python servers.py NAME FOLDER [--cors] [--no-ranges] [--gzip] [--hide] [--page-size=N]

Prints one line of JSON when the server answers: its address (`url`, of the folder) and what it
calls itself (`version`). The folder is copied first, so that a server without rights reads it.
Names: http.server, nginx, nginx-json, apache-plain, apache-fancy, apache-table, lighttpd, caddy, python,
s3 (moto; its Python is $RUNGLASS_S3_PYTHON). Everything listens on 127.0.0.1 only.

--cors lets other pages read the answers; --no-ranges and --gzip, for nginx, send whole files
only, and pack them on the way; --hide, for Apache, leaves out names that begin with a dot;
--settings=FILE adds lines to the server's settings, where they stand for the folder;
--page-size, for s3, is how many keys one answer lists.
"""

import argparse
import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

EXPOSED = "Content-Range, Content-Length, ETag"
BUCKET = "lab-runs"
# A port that was free may be taken before the server has it.
TRIES = 5


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def program(name):
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        sys.exit(f"{name} is not installed. What to try: ./dev setup")
    return found


def version_of(*command):
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    return (told.stdout + told.stderr).strip().splitlines()[0]


def nginx(port, root, home, options, listing="html"):
    headers = ""
    if options.cors:
        headers = f"""
          add_header Access-Control-Allow-Origin * always;
          add_header Access-Control-Expose-Headers "{EXPOSED}" always;"""
    (home / "conf").write_text(f"""
      {"user root;" if os.geteuid() == 0 else ""}
      daemon off; worker_processes 1; pid {home}/pid; error_log stderr crit;
      events {{ worker_connections 64; }}
      http {{
        access_log off; default_type application/octet-stream; charset utf-8;
        types {{ text/html html; text/plain txt; application/json json; }}
        client_body_temp_path {home}/b; proxy_temp_path {home}/p; fastcgi_temp_path {home}/f;
        uwsgi_temp_path {home}/u; scgi_temp_path {home}/s;
        {"max_ranges 0;" if options.no_ranges else ""}
        {"gzip on; gzip_types *; gzip_min_length 1;" if options.gzip else ""}
        server {{
          listen 127.0.0.1:{port}; root {root};
          autoindex on; autoindex_format {listing};{headers}
          location / {{
            {options.lines}
          }}
        }}
      }}""")
    return [program("nginx"), "-c", str(home / "conf"), "-p", str(home), "-e", "stderr"]


def apache(port, root, home, options, style=""):
    modules = "/usr/lib/apache2/modules"
    loaded = ["mpm_event", "authz_core", "unixd", "dir", "autoindex", "mime", "headers", "rewrite"]
    lines = [f"LoadModule {name}_module {modules}/mod_{name}.so" for name in loaded if name != "unixd" or os.path.exists(f"{modules}/mod_unixd.so")]
    if os.geteuid() == 0:
        lines += ["User #65534", "Group #65534"]
    if options.cors:
        lines += ["Header always set Access-Control-Allow-Origin *",
                  f'Header always set Access-Control-Expose-Headers "{EXPOSED}"']
    (home / "mime.types").write_text("text/html html\n")
    (home / "conf").write_text("\n".join(lines) + f"""
      ServerRoot {home}
      ServerName localhost
      Listen 127.0.0.1:{port}
      PidFile {home}/pid
      DefaultRuntimeDir {home}
      Mutex file:{home}
      ErrorLog /dev/stderr
      LogLevel crit
      TypesConfig {home}/mime.types
      StartServers 1
      ServerLimit 1
      ThreadsPerChild 8
      MaxRequestWorkers 8
      DocumentRoot {root}
      <Directory {root}>
        Require all granted
        Options +Indexes
        IndexOptions Charset=UTF-8 {style}
        AllowOverride None
        {"IndexIgnore .??* *~" if options.hide else ""}
        {options.lines}
      </Directory>
    """)
    return [program("apache2"), "-f", str(home / "conf"), "-D", "FOREGROUND"]


def lighttpd(port, root, home, options):
    cors = f"""
      server.modules += ( "mod_setenv" )
      setenv.add-response-header = (
        "Access-Control-Allow-Origin" => "*", "Access-Control-Expose-Headers" => "{EXPOSED}" )""" if options.cors else ""
    (home / "conf").write_text(f"""
      server.modules = ( "mod_dirlisting", "mod_staticfile" ){cors}
      server.document-root = "{root}"
      server.bind = "127.0.0.1"
      server.port = {port}
      dir-listing.activate = "enable"
      dir-listing.encoding = "utf-8"
      {options.lines}
      mimetype.assign = ( ".html" => "text/html", "" => "application/octet-stream" )
    """)
    return [program("lighttpd"), "-D", "-f", str(home / "conf")]


def caddy(port, root, home, options):
    os.environ.update(XDG_DATA_HOME=str(home), XDG_CONFIG_HOME=str(home))
    (home / "Caddyfile").write_text(f"""
      {{
        admin off
        auto_https off
      }}
      http://127.0.0.1:{port} {{
        root * {root}
        {"header Access-Control-Allow-Origin *" if options.cors else ""}
        {f'header Access-Control-Expose-Headers "{EXPOSED}"' if options.cors else ""}
        {options.lines}
        file_server browse
      }}
    """)
    return [program("caddy"), "run", "--config", str(home / "Caddyfile"), "--adapter", "caddyfile"]


def s3_python():
    python = os.environ.get("RUNGLASS_S3_PYTHON")
    if not python:
        tools = os.environ.get("RUNGLASS_TOOLS") or os.path.join(
            os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "runglass-dev")
        python = os.path.join(tools, "s3-python", "bin", "python")
    if not os.path.exists(python):
        sys.exit("The S3 server (moto) is not installed. What to try: ./dev setup")
    return python


def s3(port, _root, _home, options):
    if options.page_size:
        os.environ["MOTO_S3_DEFAULT_MAX_KEYS"] = str(options.page_size)
    return [s3_python(), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]


def python(port, root, home, options):
    """A program of a few lines that serves the current folder at the port 8000."""
    (home / "serve.py").write_text(options.lines.replace("8000", str(port)))
    return ["sh", "-c", 'cd "$1" && exec "$2" "$3"', "sh", str(root), sys.executable, str(home / "serve.py")]


def fill_bucket(url, root):
    """Puts the folder's files into a bucket that everybody may list and read."""
    def put(path, data=b""):
        request = urllib.request.Request(url + path, data=data, method="PUT")
        # Else it is taken for a form.
        request.add_header("Content-Type", "application/octet-stream")
        request.add_header("x-amz-acl", "public-read")
        opener.open(request).close()

    put(f"/{BUCKET}")
    for file in sorted(path for path in root.rglob("*") if path.is_file()):
        key = os.fsencode(file.relative_to(root))
        put(f"/{BUCKET}/{urllib.parse.quote(key)}", file.read_bytes())
    return f"{url}/{BUCKET}/"


SERVERS = {
    "nginx": (nginx, ["nginx", "-v"]),
    "nginx-json": (partial(nginx, listing="json"), ["nginx", "-v"]),
    "apache-plain": (partial(apache, style="-FancyIndexing"), ["apache2", "-v"]),
    "apache-fancy": (partial(apache, style="FancyIndexing"), ["apache2", "-v"]),
    "apache-table": (partial(apache, style="FancyIndexing HTMLTable"), ["apache2", "-v"]),
    "lighttpd": (lighttpd, ["lighttpd", "-v"]),
    "caddy": (caddy, ["caddy", "version"]),
    "python": (python, ["python3", "-V"]),
    "s3": (s3, None),
}

# A proxy cannot reach this machine.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answers(url):
    try:
        opener.open(url).close()
    except urllib.error.HTTPError as error:
        error.close()
    except (urllib.error.URLError, ConnectionError):
        return False
    return True


def start(name, root, home, options):
    """Starts a program; gives its address when it answers."""
    configure, version = SERVERS[name]
    for _ in range(TRIES):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        command = configure(port, root, home, options)
        # A group of its own, so that its children end with it.
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True)
        atexit.register(end, child)
        while child.poll() is None:
            if answers(url):
                if version:
                    told = version_of(program(version[0]), *version[1:])
                else:
                    told = version_of(s3_python(), "-c", "import moto; print('moto', moto.__version__)")
                return url, told
            time.sleep(0.02)
    sys.exit(f"{name} does not start: it ended with {child.returncode}.")


def end(child):
    try:
        os.killpg(child.pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    try:
        child.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)


def http_server(root, options):
    class Handler(SimpleHTTPRequestHandler):
        """Python's own, whose answers other pages may read where that is asked for."""

        def end_headers(self):
            if options.cors:
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Access-Control-Expose-Headers", EXPOSED)
            super().end_headers()

        def do_OPTIONS(self):
            # What asks before a request with a range that is no simple one.
            self.send_response(204)
            if options.cors:
                self.send_header("Access-Control-Allow-Headers", "*")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}", f"Python {sys.version.split()[0]}"


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("name", choices=["http.server", *SERVERS])
    asked.add_argument("folder", type=Path)
    for flag in ("--cors", "--no-ranges", "--gzip", "--hide"):
        asked.add_argument(flag, action="store_true")
    asked.add_argument("--page-size", type=int)
    asked.add_argument("--settings", type=Path)
    options = asked.parse_args()
    options.lines = options.settings.read_text() if options.settings else ""
    home = Path(tempfile.mkdtemp(prefix="runglass-server-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    home.chmod(0o755)
    root = home / "served"
    shutil.copytree(options.folder, root)
    for place in (root, *root.rglob("*")):
        place.chmod(0o755 if place.is_dir() else 0o644)

    if options.name == "http.server":
        url, version = http_server(root, options)
    else:
        url, version = start(options.name, root, home, options)
    url = fill_bucket(url, root) if options.name == "s3" else url + "/"
    print(json.dumps({"url": url, "version": version, "root": str(root)}), flush=True)
    sys.stdin.read()


signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
main()
