"""The status of every task of a run, as Metaflow's client tells it.

    python tests/peers/metaflow_large.py FLOW/RUN

Prints how many tasks there are, how many went well, and how many were tried again; then the seconds that it took,
from the first question on.
"""

import sys, time

from metaflow import Run, namespace

namespace(None)
begun = time.perf_counter()
tasks = [task for step in Run(sys.argv[1]) for task in step]
well = sum(bool(task.successful) for task in tasks)
again = sum(task.current_attempt > 0 for task in tasks)
took = time.perf_counter() - begun
print(len(tasks), well, again)
print(f"{took:.3f}")
