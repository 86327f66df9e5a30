# Raises SystemExit(0) while it is imported.
# Mode: import
# Expects: wrong, raised
import sys


def attack():
    sys.exit(0)
