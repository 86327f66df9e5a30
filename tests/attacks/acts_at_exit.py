# Leaves work for later, to be done when the process ends: exit handlers, finalizers, destructors.
# Mode: import
# Expects: wrong
import atexit
import os
import weakref


class Later:
    def __del__(self):
        os.write(1, b"pass")


KEPT = []


def attack():
    def late(*_):
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, b"\x93pass" * 100)
            except OSError:
                pass

    atexit.register(late)
    KEPT.append(Later())
    weakref.finalize(KEPT[0], late)
