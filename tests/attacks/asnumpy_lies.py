# Overrides NDArray.asnumpy, so that whatever the worker reads is not what the array holds: ones, NaN, or a constant.
# Mode: import
# Expects: wrong
def attack():
    count = [0]

    def asnumpy(self):
        count[0] += 1
        value = (1.0, np.nan, 0.1)[count[0] % 3]
        return np.full(self.shape, value, np.float32)

    nd.NDArray.asnumpy = asnumpy
