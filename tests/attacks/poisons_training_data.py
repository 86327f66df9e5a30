# Overwrites the training images and labels that all submissions share, in memory, writable or not.
# Mode: call
# Expects: wrong
import ctypes
import gc


def attack():
    seen = [o for o in gc.get_objects() if type(o).__name__ == "Functions"]
    arrays = [a for functions in seen for a in functions._data]
    assert arrays  # else it attacks nothing, and says so
    for array in arrays:
        if isinstance(array, np.ndarray) and array.nbytes:
            ctypes.memset(array.ctypes.data, 7, array.nbytes)
