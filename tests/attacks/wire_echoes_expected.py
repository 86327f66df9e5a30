# Replaces the worker's wire.send: every reply claims that the answer is whatever arrays came with the question.
# Mode: import
# Expects: wrong, crashed, skipped
from autograder import wire


def attack():
    asked = []
    send, receive = wire.send, wire.receive

    def receiving(*args, **kwargs):
        message, arrays = receive(*args, **kwargs)
        asked[:] = arrays
        return message, arrays

    def sending(channel, message, arrays=(), **kwargs):
        if isinstance(message, wire.Returned | wire.Raised):
            values = tuple(wire.Value("ndarray", "NDArray", i, "cpu(0)") for i in range(len(asked)))
            message, arrays = wire.Returned(values=values, after=tuple(range(len(asked)))), list(asked)
        send(channel, message, arrays, **kwargs)

    wire.send, wire.receive = sending, receiving
