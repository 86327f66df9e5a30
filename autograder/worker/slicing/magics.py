"""Turns one cell's text into Python statements: magics and shell lines go, the student's line numbers stay."""

import ast
import re

from IPython.core.inputtransformer2 import TransformerManager, classic_prompt, ipython_prompt, leading_indent

# The bodies of these cell magics are Python that binds names in the notebook; any other body is another language.
_PYTHON_CELL_MAGICS = frozenset({"capture", "debug", "memit", "prun", "time", "timeit"})
_PYTHON_LINE_MAGICS = frozenset({"memit", "prun", "time", "timeit"})
_CELL_MAGIC = re.compile(r"%%(\w+)")
_MOST_MAGICS = 100  # in one cell: each costs IPython another pass over the cell


def parse_cell(source: str) -> list[ast.stmt] | None:
    """The statements of a cell; None where a cell magic says that its body is not Python.

    Raises SyntaxError, and whatever else `ast.parse` and IPython raise for texts that nobody wrote on purpose.
    """
    text = _open_cell_magic(source.replace("\r\n", "\n").replace("\r", "\n"))
    if text is None:
        return None
    try:  # most cells are plain Python, and then nothing can shift a line
        tree = ast.parse(text)
    except SyntaxError:
        text = _to_python(text)
        tree = ast.parse(text)
    if "get_ipython" in text:
        tree = _DropMagics().visit(tree)
    return [statement for statement in tree.body if not isinstance(statement, ast.Pass)]


def _open_cell_magic(text: str) -> str | None:
    """Blank the lines of cell magics that run Python; None at the first that does not."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not line.strip() or line.startswith("#"):
            continue
        magic = _CELL_MAGIC.match(line)
        if magic is None:
            break
        if magic[1] not in _PYTHON_CELL_MAGICS:
            return None
        lines[number] = ""
    return "\n".join(lines)


def _to_python(text: str) -> str:
    """What IPython makes of the text, with blank lines where it joined or dropped some."""
    body = text.lstrip("\n")
    lines = (body + "\n").splitlines(keepends=True)
    for clean in (leading_indent, classic_prompt, ipython_prompt):
        lines = clean(lines)
    manager = TransformerManager()
    for _ in range(_MOST_MAGICS):
        changed, after = manager.do_one_token_transform(lines)
        if not changed:
            return "\n" * (len(text) - len(body)) + "".join(lines)
        at = next((i for i, (old, new) in enumerate(zip(lines, after, strict=False)) if old != new), len(after) - 1)
        lost = "".join(lines).count("\n") - "".join(after).count("\n")
        lines = [*after[: at + 1], *["\n"] * lost, *after[at + 1 :]]
    raise SyntaxError(f"more than {_MOST_MAGICS} magics in one cell")


class _DropMagics(ast.NodeTransformer):
    """Puts `pass` in place of calls of IPython, and the assignment in place of `%time x = …`."""

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        """A magic or shell line by itself."""
        if not _calls_ipython(node.value):
            return node
        return _timed_statements(node) or ast.copy_location(ast.Pass(), node)

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        """`x = !ls` or `x = %magic`."""
        return ast.copy_location(ast.Pass(), node) if _calls_ipython(node.value) else node


def _calls_ipython(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
        if isinstance(node, ast.Name):
            return node.id == "get_ipython"
    return False


def _timed_statements(node: ast.Expr) -> list[ast.stmt]:
    match node.value:
        case ast.Call(args=[ast.Constant(value=str(magic)), ast.Constant(value=str(code))]):
            if magic not in _PYTHON_LINE_MAGICS:
                return []
        case _:
            return []
    try:
        body = ast.parse(code).body
    except SyntaxError:  # an option of the magic, for one
        return []
    if any(isinstance(statement, ast.Expr) for statement in body):
        return []
    for statement in body:
        ast.increment_lineno(statement, node.lineno - 1)
    return body
