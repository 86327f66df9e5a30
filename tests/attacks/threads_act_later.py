# Starts threads that wait, then write on every descriptor while the worker answers.
# Mode: import
# Expects: wrong, crashed, skipped, timeout
import os
import threading
import time


def attack():
    def late():
        time.sleep(0.05)
        while True:
            for descriptor in range(3, 20):
                try:
                    os.write(descriptor, b"\0\0\0\1\0\0\0\0\0\0\0\0\x80")
                except OSError:
                    pass

    for _ in range(4):
        threading.Thread(target=late, daemon=False).start()
