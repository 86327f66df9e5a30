"""Which machines MXNet installs on, and what the others are told."""

import pytest

from autograder.student.platforms import told


@pytest.mark.parametrize(
    ("system", "machine", "good", "fix"),
    [
        ("Linux", "x86_64", True, ""),
        ("Linux", "aarch64", True, ""),
        ("Darwin", "x86_64", True, ""),
        ("Darwin", "arm64", False, "Rosetta"),
        ("Windows", "AMD64", False, "WSL 2"),
        ("Windows", "ARM64", False, "WSL 2"),
        ("Linux", "riscv64", False, "no wheel"),
    ],
)
def test_a_machine_without_a_wheel_is_told_what_to_do(system: str, machine: str, good: bool, fix: str) -> None:
    """Before anything else is looked at: pip's own words do not say it."""
    ok, what, advice = told(system, machine)

    assert (ok, what) == (good, f"{system}, {machine}")
    assert fix in advice
    assert bool(advice) is not good
