"""What one top-level statement does to names: which it binds, changes and calls, and which it needs, now or later.

Bindings and uses come from the compiled bytecode, where Python itself has told globals from locals. A use is
*immediate* if it happens when the statement runs (module level, comprehensions, class bodies, defaults, decorators),
and *deferred* if it happens only when a function is called.
"""

import ast
import dis
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import CodeType

_COMPREHENSIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})
_OPTIMIZED = 0x1  # CO_OPTIMIZED: set for functions, clear for modules and class bodies
_COMPOUND = (ast.If, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.Match)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SEPARATE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
_MARKS = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)  # half of all nodes, and say nothing
_OPCODES = {
    dis.opmap[name]: kind
    for kind, names in {
        "load": ("LOAD_NAME", "LOAD_GLOBAL"),
        "store": ("STORE_NAME",),
        "store_global": ("STORE_GLOBAL",),
        "delete": ("DELETE_NAME", "DELETE_GLOBAL"),
        "attribute": ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM"),
        "star": ("IMPORT_STAR",),
    }.items()
    for name in names
}
_LOAD_GLOBAL, _EXTENDED_ARG = dis.opmap["LOAD_GLOBAL"], dis.opmap["EXTENDED_ARG"]


@dataclass(frozen=True)
class Uses:
    """The names that a piece of bytecode touches; a star import stores the name `*`."""

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
    immediate, deferred = Uses(), Uses()
    _walk(code, immediate, deferred, function=False)
    every = () if isinstance(node, _SEPARATE) else tuple(immediate_nodes(node))
    mutates, calls_on = _mutated(every)
    inside = every if calls_on or isinstance(node, _COMPOUND) else ()
    return Statement(
        cell=cell,
        line=node.lineno,
        node=node,
        code=code,
        immediate=immediate,
        deferred=deferred,
        mutates=frozenset(mutates),
        calls_on=frozenset(calls_on),
        called=frozenset(name for each in inside if isinstance(each, ast.Call) and (name := root(each.func))),
        rebinds=frozenset(name for each in inside if isinstance(each, ast.For) for name in _rebound(each)),
        has_loop=any(isinstance(each, _LOOPS) for each in inside),
        has_while=any(isinstance(each, ast.While) for each in inside),
    )


def root(node: ast.expr) -> str | None:
    """The name that a chain of attributes, subscripts and calls starts from."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Starred):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def immediate_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it, in source order, but for the bodies of functions and classes."""
    todo = [node]
    while todo:
        each = todo.pop()
        yield each
        if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            todo.extend(reversed([child for child in ast.iter_child_nodes(each) if not isinstance(child, _MARKS)]))


def _walk(code: CodeType, immediate: Uses, deferred: Uses, *, function: bool) -> None:
    """Sort the names of `code`, and of the code objects inside it, into the two kinds of use."""
    uses = deferred if function else immediate
    is_class_body = not code.co_flags & _OPTIMIZED and code.co_name != "<module>"
    local: set[str] = set()  # of a class body
    extended = 0
    names, bytecode = code.co_names, code.co_code
    for opcode, low in zip(bytecode[::2], bytecode[1::2], strict=True):
        argument = extended | low
        extended = argument << 8 if opcode == _EXTENDED_ARG else 0
        kind = _OPCODES.get(opcode)
        if kind is None:
            continue
        name = "*" if kind == "star" else names[argument >> 1 if opcode == _LOAD_GLOBAL else argument]
        if kind == "attribute":
            uses.attributes.add(name)
        elif is_class_body and kind == "store":
            local.add(name)
        elif kind == "load":
            if name not in local:
                uses.loads.add(name)
        else:
            (uses.deletes if kind == "delete" else uses.stores).add(name)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            is_function = bool(constant.co_flags & _OPTIMIZED) and constant.co_name not in _COMPREHENSIONS
            _walk(constant, immediate, deferred, function=function or is_function)


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


def _rebound(loop: ast.For) -> Iterator[str]:
    over = loop.iter
    literal = isinstance(over, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.Constant)
    if not literal and not (isinstance(over, ast.Call) and root(over.func) == "range"):
        for each in immediate_nodes(loop):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                yield each.id
