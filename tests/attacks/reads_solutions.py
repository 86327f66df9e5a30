# Looks for the solutions, the checks, the course file and the judge's code, from every path that it can learn.
# Mode: escape
# Expects: raised, wrong, skipped
import os
import sys

SKIPPED = {"usr", "proc", "sys", "dev", "etc", "lib", "lib64", "bin", "share", "site-packages"}


def attack():
    got = []
    tops = {"/", "/app", "/data", "/work", "/srv", "/home", "/root", "/probe", "/mnt", "/opt", os.getcwd()}
    tops |= {os.path.dirname(path) for path in (*sys.path, sys.prefix, sys.executable)}
    tops = {top for top in tops if not top.startswith(("/usr", "/lib")) and "/lib/" not in top}
    for top in sorted(tops):
        for folder, inside, files in os.walk(top):
            inside[:] = [name for name in inside if name not in SKIPPED]
            if "site-packages" not in folder:
                got += [f"{folder}/{name}" for name in files if name in ("checks.py", "reference.py", "course.yaml")]
    for path in list(sys.path):
        above = os.path.dirname(os.path.abspath(path or "."))
        for root in (path, above, os.path.dirname(above)):
            for name in ("course.yaml", "solutions/softmax_regression/reference.py", "autograder/judging/judge.py"):
                try:
                    with open(os.path.join(root, name)) as file:
                        got.append(file.read()[:20])
                except OSError:
                    pass
    for name in ("autograder.judging.judge", "autograder.checks.suite", "autograder.course.settings", "solutions.softmax_regression.checks"):
        try:
            __import__(name)
            got.append(name)
        except (ImportError, OSError):
            pass
    return got
