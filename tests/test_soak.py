"""The soak in small: nothing grows over a short run, nothing is left; and what grows is noticed."""

import dataclasses

import pytest

from tests.soak import Outcome, Sample, faults, rises, soak, table

COUNT = 36


@pytest.mark.long
def test_a_short_soak_grows_nothing_and_leaves_nothing() -> None:
    """Judge and servers keep their size, their descriptors and their number; every content is graded and kept once."""
    outcome = soak(COUNT, samples=18)
    assert faults(outcome) == [], table(outcome)
    assert len(outcome.results) == COUNT
    assert min(sample.processes for sample in outcome.samples[:-2]) == 2  # the figures are of something
    assert min(sample.server_fds for sample in outcome.samples[:-2]) >= 2
    assert min(sample.servers_mb for sample in outcome.samples[:-2]) > 100
    assert outcome.kept == outcome.distinct == COUNT


def _steady(number: int) -> Sample:
    return Sample(number, number, 100.0, 300.0, 10, 8, 2, 0, 0)


def test_what_grows_is_a_fault() -> None:
    """A descriptor for every fifth submission, a file and a process for every tenth, half a megabyte for each."""
    steady = [_steady(n) for n in range(1, 101)]
    assert faults(Outcome(steady, [], 1.0, [], 0, 0)) == []
    growth = {
        "judge_mb": 0.5,
        "servers_mb": 0.5,
        "judge_fds": 0.2,
        "server_fds": 0.2,
        "processes": 0.1,
        "tmp_files": 0.1,
        "shm_files": 0.1,
    }
    for name, each in growth.items():
        growing = [dataclasses.replace(s, **{name: getattr(s, name) + int(each * s.graded)}) for s in steady]
        (told,) = faults(Outcome(growing, [], 1.0, [], 0, 0))
        assert told.startswith(f"{name} rose by ")
        assert abs(rises(growing)[name] - each * 79) < 1.5


def test_what_is_left_is_a_fault() -> None:
    """A process or a file that outlives the run."""
    steady = [_steady(n) for n in range(1, 101)]
    assert faults(Outcome(steady, [], 1.0, ["process 7"], 0, 0)) == ["left behind: process 7"]
