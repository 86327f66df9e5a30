"""The device of course.yaml against what the worker server found: taken as MXNet writes it, or refused."""

import pytest

from autograder.course.device import resolve
from autograder.errors import CourseError
from autograder.wire import Hello


def hello(*, cuda: bool = False, gpus: int = 0) -> Hello:
    """Say what a server of this build on this machine says."""
    return Hello(mxnet="1.9.1", python="3.11", cuda=cuda, gpus=gpus, examples=60_000)


@pytest.mark.parametrize(
    ("wanted", "build", "device"),
    [
        ("cpu", hello(), "cpu(0)"),
        ("cpu(0)", hello(), "cpu(0)"),
        ("cpu(1)", hello(), "cpu(1)"),
        ("cpu", hello(cuda=True, gpus=2), "cpu(0)"),
        ("gpu", hello(cuda=True, gpus=1), "gpu(0)"),
        ("gpu(1)", hello(cuda=True, gpus=2), "gpu(1)"),
        ("auto", hello(), "cpu(0)"),
        ("auto", hello(cuda=True), "cpu(0)"),
        ("auto", hello(cuda=True, gpus=1), "gpu(0)"),
        ("auto", hello(gpus=1), "cpu(0)"),
    ],
)
def test_a_device_that_is_there_is_named_in_full(wanted: str, build: Hello, device: str) -> None:
    """The number is always written; auto takes a GPU only where this MXNet can use one."""
    assert resolve(wanted, build) == device


def test_a_gpu_without_cuda_names_the_build_and_the_mend() -> None:
    """The sentence says which MXNet it is and what to install or write."""
    with pytest.raises(CourseError) as caught:
        resolve("gpu(0)", hello(), "there/course.yaml")
    assert str(caught.value) == (
        "there/course.yaml: device: gpu(0) needs an MXNet built with CUDA, and this one (1.9.1) is not; "
        "install a mxnet-cu build, or use cpu or auto"
    )


@pytest.mark.parametrize(("wanted", "gpus"), [("gpu(1)", 1), ("gpu(2)", 2), ("gpu", 0)])
def test_a_gpu_that_is_not_there_is_refused(wanted: str, gpus: int) -> None:
    """Counting starts at 0, so gpu(1) needs two."""
    with pytest.raises(CourseError, match=f"device: .*is not there: this machine has {gpus} GPUs; use auto"):
        resolve(wanted, hello(cuda=True, gpus=gpus))


@pytest.mark.parametrize("wanted", ["", "tpu", "cpu(x)", "gpu(0)(0)", "cpu(0) "])
def test_what_is_no_device_is_refused(wanted: str) -> None:
    """Whatever reaches this function unchecked is refused with the choices."""
    with pytest.raises(CourseError, match="is not a device; use cpu, cpu"):
        resolve(wanted, hello(cuda=True, gpus=8))
