"""The package's imports are a straight line: each part imports what stands before it, and there is no circle."""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "autograder"
# What all share has no order of its own, but no circle either. Parts of one line do not import each other.
SHARED = {"asking", "blas", "errors", "files", "idx", "program", "result", "text", "version", "wire"}
ORDER = (
    SHARED,
    {"course", "worker"},
    {"checks", "sandbox"},
    {"judging"},
    {"grading"},
    {"report"},
    {"student"},
    {"author"},
    {"nbgrader"},
    {"cli"},
    {"__init__", "__main__"},
)
FLOOR = {name: floor for floor, names in enumerate(ORDER) for name in names}
ALLOWED = {"autograder.__version__"}  # the package's own name for its version


def imports(path: Path) -> Iterator[str]:
    """Yield every module or name of the package that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "autograder":
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("autograder."))


def module_of(name: str) -> str:
    """Return the module that a dotted name is, or is in, as a path without its ending."""
    parts = name.split(".")[1:]
    while parts and not (PACKAGE.joinpath(*parts).with_suffix(".py").is_file() or PACKAGE.joinpath(*parts).is_dir()):
        parts.pop()
    return "/".join(parts) or "__init__"


def modules() -> dict[str, set[str]]:
    """Return what each module imports of the package, as paths without their ending."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).with_suffix("").as_posix()
        name = name.removesuffix("/__init__") if "/" in name else name
        found[name] = {module_of(n) for n in imports(path) if n not in ALLOWED} - {name}
    return found


def part(module: str) -> str:
    """Return the part of the package that a module belongs to."""
    return module.split("/", maxsplit=1)[0]


def test_every_part_has_its_place() -> None:
    """A new part of the package is put into the order, or this fails."""
    assert {part(module) for module in modules()} - set(FLOOR) == set()


def test_imports_lead_down() -> None:
    """No part imports one that stands beside or above it."""
    up = [
        f"{module} imports {other}"
        for module, others in modules().items()
        for other in others
        if part(other) != part(module)
        and not FLOOR[part(other)] < FLOOR[part(module)]
        and not {part(other), part(module)} <= SHARED
    ]
    assert up == []


def test_reports_know_nothing_of_judging() -> None:
    """They are functions of results: neither a judge, nor a worker, nor checks are needed to draw a page."""
    above = {"checks", "sandbox", "judging", "grading", "worker", "student", "author", "nbgrader", "cli"}
    known = {other for module, others in modules().items() if part(module) == "report" for other in others}
    assert {part(other) for other in known} & above == set()


def test_no_module_imports_itself_by_others() -> None:
    """There is no circle of modules, not even of imports inside functions, but where a result shows itself."""
    graph = modules()
    graph["student/outcome"] = set()  # `SelfCheck` is laid out by `display` when it is shown, which takes it apart
    graph["__init__"] = set()
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " -> ".join([*way, module])
        if module in done:
            return
        for other in graph.get(module, ()):
            visit(other, (*way, module))
        done.add(module)

    for module in graph:
        visit(module, ())
