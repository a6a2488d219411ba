"""A run of Metaflow that leaves a frame of 100 MB, as an archive for the page.

    python3 tests/bench/frame.py FOLDER          (with Metaflow, NumPy and pandas)

Into FOLDER: frame.zip with the datastore, stored as it is, and frame.json: the pathspec of the task that has the frame,
and how long Metaflow's client takes to read it, at first and again, in seconds: medians of five.
"""

import json, os, pathlib, pickle, statistics, subprocess, sys, zipfile

from metaflow import FlowSpec, step


class FrameFlow(FlowSpec):
    @step
    def start(self):
        import numpy
        import pandas

        random, rows = numpy.random.default_rng(1), 1_000_000
        columns = {f"x{at}": random.normal(size=rows) for at in range(10)}
        columns["id"] = numpy.arange(rows)
        columns["group"] = random.integers(0, 9, rows).astype("i1")
        columns["weight"] = random.random(rows).astype("f4")
        columns["when"] = pandas.date_range("2020-01-01", periods=rows, freq="min")
        self.frame = pandas.DataFrame(columns)
        assert 100e6 < len(pickle.dumps(self.frame, 4)) < 105e6
        self.next(self.end)

    @step
    def end(self):
        pass


def main(folder):
    env = {**os.environ, "METAFLOW_USER": "bench", "METAFLOW_DEFAULT_DATASTORE": "local", "METAFLOW_DEFAULT_METADATA": "local"}
    subprocess.run([sys.executable, __file__, "run"], cwd=folder, env=env, check=True, capture_output=True)
    runs = [path for path in (folder / ".metaflow/FrameFlow").iterdir() if path.name.isdigit()]
    path = f"FrameFlow/{runs[0].name}/start/1"
    client = [sys.executable, pathlib.Path(__file__).parent.parent / "peers/metaflow_value.py", path, "frame"]
    printed = [subprocess.run(client, cwd=folder, env=env, check=True, capture_output=True, text=True).stdout for _ in range(5)]
    first, again = (statistics.median(map(float, times)) for times in zip(*(line.split() for line in printed)))
    (folder / "frame.json").write_text(json.dumps({"path": path, "first": first, "again": again}))
    with zipfile.ZipFile(folder / "frame.zip", "w", zipfile.ZIP_STORED) as archive:
        for path in sorted((folder / ".metaflow").rglob("*")):
            archive.write(path, path.relative_to(folder))


if __name__ == "__main__":
    # Metaflow calls this file again for each task.
    if pathlib.Path(sys.argv[-1]).is_dir() and len(sys.argv) == 2:
        main(pathlib.Path(sys.argv[1]).resolve())
    else:
        FrameFlow()
