"""Follows names back to the statements that bind them: the slice of one exercise."""

import ast
import builtins
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.worker.slicing.names import Statement

# The caller or Python binds these. `ctx` is the configured device whatever the notebook says: its statements are not
# needed.
_PRESET = frozenset({"ctx", "__name__", "__annotations__", "__builtins__", "__doc__", "__file__"}) | frozenset(
    {"__class__", "__module__", "__qualname__"}  # in classes
)
_BUILTIN = frozenset(dir(builtins))
_BATCH = frozenset({"batch", "data", "label", "labels", "images", "features"})  # what the lesson's loops bind
_TRAINING = frozenset({"backward", "record"})


@dataclass(frozen=True)
class Index:
    """Where each name is bound (`del` included) and changed, as ascending positions among the statements."""

    statements: tuple[Statement, ...]
    binders: Mapping[str, Sequence[int]]
    mutators: Mapping[str, Sequence[int]]
    indirect: Mapping[str, Sequence[int]]  # statements that may call a function with `global name`
    long: frozenset[int]  # loops, and calls on a name, that look as if they trained


@dataclass(frozen=True)
class Slice:
    """The positions that one exercise needs, and the names that only left-out loops would have bound."""

    chosen: frozenset[int]
    loop_bound: Mapping[str, int]
    unbound: frozenset[str]  # names that only a star import can bind


def index_statements(statements: tuple[Statement, ...], exercises: Collection[str]) -> Index:
    """Look up tables for `take`."""
    binders, mutators, indirect = defaultdict(list), defaultdict(list), defaultdict(list)
    global_stores: dict[str, frozenset[str]] = {}
    for at, statement in enumerate(statements):
        for name in statement.immediate.stores | statement.immediate.deletes:
            binders[name].append(at)
        for name in statement.mutates | statement.calls_on:
            mutators[name].append(at)
        for name in statement.immediate.loads & global_stores.keys():
            for stored in global_stores[name]:
                indirect[stored].append(at)
        if statement.deferred.stores:
            stored_later = frozenset(statement.deferred.stores)
            global_stores.update(dict.fromkeys(statement.immediate.stores, stored_later))
    heavy = _heavy_names(statements, exercises)
    long = frozenset(at for at, statement in enumerate(statements) if _is_long(statement, heavy))
    return Index(statements=statements, binders=binders, mutators=mutators, indirect=indirect, long=long)


def take(index: Index, name: str, *, loops: bool) -> Slice:
    """The slice of one exercise; `loops` takes long loops along."""
    search = _Search(index, loops)
    end = len(index.statements)
    search.todo.append((name, end))
    while search.todo:
        wanted = search.todo.pop()
        if wanted not in search.seen and wanted[0] not in _PRESET:
            search.seen.add(wanted)
            search.resolve(*wanted)
    return Slice(chosen=frozenset(search.chosen), loop_bound=search.loop_bound, unbound=frozenset(search.unbound))


def uncovering(statements: Sequence[Statement], chosen: Collection[int]) -> set[int]:
    """The `del sum` after a chosen `sum = …`: without it a function would find the number, not the builtin."""
    bound: set[str] = set()
    found: set[int] = set()
    for at, statement in enumerate(statements):
        if at in chosen:
            bound |= statement.immediate.stores
        elif isinstance(statement.node, ast.Delete) and statement.immediate.deletes <= bound & _BUILTIN:
            found.add(at)
    return found


@dataclass
class _Search:
    index: Index
    loops: bool
    todo: list[tuple[str, int]] = field(default_factory=list)  # a name, and the position before which it must be bound
    seen: set[tuple[str, int]] = field(default_factory=set)
    chosen: set[int] = field(default_factory=set)
    loop_bound: dict[str, int] = field(default_factory=dict)
    unbound: set[str] = field(default_factory=set)

    def resolve(self, name: str, before: int) -> None:
        """Choose the last binding before a position, those that it may have left standing, and later changes."""
        statements, first = self.index.statements, None
        left_out = None
        for at in reversed(_before(self.index.binders.get(name, ()), before)):
            statement = statements[at]
            if name not in statement.immediate.stores:  # `del`: it uncovers a builtin, else it is not obeyed
                if name in _BUILTIN:
                    return
            elif self._skips(at):
                left_out = statement.cell
            else:
                self._choose(at, before)
                first = at
                if not statement.compound:
                    break
        if first is None:
            self._resolve_unbound(name, before, left_out)
            return
        is_import = statements[first].is_import
        for at in _before(self.index.mutators.get(name, ()), before):
            mutated = name in statements[at].mutates or not is_import  # `plt.show()` does not change plt
            if at > first and mutated and not self._skips(at):
                self._choose(at, before)

    def _resolve_unbound(self, name: str, before: int, left_out: int | None) -> None:
        if name in _BUILTIN:
            return
        self.unbound.add(name)
        elsewhere = (*self.index.binders.get("*", ()), *self.index.indirect.get(name, ()))
        for at in elsewhere:
            if at < before and not self._skips(at):
                self._choose(at, before)
        if left_out is not None:
            self.loop_bound[name] = left_out

    def _skips(self, at: int) -> bool:
        return at in self.index.long and not self.loops

    def _choose(self, at: int, before: int) -> None:
        self.chosen.add(at)
        statement, end = self.index.statements[at], len(self.index.statements)
        self.todo.extend((name, at) for name in statement.immediate.loads)
        # Functions may be called by the time the name was needed, or be kept and called at the end.
        self.todo.extend((name, when) for name in statement.deferred.loads for when in {before, end})


def _before(positions: Sequence[int], before: int) -> Sequence[int]:
    return positions[: bisect_left(positions, before)]


def _heavy_names(statements: Iterable[Statement], exercises: Collection[str]) -> set[str]:
    """The exercises, and all functions, classes and their instances that use them or take gradients."""
    users: dict[str, set[str]] = defaultdict(set)
    heavy = set(exercises)
    classes: set[str] = set()
    for statement in statements:
        binds = statement.immediate.stores
        for name in statement.deferred.loads:
            users[name] |= binds
        if statement.deferred.attributes & _TRAINING:
            heavy |= binds
        match statement.node:
            case ast.ClassDef(name=name):
                classes.add(name)
            case ast.Assign(value=ast.Call(func=ast.Name(id=name))) if name in classes:
                users[name] |= binds
            case ast.Assign(value=ast.Name(id=name)):
                users[name] |= binds
    todo = list(heavy)
    while todo:
        new = users[todo.pop()] - heavy
        heavy |= new
        todo.extend(new)
    return heavy


def _is_long(statement: Statement, heavy: Collection[str]) -> bool:
    calls_heavy = any(name in heavy for name in statement.called)
    if not statement.compound:
        return calls_heavy and isinstance(statement.node, ast.Expr)
    return statement.has_loop and (
        statement.has_while
        or calls_heavy
        or not statement.immediate.attributes.isdisjoint(_TRAINING)
        or not statement.rebinds.isdisjoint(_BATCH)
    )
