"""Names the library functions that a slice uses, by their full dotted names, as far as the text shows them.

`F.softmax(x)` after `from mxnet import nd as F` counts as `mxnet.nd.softmax`. A method called on anything that is not a
library counts as `.softmax`, unless the notebook has a class that defines it. Names are told apart by scope. What is
put together as text, or kept in a container, is not seen: the absence of a name proves nothing.
"""

import ast
import itertools
import re
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import ModuleType

from autograder.worker.slicing.names import Statement
from autograder.worker.slicing.scopes import Scope

Aliases = Mapping[str, str]  # name as the notebook has it -> what it is in a library

_SHORT = {"mx": "mxnet", "np": "numpy"}
_MXNET = (  # what goes by its own name, and is no module of Python's
    *("autograd", "gluon", "image", "init", "initializer", "kvstore", "lr_scheduler", "metric", "mod", "module"),
    *("nd", "ndarray", "npx", "numpy_extension", "optimizer", "sym", "symbol", "test_utils"),
)
_SYNONYMS = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"^mxnet\.ndarray\b", "mxnet.nd"),
        (r"^mxnet\.symbol\b", "mxnet.sym"),
        (r"^mxnet\.numpy\b", "mxnet.np"),
        (r"^mxnet\.numpy_extension\b", "mxnet.npx"),
        (r"^mxnet\.initializer\b", "mxnet.init"),
        (r"^mxnet\.module\b", "mxnet.mod"),
        (r"^(mxnet\.(?:nd|sym|np|npx))\.(?:op|_op|ndarray|symbol|multiarray)\b", r"\1"),
    )
)


def library_uses(statements: Sequence[Statement], *, unbound: Iterable[str] = ()) -> frozenset[str]:
    """The uses in `statements`; names of `unbound` are taken to come from the last star import, if there is one."""
    scopes = [scope for statement in statements for scope in statement.scopes]
    own = set(_own_attributes(scopes))
    shared = {name for scope in scopes for name in scope.global_names | scope.nonlocal_names}
    top = [scope for scope in scopes if scope.kind == "module"]
    known = dict.fromkeys(top, _without(_aliases(top, {}, unbound), shared))  # bound from elsewhere, to whatever it be
    for scope in scopes:
        if outside := scope.outside():
            known[scope] = _aliases([scope], known[outside])
    found = {use for scope in scopes if scope.kind != "annotation" for use in _uses_in(scope, known[scope], own)}
    return frozenset(map(_one_spelling, found))


def _uses_in(scope: Scope, aliases: Aliases, own: Collection[str]) -> Iterable[str]:
    """What one scope uses. A chain of attributes is one use: those inside it are not named again."""
    inside: set[int] = set()
    for node in scope.nodes:
        if id(node) in inside:
            continue
        if dotted := _dotted(node, aliases):
            inside.update(map(id, _chain(node)))
            yield dotted
        else:
            match node:
                case ast.Call(func=ast.Attribute(attr=name) as called) if name not in own:
                    yield from [] if _dotted(called, aliases) else [f".{name}"]


def _own_attributes(scopes: Iterable[Scope]) -> Iterable[str]:
    """The attributes that objects of the notebook's own are given: methods among them are not a library's."""
    for scope in scopes:
        if scope.kind == "class":
            yield from scope.bound
        for node in scope.nodes:
            match node:
                case ast.AnnAssign(target=ast.Name(id=name)) if scope.kind == "class":  # a dataclass's field, for one
                    yield name
                case ast.Attribute(attr=name, ctx=ast.Store()) | ast.keyword(arg=str(name)):
                    yield name
                case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=str(name)), *_]):
                    yield name


def _aliases(scopes: Sequence[Scope], outer: Aliases, unbound: Iterable[str] = ()) -> dict[str, str]:
    """The aliases that hold in a scope. A name that it binds to anything else as well is no alias, in any order."""
    bound = [(name, node) for scope in scopes for name, nodes in scope.bound.items() for node in nodes]
    nodes = [node for scope in scopes for node in scope.nodes]
    aliases = _without(outer, (name for name, _ in bound)) | _imported(nodes, tuple(unbound))
    given = [(arg, dotted) for scope in scopes for arg, value in _defaults(scope) if (dotted := _dotted(value, outer))]
    aliases |= {arg.arg: dotted for arg, dotted in given}
    assigned = [pair for node in nodes for pair in _assignments(node)]
    for _ in range(2):  # `F = nd`, and `G = F` before it: a function may be called later than it is defined
        for target, value in assigned:
            if isinstance(target, ast.Name) and (dotted := _dotted(value, aliases)):
                aliases.setdefault(target.id, dotted)
    libraries = {id(target) for target, value in assigned if _dotted(value, aliases)} | {id(arg) for arg, _ in given}
    others = [name for name, node in bound if not isinstance(node, ast.alias | ast.arg) and id(node) not in libraries]
    return _without(aliases, itertools.chain(others, *(s.global_names | s.nonlocal_names for s in scopes)))


