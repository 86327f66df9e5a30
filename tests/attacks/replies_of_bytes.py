# Answers each call with 64 MiB of bytes, named three times over: compared as float64 that is gigabytes.
# Mode: call
# Expects: wrong, timeout, crashed, skipped
import os
import struct


def attack():
    text = b"\x84\xa4type\xa8Returned\xa6values\x91\x83\xa4kind\xa7ndarray\xa9type_name\xa7NDArray\xa5array\x00"
    text += b"\xa5after\x93\x00\x00\x00\xa6arrays\x91\x82\xa5dtype\xa5uint8\xa5shape\x91" + struct.pack(
        "!BI", 0xCE, 64 << 20
    )
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, struct.pack("!IQ", len(text), 64 << 20) + text)
            for _ in range(1024):
                os.write(descriptor, bytes(1 << 16))
        except OSError:
            continue
