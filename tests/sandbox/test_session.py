"""One submission in its worker: the gentlest import that works, a fresh process for a dead one, and a clock."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from autograder import wire
from autograder.course.notebook import Cell
from autograder.course.settings import Limits
from autograder.sandbox.server import Answer, NoAnswer, Outcome
from autograder.sandbox.session import Clock, Session

CELLS = (Cell(3, "x = 1"),)
CALL = wire.Call(function="f")
DONE = Answer(wire.Returned(), [])


class Fake:
    """A slot whose children answer imports by their mode, and calls from a list."""

    def __init__(self, imports: dict[str, Outcome], calls: list[Outcome] | None = None) -> None:
        self.imports, self.calls = imports, calls or []
        self.opened: list[str] = []
        self.alive = 0

    def open(self, _limits: Limits) -> Any:
        """Open a child."""
        self.alive += 1
        assert self.alive == 1, "a server holds one child at a time"
        return Child(self)


class Child:
    """A child of a fake slot."""

    def __init__(self, server: Fake) -> None:
        self.server, self.open, self.quiet = server, True, True

    def ask(self, request: wire.Request, _arrays: object = (), *, seconds: float) -> Outcome:
        """Answer from the slot's script; a `NoAnswer` ends the child."""
        if isinstance(request, wire.Load):
            self.server.opened.append(request.mode)
            outcome = self.server.imports[request.mode]
        else:
            outcome = self.server.calls.pop(0)
        if isinstance(outcome, NoAnswer):
            self.close()
        assert seconds > 0
        return outcome

    def close(self) -> None:
        """End."""
        self.server.alive -= self.open
        self.open = self.quiet = False


def session(server: Fake, *, left: float = 100.0, names: tuple[str, ...] = ("f", "g")) -> Session:
    """Sit a submission on a fake slot."""
    return Session(server, CELLS, names, "cpu(0)", Limits(), Clock(left))  # type: ignore[arg-type]


def loaded(*defined: str, **more: Any) -> Answer:
    """Say that an import defined these names."""
    return Answer(wire.Loaded(defined=defined, **more), [])


def broken(name: str | None, error: str = "NameError") -> tuple[wire.Broken, ...]:
    """Say that a statement failed."""
    return (wire.Broken(name, 1, 1, error, "x"),)


DEAD = NoAnswer("crashed", "dead")
BOTH, ONE = loaded("f", "g"), loaded("f")
HALF = loaded("f", broken=broken("g"))

# name: what importing gives in each mode, the modes tried, the mode that is kept, the names defined in the end
CHOICES: dict[str, tuple[dict[str, Outcome], list[str], str, tuple[str, ...] | None]] = {
    "the slice suffices": ({"slice": BOTH}, ["slice"], "slice", ("f", "g")),
    "a missing name alone is no reason": ({"slice": ONE}, ["slice"], "slice", ("f",)),
    "a missing name of a dynamic notebook": (
        {"slice": loaded("f", missing=("g",), dynamic=True), "whole": BOTH},
        ["slice", "whole"],
        "whole",
        ("f", "g"),
    ),
    "a broken name, fixed by the whole": ({"slice": HALF, "whole": BOTH}, ["slice", "whole"], "whole", ("f", "g")),
    "a broken name, not fixed": ({"slice": HALF, "whole": HALF}, ["slice", "whole"], "slice", ("f",)),
    "a syntax error is no reason": (
        {"slice": loaded("f", broken=broken("g", "SyntaxError"))},
        ["slice"],
        "slice",
        ("f",),
    ),
    "a broken cell that nothing needs is no reason": (
        {"slice": loaded("f", "g", broken=broken(None))},
        ["slice"],
        "slice",
        ("f", "g"),
    ),
    "a dead slice, fixed by the whole": ({"slice": DEAD, "whole": ONE}, ["slice", "whole"], "whole", ("f",)),
    "a dead slice and whole": ({"slice": DEAD, "whole": DEAD}, ["slice", "whole"], "slice", None),
    "the whole kills what the slice had": ({"slice": HALF, "whole": DEAD}, ["slice", "whole"], "slice", ("f",)),
    "loops that bind": (
        {"slice": loaded("f", "g", loop_bound=("i",)), "loops": BOTH},
        ["slice", "loops"],
        "loops",
        ("f", "g"),
    ),
    "loops that kill": (
        {"slice": loaded("f", "g", loop_bound=("i",)), "loops": DEAD},
        ["slice", "loops"],
        "slice",
        ("f", "g"),
    ),
    "another answer than was asked for": (
        {"slice": Answer(wire.Returned(), []), "whole": DEAD},
        ["slice", "whole"],
        "slice",
        None,
    ),
}


@pytest.mark.parametrize(("imports", "tried", "mode", "defined"), CHOICES.values(), ids=CHOICES.keys())
def test_the_gentlest_import_that_works_is_kept(
    imports: dict[str, Outcome], tried: list[str], mode: str, defined: tuple[str, ...] | None
) -> None:
    """More than the slice is run only where it leaves something open, and kept only where it gains something."""
    server = Fake(imports, [DONE])
    one = session(server)
    found = one.loaded
    assert (found.defined if isinstance(found, wire.Loaded) else None) == defined
    assert (server.opened, one.mode) == (tried, mode)
    assert one.loaded is found
    assert server.opened == tried
    outcome = one.ask(CALL, [], 1.0)
    if defined is None:
        assert isinstance(outcome, NoAnswer)
        return
    assert outcome is DONE
    assert server.opened in (tried, [*tried, mode])


