# Leaves MXNet, NumPy, random generators, the environment and floating point otherwise than it found them.
# Mode: import
# Expects: wrong, raised, crashed
import os
import random
import warnings


def attack():
    mx.random.seed(1)
    np.random.seed(1)
    random.seed(1)
    np.seterr(all="raise")
    warnings.simplefilter("error")
    os.environ["MXNET_ENGINE_TYPE"] = "ThreadedEngine"
    mx.Context._default_ctx.value = mx.cpu(3)
    mx.engine.set_bulk_size(1000)
    mx.test_utils.get_mnist = lambda: {}
    mx.autograd.set_recording(True)
    mx.autograd.set_training(True)
