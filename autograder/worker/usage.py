"""Names the library functions that a slice uses, by their full dotted names, as far as the text shows them.

`F.softmax(x)` after `from mxnet import nd as F` counts as `mxnet.nd.softmax`. A method called on anything that is not a
library counts as `.softmax`, unless the notebook has a class that defines it. Names are told apart by scope. What is
put together as text, or kept in a container, is not seen: the absence of a name proves nothing.
"""

import ast
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType

from autograder.worker.names import Statement

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
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def library_uses(statements: Sequence[Statement], *, unbound: Iterable[str] = ()) -> frozenset[str]:
    """The uses in `statements`; names of `unbound` are taken to come from the last star import, if there is one."""
    nodes = [statement.node for statement in statements]
    reader = _Reader(nodes)
    within = (each for node in nodes for each in ast.walk(node))
    shared = {name for each in within if isinstance(each, ast.Global | ast.Nonlocal) for name in each.names}
    reader.read(nodes, _without(_bound_in(nodes, {}, unbound), shared))  # bound from elsewhere, to whatever it be
    return frozenset(map(_one_spelling, reader.found))


class _Reader:
    """Collects uses, scope by scope. Without recursion: what students write is as deep as they like."""

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        self.found: set[str] = set()
        self._own = {name for node in nodes for each in ast.walk(node) for name in _attributes(each)}

    def read(self, nodes: Iterable[ast.AST], aliases: Aliases) -> None:
        """Read nodes of one scope, and all that is nested in them."""
        todo = [(node, aliases) for node in nodes]
        while todo:
            node, known = todo.pop()
            if isinstance(node, _FUNCTIONS):
                todo += _in_function(node, known)
            elif isinstance(node, ast.ClassDef):
                todo += _in_class(node, known)
            elif isinstance(node, _COMPREHENSIONS):
                inner = _without(known, (name for part in node.generators for name in _stored(part.target)))
                todo += [(each, inner) for each in ast.iter_child_nodes(node)]
            elif isinstance(node, ast.AnnAssign):  # an annotation uses nothing
                todo += [(each, known) for each in (node.target, node.value) if each is not None]
            elif dotted := _dotted(node, known):
                self.found.add(dotted)
                todo += [(each, known) for each in _arguments(node)]
            else:
                self._method(node, known)
                todo += [(each, known) for each in ast.iter_child_nodes(node)]

    def _method(self, node: ast.AST, known: Aliases) -> None:
        match node:
            case ast.Call(func=ast.Attribute(attr=name) as called) if (
                not _dotted(called, known) and name not in self._own
            ):
                self.found.add(f".{name}")


def _attributes(node: ast.AST) -> Iterable[str]:
    """The attributes that a node gives to objects of the notebook's own: methods among them are not a library's."""
    match node:
        case ast.ClassDef(body=body):
            yield from (name for each in _of_scope(body) for name, _ in _binders(each))
        case ast.Attribute(attr=name, ctx=ast.Store()) | ast.keyword(arg=str(name)):
            yield name
        case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=str(name)), *_]):
            yield name


def _in_function(node: _Function, outer: Aliases) -> Iterable[tuple[ast.AST, Aliases]]:
    """The nodes of a function, each with the aliases that hold there: its defaults belong to the scope around it."""
    arguments = node.args
    for each in (*arguments.defaults, *arguments.kw_defaults, *getattr(node, "decorator_list", ())):
        if each is not None:
            yield each, outer
    positional = [*arguments.posonlyargs, *arguments.args]
    rest = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    inner = _without(outer, (a.arg for a in (*positional, *arguments.kwonlyargs, *rest)))
    given = [*zip(reversed(positional), reversed(arguments.defaults), strict=False)]
    given += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
    inner |= {a.arg: dotted for a, default in given if (dotted := _dotted(default, outer))}
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    bound = _bound_in(body, inner)
    for part in body:
        yield part, bound


def _in_class(node: ast.ClassDef, outer: Aliases) -> Iterable[tuple[ast.AST, Aliases]]:
    """The nodes of a class, likewise: its methods don't see the names that its body binds."""
    bound = _bound_in(node.body, outer)
    for each in (*node.decorator_list, *node.bases, *node.keywords):
        yield each, outer
    for part in node.body:
        yield part, outer if isinstance(part, _FUNCTIONS) else bound


def _bound_in(nodes: Sequence[ast.AST], outer: Aliases, unbound: Iterable[str] = ()) -> dict[str, str]:
    """The aliases that hold in a scope. A name that it binds to anything else as well is no alias, in any order."""
    every = list(_of_scope(nodes))
    bound = [(name, target) for node in every for name, target in _binders(node)]
    aliases = _without(outer, (name for name, _ in bound)) | _imported(every, tuple(unbound))
    assigned = [pair for node in every for pair in _assignments(node)]
    for _ in range(2):  # `F = nd`, and `G = F` before it: a function may be called later than it is defined
        for target, value in assigned:
            if isinstance(target, ast.Name) and (dotted := _dotted(value, aliases)):
                aliases.setdefault(target.id, dotted)
    libraries = {id(target) for target, value in assigned if _dotted(value, aliases)}
    return _without(aliases, (name for name, target in bound if id(target) not in libraries))


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


def _of_scope(nodes: Iterable[ast.AST]) -> Iterable[ast.AST]:
    """All nodes of one scope, in source order; functions and classes inside it as nodes, not what is in them."""
    todo = list(nodes)[::-1]
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, _COMPREHENSIONS):  # its names are its own, but for `(name := value)`
            todo += [each for each in ast.walk(node) if isinstance(each, ast.NamedExpr)]
        elif not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            todo += reversed(list(ast.iter_child_nodes(node)))


def _binders(node: ast.AST) -> Iterable[tuple[str, ast.AST]]:
    """The names that a node binds, but for imports, each with the node that stands for the name."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name, node
        case (
            ast.FunctionDef(name=str(name))
            | ast.AsyncFunctionDef(name=str(name))
            | ast.ClassDef(name=str(name))
            | ast.ExceptHandler(name=str(name))
            | ast.MatchAs(name=str(name))
            | ast.MatchStar(name=str(name))
            | ast.MatchMapping(rest=str(name))
        ):
            yield name, node
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield from ((name, node) for name in names)


def _stored(target: ast.AST) -> Iterable[str]:
    return (name for node in ast.walk(target) for name, _ in _binders(node))


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


def _arguments(chain: ast.AST) -> list[ast.expr]:
    """What else stands inside a chain that is a use: the default of `getattr(nd, "softmax", other)`."""
    found: list[ast.expr] = []
    while True:
        match chain:
            case ast.Call(args=[inner, _, *rest]):
                found += rest
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Call(args=[inner]):
                pass
            case _:
                return found
        chain = inner


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
