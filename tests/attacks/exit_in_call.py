# Leaves with status 0 when it is called, as if all had gone well.
# Mode: call
# Expects: crashed, skipped
import os


def attack():
    os._exit(0)
