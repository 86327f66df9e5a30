"""Facts about the tables of system calls: their numbers are those of the kernel's own headers, on both machines."""

import re
from pathlib import Path

import pytest

from autograder.worker.confine import landlock, seccomp

# Debian's linux-libc-dev has both: the second is what aarch64 is made of.
HEADERS = {
    "x86_64": (Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Path("/usr/include/asm/unistd_64.h")),
    "aarch64": (Path("/usr/include/asm-generic/unistd.h"),),
}
# In asm-generic, a call with another name on 32-bit machines is defined as __NR3264_fstatat, say; its own refers to it.
DEFINED = re.compile(r"^#define (__NR(?:3264)?_\w+)[ \t]+(\w+)$", re.MULTILINE)


def defined(machine: str) -> dict[str, int]:
    """Read the numbers of the kernel's header; skip, with the reason, where this machine has none."""
    found = [path for path in HEADERS[machine] if path.is_file()]
    if not found:
        pytest.skip(f"no kernel headers for {machine} here (Debian: apt-get install linux-libc-dev)")
    values = dict(DEFINED.findall(found[0].read_text()))
    numbers = {name.removeprefix("__NR_"): values.get(value, value) for name, value in values.items()}
    return {
        name: int(number)
        for name, number in numbers.items()
        if number.isdigit() and not name.startswith("__") and name != "syscalls"  # how many there are
    }


@pytest.mark.parametrize("machine", HEADERS)
def test_every_number_is_the_kernels(machine: str) -> None:
    """A call that the header does not know yet is one that was added after its last."""
    theirs = defined(machine)
    last = max(theirs.values())
    ours = seccomp.numbers(machine)
    assert {name: number for name, number in ours.items() if theirs.get(name, number) != number} == {}
    assert {name: number for name, number in ours.items() if name not in theirs and number <= last} == {}
    assert len(ours.keys() & theirs.keys()) > 100


@pytest.mark.parametrize("machine", HEADERS)
def test_what_a_machine_is_said_to_lack_it_lacks(machine: str) -> None:
    """A dash in the table means that the header defines no such call: none is forgotten there."""
    other = seccomp.numbers("x86_64" if machine == "aarch64" else "aarch64")
    assert sorted((other.keys() - seccomp.numbers(machine).keys()) & defined(machine).keys()) == []


@pytest.mark.parametrize("machine", HEADERS)
def test_landlocks_numbers_are_the_kernels(machine: str) -> None:
    """They are the same on both machines."""
    theirs = defined(machine)
    names = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")
    assert [theirs[name] for name in names] == [
        landlock._CREATE_RULESET,
        landlock._ADD_RULE,
        landlock._RESTRICT_SELF,
    ]
