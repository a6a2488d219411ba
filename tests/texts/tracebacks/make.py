"""Makes the tracebacks beside this file: real programs, run by real Pythons.

    python3 make.py PYTHON...

Each PYTHON (a path) runs every program below that asks for its version; what it
prints is kept as NAME-VERSION.txt, with the paths of this machine replaced.
"""

import pathlib
import subprocess
import sys
import tempfile
import textwrap

# name: (lowest version, program)
PROGRAMS = {
    "plain": ((3, 8), """
        def mean(values):
            return sum(values) / len(values)
        def features(rows):
            return {"age": mean([row["age"] for row in rows]), "n": len(rows)}
        features([])
    """),
    "library": ((3, 8), """
        import json
        class Config:
            def read(self, text):
                return json.loads(text)
        Config().read("{nope")
    """),
    "imported": ((3, 11), """
        import importlib
        importlib.import_module("broken_module.inner")
    """),
    "chain": ((3, 8), """
        class StoreError(Exception):
            pass
        def read(key):
            try:
                return {}[key]
            except KeyError as error:
                raise StoreError("no such key: " + key) from error
        try:
            read("model")
        except StoreError:
            raise RuntimeError("cannot train")
    """),
    "message": ((3, 11), """
        def check():
            error = ValueError("2 validation errors\\n  age: missing\\n\\n  country: too long")
            error.add_note("while reading row 7")
            raise error
        check()
    """),
    "bare": ((3, 8), """
        def f():
            class Stop(BaseException):
                pass
            raise Stop
        f()
    """),
    "no-source": ((3, 10), """
        exec(compile("def g():\\n    return 1 / 0\\ng()", "<generated>", "exec"))
    """),
    "recursion": ((3, 12), """
        def down(n):
            return down(n + 1)
        down(0)
    """),
    "syntax": ((3, 9), """
        x = = 1
    """),
    "lines": ((3, 13), """
        def build(frame, *, country, columns):
            return frame[country]
        build(
            {"FI": 1},
            country="SE",
            columns=[
                "age",
                "spend",
            ],
        )
    """),
    "group": ((3, 11), """
        def one():
            raise ValueError("first")
        def both():
            errors = []
            for work in (one, lambda: {}["second"]):
                try:
                    work()
                except Exception as error:
                    errors.append(error)
            raise ExceptionGroup("2 of 12 failed", errors)
        try:
            both()
        except ExceptionGroup:
            raise RuntimeError("gave up")
    """),
    "group-cause": ((3, 11), """
        try:
            1 / 0
        except ZeroDivisionError as error:
            raise ExceptionGroup("one", [TypeError("inner")]) from error
    """),
    "process-pool": ((3, 11), """
        from concurrent.futures import ProcessPoolExecutor
        def work(n):
            return 1 // n
        if __name__ == "__main__":
            with ProcessPoolExecutor(1) as pool:
                pool.submit(work, 0).result()
    """),
}


def version_of(python):
    code = "import sys; print(*sys.version_info[:2]); print(sys.prefix)"
    out = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout
    numbers, prefix = out.splitlines()
    return tuple(map(int, numbers.split())), prefix


def main(pythons):
    here = pathlib.Path(__file__).parent
    for python in pythons:
        version, prefix = version_of(python)
        for name, (lowest, program) in PROGRAMS.items():
            if version < lowest:
                continue
            with tempfile.TemporaryDirectory() as folder:
                folder = pathlib.Path(folder)
                (folder / "flow.py").write_text(textwrap.dedent(program).lstrip())
                (folder / "broken_module").mkdir()
                (folder / "broken_module/__init__.py").write_text("")
                (folder / "broken_module/inner.py").write_text("import nothing_like_this\n")
                run = subprocess.run(
                    [python, str(folder / "flow.py")], capture_output=True, text=True
                )
                text = run.stderr.replace(str(folder), "/home/ana/proj")
                text = text.replace(prefix, "/home/ana/python")
                short = ".".join(map(str, version))
                (here / f"{name}-{short}.txt").write_text(text)


main(sys.argv[1:])
