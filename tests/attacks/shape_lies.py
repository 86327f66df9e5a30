# Overrides NDArray.shape and NDArray.size, so that one number seems to be whatever array is expected.
# Mode: import
# Expects: wrong, raised
def attack():
    nd.NDArray.shape = property(lambda self: (7, 10))
    nd.NDArray.size = property(lambda self: 1)
    nd.NDArray.dtype = property(lambda self: np.float32)
