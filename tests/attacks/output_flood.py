# Prints without end, gigabytes.
# Mode: call softmax
# Expects: wrong, timeout, skipped
import os


def attack():
    piece = b"x" * (1 << 20)
    while True:
        os.write(1, piece)
        os.write(2, piece)
