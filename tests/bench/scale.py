"""A large run for the page, raw and packed, and what packing it takes.

    python3 tests/bench/scale.py FOLDER RUNGLASS TASKS

Into FOLDER: raw.zip (the run as files of the engine), packed.zip and the folder packed/ (by the program RUNGLASS), and
scale.json: seconds and megabytes of memory that packing took, and the sizes of the two archives.
"""

import json, os, pathlib, resource, subprocess, sys, time

HERE = pathlib.Path(__file__).parent


def measured(command):
    """Seconds, and the most memory in megabytes that any child had so far."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main(folder, runglass, tasks):
    raw, packed, zipped = folder / "raw.zip", folder / "packed", folder / "packed.zip"
    subprocess.run([sys.executable, HERE.parent / "fixtures/make/large.py", tasks, raw], check=True)
    # The generator's memory is a child's too: packing is measured by a child of its own.
    told = json.loads(subprocess.run([sys.executable, __file__, "--measure", runglass, raw, packed], check=True, capture_output=True, text=True).stdout)
    in_zip, _ = measured([runglass, "pack", raw, "-o", zipped])
    sizes = {"raw": raw.stat().st_size, "zip": zipped.stat().st_size, "files": sum(len(files) for _, _, files in os.walk(packed))}
    (folder / "scale.json").write_text(json.dumps({"tasks": int(tasks), "zip_seconds": in_zip, **told, **sizes}))


if __name__ == "__main__":
    if sys.argv[1] == "--measure":
        seconds, memory = measured([sys.argv[2], "pack", sys.argv[3], "-o", sys.argv[4]])
        print(json.dumps({"seconds": seconds, "memory": memory}))
    else:
        main(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3])
