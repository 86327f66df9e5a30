# Leaves alarms behind that go off ten thousand times a second while the worker works.
# Mode: import
# Expects: wrong
import signal


def attack():
    signal.signal(signal.SIGPROF, lambda *_: None)
    signal.setitimer(signal.ITIMER_PROF, 0.0001, 0.0001)