def _defaults(scope: Scope) -> Iterable[tuple[ast.arg, ast.expr]]:
    """The arguments of a function that have a default, each with it."""
    if scope.kind == "function" and isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        arguments = scope.node.args
        yield from zip(reversed([*arguments.posonlyargs, *arguments.args]), reversed(arguments.defaults), strict=False)
        for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if default is not None:
                yield arg, default


def _imported(nodes: Iterable[ast.AST], unbound: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in nodes:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    top = alias.name.partition(".")[0]
                    found[alias.asname or top] = alias.name if alias.asname else top
            case ast.ImportFrom(module=str(module), names=names):
                for alias in names:
                    if alias.name == "*":
                        found.update((name, f"{module}.{name}") for name in unbound if _has(module, name))
                    else:
                        found[alias.asname or alias.name] = f"{module}.{alias.name}"
    return found


def _has(module: str, name: str) -> bool:
    """Tell whether a library that is loaded has the name: nothing is imported to find out."""
    top, *path = module.split(".")
    found: object = sys.modules.get(top)
    for part in path:
        found = getattr(found, part, None)
    return isinstance(found, ModuleType) and hasattr(found, name)


def _without(aliases: Aliases, names: Iterable[str]) -> dict[str, str]:
    taken = set(names)
    return {name: dotted for name, dotted in aliases.items() if name not in taken}


def _assignments(node: ast.AST) -> Iterable[tuple[ast.expr, ast.expr]]:
    """The pairs of target and value that a node assigns: `F = nd`, `F: Any = nd`, `(F := nd)`, `F, G = nd, np`."""
    pairs: list[tuple[ast.expr, ast.expr]] = []
    match node:
        case ast.Assign(targets=targets, value=value):
            pairs = [(each, value) for each in targets]
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            pairs = [(target, value)]
    for left, right in pairs:
        if isinstance(left, ast.Tuple | ast.List) and isinstance(right, ast.Tuple | ast.List):
            yield from zip(left.elts, right.elts, strict=False)
        else:
            yield left, right


def _dotted(node: ast.AST, aliases: Aliases) -> str | None:
    """The full name of an attribute chain that starts from a library, or from a name imported from one."""
    attributes: list[str] = []
    while True:
        match node:
            case (
                ast.Attribute(value=value, attr=attribute, ctx=ast.Load())
                | ast.Call(func=ast.Name(id="getattr"), args=[value, ast.Constant(value=str(attribute)), *_])
                | ast.Subscript(
                    value=ast.Call(func=ast.Name(id="vars"), args=[value]), slice=ast.Constant(value=str(attribute))
                )
                | ast.Subscript(
                    value=ast.Attribute(value=value, attr="__dict__"), slice=ast.Constant(value=str(attribute))
                )
            ):
                attributes.append(attribute)
                node = value
            case ast.Call(func=ast.Name(id="__import__"), args=[ast.Constant(value=str(module)), *_]):
                return ".".join([module.partition(".")[0], *reversed(attributes)])
            case ast.Call(
                func=ast.Name(id="import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                return ".".join([module, *reversed(attributes)])
            case ast.Name(id=name, ctx=ast.Load()) if name in aliases:
                return ".".join([aliases[name], *reversed(attributes)])
            case _:
                return None


def _chain(node: ast.AST) -> Iterable[ast.AST]:
    """The nodes that make up a chain: not the default of `getattr(nd, "softmax", other)`, a use by itself."""
    while True:
        match node:
            case ast.Call(func=function, args=[inner, *_]):
                yield from ast.walk(function)
            case ast.Attribute(value=inner) | ast.Subscript(value=inner):
                pass
            case _:
                return
        yield inner
        node = inner


def found_uses(rules: Iterable[str], uses: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Pair each rule that is broken with a use that breaks it: the name itself, or anything beneath it.

    Rules are names as people write them: `nd.softmax`, `mx.metric`, `gluon`; `.softmax` is a method of anything.
    """
    spelled = sorted(map(_one_spelling, uses))
    for rule in rules:
        wanted = _in_full(rule)
        for use in spelled:
            if use == wanted or (use.startswith(f"{wanted}.") and not wanted.startswith(".")):
                yield rule, use
                break


def _in_full(rule: str) -> str:
    first, dot, rest = rule.partition(".")
    if first in _MXNET:
        rule = f"mxnet.{rule}"
    elif first in _SHORT:
        rule = f"{_SHORT[first]}{dot}{rest}"
    return _one_spelling(rule)


def _one_spelling(name: str) -> str:
    """Give one module with several names one of them: `mxnet.ndarray.op.softmax` is `mxnet.nd.softmax`."""
    for pattern, plain in _SYNONYMS:
        name = pattern.sub(plain, name)
    return name
