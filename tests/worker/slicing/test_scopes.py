"""Which names a statement binds and reads in the module, when it runs and when its functions are called."""

import __future__

import ast
import dis
import sys
import textwrap
from types import CodeType

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from autograder.worker.slicing.names import analyse


def names(source: str, *, postponed: bool = False) -> tuple[str, str, str, str]:
    """What is read and stored when the statement runs, then what its functions read and store; in order."""
    (node,) = ast.parse(textwrap.dedent(source)).body
    flags = __future__.annotations.compiler_flag if postponed else 0
    found = analyse(1, node, flags)
    every = (found.immediate.loads, found.immediate.stores, found.deferred.loads, found.deferred.stores)
    return tuple(" ".join(sorted(each)) for each in every)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # What is bound: by anything that binds.
        ("a = b = c", ("c", "a b", "", "")),
        ("a, (b, *c) = d", ("d", "a b c", "", "")),
        ("a[i].x = b", ("a b i", "", "", "")),
        ("a += b", ("a b", "a", "", "")),
        ("a: T = b", ("T b", "a", "", "")),
        ("a: T", ("T", "", "", "")),
        ("(a): T", ("T", "", "", "")),
        ("a.x: T", ("T a", "", "", "")),
        ("import a.b, c as d", ("", "a d", "", "")),
        ("from m import a, b as c", ("", "a c", "", "")),
        ("from m import *", ("", "*", "", "")),
        ("for a in b: c\nelse: d", ("b c d", "a", "", "")),
        ("with a as (b, c), d: e", ("a d e", "b c", "", "")),
        ("try: a\nexcept B as c: c\nfinally: d", ("B a c d", "c", "", "")),
        ("try: a\nexcept* B as c: pass", ("B a", "c", "", "")),
        ("if (a := b): c", ("b c", "a", "", "")),
        ("[(a := b) for c in d if e]", ("b d e", "a", "", "")),
        ("print(lambda: (a := b))", ("print", "", "b", "")),
        ("match a:\n case B(x=c) | [c, *_] if d: pass\n case {e.f: g, **h}: pass\n case i: pass",
         ("B a d e", "c g h i", "", "")),
        ("del a, b[c]", ("b c", "", "", "")),
        ("f'{a!r:>{b}} {c=}'", ("a b c", "", "", "")),
        # Functions: what belongs to the statement, and what is read when they are called.
        ("@a\ndef f(b, c=d, *e, g=h, **i): return b, c, e, g, i, j, f", ("a d h", "f", "f j", "")),
        ("@a\nasync def f(b=c): await d", ("a c", "f", "d", "")),
        ("f = lambda a, b=c: a + b + d", ("c", "f", "d", "")),
        ("def f(a: A, *b: B, c: C = d, **e: E) -> R: x: S = y", ("A B C E R d", "f", "y", "")),
        ("def f():\n x: S\n x", ("", "f", "", "")),
        ("def f():\n (x): S\n x", ("", "f", "x", "")),
        ("def f():\n a = 1\n def g(): return a, b\n return g", ("", "f", "b", "")),
        ("def f():\n a = 1\n def g():\n  nonlocal a\n  a = 2", ("", "f", "", "")),
        ("def f():\n global a, b\n a = b\n def g(): return a", ("", "f", "a b", "a")),
        ("def f():\n global a\n for a in b: pass\n import c\n class d: pass\n del e", ("", "f", "b", "a")),
        ("def f():\n a = 1\n def g():\n  global a\n  return a", ("", "f", "a", "")),
        ("def f():\n print(a)\n a = 1", ("", "f", "print", "")),
        ("def f():\n if b: import a\n return a", ("", "f", "b", "")),
        ("def f(x):\n try: pass\n except E as a: pass\n return a", ("", "f", "E", "")),
        # Comprehensions.
        ("[a + b for a in c]", ("b c", "", "", "")),
        ("{a: b for a, b in c for d in a if d}", ("c", "", "", "")),
        ("(a for a in a)", ("a", "", "", "")),
        ("[a for b in c for a in a]", ("c", "", "", "")),
        ("[lambda: a + b for a in c]", ("c", "", "b", "")),
        ("def f(): return [a + b for a in c]", ("", "f", "b c", "")),
        ("def f(c): return [d for a in c if (d := a)], d", ("", "f", "", "")),
        ("def f():\n global d\n return [d for a in c if (d := a)]", ("", "f", "c d", "d")),
        # Classes: their names are seen in their body alone, and only once bound.
        ("@a\nclass C(b, m=c):\n x = d\n y = x\n def f(self): return x, y, e", ("a b c d", "C", "e x y", "")),
        ("class C:\n x = x\n y: x = 1", ("x", "C", "", "")),
        ("class C:\n def f(self, g=f): return C\n def h(self, g=f): pass", ("f", "C", "C", "")),
        ("class C:\n xs = [1]\n ys = [xs for x in xs]", ("xs", "C", "", "")),
        ("class C:\n global a\n a = 1\n b = a", ("a", "C a", "", "")),
        ("class C:\n a = 1\n del a\n b = a", ("a", "C", "", "")),
        ("class C:\n a = 1\n class D:\n  b = a", ("a", "C", "", "")),
        ("def f(a):\n class C:\n  b = a\n  a = c\n  d = a", ("", "f", "a c", "")),
        ("def f(a):\n class C:\n  b = a\n  def g(self): return a", ("", "f", "", "")),
        ("def f(a):\n class C:\n  nonlocal a\n  a += b\n  def g(self): return a", ("", "f", "b", "")),
    ],
)  # fmt: skip
def test_names_are_told_apart_by_scope(source: str, expected: tuple[str, str, str, str]) -> None:
    """As Python itself does: read and stored at once, then by functions when they are called."""
    assert names(source) == expected


