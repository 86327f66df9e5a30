# Catches every signal that can be caught, then never returns.
# Mode: call softmax
# Expects: wrong, timeout, skipped
import signal


def attack():
    for number in signal.valid_signals():
        try:
            signal.signal(number, lambda *_: None)
        except (OSError, ValueError):
            pass
    while True:
        pass
