# Makes empty files until its time is nearly up, then dies and does so again: clearing them away takes the judge's time.
# Mode: call
# Expects: wrong, timeout, crashed, skipped
import os
import time

BEGAN = time.monotonic()


def attack():
    for number in range(1 << 24):
        if number % 1000 == 0 and time.monotonic() - BEGAN > 0.8:
            os._exit(0)
        try:
            os.close(os.open(f"/scratch/autograder-attack-{number}", os.O_CREAT | os.O_WRONLY))
        except OSError:
            os._exit(0)
