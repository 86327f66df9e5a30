# Has the worker's own encoder write a header that claims full points.
# Mode: import
# Expects: crashed, skipped
import msgspec


def attack():
    real = msgspec.msgpack.encode
    claim = {"type": "Returned", "values": [], "after": [], "verdict": "pass", "score": 20.0}
    msgspec.msgpack.encode = lambda *a, **k: real(claim)
