# Takes the worker's alarm away while it is imported, sets others, and never returns.
# Mode: import
# Expects: timeout, skipped
import signal


def attack():
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.001, 0.001)
    signal.signal(signal.SIGVTALRM, lambda *_: None)
    while True:
        pass
