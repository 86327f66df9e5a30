# Starts threads that sleep, on small stacks, from several threads at once, until the machine has no ids left.
# Mode: call softmax
# Expects: crashed, wrong, timeout, skipped
import threading
import time


def attack():
    threading.stack_size(32 << 10)

    def start():
        while True:
            try:
                threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
            except (RuntimeError, MemoryError):
                pass

    for _ in range(8):
        threading.Thread(target=start, daemon=True).start()
    start()
