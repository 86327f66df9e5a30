"""Python's scopes, read from the syntax tree: which names each binds and reads, and which of those are global.

The tree says the same on every Python, where bytecode and `symtable` do not: comprehensions are functions of their own
on one version and part of their surroundings on the next.
"""

import ast
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

# An annotation is evaluated by the scope around it. What is *lazy* is evaluated when somebody asks for its value: the
# bound of a type parameter, what a `type` statement says. *Parameters* are the scope between `def f[T]` and `f`.
Kind = Literal["module", "class", "function", "comprehension", "annotation", "parameters", "lazy"]

_FIRST = ("value", "iter")  # evaluated before the target, which the tree puts in front
_MARKS = frozenset({"ctx", "op", "ops"})  # half of all nodes, and say nothing


@dataclass(frozen=True, eq=False)
class Scope:
    """One scope; `bound` has, for each name, the nodes that bind or delete it here (a star import binds `*`)."""

    kind: Kind
    node: ast.AST  # what opens it
    parent: "Scope | None"
    deferred: bool  # it runs when a function is called, not when the statement runs
    nodes: list[ast.AST] = field(default_factory=list)  # evaluated here; each comes before those below it
    bound: dict[str, list[ast.AST]] = field(default_factory=dict)
    reads: set[str] = field(default_factory=set)  # in a class: where it has not bound the name itself
    attributes: set[str] = field(default_factory=set)  # read from anything, or imported from it
    global_names: set[str] = field(default_factory=set)
    nonlocal_names: set[str] = field(default_factory=set)

    def outside(self) -> "Scope | None":
        """The next scope outwards whose names are seen in this one."""
        scope = self.parent
        while scope is not None and scope.kind == "class" and self.kind not in {"parameters", "lazy"}:
            scope = scope.parent
        return scope

    def is_global(self, name: str) -> bool:
        """Tell whether a name that is read here is looked up in the module."""
        scope: Scope | None = self
        while scope is not None and scope.kind != "module" and name not in scope.global_names:
            if name in scope.nonlocal_names:
                return False
            if name in scope.bound:  # a class looks in the module for what it has not bound yet
                return scope is self and scope.kind == "class"
            scope = scope.outside()
        return True

    def stores(self, name: str) -> bool:
        """Tell whether binding a name here binds it in the module."""
        return self.kind == "module" or name in self.global_names

    def read(self, name: str) -> None:
        """Note that a name is read."""
        if self.kind == "annotation" and self.parent is not None:
            self.parent.read(name)
        elif self.kind != "class" or name in self.global_names or all(map(deletes, self.bound.get(name, ())[-1:])):
            self.reads.add(name)

    def bind(self, name: str, node: ast.AST) -> None:
        """Note that a node binds a name, or deletes it."""
        self.bound.setdefault(name, []).append(node)


def scopes_of(node: ast.stmt, *, postponed: bool) -> tuple[Scope, ...]:
    """The scopes of a statement that compiles, its part of the module first; outer ones come before those inside them.

    `postponed` is `from __future__ import annotations`: they are not evaluated. Without recursion, for what students
    write is as deep as they like.
    """
    reading = _Reading(postponed)
    todo: list[_Step] = [(node, reading.opened("module", node, None))]
    while todo:
        each, scope = todo.pop()
        if isinstance(each, _Binding):
            scope.bind(each.name, each.node)
            continue
        scope.nodes.append(each)
        if not isinstance(each, ast.Name):
            steps = _STEPS.get(type(each).__name__)
            todo += reversed(list(steps(reading, each, scope) if steps else _in(scope, *_children(each))))
        elif isinstance(each.ctx, ast.Load):
            scope.read(each.id)
        else:
            scope.bind(each.id, each)
    return tuple(reading.scopes)


def deletes(node: ast.AST) -> bool:
    """Tell whether one of the nodes that bind a name deletes it."""
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del)


@dataclass(frozen=True)
class _Binding:
    """A name that is bound when its turn comes: after a function's defaults, after a class's body."""

    name: str
    node: ast.AST


_Step = tuple[ast.AST | _Binding, Scope]
_Steps = Iterable[_Step]


