"""One submission in its worker: imported in the gentlest way that works, and again whenever its process has died."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder import wire
from autograder.asking import Answer, NoAnswer, Outcome, Uses
from autograder.course.notebook import Cell
from autograder.course.settings import Limits
from autograder.sandbox.server import Child, WorkerServer

Mode = str
UNREADABLE = ("SyntaxError", "IndentationError", "TabError")  # running more cells does not fix a cell


@dataclass
class Clock:
    """The time that one submission may still use, in seconds, over all its processes."""

    left: float
    held_up: float = 0.0  # the judge's own delays, which count for nothing

    def spend(self, seconds: float, held_up: float = 0.0) -> None:
        """Take `seconds` off, but for those in which the judge was held up."""
        self.left -= seconds - held_up
        self.held_up += held_up


@dataclass
class Session:
    """A submission on one device. `loaded` says what importing gave; a `NoAnswer` there means that nothing could be."""

    server: WorkerServer
    cells: Sequence[Cell]
    names: tuple[str, ...]
    device: str
    limits: Limits
    clock: Clock
    roams: bool = False
    mode: Mode = "slice"
    decided: bool = False
    watched: tuple[str, ...] = ()  # library names to look for
    surveyed: Uses | None = None  # None: not yet read
    leader: "Session | None" = None  # another session of this submission, whose way of importing is taken
    seconds_importing: float = 0.0
    _child: Child | None = field(default=None, repr=False)
    _loaded: wire.Loaded | NoAnswer | None = None

    @property
    def loaded(self) -> wire.Loaded | NoAnswer:
        """Import the submission if that has not been done; choose the mode by what works."""
        if self._loaded is None and self.leader is not None:
            self.follow(self.leader)
        if self._loaded is None:
            self._loaded = self._choose()
        return self._loaded

    @property
    def ran_whole(self) -> bool:
        """Tell whether the whole notebook had to be run for its definitions."""
        return self.mode == "whole"

    @property
    def in_kernel(self) -> bool:
        """No: this is a process of ours."""
        return False

    @property
    def held_up(self) -> float:
        """Seconds in which the judge itself could not look for an answer."""
        return self.clock.held_up

    def uses(self, _exercise: str) -> Uses | None:
        """Return what was read of the watched names, before anything ran."""
        return self.surveyed

    def ask(self, request: wire.Request, arrays: Sequence[wire.Array], seconds: float) -> Outcome:
        """Make one request, in a fresh process if the last one has died since its answer, or said more than that."""
        loaded = self.loaded
        if isinstance(loaded, NoAnswer):
            return loaded
        if self.clock.left <= 0:
            return self._used_up()
        if self._child is None or not self._child.quiet:
            again = self._load(self.mode)
            if isinstance(again, NoAnswer):
                return again
        assert self._child is not None
        began = time.monotonic()
        outcome = self._child.ask(request, arrays, seconds=min(seconds, max(self.clock.left, 0.1)))
        self.clock.spend(time.monotonic() - began, outcome.held_up)
        return outcome

    def follow(self, other: "Session") -> None:
        """Import the same way as another sitting of this submission, without trying the ways that it tried."""
        self.mode, self.decided = other.mode, True
        if isinstance(other.loaded, NoAnswer):
            self._loaded = other.loaded

    def close(self) -> None:
        """End the process, if one is left; what it leaves to clear away costs the submission's own time."""
        if self._child is not None:
            began = time.monotonic()
            self._child.close()
            self.clock.spend(time.monotonic() - began)
            self._child = None

    def _choose(self) -> wire.Loaded | NoAnswer:
        """Import the slice; where that leaves something open, try with its loops, then the whole notebook."""
        loaded = self._load(self.mode)
        if self.decided:
            return loaded
        if isinstance(loaded, wire.Loaded) and loaded.loop_bound:
            loaded = self._better(loaded, "loops")
        if isinstance(loaded, NoAnswer) or self._open_questions(loaded):
            loaded = self._better(loaded, "whole")
        return loaded

    def _open_questions(self, loaded: wire.Loaded) -> bool:
        broken = {b.name for b in loaded.broken if b.error not in UNREADABLE}
        return any(n in broken or (n in loaded.missing and loaded.dynamic) for n in self.names)

    def _better(self, before: wire.Loaded | NoAnswer, mode: Mode) -> wire.Loaded | NoAnswer:
        """Import again in another mode; keep it where it defines more, else go back to the one before."""
        earlier, after = self.mode, self._load(mode)
        defined = () if isinstance(before, NoAnswer) else before.defined
        gained = isinstance(after, wire.Loaded) and len(after.defined) > len(defined)
        if gained or (mode == "loops" and isinstance(after, wire.Loaded) and len(after.defined) == len(defined)):
            self.mode = mode
            return after
        self.mode = earlier
        self.close()
        return before

    def _load(self, mode: Mode) -> wire.Loaded | NoAnswer:
        self.close()
        if self.clock.left <= 0:
            return self._used_up()
        began = time.monotonic()
        outcome = self._import(mode)
        spent = time.monotonic() - began
        self.seconds_importing += spent
        self.clock.spend(spent, outcome.held_up)
        if isinstance(outcome, Answer):
            if isinstance(outcome.reply, wire.Loaded):
                return outcome.reply
            self.close()
            return NoAnswer("crashed", "the process answered something else than was asked")
        return outcome

    def _import(self, mode: Mode) -> Outcome:
        self._child = self.server.open(self.limits)
        began = time.monotonic()
        seconds = self.limits.notebook_seconds if mode == "whole" else self.limits.import_seconds
        seconds = min(seconds, self.clock.left)
        cells = tuple(wire.Source(c.index, c.source) for c in self.cells)
        fallen = self._survey(self._child, cells, seconds)
        if fallen is not None:
            return fallen
        left = max(began + seconds - time.monotonic(), 0.1)
        request = wire.Load(
            cells=cells,
            names=self.names,
            mode=mode,  # type: ignore[arg-type]
            seconds=left,
            device=self.device,
            roam=self.roams,
        )
        return self._child.ask(request, seconds=left + 2.0)

    def _used_up(self) -> NoAnswer:
        return NoAnswer("timeout", f"the time for one submission ({self.limits.submission_seconds:g} s) is used up")

    def _survey(self, child: Child, cells: tuple[wire.Source, ...], seconds: float) -> NoAnswer | None:
        """Have the submission read before any of it runs, once: what runs later could deny what it uses."""
        if not self.watched:
            return None
        outcome = child.ask(wire.Survey(cells=cells, names=self.names, watched=self.watched), seconds=seconds + 2.0)
        if isinstance(outcome, NoAnswer):
            return outcome
        if isinstance(outcome.reply, wire.Surveyed):
            self.surveyed, self.watched = outcome.reply.uses, ()
        return None
