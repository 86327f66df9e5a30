# Returns an object whose destructor never ends.
# Mode: call softmax
# Expects: wrong, timeout, skipped
class Heavy:
    def __del__(self):
        while True:
            pass


def attack():
    Heavy()
