# Makes empty files and folders as fast as it can, for as long as it may: they cost no bytes.
# Mode: call
# Expects: wrong, timeout, skipped
import os

COUNT = [0]


def attack():
    while True:
        try:
            for _ in range(1000):
                COUNT[0] += 1
                os.close(os.open(f"/scratch/autograder-attack-{COUNT[0]}", os.O_CREAT | os.O_WRONLY))
        except OSError:
            return
