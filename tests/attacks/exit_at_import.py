# Leaves with status 0 while it is imported, as if all had gone well.
# Mode: import
# Expects: crashed, skipped
import os


def attack():
    os._exit(0)
