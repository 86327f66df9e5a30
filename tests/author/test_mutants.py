"""Facts about mutants: each is one small mistake, and none does what the original does by construction."""

import ast

import pytest

from autograder.author.mutants import mutate

SGD = '''
def SGD(params, lr):
    """Take one step."""
    for param in params:
        param[:] = param - lr * param.grad
'''

SOFTMAX = """
def softmax(y):
    e = nd.exp(y - nd.max(y, axis=1, keepdims=True))
    return e / nd.sum(e, axis=1)
"""


def sources(source: str, function: str) -> dict[str, list[str]]:
    """Return the mutated bodies by operator."""
    found: dict[str, list[str]] = {}
    for mutant in mutate(source, function):
        body = "\n".join(mutant.source.splitlines()[1:])
        found.setdefault(mutant.operator, []).append(body)
    return found


@pytest.mark.parametrize(
    ("operator", "line"),
    [
        ("rebinds instead of changing in place", "param = param - lr * param.grad"),
        ("another operator", "param[:] = param + lr * param.grad"),
        ("right operand alone", "param[:] = param - param.grad"),
        ("statement removed", "pass"),
        ("first round only", "break"),
        ("slice of the first alone", "param[:1] = param - lr * param.grad"),
    ],
)
def test_known_mistakes_are_among_the_mutants(operator: str, line: str) -> None:
    """What students do wrong in SGD, the operators do too."""
    assert any(line in body for body in sources(SGD, "SGD")[operator])


@pytest.mark.parametrize(
    ("operator", "expression"),
    [
        ("another function", "nd.min(y, axis=1, keepdims=True)"),
        ("another function", "nd.log(y - nd.max(y, axis=1, keepdims=True))"),
        ("without axis", "nd.sum(e)"),
        ("without keepdims", "nd.max(y, axis=1)"),
        ("off by one", "nd.sum(e, axis=0)"),
        ("off by one", "nd.sum(e, axis=2)"),
        ("the other truth value", "keepdims=False"),
        ("call dropped", "e = y - nd.max(y, axis=1, keepdims=True)"),
        ("operands swapped", "nd.sum(e, axis=1) / e"),
        ("sign flipped", "return -(e / nd.sum(e, axis=1))"),
        ("returns nothing", "return"),
    ],
)
def test_each_operator_rewrites_what_its_name_says(operator: str, expression: str) -> None:
    """The name of an operator describes what it did to the source."""
    assert any(expression in body for body in sources(SOFTMAX, "softmax")[operator])


def test_no_two_mutants_are_the_same() -> None:
    """Mutants that compile to the same code are made once."""
    made = [m.source for m in mutate(SOFTMAX, "softmax")]
    assert len(made) == len(set(made)) > 20


def test_the_original_is_no_mutant() -> None:
    """What compiles to the original's code is left out, its docstring notwithstanding."""
    tree = ast.parse(SGD)
    del tree.body[0].body[0]  # type: ignore[attr-defined]
    assert ast.unparse(tree) not in {m.source for m in mutate(SGD, "SGD")}


def test_other_code_of_the_cell_stays() -> None:
    """A helper in the same cell is kept as it is, and is not mutated."""
    cell = "def twice(x):\n    return 2 * x\n\ndef f(x):\n    return twice(x)\n"
    made = list(mutate(cell, "f"))
    assert made
    assert all("return 2 * x" in m.source for m in made)


def test_every_mutant_compiles() -> None:
    """A mutant is valid Python: what is caught is its behaviour."""
    for mutant in mutate(SOFTMAX, "softmax"):
        compile(mutant.source, "<mutant>", "exec")
