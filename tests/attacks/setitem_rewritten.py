# Overrides NDArray.__setitem__ and __getitem__, which put gradients into parameters and read them.
# Mode: import
# Expects: wrong
def attack():
    nd.NDArray.__setitem__ = lambda *a: None
    nd.NDArray.__getitem__ = lambda self, key: self
    nd.NDArray.copyto = lambda self, other: other
