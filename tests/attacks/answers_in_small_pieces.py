# Begins an answer of the largest size and sends it byte by byte, as fast as they are taken: past the deadline too.
# Mode: call softmax
# Expects: wrong, timeout, crashed, skipped
import os
import struct


def attack():
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, struct.pack("!IQ", 256 << 10, 64 << 20))
            while True:
                os.write(descriptor, b"x")
        except OSError:
            continue
