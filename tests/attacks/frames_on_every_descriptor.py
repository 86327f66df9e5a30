# Writes forged replies, many of them, on every descriptor that is open.
# Mode: call softmax
# Expects: wrong, crashed, skipped, timeout
import os
import struct

import msgspec


def attack():
    tree = {"type": "Returned", "arrays": [{"dtype": "float32", "shape": [7, 10]}], "after": [0]}
    tree["values"] = [{"kind": "ndarray", "type_name": "NDArray", "array": 0, "device": "cpu(0)"}]
    header = msgspec.msgpack.encode(tree)
    body = np.full((7, 10), 0.1, np.float32).tobytes()
    frame = struct.pack("!IQ", len(header), len(body)) + header + body
    for descriptor in range(64):
        try:
            os.set_blocking(descriptor, False)
            for _ in range(5):
                os.write(descriptor, frame)
            os.set_blocking(descriptor, True)
        except OSError:
            pass
