"""A flow that goes on when it is let, so that a test can look at it in between.

    GATES=FOLDER python metaflow_growing.py run

Each task reads the pipe of its name in GATES: reading waits until somebody writes.
"""

import os

from metaflow import FlowSpec, retry, step


def wait_at(name):
    with open(os.path.join(os.environ["GATES"], name)) as gate:
        return gate.read()


class GrowingFlow(FlowSpec):
    @step
    def start(self):
        self.countries = ["FI", "PT"]
        print("the first words")
        wait_at("start")
        self.next(self.work, foreach="countries")

    @retry(times=1, minutes_between_retries=0)
    @step
    def work(self):
        print("working on", self.input)
        if wait_at(self.input).strip() == "fail":
            raise ValueError("as the test wants it")
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        print("the last words")
        wait_at("end")


if __name__ == "__main__":
    GrowingFlow()
