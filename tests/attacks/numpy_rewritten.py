# Rewrites NumPy's functions, those that the wire packs arrays with included.
# Mode: import
# Expects: wrong, raised, crashed
def attack():
    real = np.asarray
    np.asarray = lambda a, *args, **k: np.ones(getattr(real(a), "shape", ()), np.float32)
    np.array = lambda a, *args, **k: np.zeros((7, 10), np.float32)
    np.ascontiguousarray = np.asarray
    np.abs = np.absolute = lambda *a, **k: 0.0
