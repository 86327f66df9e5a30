"""Mutated inputs of every reader of hostile bytes: what once broke one, and some hundred fresh ones of each.

`make fuzz` feeds 100,000 of each, and keeps under `tests/fuzz/found/` what breaks a reader: fix it, and it is
replayed here from then on.
"""

import random
import signal
import time
from pathlib import Path

import pytest

from tests.fuzz import run
from tests.fuzz.mutate import mutated_bytes, mutated_tree
from tests.fuzz.targets import TARGETS, Target

COUNTS = {
    "notebook": 600,
    "script": 200,
    "slicing": 200,
    "wire-judge": 600,
    "wire-worker": 600,
    "course": 200,
    "cases": 400,
}
FRESH_SEED = 20_261_124
KEPT = sorted(path for path in run.FOUND.glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.name[:6]}")
def test_what_was_found_once_breaks_nothing(path: Path) -> None:
    """An input that broke a reader ends in a documented exception, or in none, in time."""
    found = run.feed(TARGETS[path.parent.name], path.read_bytes())
    assert found is None, found.told


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", TARGETS)
def test_fresh_inputs_break_nothing(name: str, times: int) -> None:
    """Neither a traceback nor a hang comes of inputs that nobody has tried."""
    outcome = run.fuzz(TARGETS[name], FRESH_SEED, times * COUNTS[name])
    assert [finding.told for finding in outcome.findings] == []
    assert outcome.inputs == times * COUNTS[name]


@pytest.mark.parametrize("name", TARGETS)
def test_an_input_is_made_of_its_number_alone(name: str) -> None:
    """So that a finding of one machine is found on another; and inputs differ."""
    made = [run.make(TARGETS[name], 1, number) for number in range(20)]
    assert made == [run.make(TARGETS[name], 1, number) for number in range(20)]
    assert len(set(made)) > 15


# --- the harness finds what it looks for --------------------------------------------------------------------------


def _digits(rng: random.Random) -> bytes:
    return bytes([48 + rng.randrange(10)])


def _breaks(data: bytes) -> None:
    if data == b"7":
        raise KeyError("seven")
    if data == b"8":
        raise LookupError("eight")


def _dies(data: bytes) -> None:
    if data in b"78":
        signal.raise_signal(signal.SIGKILL)


def _sleeps(_data: bytes) -> None:
    try:
        time.sleep(30)
    except Exception:  # noqa: BLE001 - a reader that takes every exception for its own
        time.sleep(30)


@pytest.mark.parametrize("apart", [False, True])
def test_one_finding_of_each_kind_is_kept(apart: bool, tmp_path: Path) -> None:
    """With the input that shows it."""
    target = Target("digits", _digits, _breaks, apart)
    findings = run.fuzz(target, 0, 200).findings
    assert {(f.data, f.kind.split()[0]) for f in findings} == {(b"7", "KeyError"), (b"8", "LookupError")}
    assert run.keep(target, findings[0], tmp_path).read_bytes() == findings[0].data


def test_a_process_that_dies_is_counted_and_begun_again() -> None:
    """Behind the input that killed it, and no input is left out."""
    outcome = run.fuzz(Target("digits", _digits, _dies, apart=True), 0, 30)
    killers = sum(run.make(Target("digits", _digits, _dies), 0, n) in (b"7", b"8") for n in range(30))
    assert (outcome.deaths, outcome.findings, outcome.inputs) == (killers, (), 30)


@pytest.mark.parametrize("apart", [False, True])
def test_a_hang_is_a_finding(apart: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the reader takes every exception for its own."""
    monkeypatch.setattr(run, "SECONDS", 0.1)
    (finding,) = run.fuzz(Target("digits", _digits, _sleeps, apart), 0, 1).findings
    assert finding.kind == "Hang"


def test_mutations_change_their_input_and_leave_the_original() -> None:
    """A tree that is shared by all inputs stays what it is."""
    tree = {"a": [1, "x", {"b": True}], "c": None}
    made = [mutated_tree(random.Random(n), tree) for n in range(50)]
    assert tree == {"a": [1, "x", {"b": True}], "c": None}
    assert sum(one != tree for one in made) > 45
    assert sum(mutated_bytes(random.Random(n), b"some bytes") != b"some bytes" for n in range(50)) > 45
