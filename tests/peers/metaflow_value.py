"""How long Metaflow's own client takes to read a value: the median of five, after one that is not counted, in seconds.

    python3 metaflow_value.py PATHSPEC NAME          (in the folder that holds .metaflow)
"""

import statistics
import sys
import time

from metaflow import Task, namespace


def seconds(path, name):
    start = time.perf_counter()
    value = Task(path)[name].data
    taken = time.perf_counter() - start
    del value
    return taken


namespace(None)
print(statistics.median([seconds(*sys.argv[1:]) for _ in range(6)][1:]))
