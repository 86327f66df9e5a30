# Fills its memory from many threads and dies in each call, so that ending it takes long, again and again.
# Mode: call
# Expects: wrong, timeout, crashed, raised, skipped
import os
import threading
import time


def attack():
    kept = []

    def fill():
        try:
            while True:
                kept.append(bytearray(os.urandom(1 << 16) * 256))
        except MemoryError:
            time.sleep(60)

    for _ in range(20):
        try:
            threading.Thread(target=fill, daemon=True).start()
        except RuntimeError:
            break
    time.sleep(0.7)
    os._exit(0)
