"""Writes the pickles that tests/bench/pickles.rs decodes, and how long CPython's pickle.loads takes for each.

    python3 tests/bench/pickles.py FOLDER          (an array needs NumPy)

Into FOLDER: NAME.pkl of protocol 5, and cpython.json, seconds by name: the median of five, after one that is not counted.
"""

import json, pathlib, pickle, statistics, sys, time


class Particle:
    def __init__(self, number):
        self.number, self.name, self.place = number, f"particle {number}", (number * 0.5, -1.0)


def values():
    yield "1 M ints", list(range(1_000_000))
    yield "1 M short texts as keys", {f"key {number}": number for number in range(1_000_000)}
    yield "200,000 objects with state", [Particle(number) for number in range(200_000)]
    try:
        import numpy
    except ImportError:
        print("no NumPy here: the array is left out", file=sys.stderr)
        return
    yield "100 MB of float64", numpy.arange(12_500_000, dtype="f8")


def seconds(data):
    start = time.perf_counter()
    value = pickle.loads(data)
    taken = time.perf_counter() - start
    del value
    return taken


def main(folder):
    times = {}
    for name, value in values():
        data = pickle.dumps(value, 5)
        del value
        (folder / f"{name}.pkl").write_bytes(data)
        seconds(data)
        times[name] = statistics.median(seconds(data) for _ in range(5))
    version = ".".join(map(str, sys.version_info[:3]))
    (folder / "cpython.json").write_text(json.dumps({"version": version, "seconds": times}))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
