"""Which tests `make test` runs and which it leaves to `make test-all`: none twice, none never, none silently."""

import re
import subprocess
import sys
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_two_commands_run_every_test_once() -> None:
    """Of the four kinds of test, long or not and alone or not, each is in one run; `make test` has those not long."""
    runs = {
        command: re.findall(
            r'pytest .*-m "([^"]+)"',
            subprocess.run(["make", "-n", *command], cwd=ROOT, capture_output=True, text=True, check=True).stdout,
        )
        for command in [("test",), ("test-all",), ("test", "test-all")]
    }
    assert runs["test-all",] == runs["test", "test-all"]
    assert runs["test-all",][:2] == runs["test",]
    for long, alone in product([True, False], repeat=2):
        names = {"long": long, "alone": alone}
        assert sum(bool(eval(expression, names)) for expression in runs["test-all",]) == 1
        assert any(eval(expression, names) for expression in runs["test",]) is not long


def test_what_is_left_out_is_said() -> None:
    """The long tests that the markers leave out are counted by module; where they are asked for, nothing is said."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/test_soak.py", "tests/test_fuzz.py", "-m"]
    said = {
        marks: subprocess.run([*command, marks], cwd=ROOT, capture_output=True, text=True, check=False).stdout
        for marks in ("not long and not alone", "long")
    }
    assert re.search(
        r"^\d+ long tests are left to `make test-all`: fuzz \d+, soak 1$", said["not long and not alone"], re.M
    )
    assert "left to" not in said["long"]
