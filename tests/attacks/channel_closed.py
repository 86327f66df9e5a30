# Closes every descriptor, the judge's channel among them, and computes on.
# Mode: call softmax
# Expects: wrong, crashed, skipped
import os


def attack():
    os.closerange(0, 256)
    while True:
        pass