def test_deleting_is_told_from_binding() -> None:
    """`del a` deletes, here or, by `global`, from a function; a class's own names are nobody else's."""
    (one, two, three) = ast.parse("del a\nclass C:\n a = 1\n del a\ndef f():\n global a\n del a").body
    assert analyse(1, one, 0).immediate.deletes == {"a"}
    assert analyse(1, two, 0).immediate.deletes == set()
    assert analyse(1, three, 0).deferred.deletes == {"a"}


def test_postponed_annotations_read_nothing() -> None:
    """`from __future__ import annotations` leaves them texts."""
    source = "def f(a: A = b) -> R: pass"
    assert names(source, postponed=True) == ("b", "f", "", "")
    assert names("a: A = b", postponed=True) == ("b", "a", "", "")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is Python 3.12's")
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("type A[T: b] = list[T] | c", ("", "A", "b c list", "")),
        ("@d\ndef f[T: b, *U, **P](x: T = a, y: c = 1) -> U: return T, e", ("a c d", "f", "b e", "")),
        ("class C[T: b](D[T], m=e):\n x: T\n def f(self) -> T: return T, g", ("D e", "C", "b g", "")),
        ("class C:\n A = 1\n def f[T: A](self, x: A) -> b: pass\n type B = A", ("b", "C", "", "")),
        ("f'{a['b']} {f'{c + f'{d}'}'}'", ("a c d", "", "", "")),
    ],
)  # fmt: skip
def test_type_parameters_have_a_scope_of_their_own(source: str, expected: tuple[str, str, str, str]) -> None:
    """Their bounds, and what a `type` statement says, are evaluated when somebody asks."""
    assert names(source) == expected


@pytest.mark.skipif(sys.version_info < (3, 13), reason="the syntax is Python 3.13's")
def test_type_parameters_have_defaults() -> None:
    """They are evaluated late, as bounds are."""
    assert names("def f[T = a](x: T): pass") == ("", "f", "a", "")


def test_no_depth_is_too_much() -> None:
    """What compiles is read, however deep: without recursion."""
    source = "x = a" + ".b" * 900
    assert names(source) == ("a", "x", "", "")


# Against Python's own compiler, whichever is running.

NAMES = st.sampled_from("abcde")
EXPRESSIONS = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" + ".join),
        st.tuples(NAMES, inner, inner).map(lambda t: f"[{t[1]} for {t[0]} in {t[2]}]"),
        st.tuples(NAMES, inner, inner).map(lambda t: f"{{{t[1]}: {t[0]} for {t[0]} in {t[2]} if {t[0]}}}"),
        st.tuples(NAMES, inner, inner).map(lambda t: f"(lambda {t[0]}={t[1]}: {t[2]})"),
        st.tuples(NAMES, inner).map(lambda t: f"({t[0]} := {t[1]})"),
    ),
    max_leaves=5,
)
SIMPLE = st.one_of(
    st.tuples(NAMES, st.sampled_from(("=", "+=", ": a =")), EXPRESSIONS).map(" ".join),
    st.tuples(st.sampled_from(("print", "(lambda b: b)")), EXPRESSIONS).map(lambda t: f"{t[0]}({t[1]})"),
    st.tuples(st.sampled_from(("global", "nonlocal", "import", "del")), NAMES).map(" ".join),
)
STATEMENTS = st.recursive(
    SIMPLE,
    lambda inner: st.tuples(
        st.one_of(
            st.tuples(NAMES, NAMES, EXPRESSIONS).map(lambda t: f"def {t[0]}({t[1]}: {t[0]} = {t[2]}):"),
            st.tuples(NAMES, EXPRESSIONS).map(lambda t: f"class {t[0]}({t[1]}):"),
            st.tuples(NAMES, EXPRESSIONS).map(lambda t: f"for {t[0]} in {t[1]}:"),
        ),
        st.lists(inner, min_size=1, max_size=4),
    ).map(lambda t: t[0] + "\n" + textwrap.indent("\n".join(t[1]), " ")),
    max_leaves=8,
)


def compiled(code: CodeType, reads: set[str], stores: set[str]) -> None:
    """Collect the globals that a function's code, and all code inside it, reads and stores."""
    own: set[str] = set()  # of a class, by now
    for step in dis.get_instructions(code):
        if step.opname == "LOAD_GLOBAL" or (step.opname == "LOAD_NAME" and step.argval not in own):
            reads.add(step.argval)
        elif step.opname == "STORE_GLOBAL":
            stores.add(step.argval)
        elif step.opname == "STORE_NAME":
            own.add(step.argval)
        elif step.opname == "DELETE_NAME":
            own.discard(step.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            compiled(constant, reads, stores)


@pytest.mark.skipif(
    sys.version_info[:2] == (3, 12),
    reason="Python 3.12 takes `b` for a local in `def f(a): [a for b in a]; [b for a in a]`",
)
@given(st.lists(STATEMENTS, min_size=1, max_size=4))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_functions_read_and_store_what_the_compiler_says(body: list[str]) -> None:
    """Scopes in scopes, whatever they declare, agree with the bytecode of the Python that is running."""
    source = "def f():\n" + textwrap.indent("\n".join(body), " ")
    try:
        module = compile(source, "<cell 1>", "exec", dont_inherit=True)
    except SyntaxError:
        reject()
    (function,) = (each for each in module.co_consts if isinstance(each, CodeType))
    reads, stores = set[str](), set[str]()
    compiled(function, reads, stores)
    found = analyse(1, ast.parse(source).body[0], 0)
    letters = set("abcde")
    assert (found.deferred.loads & letters, found.deferred.stores & letters) == (reads & letters, stores & letters)
