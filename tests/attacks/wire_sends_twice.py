# Sends each reply twice, so that an answer may be taken for that to the next question.
# Mode: import
# Expects: wrong, crashed, skipped
from autograder import wire


def attack():
    send = wire.send

    def twice(channel, message, arrays=(), **kwargs):
        send(channel, message, arrays, **kwargs)
        send(channel, message, arrays, **kwargs)

    wire.send = twice
