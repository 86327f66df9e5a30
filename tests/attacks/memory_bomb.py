# Takes memory, and touches it, as long as there is any.
# Mode: call softmax
# Expects: wrong, crashed, skipped, timeout
def attack():
    kept = []
    while True:
        kept.append(bytearray(b"x" * (64 << 20)))
