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

_TRANSPARENT = ("comprehension", "annotation")  # `name := value` inside binds the name outside
_SEES_CLASS = ("parameters", "lazy")
_FIRST = ("value", "iter")  # evaluated before the target, which the tree puts in front
_MARKS = frozenset({"ctx", "op", "ops"})  # half of all nodes, and say nothing


@dataclass(frozen=True, eq=False)
class Scope:
    """One scope; `bound` has, for each name, the nodes that bind or delete it here (a star import binds `*`)."""

    kind: Kind
    node: ast.AST  # what opens it
    parent: "Scope | None"
    deferred: bool  # it runs when a function is called, not when the statement runs
    owner: str = ""  # the class whose private names are meant
    nodes: list[ast.AST] = field(default_factory=list)  # evaluated here; each comes before those below it
    bound: dict[str, list[ast.AST]] = field(default_factory=dict)
    reads: set[str] = field(default_factory=set)  # in a class: before it bound the name itself
    attributes: set[str] = field(default_factory=set)  # read from anything, or imported from it
    global_names: set[str] = field(default_factory=set)
    nonlocal_names: set[str] = field(default_factory=set)

    def outside(self) -> "Scope | None":
        """The next scope outwards whose names are seen in this one."""
        scope = self.parent
        while scope is not None and scope.kind == "class" and self.kind not in _SEES_CLASS:
            scope = scope.parent
        return scope

    def is_global(self, name: str) -> bool:
        """Tell whether a name that is read here is looked up in the module."""
        scope: Scope | None = self
        while scope is not None and scope.kind != "module":
            if name in scope.global_names:
                return True
            if name in scope.bound:  # a class looks in the module for what it has not bound yet
                return scope is self and scope.kind == "class"
            if name == "__class__" and scope.parent is not None and scope.parent.kind == "class":
                return False
            scope = scope.outside()
        return True

    def stores(self, name: str) -> bool:
        """Tell whether binding a name here binds it in the module."""
        return self.kind == "module" or name in self.global_names


def scopes_of(node: ast.stmt, *, postponed: bool) -> tuple[Scope, ...]:
    """The scopes of a statement, the module's own first; outer ones come before those inside them.

    `postponed` is `from __future__ import annotations`: they are not evaluated. Without recursion, for what students
    write is as deep as they like. The statement must compile.
    """
    reading = _Reading(postponed)
    todo: list[_Step] = [(node, reading.opened("module", node, None))]
    while todo:
        each, scope = todo.pop()
        if isinstance(each, _Binding):
            _bind(scope, each.name, each.node)
            continue
        scope.nodes.append(each)
        if isinstance(each, ast.Name):
            (_read if isinstance(each.ctx, ast.Load) else _bind)(scope, each.id, each)
        else:
            special = _SPECIAL.get(type(each).__name__)
            inside = special(reading, each, scope) if special else _in(scope, *_children(each))
            todo += reversed(list(inside))
    return tuple(reading.scopes)


@dataclass(frozen=True)
class _Binding:
    """A name that is bound when its turn comes: after a function's defaults, after a class's body."""

    name: str
    node: ast.AST


_Step = tuple[ast.AST | _Binding, Scope]


