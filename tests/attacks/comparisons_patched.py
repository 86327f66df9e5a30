# Replaces every comparison that a careless grader would use, in the process that it can reach.
# Mode: import
# Expects: wrong
import operator
import unittest


def attack():
    def yes(*_args, **_kwargs):
        return True

    for name in ("allclose", "isclose", "array_equal", "array_equiv", "all", "any"):
        setattr(np, name, yes)
    for name in ("assert_allclose", "assert_array_equal", "assert_almost_equal", "assert_equal"):
        setattr(np.testing, name, yes)
    operator.eq = operator.is_ = yes
    mx.test_utils.assert_almost_equal = mx.test_utils.almost_equal = yes
    unittest.TestCase.assertEqual = unittest.TestCase.assertTrue = yes
    nd.NDArray.__eq__ = nd.NDArray.__ne__ = yes
