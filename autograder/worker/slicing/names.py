"""What one top-level statement does to names: which it binds, changes and calls, and which it needs, now or later.

Its scopes tell globals from locals. A use is *immediate* if it happens when the statement runs (module level,
comprehensions, class bodies, defaults, decorators), and *deferred* if it happens only when a function is called.
"""

import __future__

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import CodeType

from autograder.worker.slicing.scopes import Scope, deletes, scopes_of

_COMPOUND = (ast.If, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.Match)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SEPARATE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


@dataclass(frozen=True)
class Uses:
    """The global names that some scopes touch; a star import stores the name `*`."""

    loads: set[str] = field(default_factory=set)
    stores: set[str] = field(default_factory=set)
    deletes: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Statement:
    """One top-level statement of the notebook, and what it does to names."""

    cell: int
    line: int
    node: ast.stmt
    code: CodeType
    scopes: tuple[Scope, ...]  # its part of the module first
    immediate: Uses
    deferred: Uses
    mutates: frozenset[str]  # `table[i] = …`, `x.attr = …`: the roots
    calls_on: frozenset[str]  # `xs.append(…)` as a statement of its own: the roots
    called: frozenset[str]  # roots of everything called while it runs; only for loops and calls on names
    rebinds: frozenset[str]  # by loops over something that is no literal: an iterator of batches, perhaps
    has_loop: bool
    has_while: bool

    @property
    def compound(self) -> bool:
        """Whether what it binds may stay unbound, so that earlier bindings count as well."""
        return isinstance(self.node, _COMPOUND)

    @property
    def is_import(self) -> bool:
        """Whether it is an import statement."""
        return isinstance(self.node, ast.Import | ast.ImportFrom)


def analyse(cell: int, node: ast.stmt, flags: int) -> Statement:
    """Compile one statement (`flags` are the `__future__` features in force) and look at what it does to names."""
    code = compile(ast.Module([node], []), f"<cell {cell}>", "exec", flags=flags, dont_inherit=True)
    scopes = scopes_of(node, postponed=bool(flags & __future__.annotations.compiler_flag))
    now = [scope for scope in scopes if not scope.deferred]
    outside = [] if isinstance(node, _SEPARATE) else [scope for scope in now if scope.kind != "class"]
    every = [each for scope in outside for each in scope.nodes]
    mutates, calls_on = _mutated(every)
    inside = every if calls_on or isinstance(node, _COMPOUND) else []
    return Statement(
        cell=cell,
        line=node.lineno,
        node=node,
        code=code,
        scopes=scopes,
        immediate=_uses(now),
        deferred=_uses([scope for scope in scopes if scope.deferred]),
        mutates=frozenset(mutates),
        calls_on=frozenset(calls_on),
        called=frozenset(name for each in inside if isinstance(each, ast.Call) and (name := root(each.func))),
        rebinds=frozenset(
            name for each in inside if isinstance(each, ast.For) for name in _rebound(each, scopes[0].bound)
        ),
        has_loop=any(isinstance(each, _LOOPS) for each in inside),
        has_while=any(isinstance(each, ast.While) for each in inside),
    )


def root(node: ast.expr) -> str | None:
    """The name that a chain of attributes, subscripts and calls starts from."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Starred):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _uses(scopes: Sequence[Scope]) -> Uses:
    uses = Uses()
    for scope in scopes:
        uses.loads.update(filter(scope.is_global, scope.reads))
        uses.attributes.update(scope.attributes)
        for name, nodes in scope.bound.items():
            if scope.stores(name):
                deleted = list(map(deletes, nodes))
                uses.deletes.update([name] if any(deleted) else [])
                uses.stores.update([] if all(deleted) else [name])
    return uses


def _mutated(nodes: Sequence[ast.AST]) -> tuple[set[str], set[str]]:
    """The roots of what a statement changes by assignment, and of what it calls methods on for their effect."""
    mutates: set[str] = set()
    calls_on: set[str] = set()
    loops: list[ast.For | ast.AsyncFor] = []
    for each in nodes:
        match each:
            case ast.Assign(targets=targets) | ast.Delete(targets=targets):
                mutates.update(_changed(targets))
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
                mutates.update(_changed([target]))
            case ast.Expr(value=ast.Call(func=ast.Attribute() as called)):
                calls_on.update(filter(None, [root(called)]))
            case ast.For() | ast.AsyncFor():
                mutates.update(_changed([each.target]))
                loops.append(each)
    for loop in reversed(loops):  # `for p in params: p.attach_grad()` changes params, from the inside out
        bound = names_in(loop.target)
        for changed in (mutates, calls_on):
            if changed & bound:
                changed.update(names_in(loop.iter))
    return mutates, calls_on


def _changed(targets: list[ast.expr]) -> Iterator[str]:
    for target in targets:
        if isinstance(target, ast.Tuple | ast.List):
            yield from _changed(target.elts)
        elif isinstance(target, ast.Attribute | ast.Subscript) and (name := root(target)):
            yield name


def names_in(node: ast.AST) -> set[str]:
    """All plain names below the node."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _rebound(loop: ast.For, bound: Mapping[str, Sequence[ast.AST]]) -> Iterator[str]:
    over = loop.iter
    literal = isinstance(over, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.Constant)
    if not literal and not (isinstance(over, ast.Call) and root(over.func) == "range"):
        inside = set(map(id, ast.walk(loop)))
        yield from (name for name, nodes in bound.items() if not inside.isdisjoint(map(id, nodes)))
