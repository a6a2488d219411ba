"""Flows that go on when they are let, on a server of `prefect_server.py`, so that a test can look at them in between.

    python3 prefect_flows.py URL HOME [--gates NAME,NAME] [--auth USER:PASSWORD] [--large N]

URL is that of the API; results are kept in HOME/storage. The flow `baking-day` has a task of each kind:

    weigh   prints, and keeps its result
    knead   a map over three loaves, in threads; keeps its results too
    heat    two retries, half a second apart; fails twice and then works
    bake    takes what the others made
    report  leaves an artifact of each kind

A task whose name is among the gates waits in each of its attempts, until a line with its name comes on standard input:
each line lets one go on, `NAME fail` lets it fail. When standard input ends, this ends too, as if it was killed: the
runs stay as they are. Without gates nothing is read.

Prints JSON by lines: `flow_run` and `name` when a flow has begun, `at` with the name of a gate and `attempt` when a task
waits there, `ended` with the name of the state at the end. This process ends when the server has been told all.

--large N runs `milling-day` instead, a map over N sacks.
"""

import argparse
import json
import os
import queue
import sys
import threading
from pathlib import Path

import prefect_alone

PICTURE = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='8' height='8'/%3E"


class Gates:
    """Those that are shut: who comes there waits for a line that names it."""

    def __init__(self, names):
        self.lines = {name: queue.SimpleQueue() for name in names}
        if names:
            threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in sys.stdin:
            name, *more = line.split()
            self.lines[name].put(more)
        os._exit(1)

    def wait_at(self, name):
        if name not in self.lines:
            return
        from prefect.runtime import task_run

        tell(at=name, attempt=task_run.run_count, task_run=task_run.id)
        if self.lines[name].get() == ["fail"]:
            raise RuntimeError(f"{name}: as the test wants it")


def tell(**what):
    # Prefect has `print` write into its logs.
    os.write(1, (json.dumps(what) + "\n").encode())


def begin():
    from prefect.runtime import flow_run

    tell(flow_run=flow_run.id, name=flow_run.name)


def baking_day(gates):
    from prefect import artifacts, flow, task, unmapped
    from prefect.runtime import task_run

    @task(persist_result=True, result_serializer="json", tags=["scales"])
    def weigh():
        print("weighing flour")
        gates.wait_at("weigh")
        print("500 g\nof rye")
        return {"rye": 500, "salt": 9.5}

    @task(persist_result=True, task_run_name="knead-{loaf}")
    def knead(loaf, flour):
        print("kneading loaf", loaf)
        gates.wait_at("knead")
        return flour["rye"] // 3 + loaf

    @task(retries=2, retry_delay_seconds=0.5)
    def heat():
        gates.wait_at("heat")
        if task_run.run_count < 3:
            raise OSError(f"no gas at attempt {task_run.run_count}")
        print("the oven is hot")
        return 240

    @task
    def bake(doughs, degrees):
        print("baking", len(doughs), "loaves")
        gates.wait_at("bake")
        print("baked at", degrees)
        return doughs

    @task
    def report(loaves):
        gates.wait_at("report")
        artifacts.create_markdown_artifact("# Today\n\n**Three** loaves.", key="today", description="What was baked")
        artifacts.create_table_artifact([{"loaf": at, "grams": grams} for at, grams in enumerate(loaves)], key="loaves")
        artifacts.create_link_artifact("http://127.0.0.1/bakery", link_text="the bakery", key="bakery")
        artifacts.create_image_artifact(PICTURE, key="crumb")
        progress = artifacts.create_progress_artifact(10.0, key="sold")
        artifacts.update_progress_artifact(progress, 75.0)

    @flow(name="baking-day", log_prints=True)
    def whole(loaves: int = 3):
        begin()
        flour = weigh()
        doughs = knead.map(list(range(loaves)), unmapped(flour))
        degrees = heat()
        report(bake(doughs, degrees))

    return whole


def milling_day(sacks):
    from prefect import flow, task
    from prefect.task_runners import ThreadPoolTaskRunner

    @task
    def mill(sack):
        return sack

    @flow(name="milling-day", task_runner=ThreadPoolTaskRunner(max_workers=8))
    def whole():
        begin()
        mill.map(list(range(sacks))).wait()

    return whole


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("url")
    asked.add_argument("home", type=Path)
    asked.add_argument("--gates", type=lambda names: names.split(","), default=[])
    asked.add_argument("--auth")
    asked.add_argument("--large", type=int)
    options = asked.parse_args()
    auth = {"PREFECT_API_AUTH_STRING": options.auth} if options.auth else {}
    prefect_alone.settle(options.home.resolve(), PREFECT_API_URL=options.url, **prefect_alone.FLOWS, **auth)
    flow = milling_day(options.large) if options.large else baking_day(Gates(options.gates))
    tell(ended=flow(return_state=True).name)


prefect_alone.with_prefect()
main()
