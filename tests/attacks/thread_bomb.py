# Starts threads as long as it may; each computes in C, without Python's lock.
# Mode: call softmax
# Expects: wrong, timeout, skipped, crashed
import hashlib
import threading


def attack():
    def spin():
        hashlib.pbkdf2_hmac("sha512", b"x", b"y", 10**9)

    threading.stack_size(64 << 10)
    while True:
        try:
            threading.Thread(target=spin, daemon=True).start()
        except (RuntimeError, MemoryError):
            pass
