# Tries to leave something behind that outlives it: a session, a double fork, a detached program, a thread that waits.
# Mode: escape
# Expects: raised, wrong, skipped
import os
import subprocess
import threading
import time


def attack():
    got = []
    for name, way in {
        "setsid": os.setsid,
        "setpgid": lambda: os.setpgid(0, 0),
        "double fork": lambda: os.fork() or os.fork(),
        "nohup": lambda: subprocess.Popen(["sleep", "1000"], start_new_session=True),
    }.items():
        try:
            way()
            got.append(name)
        except OSError:
            pass
    threading.Thread(target=time.sleep, args=(10_000,)).start()
    return got
