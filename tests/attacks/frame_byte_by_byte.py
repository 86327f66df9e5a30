# Sends a reply that never ends, a byte at a time, to hold the judge.
# Mode: call softmax
# Expects: wrong, timeout, skipped
import os
import struct
import time


def attack():
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, struct.pack("!IQ", 1000, 0))
        except OSError:
            continue
        while True:
            os.write(descriptor, b"\x81")
            time.sleep(0.05)