@dataclass(frozen=True)
class _Reading:
    """What is to be read after a node, in order, by kind of node."""

    postponed: bool
    scopes: list[Scope] = field(default_factory=list)

    def opened(self, kind: Kind, node: ast.AST, parent: Scope | None) -> Scope:
        deferred = kind in {"function", "lazy"} or (parent is not None and parent.deferred)
        self.scopes.append(Scope(kind, node, parent, deferred))
        return self.scopes[-1]

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope) -> _Steps:
        arguments = node.args
        yield from _in(scope, *getattr(node, "decorator_list", ()), *arguments.defaults, *arguments.kw_defaults)
        around = yield from self._parameters(node, scope)
        inner = self.opened("function", node, around)
        annotations = [getattr(node, "returns", None)]
        for each in ast.iter_child_nodes(arguments):
            if isinstance(each, ast.arg):
                inner.bind(each.arg, each)
                annotations.append(each.annotation)
        yield from self._annotated(annotations, around)
        if isinstance(node, ast.Lambda):
            yield node.body, inner
        else:
            yield _Binding(node.name, node), scope
            yield from _in(inner, *node.body)

    def class_(self, node: ast.ClassDef, scope: Scope) -> _Steps:
        yield from _in(scope, *node.decorator_list)
        around = yield from self._parameters(node, scope)
        yield from _in(around, *node.bases, *node.keywords)
        yield from _in(self.opened("class", node, around), *node.body)
        yield _Binding(node.name, node), scope

    def type_alias(self, node: Any, scope: Scope) -> _Steps:
        around = yield from self._parameters(node, scope)
        yield node.name, scope
        yield node.value, self.opened("lazy", node, around)

    def comprehension(self, node: Any, scope: Scope) -> _Steps:
        inner = self.opened("comprehension", node, scope)
        for at, each in enumerate(node.generators):
            yield each.iter, inner if at else scope  # the first one is evaluated outside
            yield from _in(inner, each.target, *each.ifs)
        yield from _in(inner, *(getattr(node, part, None) for part in ("key", "value", "elt")))

    def walrus(self, node: ast.NamedExpr, scope: Scope) -> _Steps:
        outer = scope
        while outer.kind in {"comprehension", "annotation"} and outer.parent is not None:
            outer = outer.parent
        if outer is not scope:
            outer.nodes.append(node)
        yield node.value, scope
        yield node.target, outer

    def annotated(self, node: ast.AnnAssign, scope: Scope) -> _Steps:
        yield from _in(scope, node.value)
        if node.value is not None or not isinstance(node.target, ast.Name):
            yield node.target, scope
        elif node.simple and scope.kind == "function":  # `x: int` binds nothing, but makes the name the function's own
            yield _Binding(node.target.id, node), scope
        if scope.kind != "function":
            yield from self._annotated([node.annotation], scope)

    def other(self, node: ast.AST, scope: Scope) -> _Steps:
        match node:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for alias in names:
                    scope.bind(alias.asname or alias.name.partition(".")[0], alias)
                    if isinstance(node, ast.ImportFrom):
                        scope.attributes.add(alias.name)
                return ()
            case ast.Global(names=declared):
                scope.global_names.update(declared)
            case ast.Nonlocal(names=declared):
                scope.nonlocal_names.update(declared)
            case ast.Attribute(attr=name, ctx=ast.Load()):
                scope.attributes.add(name)
            case ast.AugAssign(target=ast.Name(id=name)):
                scope.read(name)
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
                | ast.MatchMapping(rest=str(name))
            ):
                scope.bind(name, node)
        return _in(scope, *_children(node))

    def _parameters(self, node: Any, scope: Scope) -> Generator[_Step, None, Scope]:
        parameters = getattr(node, "type_params", ())  # of Python 3.12, and their defaults of 3.13
        inner = self.opened("parameters", node, scope) if parameters else scope
        for each in parameters:
            inner.bind(each.name, each)
            for part in _children(each):
                yield part, self.opened("lazy", each, inner)
        return inner

    def _annotated(self, annotations: Iterable[ast.expr | None], scope: Scope) -> _Steps:
        for each in annotations:
            if each is not None and not self.postponed:
                yield each, self.opened("annotation", each, scope)


_STEPS: dict[str, Any] = {  # by name, for `TypeAlias` is not there on every Python
    **dict.fromkeys(("FunctionDef", "AsyncFunctionDef", "Lambda"), _Reading.function),
    **dict.fromkeys(("ListComp", "SetComp", "DictComp", "GeneratorExp"), _Reading.comprehension),
    **dict.fromkeys(("ExceptHandler", "MatchAs", "MatchStar", "MatchMapping"), _Reading.other),
    **dict.fromkeys(("Import", "ImportFrom", "Global", "Nonlocal", "Attribute", "AugAssign"), _Reading.other),
    "ClassDef": _Reading.class_,
    "TypeAlias": _Reading.type_alias,
    "NamedExpr": _Reading.walrus,
    "AnnAssign": _Reading.annotated,
}


def _in(scope: Scope, *nodes: ast.AST | None) -> Iterator[_Step]:
    return ((node, scope) for node in nodes if node is not None)


def _children(node: ast.AST) -> list[ast.AST]:
    """What is directly below a node, in the order in which it is evaluated."""
    found: list[ast.AST] = []
    for name in _in_order(node._fields):
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


@cache
def _in_order(fields: tuple[str, ...]) -> tuple[str, ...]:
    kept = [name for name in fields if name not in _MARKS]
    return tuple(sorted(kept, key=lambda name: name not in _FIRST) if {"target", "targets"} & {*kept} else kept)
