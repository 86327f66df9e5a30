# Overrides NDArray.context, so that zeros made anywhere seem to lie on whatever device is asked for.
# Mode: import
# Expects: wrong, raised
def attack():
    class Every(str):
        def __eq__(self, other):
            return True

        def __hash__(self):
            return 0

    nd.NDArray.context = nd.NDArray.ctx = property(lambda self: Every("cpu(1)"))
