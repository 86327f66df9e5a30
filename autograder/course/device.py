"""The device that course.yaml names, as MXNet writes it, checked against what the worker server found."""

import re

from autograder.errors import CourseError
from autograder.wire import Hello


def resolve(wanted: str, hello: Hello, where: str = "course.yaml") -> str:
    """Return "cpu(N)" or "gpu(N)" for `wanted` (cpu, cpu(N), gpu, gpu(N), auto). Raises `CourseError`.

    `auto` is the first GPU that this MXNet build can use, else the CPU.
    """
    if wanted == "auto":
        return "gpu(0)" if hello.cuda and hello.gpus else "cpu(0)"
    match = re.fullmatch(r"(cpu|gpu)(?:\((\d+)\))?", wanted)
    if match is None:
        raise CourseError(f"{where}: device: {wanted!r} is not a device; use cpu, cpu(N), gpu, gpu(N) or auto")
    kind, number = match[1], int(match[2] or 0)
    if kind == "gpu" and not hello.cuda:
        raise CourseError(
            f"{where}: device: {wanted} needs an MXNet built with CUDA, and this one ({hello.mxnet}) is not; "
            "install a mxnet-cu build, or use cpu or auto"
        )
    if kind == "gpu" and number >= hello.gpus:
        raise CourseError(f"{where}: device: {wanted} is not there: this machine has {hello.gpus} GPUs; use auto")
    return f"{kind}({number})"
