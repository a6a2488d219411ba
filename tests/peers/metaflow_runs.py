"""The list of runs as Metaflow's own Client API gives it: what `./dev bench` compares with.

    METAFLOW_DATASTORE_SYSROOT_LOCAL=FOLDER python metaflow_runs.py

FOLDER is the one that holds `.metaflow`. Prints a line for each run, newest first in
each flow: what Runglass's own list of runs shows, where the client knows it.
"""

from metaflow import Metaflow, namespace

namespace(None)
for flow in Metaflow():
    for run in flow:
        print(run.pathspec, run.created_at, run.successful, run.finished_at, *sorted(run.tags), sep="\t")
