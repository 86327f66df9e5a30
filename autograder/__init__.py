"""A course autograder for deep-learning-from-scratch notebooks in MXNet.

Students: `from autograder import check`, then `check(softmax)` in the notebook; or `%load_ext autograder` and
`%check softmax`.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["check"]

if TYPE_CHECKING:
    from autograder.student.selfcheck import check


def __getattr__(name: str) -> Any:
    """Import the self-check when it is asked for: workers import this package too, and have no self-check."""
    if name == "check":
        return _self_check()
    raise AttributeError(f"module 'autograder' has no attribute {name!r}")


def load_ipython_extension(shell: Any) -> None:
    """Add the line magic `%check [NAME ...]`."""
    check = _self_check()
    shell.register_magic_function(lambda line: check(*line.split()), "line", "check")


def _self_check() -> Any:
    """Import the self-check. Raises ImportError with one sentence where MXNet does not work on this machine."""
    import mxnet_compat  # noqa: F401, PLC0415 - before mxnet, which needs it where no .pth file has imported it

    try:
        import mxnet  # noqa: F401, PLC0415 - see above
    except (ImportError, AttributeError, OSError) as error:  # AttributeError: a NumPy that mxnet_compat does not know
        told = f"MXNet cannot be imported here ({type(error).__name__}: {error})"
        raise ImportError(f"{told}: run `autograder doctor` in a terminal, it says how to fix that") from None
    from autograder.student.selfcheck import check  # noqa: PLC0415 - see above

    return check
