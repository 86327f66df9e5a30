"""How course.yaml gives the course's seed. All that is asked is drawn from it: nobody may be able to guess it."""

import re
from typing import Any

from autograder.errors import CourseError

LEAST_BITS = 64  # fewer are tried out: thirty take some hours, with one number that was drawn from them
FIX = "run `autograder seed`, which writes one of 128 bits"


def number(written: Any, path: str) -> int:
    """Read a seed as course.yaml gives it: hexadecimal digits as text, or a whole number. Raises `CourseError`."""
    value = written
    if isinstance(written, str) and re.fullmatch(r"(0x)?[0-9a-fA-F]{1,1000}", written):
        value = int(written, 16)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:  # not shown: it may be nearly right
        raise CourseError(f"{path}: seed: expected 32 hexadecimal digits in quotes; {FIX}")
    if value.bit_length() < LEAST_BITS:
        raise CourseError(f"{path}: seed: has {value.bit_length()} bits, too few to be no one's guess; {FIX}")
    return value
