# Finds the worker's own handler among all objects and has it answer for the functions.
# Mode: import
# Expects: wrong, crashed, skipped
import gc

from autograder import wire
from autograder.worker import child


def attack():
    def answer(self, request, arrays):
        if isinstance(request, wire.TrainStart | wire.TrainSteps):
            return wire.Returned(), [np.zeros((784, 10), np.float32), np.zeros(10, np.float32)]
        value = wire.Value("ndarray", "NDArray", 0, "cpu(0)")
        return wire.Returned(values=(value, value), after=(0, 0)), [np.zeros(arrays[0].shape, np.float32)]

    child.Handler.answer = answer
    for found in gc.get_objects():
        if type(found).__name__ == "Handler":
            found.answer = answer.__get__(found)
