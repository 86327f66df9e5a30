"""Looks at how an exercise name was last bound: to a blank stub, to a definition, or to some result."""

import ast
from collections.abc import Collection, Iterable, Sequence

from autograder.worker.slicing.names import Statement, root

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_RESULTS = (
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.Constant,
    ast.Dict,
    ast.JoinedStr,
    ast.List,
    ast.ListComp,
    ast.Set,
    ast.Subscript,
    ast.Tuple,
)


def is_blank(statement: Statement, name: str) -> bool:
    """Whether it is a stub: a body of no more than a docstring, `pass`, `...`, `return None` or NotImplementedError."""
    node = _binding_node(statement, name)
    if isinstance(node, _DEFINITIONS):
        return all(_does_nothing(each) for each in node.body)
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return _is_nothing(value.body if isinstance(value, ast.Lambda) else value)


def is_shadowed(bindings: Sequence[Statement], name: str, libraries: Collection[str]) -> bool:
    """Whether a definition of the name was overwritten by what is evidently a result (`softmax = softmax(x)`)."""
    if not any(_is_definition(_binding_node(statement, name)) for statement in bindings[:-1]):
        return False
    last = bindings[-1]
    node = _binding_node(last, name)
    if isinstance(node, ast.AugAssign):
        return True
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return node is None and last.compound  # a loop's target, for one
    value = node.value
    if isinstance(value, ast.Call):
        called = root(value.func)
        return called in libraries or (isinstance(value.func, ast.Name) and called == name)
    return isinstance(value, _RESULTS)


def array_libraries(statements: Iterable[Statement]) -> set[str]:
    """The names that stand for MXNet, NumPy, or a part of them: what their functions return is a result."""
    found: set[str] = set()
    for statement in statements:
        match statement.node:
            case ast.Import(names=names):
                modules = [(alias, alias.name) for alias in names]
            case ast.ImportFrom(module=str(module), names=names):
                modules = [(alias, module) for alias in names]
            case _:
                continue
        for alias, module in modules:
            if module.partition(".")[0] in {"mxnet", "numpy"}:
                found.add(alias.asname or alias.name.partition(".")[0])
    return found


def _binding_node(statement: Statement, name: str) -> ast.AST | None:
    """The last definition, import or plain assignment of the name inside the statement."""
    top, found = statement.scopes[0], None
    binding = set(map(id, top.bound.get(name, ())))
    for node in top.nodes:
        targets: Sequence[ast.AST] = ()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                targets = [node]
            case ast.Import(names=targets) | ast.ImportFrom(names=targets) | ast.Assign(targets=targets):
                pass
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                targets = [target]
        if not binding.isdisjoint(map(id, targets)):
            found = node
    return found


def _is_definition(node: ast.AST | None) -> bool:
    return isinstance(node, _DEFINITIONS) or (isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda))


def _does_nothing(node: ast.stmt) -> bool:
    match node:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Raise(exc=ast.Name(id=raised) | ast.Call(func=ast.Name(id=raised))):
            return raised == "NotImplementedError"
        case ast.Return(value=value):
            return value is None or _is_nothing(value)
    return False


def _is_nothing(value: ast.expr | None) -> bool:
    match value:
        case ast.Constant(value=constant):
            return constant is None or constant is ...
        case ast.Name(id=name):
            return name == "NotImplemented"
    return False
