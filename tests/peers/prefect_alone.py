"""Prefect for tests: the pinned one, by itself and on this machine only, whatever the person who runs the tests has set.

What else is called `prefect_…` here begins with it, before it imports Prefect.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).parent / "requirements-prefect.txt"
# What `prefect_server.py --prepare` makes.
BLANK = Path(sys.prefix) / "blank.db"
# Nothing that is recorded may grow old: a hundred years.
FOR_EVER = "P36500D"

BOTH = {
    "DO_NOT_TRACK": "1",
    "NO_PROXY": "127.0.0.1,localhost",
    "no_proxy": "127.0.0.1,localhost",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
}
SERVER = {
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": FOR_EVER,
    "PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES": "{}",
    # A blank database has them already.
    "PREFECT_SERVER_API_BLOCKS_REGISTER_ON_START": "false",
    # What says that a run is late, has gone, or is due: only what flows do is recorded.
    **{f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false" for service in (
        "CANCELLATION_CLEANUP", "CLEANUP_RECONCILER", "FOREMAN", "LATE_RUNS", "PAUSE_EXPIRATIONS", "REPOSSESSOR", "SCHEDULER",
        "TRIGGERS")},
    # Events are told nearly at once.
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "0.1",
}
# Tasks are recorded a hundred at a time, within a second, and not one by one, which comes to 50 tasks a second.
BULK = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
}
FLOWS = {
    "PREFECT_LOGGING_TO_API_BATCH_INTERVAL": "0.1",
}


def with_prefect():
    """Goes on in the Python that has Prefect, where this one is another."""
    python = os.environ.get("RUNGLASS_PREFECT_PYTHON")
    if not python:
        tools = os.environ.get("RUNGLASS_TOOLS") or os.path.join(
            os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "runglass-dev")
        version = re.search(r"^prefect==(\S+)", REQUIREMENTS.read_text(), re.MULTILINE)[1]
        python = os.path.join(tools, f"prefect-{version}-python", "bin", "python")
    if not os.path.exists(python):
        sys.exit("Prefect is not installed. What to try: ./dev setup")
    if Path(sys.prefix).resolve() != Path(python).parent.parent.resolve():
        os.execv(python, [python, *sys.argv])


def settle(home, **more):
    """Prefect's settings for this process, in place of those that it was started with."""
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]
    os.environ.update(BOTH | {"PREFECT_HOME": str(home), "PREFECT_LOCAL_STORAGE_PATH": str(Path(home) / "storage")} | more)


def blank():
    """The database with which a server begins, where it lies."""
    if not BLANK.exists():
        server = Path(__file__).with_name("prefect_server.py")
        subprocess.run([sys.executable, server, "--prepare"], check=True, stdout=sys.stderr)
    return BLANK
