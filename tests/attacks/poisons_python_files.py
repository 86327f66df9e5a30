# Writes code where the next process would import it: site-packages, the home folder, /tmp, the worker's own files.
# Mode: escape
# Expects: raised, wrong, skipped
import os
import site
import sys

import autograder.wire


def attack():
    got = []
    folders = [*sys.path, *site.getsitepackages(), site.getusersitepackages(), os.path.dirname(np.__file__), "/app"]
    for folder in folders:
        for name in ("sitecustomize.py", "usercustomize.py", "autograder-attack.pth", "mxnet.py"):
            try:
                with open(os.path.join(folder, name), "w") as file:
                    file.write("import os; os._exit(0)")
                got.append(f"{folder}/{name}")
            except OSError:
                pass
    for path in (autograder.wire.__file__, np.__file__, mx.__file__, sys.executable):
        try:
            with open(path, "ab"):
                got.append(path)
        except OSError:
            pass
    return got
