"""Large runs and a large archive for the page, and what packing takes.

    python3 tests/bench/scale.py FOLDER RUNGLASS

Into FOLDER: raw.zip and packed.zip (a run of 10,000 tasks as files of the engine, and packed by the program RUNGLASS),
packed-100000.zip (ten times as many, packed), gigabyte.zip (600 tasks with values of 1 GB in all), and scale.json:
seconds and megabytes of memory that packing took, the sizes, and the seconds in which Metaflow's client, which this
Python must have, tells the status of 10,000 tasks.
"""

import json, os, pathlib, resource, shutil, subprocess, sys, time, zipfile

HERE = pathlib.Path(__file__).parent
MAKER = HERE.parent / "fixtures/make/large.py"
RUN = "ForeachFlow/1795211227774857"
# Tasks of the large archive, and the bytes of each one's value.
MANY, EACH = 600, 1_750_000


def make(target, tasks, *more):
    subprocess.run([sys.executable, MAKER, str(tasks), target, *map(str, more)], check=True)


def measured(command):
    """Seconds, and the most memory in megabytes that any child had so far."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def packing(runglass, raw, packed):
    """What packing takes: measured in a child of its own, because this one's other children take memory too."""
    told = subprocess.run([sys.executable, __file__, "--measure", runglass, raw, packed], check=True, capture_output=True, text=True)
    return json.loads(told.stdout)


def by_client(raw, folder):
    """The client's seconds for the status of every task, the second time, when the disk is warm."""
    with zipfile.ZipFile(raw) as archive:
        for name in archive.namelist():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = archive.read(name)
            # The client looks for values where the records say that they were written.
            path.write_bytes(data if "/data/" in name else data.replace(b"/home/ana/lab/proj", str(folder).encode()))
    env = {**os.environ, "METAFLOW_USER": "bench", "METAFLOW_DATASTORE_SYSROOT_LOCAL": str(folder)}
    command = [sys.executable, HERE.parent / "peers/metaflow_large.py", RUN]
    for _ in range(2):
        told = subprocess.run(command, check=True, capture_output=True, text=True, env=env, cwd=folder).stdout
    shutil.rmtree(folder)
    return float(told.split()[-1])


def main(folder, runglass):
    runs = []
    for tasks in (10_000, 100_000):
        large = tasks > 10_000
        raw, packed = folder / "raw.zip", folder / "packed"
        zipped = folder / (f"packed-{tasks}.zip" if large else "packed.zip")
        if large:
            raw = folder / f"raw-{tasks}.zip"
        make(raw, tasks)
        told = packing(runglass, raw, packed)
        files = sum(len(files) for _, _, files in os.walk(packed))
        shutil.rmtree(packed)
        seconds, _ = measured([runglass, "pack", raw, "-o", zipped])
        told |= {"tasks": tasks, "zip_seconds": seconds, "files": files, "raw": raw.stat().st_size, "zip": zipped.stat().st_size}
        if large:
            # No browser has room for its directory.
            raw.unlink()
        else:
            told["client"] = by_client(raw, folder / "lab")
        archives = [zipped.name] if large else [zipped.name, raw.name]
        runs.append({**told, "archives": archives})
    make(folder / "gigabyte.zip", MANY, EACH)
    gigabyte = {"archive": "gigabyte.zip", "tasks": MANY}
    (folder / "scale.json").write_text(json.dumps({"runs": runs, "gigabyte": gigabyte}))


if __name__ == "__main__":
    if sys.argv[1] == "--measure":
        seconds, memory = measured([sys.argv[2], "pack", sys.argv[3], "-o", sys.argv[4]])
        print(json.dumps({"seconds": seconds, "memory": memory}))
    else:
        main(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2])
