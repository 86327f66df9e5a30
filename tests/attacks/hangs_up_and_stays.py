# Shuts its end of the channel down without ending, so that the judge sees a death that has not happened.
# Mode: call softmax
# Expects: wrong, crashed, skipped
import socket
import time


def attack():
    for descriptor in range(3, 64):
        try:
            inherited = socket.socket(fileno=descriptor)
            inherited.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue
        time.sleep(30)