@dataclass
class _Reading:
    postponed: bool
    scopes: list[Scope] = field(default_factory=list)

    def opened(self, kind: Kind, node: ast.AST, parent: Scope | None) -> Scope:
        deferred = kind in ("function", "lazy") or (parent is not None and parent.deferred)
        owner = node.name if kind == "class" and isinstance(node, ast.ClassDef) else parent.owner if parent else ""
        scope = Scope(kind, node, parent, deferred, owner)
        self.scopes.append(scope)
        return scope

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope) -> Iterator[_Step]:
        arguments = node.args
        yield from _in(scope, *getattr(node, "decorator_list", ()), *arguments.defaults, *arguments.kw_defaults)
        around = yield from self._parameters(node, scope)
        inner = self.opened("function", node, around)
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        annotations = [getattr(node, "returns", None)]
        for each in every:
            if each is not None:
                _bind(inner, each.arg, each)
                annotations.append(each.annotation)
        yield from self._annotated(annotations, around)
        if isinstance(node, ast.Lambda):
            yield node.body, inner
        else:
            yield _Binding(node.name, node), scope
            yield from _in(inner, *node.body)

    def class_(self, node: ast.ClassDef, scope: Scope) -> Iterator[_Step]:
        yield from _in(scope, *node.decorator_list)
        around = yield from self._parameters(node, scope)
        yield from _in(around, *node.bases, *node.keywords)
        inner = self.opened("class", node, around)
        for name in ("__module__", "__qualname__"):
            _bind(inner, name, node)
        yield from _in(inner, *node.body)
        yield _Binding(node.name, node), scope

    def comprehension(self, node: Any, scope: Scope) -> Iterator[_Step]:
        inner = self.opened("comprehension", node, scope)
        for at, each in enumerate(node.generators):
            yield each.iter, inner if at else scope  # the first one is evaluated outside
            yield from _in(inner, each.target, *each.ifs)
        yield from ((getattr(node, part), inner) for part in ("key", "value", "elt") if hasattr(node, part))

    def walrus(self, node: ast.NamedExpr, scope: Scope) -> Iterator[_Step]:
        outer = scope
        while outer.kind in _TRANSPARENT and outer.parent is not None:
            outer = outer.parent
        if outer is not scope:
            outer.nodes.append(node)
        yield node.value, scope
        yield node.target, outer

    def annotated(self, node: ast.AnnAssign, scope: Scope) -> Iterator[_Step]:
        if node.value is not None:
            yield node.value, scope
        if node.value is not None or not isinstance(node.target, ast.Name):
            yield node.target, scope
        elif scope.kind == "function":  # `x: int` binds nothing, but makes the name the function's own
            yield _Binding(node.target.id, node), scope
        if scope.kind != "function":
            yield from self._annotated([node.annotation], scope)

    def augmented(self, node: ast.AugAssign, scope: Scope) -> Iterator[_Step]:
        if isinstance(node.target, ast.Name):
            _read(scope, node.target.id, node)
        yield from _in(scope, *_children(node))

    def imported(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> Iterator[_Step]:
        for alias in node.names:
            _bind(scope, _imported(alias), alias)
            if isinstance(node, ast.ImportFrom):
                scope.attributes.add(alias.name)
        return iter(())

    def declared(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> Iterator[_Step]:
        names = scope.global_names if isinstance(node, ast.Global) else scope.nonlocal_names
        names.update(_private(scope, name) for name in node.names)
        return iter(())

    def attribute(self, node: ast.Attribute, scope: Scope) -> Iterator[_Step]:
        if isinstance(node.ctx, ast.Load):
            scope.attributes.add(node.attr)
        yield node.value, scope

    def captured(self, node: Any, scope: Scope) -> Iterator[_Step]:  # by `except … as name` or a pattern
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name is not None:
            _bind(scope, name, node)
        return _in(scope, *_children(node))

    def alias(self, node: Any, scope: Scope) -> Iterator[_Step]:  # `type Name[T] = …`, of Python 3.12
        around = yield from self._parameters(node, scope)
        yield node.name, scope
        yield node.value, self.opened("lazy", node, around)

    def _parameters(self, node: Any, scope: Scope) -> Generator[_Step, None, Scope]:
        parameters = getattr(node, "type_params", ())
        if not parameters:
            return scope
        inner = self.opened("parameters", node, scope)
        for each in parameters:
            _bind(inner, each.name, each)
            for part in filter(None, (getattr(each, "bound", None), getattr(each, "default_value", None))):
                yield part, self.opened("lazy", each, inner)
        return inner

    def _annotated(self, annotations: Iterable[ast.expr | None], scope: Scope) -> Iterator[_Step]:
        if not self.postponed:
            for each in filter(None, annotations):
                yield each, self.opened("annotation", each, scope)


_SPECIAL: dict[str, Any] = {
    **dict.fromkeys(("FunctionDef", "AsyncFunctionDef", "Lambda"), _Reading.function),
    **dict.fromkeys(("ListComp", "SetComp", "DictComp", "GeneratorExp"), _Reading.comprehension),
    **dict.fromkeys(("ExceptHandler", "MatchAs", "MatchStar", "MatchMapping"), _Reading.captured),
    **dict.fromkeys(("Global", "Nonlocal"), _Reading.declared),
    **dict.fromkeys(("Import", "ImportFrom"), _Reading.imported),
    "ClassDef": _Reading.class_,
    "NamedExpr": _Reading.walrus,
    "AnnAssign": _Reading.annotated,
    "AugAssign": _Reading.augmented,
    "Attribute": _Reading.attribute,
    "TypeAlias": _Reading.alias,
}


def _read(scope: Scope, name: str, _node: ast.AST) -> None:
    while scope.kind == "annotation" and scope.parent is not None:
        scope = scope.parent
    name = _private(scope, name)
    if scope.kind != "class" or name not in scope.bound:
        scope.reads.add(name)


def _bind(scope: Scope, name: str, node: ast.AST) -> None:
    scope.bound.setdefault(_private(scope, name), []).append(node)


def _private(scope: Scope, name: str) -> str:
    """`__x` in a class means `_Class__x`."""
    owner = scope.owner.lstrip("_")
    return f"_{owner}{name}" if owner and name.startswith("__") and not name.endswith("__") else name


def _imported(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _in(scope: Scope, *nodes: ast.AST | None) -> Iterator[_Step]:
    return ((node, scope) for node in nodes if node is not None)


def _children(node: ast.AST) -> list[ast.AST]:
    """What is directly below a node, in the order in which it is evaluated."""
    found: list[ast.AST] = []
    for name in _fields(type(node)):
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


@cache
def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    names = [name for name in kind._fields if name not in _MARKS]
    if "target" in names or "targets" in names:
        names.sort(key=lambda name: name not in _FIRST)
    return tuple(names)
