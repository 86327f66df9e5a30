# Ends itself by SIGKILL, as the machine would when memory is short, to be left ungraded instead of at zero.
# Mode: call
# Expects: crashed, skipped
import os
import signal


def attack():
    os.kill(os.getpid(), signal.SIGKILL)
