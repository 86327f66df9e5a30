# Announces a reply of 2^60 bytes and begins to send it.
# Mode: call softmax
# Expects: wrong, crashed, skipped
import os
import struct


def attack():
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, struct.pack("!IQ", 40, 1 << 60) + b"\0" * 1000)
        except OSError:
            pass
