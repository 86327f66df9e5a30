"""Ctrl-C, SIGTERM and SIGHUP all stop a run in the same way: once, and in order."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn the first of `SIGNALS` into a KeyboardInterrupt, and let no other cut short what sees to it.

    Once stopped, the process is to end: the signals stay ignored, so that a late one does not change how. What is
    ignored already stays ignored: `nohup` and a shell's background jobs mean it. Main thread only.
    """
    before = {number: signal.getsignal(number) for number in SIGNALS}
    stopped = False
    heard = [number for number, handler in before.items() if handler is not signal.SIG_IGN]

    def stop(_number: int, _frame: object) -> NoReturn:
        nonlocal stopped
        stopped = True
        for number in heard:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in heard:
        signal.signal(number, stop)
    try:
        yield
    finally:
        if not stopped:
            for number in heard:
                signal.signal(number, before[number])
