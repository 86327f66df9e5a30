"""Decides which statements of a notebook must run in order to import the exercise functions; it runs none.

A notebook is read as Jupyter would leave it after "Restart and run all": the last binding of a name counts. The *slice*
of an exercise is that binding and, through functions, classes, lambdas and constants, whatever it needs:

- a name used when a statement runs means its last binding *before* that statement; a name used inside a function means
  its last binding before the function may be called, which for the exercises is the end of the notebook;
- a compound statement (`if`, `try`, `with`, `for`) may bind or not, so that earlier bindings are taken along;
- what changes a needed name in place (`table[i] = …`, `xs.append(…)`, a loop that fills a table) is needed too;
- prints, plots, demos and training are needed by nobody. A loop that looks long is left out even if it binds a needed
  name, until the mode "loops" asks for it.
"""

import __future__

import ast
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from autograder.worker.slicing.definitions import array_libraries, is_blank, is_shadowed
from autograder.worker.slicing.dependencies import index_statements, take, uncovering
from autograder.worker.slicing.magics import parse_cell
from autograder.worker.slicing.names import Statement, analyse
from autograder.worker.slicing.script import parse_script
from autograder.worker.slicing.usage import library_uses

Mode = Literal["slice", "loops", "whole"]

_DYNAMIC = re.compile(
    r"\b(exec|eval|setattr|globals|locals|vars|__import__|import_module|run_path|run_module)\s*\("
    r"|\b__dict__\b|^\s*%(run|load|loadpy)\b",
    re.MULTILINE,
)


@dataclass(frozen=True)
class SyntaxProblem:
    """A cell, or one statement of it, that does not compile; `names` are the exercises that it seems to define."""

    cell: int
    line: int
    message: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What to run, by mode, and what static reading found out about each exercise name."""

    statements: tuple[Statement, ...]
    sources: Mapping[int, str]
    needed: Mapping[str, frozenset[int]]  # exercise -> positions in `statements`, long loops left out
    needed_with_loops: Mapping[str, frozenset[int]]
    missing: tuple[str, ...]  # exercises that no statement binds (a star import still may)
    blank: tuple[str, ...]
    shadowed: Mapping[str, int]  # exercise -> cell whose result overwrote the definition
    loop_bound: Mapping[str, int]  # needed name -> cell of the long loop that alone binds it
    used: Mapping[str, frozenset[str]]  # exercise -> dotted library names, and ".method" calls
    syntax_errors: tuple[SyntaxProblem, ...]
    skipped: tuple[int, ...]  # cells in another language
    dynamic: bool  # names may be bound in ways that cannot be seen here

    def chosen(self, mode: Mode) -> tuple[int, ...]:
        """The positions to run, in notebook order."""
        if mode == "whole":
            return tuple(range(len(self.statements)))
        by_name = self.needed if mode == "slice" else self.needed_with_loops
        positions = set().union(*by_name.values())
        positions.update(i for i, statement in enumerate(self.statements) if "*" in statement.immediate.stores)
        return tuple(sorted(positions | uncovering(self.statements, positions)))


def plan(cells: Sequence[tuple[int, str]], names: Sequence[str]) -> Plan:
    """Read `(cell index, source)` pairs and slice them for the exercise `names`. Never raises, whatever the text."""
    with warnings.catch_warnings():  # a student's invalid escapes are nothing for a log
        warnings.simplefilter("ignore")
        statements, errors, skipped = _read(cells, names)
    index = index_statements(statements, names)
    quick = {name: take(index, name, loops=False) for name in names}
    full = {name: take(index, name, loops=True) for name in names} if index.long else quick
    libraries = array_libraries(statements)
    bindings: dict[str, list[Statement]] = {}
    for name in names:
        touching = (statements[at] for at in index.binders.get(name, ()))
        bindings[name] = [statement for statement in touching if name in statement.immediate.stores]
    return Plan(
        statements=statements,
        sources=dict(cells),
        needed={name: each.chosen for name, each in quick.items()},
        needed_with_loops={name: each.chosen for name, each in full.items()},
        missing=tuple(name for name, bound in bindings.items() if not bound),
        blank=tuple(name for name, bound in bindings.items() if bound and is_blank(bound[-1], name)),
        shadowed={name: bound[-1].cell for name, bound in bindings.items() if is_shadowed(bound, name, libraries)},
        loop_bound={name: cell for each in quick.values() for name, cell in each.loop_bound.items()},
        used={name: _uses([statements[at] for at in sorted(each.chosen)], each.unbound) for name, each in full.items()},
        syntax_errors=errors,
        skipped=skipped,
        dynamic=any(_DYNAMIC.search(source) for _, source in cells),
    )


def _uses(statements: Sequence[Statement], unbound: Iterable[str]) -> frozenset[str]:
    try:
        return library_uses(statements, unbound=unbound)
    except RecursionError:  # text that nobody wrote by hand
        return frozenset()


def _read(
    cells: Iterable[tuple[int, str]], names: Sequence[str]
) -> tuple[tuple[Statement, ...], tuple[SyntaxProblem, ...], tuple[int, ...]]:
    statements: list[Statement] = []
    errors: list[SyntaxProblem] = []
    skipped: list[int] = []
    flags = 0
    for cell, source in cells:
        if cell == 0:  # a script, which has no cells
            parts = list(parse_script(source))
        else:
            nodes = _parsed(source)
            if nodes is None:
                skipped.append(cell)
            parts = [(0, source, nodes or [])]
        for above, text, found in parts:
            if isinstance(found, Exception):
                errors.append(_syntax_problem(cell, 1, found, text, names, above))
                continue
            for node in found:
                flags |= _future_flags(node)
                try:
                    statements.append(analyse(cell, node, flags))
                except Exception as error:  # noqa: BLE001 - as in `_parsed`, in the compiler (`return` outside a function)
                    lines = "\n".join(source.splitlines()[node.lineno - 1 : node.end_lineno])
                    errors.append(_syntax_problem(cell, node.lineno, error, lines, names))
    return tuple(statements), tuple(errors), tuple(skipped)


def _parsed(source: str) -> list[ast.stmt] | Exception | None:
    try:
        return parse_cell(source)
    except Exception as error:  # noqa: BLE001 - besides SyntaxError, parsers run out of stack on hostile texts
        return error


def _future_flags(node: ast.stmt) -> int:
    """In Jupyter a `__future__` feature stays on for the cells that follow."""
    flags = 0
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        for alias in node.names:
            flags |= getattr(getattr(__future__, alias.name, None), "compiler_flag", 0)
    return flags


def _syntax_problem(
    cell: int, line: int, error: Exception, text: str, names: Iterable[str], above: int = 0
) -> SyntaxProblem:
    message = f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"
    line = ((isinstance(error, SyntaxError) and error.lineno) or line) + above
    pattern = r"^\s*(?:async\s+)?(?:(?:def|class)\s+{0}\b|{0}\s*(?::[^=\n]*)?=(?!=))"
    inside = tuple(name for name in names if re.search(pattern.format(re.escape(name)), text, re.MULTILINE))
    return SyntaxProblem(cell=cell, line=line, message=message[:300], names=inside)
