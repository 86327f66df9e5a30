# Claims arrays of impossible kinds: truth values that are neither, sizes beyond any memory, indices that lead nowhere.
# Mode: import
# Expects: wrong, crashed, skipped
import struct

import msgspec

from autograder import wire


def attack():
    count = [0]
    headers = [
        {"arrays": [{"dtype": "bool", "shape": [4]}], "values": [["ndarray", 0]], "body": b"\xff\x07\x02\x80"},
        {"arrays": [{"dtype": "float32", "shape": [2**31, 2**31, 0]}], "values": [["ndarray", 0]], "body": b""},
        {"arrays": [{"dtype": "float64", "shape": [1] * 8}], "values": [["scalar", 0]], "body": b"\xff" * 8},
        {"arrays": [{"dtype": "float32", "shape": []}], "values": [["ndarray", -1]], "body": b"\0\0\xc0\x7f"},
        {"arrays": [], "values": [["ndarray", 10**9]], "body": b""},
        {"arrays": [{"dtype": "object", "shape": [1]}], "values": [["ndarray", 0]], "body": b"\0" * 8},
        {"arrays": [{"dtype": "float32", "shape": [-1, -70]}], "values": [["ndarray", 0]], "body": b"\0" * 280},
    ]

    def sending(channel, message, arrays=(), **kwargs):
        odd = headers[count[0] % len(headers)]
        count[0] += 1
        if isinstance(message, wire.Loaded):
            header = msgspec.msgpack.encode(message)
            channel.sendall(struct.pack("!IQ", len(header), 0) + header)
            return
        values = [{"kind": kind, "type_name": "NDArray", "array": at, "device": "cpu(0)"} for kind, at in odd["values"]]
        tree = {"type": "Returned", "arrays": odd["arrays"], "values": values * 3, "after": [0, -1, 2**40]}
        header = msgspec.msgpack.encode(tree)
        channel.sendall(struct.pack("!IQ", len(header), len(odd["body"])) + header + odd["body"])

    wire.send = sending
