# Takes memory in MXNet's C++, where running out of it is no Python exception.
# Mode: call softmax
# Expects: wrong, crashed, raised, skipped, timeout
def attack():
    kept = []
    while True:
        kept.append(nd.ones((4096, 4096)))
        kept[-1].wait_to_read()
