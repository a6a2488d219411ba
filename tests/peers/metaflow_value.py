"""How long Metaflow's own client takes to read a value, in seconds: at first, and again out of the copy that it keeps unpacked.

    python3 metaflow_value.py PATHSPEC NAME          (in the folder that holds .metaflow; with pandas)

What a notebook has done before is not counted: the libraries are loaded and the task is known. The copy is kept in a
folder of this process alone (METAFLOW_CLIENT_CACHE_PATH, metaflow/metaflow_config.py of 2.19.39), so that the first reading
is one.
"""

import os
import sys
import tempfile
import time


def seconds(task, name):
    start = time.perf_counter()
    value = task[name].data
    taken = time.perf_counter() - start
    del value
    return taken


with tempfile.TemporaryDirectory() as copies:
    os.environ["METAFLOW_CLIENT_CACHE_PATH"] = copies
    import pandas  # noqa: F401
    from metaflow import Task, namespace

    namespace(None)
    task = Task(sys.argv[1])
    print(seconds(task, sys.argv[2]), seconds(task, sys.argv[2]))
