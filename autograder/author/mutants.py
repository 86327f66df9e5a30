"""Mutants of a function: copies of its source with one small mistake each, as a student might make it.

Operators rewrite the syntax tree. What compiles to the same bytecode as the original is no mutant.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

REDUCTIONS = ("sum", "mean", "max", "min", "prod", "norm")
ELEMENTWISE = {"exp": "log", "log": "exp", "maximum": "minimum", "minimum": "maximum", "argmax": "argmin"}
OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.Sub),
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq, ast.GtE),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.LtE: (ast.Lt,),
    ast.GtE: (ast.Gt,),
}


@dataclass(frozen=True)
class Mutant:
    """One mutated definition: what was done to it, on which line of the function, and its whole source."""

    function: str
    operator: str
    line: int
    source: str


Change = tuple[str, ast.AST | None]  # operator, what stands in the node's place (None: the statement goes)


def mutate(source: str, function: str) -> Iterator[Mutant]:
    """Yield every mutant of `function`, whose definition stands in the cell `source`; no two are the same."""
    tree = ast.parse(source)
    target = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == function)
    _drop_docstring(target)
    seen = {_code(tree)}
    for path, node in list(_nodes(target)):
        for operator, replacement in _changes(node):
            mutated = copy.deepcopy(tree)
            body = next(n for n in mutated.body if isinstance(n, ast.FunctionDef) and n.name == function)
            if not _put(body, path, replacement):
                continue
            ast.fix_missing_locations(mutated)
            try:
                code = _code(mutated)
            except (SyntaxError, ValueError, TypeError):
                continue
            if code not in seen:
                seen.add(code)
                yield Mutant(function, operator, getattr(node, "lineno", 0), ast.unparse(mutated))


def _changes(node: ast.AST) -> Iterator[Change]:
    for rule in RULES:
        yield from rule(node)


def _arithmetic(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BinOp):
        for other in OPERATORS.get(type(node.op), ()):
            yield "another operator", ast.BinOp(node.left, other(), node.right)
        yield "left operand alone", node.left
        yield "right operand alone", node.right
        if isinstance(node.op, ast.Sub | ast.Div):
            yield "operands swapped", ast.BinOp(node.right, node.op, node.left)
    if isinstance(node, ast.AugAssign):
        for other in OPERATORS.get(type(node.op), ()):
            yield "another operator", ast.AugAssign(node.target, other(), node.value)
        yield "assigned instead of added up", ast.Assign([node.target], node.value)


def _signs(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "sign dropped", node.operand
    if isinstance(node, ast.Return) and node.value is not None:
        yield "sign flipped", ast.Return(ast.UnaryOp(ast.USub(), node.value))
        yield "returns nothing", ast.Return(None)


def _comparisons(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in COMPARISONS.get(type(node.ops[0]), ()):
            yield "another comparison", ast.Compare(node.left, [other()], node.comparators)
    if isinstance(node, ast.BoolOp):
        for value in node.values:
            yield "one side of a condition alone", value


def _calls(node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Call):
        return
    for argument in node.args[:1]:
        if not isinstance(argument, ast.Starred):
            yield "call dropped", argument
    if isinstance(node.func, ast.Attribute):
        yield "method call dropped", node.func.value
        name = node.func.attr
        others = [r for r in REDUCTIONS if r != name] if name in REDUCTIONS else [ELEMENTWISE.get(name, "")]
        for other in filter(None, others):
            renamed = ast.Attribute(node.func.value, other, ast.Load())
            yield "another function", ast.Call(renamed, node.args, node.keywords)
    if len(node.args) == 2:
        yield "arguments swapped", ast.Call(node.func, node.args[::-1], node.keywords)
    for i, keyword in enumerate(node.keywords):
        rest = [k for j, k in enumerate(node.keywords) if j != i]
        yield f"without {keyword.arg}", ast.Call(node.func, node.args, rest)


def _constants(node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield "the other truth value", ast.Constant(not value)
    elif isinstance(value, int):
        for other in (value + 1, value - 1):
            yield "off by one", ast.Constant(other) if other >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-other))
    elif isinstance(value, float):
        for factor in (2.0, 0.5, 1e6, 0.0):
            yield "another number", ast.Constant(value * factor)


def _statements(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Expr | ast.Assign | ast.AugAssign | ast.For | ast.If | ast.With):
        yield "statement removed", None
    if isinstance(node, ast.For):
        yield "first round only", ast.For(node.target, node.iter, [*node.body, ast.Break()], node.orelse)
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        name = node.targets[0].value
        if isinstance(name, ast.Name):
            yield "rebinds instead of changing in place", ast.Assign([ast.Name(name.id, ast.Store())], node.value)
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        plain = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
        yield "rebinds instead of changing in place", ast.Assign([ast.Name(node.target.id, ast.Store())], plain)


def _slices(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Slice):
        one = ast.Constant(1)
        if node.upper is not None:
            yield "slice one shorter", ast.Slice(node.lower, ast.BinOp(node.upper, ast.Sub(), one), node.step)
            yield "slice without its end", ast.Slice(node.lower, None, node.step)
        if node.lower is None and node.upper is None:
            yield "slice without its first", ast.Slice(one, None, node.step)
            yield "slice of the first alone", ast.Slice(None, one, node.step)
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield "subscript dropped", node.value


RULES: tuple[Callable[[ast.AST], Iterator[Change]], ...] = (
    _arithmetic,
    _signs,
    _comparisons,
    _calls,
    _constants,
    _statements,
    _slices,
)

Path = tuple[tuple[str, int | None], ...]


def _nodes(root: ast.AST) -> Iterator[tuple[Path, ast.AST]]:
    """Yield every node below `root` with the way that leads to it."""
    waiting: list[tuple[Path, ast.AST]] = [((), root)]
    while waiting:
        path, node = waiting.pop(0)
        if path:
            yield path, node
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.AST):
                waiting.append(((*path, (field, None)), value))
            elif isinstance(value, list):
                waiting += [((*path, (field, i)), v) for i, v in enumerate(value) if isinstance(v, ast.AST)]


def _put(root: ast.AST, path: Path, replacement: ast.AST | None) -> bool:
    """Put `replacement` where `path` leads; None removes a statement, `pass` taking the last one's place."""
    *way, (field, index) = path
    node = root
    for name, at in way:
        value = getattr(node, name)
        node = value if at is None else value[at]
    if replacement is None:
        if index is None:
            return False
        statements = getattr(node, field)
        del statements[index]
        if not statements and field == "body":
            statements.append(ast.Pass())
        return True
    new = copy.deepcopy(replacement)
    if index is None:
        setattr(node, field, new)
    else:
        getattr(node, field)[index] = new
    return True


def _drop_docstring(function: ast.FunctionDef) -> None:
    if ast.get_docstring(function) is not None and len(function.body) > 1:
        del function.body[0]


def _code(tree: ast.Module) -> tuple[object, ...]:
    """Return what a tree compiles to, without its positions: two that agree do the same."""
    return _plain(compile(ast.unparse(tree), "<mutant>", "exec"))


def _plain(code: object) -> tuple[object, ...]:
    consts = tuple(_plain(c) if hasattr(c, "co_code") else (type(c), repr(c)) for c in code.co_consts)  # type: ignore[attr-defined]
    return (code.co_code, consts, code.co_names, code.co_varnames)  # type: ignore[attr-defined]
