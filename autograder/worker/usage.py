"""Names the library functions that a slice uses, by their full dotted names, as far as the text shows them.

`F.softmax(x)` after `from mxnet import nd as F` counts as `mxnet.nd.softmax`. A method called on anything that is not a
library counts as `.softmax`, unless the notebook has a class that defines it. Names are told apart by scope. What is
put together as text, or kept in a container, is not seen: the absence of a name proves nothing.
"""

import ast
import re
from collections.abc import Iterable, Mapping, Sequence

from autograder.worker.names import Statement

Aliases = Mapping[str, str]  # name as the notebook has it -> what it is in a library

_SHORT = {"mx": "mxnet", "np": "numpy"}
_MXNET = ("autograd", "gluon", "metric", "nd", "ndarray", "npx", "optimizer", "sym", "symbol")  # go by these names
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
    reader.read(nodes, _bound_in(nodes, {}, tuple(unbound)))
    return frozenset(map(_one_spelling, reader.found))


class _Reader:
    """Collects uses, scope by scope. Without recursion: what students write is as deep as they like."""

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        self.found: set[str] = set()
        classes = (node for top in nodes for node in ast.walk(top) if isinstance(node, ast.ClassDef))
        inside = (each for one in classes for each in one.body)
        self._own = {each.name for each in inside if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}

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


def _bound_in(nodes: Sequence[ast.AST], outer: Aliases, unbound: Sequence[str] = ()) -> dict[str, str]:
    """The aliases that hold in a scope: those from around it, but for names that it binds to something else."""
    every = list(_of_scope(nodes))
    declared = {name for node in every if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names}
    imported: dict[str, str] = {}
    for node in every:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    top = alias.name.partition(".")[0]
                    imported[alias.asname or top] = alias.name if alias.asname else top
            case ast.ImportFrom(module=str(module), names=names):
                for alias in names:
                    if alias.name == "*":
                        imported.update((name, f"{module}.{name}") for name in unbound)
                    else:
                        imported[alias.asname or alias.name] = f"{module}.{alias.name}"
    stored = {name for node in every for name in _stored_by(node)} - declared
    aliases = {**_without(outer, stored), **imported}
    for _ in range(2):  # `F = nd`, and `G = F` before it: a function may be called later than it is defined
        for node in every:
            for target, value in _assignments(node):
                if isinstance(target, ast.Name) and (dotted := _dotted(value, aliases)):
                    aliases.setdefault(target.id, dotted)
    return aliases


def _of_scope(nodes: Iterable[ast.AST]) -> Iterable[ast.AST]:
    """All nodes of one scope, in source order; functions and classes inside it as nodes, not what is in them."""
    todo = list(nodes)[::-1]
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef, *_COMPREHENSIONS)):  # a comprehension's names are its own
            todo += reversed(list(ast.iter_child_nodes(node)))


def _stored_by(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return (node.id,)
    return (node.name,) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else ()


def _stored(target: ast.AST) -> Iterable[str]:
    return (name for node in ast.walk(target) for name in _stored_by(node))


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
                ast.Attribute(value=value, attr=attribute)
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
            case (
                ast.Call(
                    func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
                    args=[ast.Constant(value=str(module)), *_],
                ) as call
            ):
                # `__import__("mxnet.nd")` gives mxnet; import_module gives what it names.
                top = module.partition(".")[0] if ast.unparse(call.func) == "__import__" else module
                return ".".join([top, *reversed(attributes)])
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
