# Matches a regular expression that takes exponential time, in C, where no Python signal handler runs.
# Mode: call softmax
# Expects: wrong, timeout, skipped
import re


def attack():
    return re.match(r"(a+)+$", "a" * 64 + "b")
