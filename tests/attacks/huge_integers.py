# Computes integers and texts that take for ever or all memory: powers, formats, repetitions.
# Mode: call softmax
# Expects: wrong, timeout, crashed, raised, skipped
def attack():
    try:
        "{:>2147483647}".format("x") * 8
    except MemoryError:
        pass
    return 9**9**9
