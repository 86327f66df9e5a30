"""Which names a statement binds and reads in the module, when it runs and when its functions are called."""

import ast
import builtins
import sys
import textwrap
from types import FunctionType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.worker.names import analyse
from autograder.worker.scopes import scopes_of


def names(source: str, *, postponed: bool = False) -> tuple[str, str, str, str]:
    """What is read and stored when the statement runs, then what its functions read and store; in order."""
    (node,) = ast.parse(textwrap.dedent(source)).body
    flags = __import__("__future__").annotations.compiler_flag if postponed else 0
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
        ("class C:\n a = 1\n del a", ("", "C", "", "")),
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


NAMES = st.sampled_from("abcde")
EXPRESSIONS = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("({0[0]}, {0[1]})".format),
        st.tuples(NAMES, inner, inner).map("[{0[1]} for {0[0]} in {0[2]}]".format),
        st.tuples(NAMES, inner, inner).map("(lambda {0[0]}={0[1]}: {0[2]})".format),
        st.tuples(NAMES, inner, inner).map("{{{0[1]}: {0[0]} for {0[0]} in {0[2]} if {0[0]}}}".format),
    ),
    max_leaves=6,
)


def _block(lines: list[str]) -> str:
    return textwrap.indent("\n".join(lines), " ")


STATEMENTS = st.recursive(
    st.one_of(
        st.tuples(NAMES, EXPRESSIONS).map("{0[0]} = {0[1]}".format),
        st.tuples(NAMES, EXPRESSIONS).map("{0[0]} += {0[1]}".format),
        EXPRESSIONS.map("print({0})".format),
        NAMES.map("global {0}".format),
        NAMES.map("nonlocal {0}".format),
        NAMES.map("import {0}".format),
    ),
    lambda inner: st.one_of(
        st.tuples(NAMES, NAMES, EXPRESSIONS, st.lists(inner, min_size=1, max_size=4).map(_block)).map(
            "def {0[0]}({0[1]}={0[2]}):\n{0[3]}".format
        ),
        st.tuples(NAMES, EXPRESSIONS, st.lists(inner, min_size=1, max_size=4).map(_block)).map(
            "class {0[0]}({0[1]}):\n{0[2]}".format
        ),
        st.tuples(NAMES, EXPRESSIONS, st.lists(inner, min_size=1, max_size=4).map(_block)).map(
            "for {0[0]} in {0[1]}:\n{0[2]}".format
        ),
    ),
    max_leaves=6,
)


@given(STATEMENTS.map("def f():\n{0}".format), STATEMENTS)
@settings(max_examples=1)
def test_placeholder(a: str, b: str) -> None:
    pass
