"""A flow run of Prefect with 5,000 tasks for the page, and the same run for Prefect's own page.

    python3 tests/bench/prefect_run.py FOLDER [TASKS]

Into FOLDER: prefect.zip, an export; prefect.db, the database of a server with the same records, for which Prefect must be
there (./dev setup); and prefect.json: the id of the run, how many tasks it has, and the ids and names of its first task
and of the last one that failed.
"""

import json
import pathlib
import subprocess
import sys
import zipfile

TESTS = pathlib.Path(__file__).parent.parent


def main(folder, tasks="5000"):
    export, database = folder / "prefect.zip", folder / "prefect.db"
    subprocess.run([sys.executable, TESTS / "fixtures/make/prefect_scale.py", export, tasks], check=True)
    subprocess.run([sys.executable, TESTS / "peers/prefect_fill.py", export, database], check=True)
    with zipfile.ZipFile(export) as archive:
        runs, newest_first = (json.loads(archive.read(name)) for name in ("flow_runs.json", "task_runs.json"))
    told = [{"id": task["id"], "name": task["name"]} for task in (
        newest_first[-1], next(task for task in newest_first if task["state_name"] == "Failed"))]
    told = {"flow_run": runs[0]["id"], "tasks": len(newest_first), "first": told[0], "failed": told[1]}
    (folder / "prefect.json").write_text(json.dumps(told))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve(), *sys.argv[2:])
