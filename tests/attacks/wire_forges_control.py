# Answers with the server's own messages: Hello, Ready, Ended.
# Mode: import
# Expects: crashed, skipped
from autograder import wire


def attack():
    send = wire.send
    forged = [
        wire.Ended(code=0, signal=0),
        wire.Ready(layers=("landlock", "seccomp", "rlimits", "pass")),
        wire.Hello(mxnet="9", python="9", cuda=True, gpus=64, examples=10**9),
    ]
    wire.send = lambda channel, message, arrays=(), **k: send(channel, forged[id(message) % 3], (), **k)
