# Never ends when it is called.
# Mode: call softmax
# Expects: wrong, timeout, skipped
def attack():
    while True:
        pass