def test_a_dead_process_is_replaced_in_the_same_mode() -> None:
    """Without trying the others again."""
    server = Fake({"slice": HALF, "whole": BOTH}, [DEAD, DONE])
    one = session(server)
    assert one.ask(CALL, [], 1.0) is DEAD
    assert one.ask(CALL, [], 1.0) is DONE
    assert server.opened == ["slice", "whole", "whole"]
    one.close()
    one.close()
    assert server.alive == 0


def test_a_process_that_speaks_unasked_is_replaced() -> None:
    """What waits there would be taken for the next answer."""
    server = Fake({"slice": BOTH}, [DONE, DONE])
    one = session(server)
    one.ask(CALL, [], 1.0)
    assert one._child is not None
    one._child.quiet = False  # type: ignore[misc]
    assert one.ask(CALL, [], 1.0) is DONE
    assert server.opened == ["slice", "slice"]


def test_a_process_that_cannot_be_replaced_is_told() -> None:
    """The import that worked once may die the second time."""
    server = Fake({"slice": BOTH}, [DEAD])
    one = session(server)
    one.ask(CALL, [], 1.0)
    server.imports = {"slice": DEAD}
    assert one.ask(CALL, [], 1.0) is DEAD


def test_another_sitting_follows_in_the_same_mode() -> None:
    """One import instead of three; where nothing could be imported, none."""
    server = Fake({"slice": HALF, "whole": BOTH}, [DONE])
    home, away = session(server), session(server)
    assert home.loaded
    home.close()
    away.follow(home)
    assert away.ask(CALL, [], 1.0) is DONE
    assert server.opened == ["slice", "whole", "whole"]
    dead = Fake({"slice": DEAD, "whole": DEAD})
    home, away = session(dead), session(dead)
    away.follow(home)
    assert away.ask(CALL, [], 1.0) is DEAD
    assert dead.opened == ["slice", "whole"]


def test_the_clock_is_shared_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports and calls both spend it; when nothing is left, nothing is asked, and a call gets what is left at most."""
    now = [0.0]
    monkeypatch.setattr("autograder.sandbox.session.time.monotonic", lambda: now[0])
    server = Fake({"slice": BOTH}, [DONE, DONE])
    asked: list[float] = []
    ask: Callable[..., Outcome] = Child.ask

    def slow(self: Child, request: wire.Request, arrays: object = (), *, seconds: float) -> Outcome:
        asked.append(seconds)
        now[0] += 4.0
        return ask(self, request, arrays, seconds=seconds)

    monkeypatch.setattr(Child, "ask", slow)
    clock = Clock(10.0)
    home = Session(server, CELLS, ("f",), "cpu(0)", Limits(), clock)  # type: ignore[arg-type]
    assert home.ask(CALL, [], 5.0) is DONE
    assert home.seconds_importing == 4.0
    assert clock.left == 2.0
    assert home.ask(CALL, [], 5.0) is DONE
    assert asked == [Limits().import_seconds + 2.0, 5.0, 2.0]
    over = home.ask(CALL, [], 5.0)
    assert over == NoAnswer("timeout", "the time for one submission (120 s) is used up")
    assert len(asked) == 3


def test_an_import_has_no_more_time_than_the_submission_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """And none where nothing is left: whatever fell before has used it up."""
    asked: list[float] = []
    ask: Callable[..., Outcome] = Child.ask

    def spy(self: Child, request: wire.Request, arrays: object = (), *, seconds: float) -> Outcome:
        assert isinstance(request, wire.Load)
        asked.append(request.seconds)
        return ask(self, request, arrays, seconds=seconds)

    monkeypatch.setattr(Child, "ask", spy)
    assert session(Fake({"slice": BOTH}), left=3.0).loaded
    assert [round(seconds, 1) for seconds in asked] == [3.0]
    spent = session(Fake({"slice": BOTH}), left=0.0)
    assert spent.loaded == NoAnswer("timeout", "the time for one submission (120 s) is used up")
    assert len(asked) == 1


class Slow(Fake):
    """A slot whose children take a while to be cleared away."""

    def open(self, limits: Limits) -> Any:
        """Open a child."""
        child = super().open(limits)
        end = child.close

        def close() -> None:
            time.sleep(0.2 if child.open else 0)
            end()

        child.close = close
        return child


def test_clearing_away_costs_the_submissions_own_time() -> None:
    """What a child leaves behind it, and how often, is the submission's doing."""
    sat = session(Slow({"slice": BOTH}), left=100.0)
    assert sat.loaded == BOTH.reply
    sat.close()
    assert sat.clock.left == pytest.approx(99.8, abs=0.1)
    sat.close()
    assert sat.clock.left == pytest.approx(99.8, abs=0.1)


def test_the_judges_own_delay_costs_no_time() -> None:
    """It is counted by itself: a timeout beside it may not be the submission's doing."""
    late = Answer(wire.Returned(), [], held_up=5.0)
    sat = session(Fake({"slice": BOTH}, [late]), left=100.0)
    assert sat.ask(CALL, [], 10.0) == DONE
    assert sat.clock.left == pytest.approx(105.0, abs=0.5)
    assert sat.clock.held_up == 5.0
