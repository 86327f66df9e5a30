"""MXNet under pytest: its modules are loaded as everywhere else."""

import mxnet
import numpy as np


def test_pytest_does_not_take_mxnet_test_utils_for_a_test() -> None:
    """Its name fits `test_*.py`, and pytest's finder comes first; MXNet's modules are ours to load all the same."""
    assert type(mxnet.test_utils.__spec__.loader).__module__ == "mxnet_compat"
    assert mxnet.test_utils.default_rtols()[np.dtype(bool)] == 0  # it says `np.bool`
