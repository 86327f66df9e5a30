# Raises SystemExit(0) when it is called.
# Mode: call
# Expects: raised, skipped
import sys


def attack():
    sys.exit(0)
