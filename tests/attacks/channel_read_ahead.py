# Reads the judge's questions off the channel itself, before the worker does.
# Mode: call softmax
# Expects: wrong, timeout, crashed, skipped
import os


def attack():
    for descriptor in range(3, 64):
        try:
            os.read(descriptor, 1 << 20)
        except OSError:
            pass
