"""Names the library functions that a slice uses, by their full dotted names, as far as the text shows them.

`F.softmax(x)` after `from mxnet import nd as F` counts as `mxnet.nd.softmax`. A method called on anything that is not a
library counts as `.softmax`. Scopes are not told apart, and what is reached through `getattr(nd, text)`, containers or
`eval` is not seen: the absence of a name proves nothing.
"""

import ast
import re
from collections.abc import Iterable, Mapping, Sequence

from autograder.worker.names import Statement

_NDARRAY = re.compile(r"^mxnet\.ndarray\b")


def library_uses(statements: Sequence[Statement], *, unbound: Iterable[str] = ()) -> frozenset[str]:
    """The uses in `statements`; names of `unbound` are taken to come from the last star import, if there is one."""
    nodes = [node for statement in statements for node in ast.walk(statement.node)]
    aliases = _aliases(nodes, unbound)
    found: set[str] = set()
    inner: set[ast.AST] = set()
    for node in nodes:  # ast.walk goes from the outside in, so that the longest chain is met first
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not _dotted(node.func, aliases):
            found.add(f".{node.func.attr}")
        if node not in inner and (dotted := _dotted(node, aliases)):
            found.add(dotted)
            inner.update(ast.walk(node))
    return frozenset(found)


def _aliases(nodes: Iterable[ast.AST], unbound: Iterable[str]) -> dict[str, str]:
    aliases: dict[str, str] = {}
    assigned: list[ast.Assign] = []
    for node in nodes:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    top = alias.name.partition(".")[0]
                    aliases[alias.asname or top] = alias.name if alias.asname else top
            case ast.ImportFrom(module=str(module), names=names):
                for alias in names:
                    if alias.name == "*":
                        aliases.update((name, f"{module}.{name}") for name in unbound)
                    else:
                        aliases[alias.asname or alias.name] = f"{module}.{alias.name}"
            case ast.Assign():
                assigned.append(node)
    for node in assigned:  # `F = nd`, `sm = F.softmax`
        dotted = _dotted(node.value, aliases)
        for target in node.targets:
            if dotted and isinstance(target, ast.Name):
                aliases.setdefault(target.id, dotted)
    return aliases


def _dotted(node: ast.AST, aliases: Mapping[str, str]) -> str | None:
    """The full name of an attribute chain that starts from a library, or from a name imported from one."""
    attributes: list[str] = []
    while True:
        match node:
            case (
                ast.Attribute(value=value, attr=attribute)
                | ast.Call(func=ast.Name(id="getattr"), args=[value, ast.Constant(value=str(attribute))])
            ):
                attributes.append(attribute)
                node = value
            case ast.Name(id=name, ctx=ast.Load()) if name in aliases:
                dotted = ".".join([aliases[name], *reversed(attributes)])
                # One module with two names.
                return _NDARRAY.sub("mxnet.nd", dotted)
            case _:
                return None
