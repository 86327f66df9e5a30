"""Results: what is written is read, and text of a submission is harmless wherever it is printed."""

import json
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.result import (
    CheckResult,
    ExerciseResult,
    Note,
    NoteKind,
    Result,
    Score,
    Seconds,
    TrainingResult,
    Verdict,
    clean,
    decode,
    encode,
)

CHECK = CheckResult(
    name="c", title="C", hidden=True, verdict=Verdict.WRONG, score=0.0, max_score=1.0, message="m", diagnosis="d"
)
RESULT = Result(
    student="s001",
    assignment="a",
    path="submitted/s001/a/a.ipynb",
    sha256="0" * 64,
    status="graded",
    score=17.5,
    max_score=20.0,
    device="cpu(0)",
    isolation="none",
    grader="0.1.0",
    exercises=(ExerciseResult(name="e", score=0.0, max_score=1.0, attempted=True, checks=(CHECK,)),),
    notes=(Note(kind=NoteKind.PADDING, exercise="e", text="n"),),
    training=TrainingResult(
        steps=3,
        measures={"loss": ((0, 2.5), (3, 1.5))},
        score=Score(name="test accuracy", value=0.908, at_least=0.89),
    ),
    seconds=Seconds(importing=0.5, checks=1.0, training=2.0),
)


def test_a_result_comes_back_as_it_was() -> None:
    """Encoding and decoding lose nothing."""
    assert decode(encode(RESULT)) == RESULT


def test_a_result_is_one_line_of_json_with_the_keys_of_the_contract() -> None:
    """Other programs rely on these names; `import` is the key that Python cannot say."""
    line = encode(RESULT)
    assert b"\n" not in line
    tree = json.loads(line)
    assert tree["schema"] == 2
    assert {"student", "assignment", "path", "sha256", "status", "reason", "score", "max_score"} <= set(tree)
    assert {"device", "isolation", "grader", "exercises", "notes", "training", "seconds"} <= set(tree)
    assert tree["seconds"] == {"import": 0.5, "checks": 1.0, "training": 2.0}
    assert set(tree["exercises"][0]) == {"name", "score", "max_score", "attempted", "checks"}
    assert set(tree["exercises"][0]["checks"][0]) == set(CheckResult.__struct_fields__)
    assert tree["exercises"][0]["checks"][0]["verdict"] == "wrong"
    assert tree["notes"] == [{"kind": "padding", "exercise": "e", "text": "n"}]
    assert tree["training"]["steps"] == 3
    assert tree["training"]["measures"] == {"loss": [[0, 2.5], [3, 1.5]]}
    assert tree["training"]["score"] == {"name": "test accuracy", "value": 0.908, "at_least": 0.89}


def test_the_verdicts_are_those_of_the_contract() -> None:
    """Seven words, as other programs know them."""
    assert {v.value for v in Verdict} == {
        "pass",
        "wrong",
        "raised",
        "timeout",
        "crashed",
        "not_attempted",
        "skipped",
    }


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b"null", b"\xff", encode(RESULT)[:-1], encode(RESULT) + b"x"])
def test_what_is_no_result_is_a_value_error(line: bytes) -> None:
    """Whatever else stands in a file of results."""
    with pytest.raises(msgspec.MsgspecError):
        decode(line)


def test_a_status_or_verdict_that_does_not_exist_is_refused() -> None:
    """Words are checked when read."""
    for old, new in ((b'"graded"', b'"passed"'), (b'"wrong"', b'"right"')):
        with pytest.raises(msgspec.ValidationError):
            decode(encode(RESULT).replace(old, new))


def test_a_result_of_an_earlier_schema_is_none() -> None:
    """Not even one that holds nothing in which the schemas differ."""
    bare = msgspec.structs.replace(RESULT, notes=(), training=None)
    assert decode(encode(bare)) == bare
    for earlier in (b'"schema":1', b'"schema":3', b'"schema":"2"'):
        with pytest.raises(msgspec.ValidationError):
            decode(encode(bare).replace(b'"schema":2', earlier))


def test_a_kind_of_note_is_one_of_the_list() -> None:
    """A note's kind is a word that other programs can rely on."""
    with pytest.raises(msgspec.ValidationError):
        decode(encode(RESULT).replace(b'"padding"', b'"whatever"'))


@given(st.text(), st.integers(1, 50))
def test_clean_text_is_one_short_line_without_marks(text: str, limit: int) -> None:
    """No control, no bidirectional mark, no surrogate, no line end, no double space, never too long."""
    said = clean(text, limit)
    assert len(said) <= limit
    assert all(c == " " or unicodedata.category(c)[0] not in "CZ" for c in said)
    assert said == " ".join(said.split())
    said.encode()


def test_clean_keeps_what_is_harmless() -> None:
    """Letters of any script, signs and emoji stay; markup is for the printer to escape."""
    text = "naïve Σ 数学 🙂 <b>[red] \\"
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\nb\tc\r\n d", "a b c d"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("a\u202eb\u200fc\u2066d", "a b c d"),
        ("half \ud800 pair", "half pair"),
        ("\x00", ""),
        ("zero\u200bwidth\ufeff", "zero width"),
    ],
)
def test_clean_takes_out_what_moves_the_cursor(text: str, said: str) -> None:
    """Escape sequences lose their escape; marks that turn text around are gone."""
    assert clean(text) == said


def test_clean_cuts_with_an_ellipsis() -> None:
    """A text of the limit's length is whole, one longer says that it was cut; megabytes cost nothing."""
    assert clean("x" * 400) == "x" * 400
    assert clean("x" * 401) == "x" * 399 + "…"
    assert clean("x" * 10_000_000, 10) == "x" * 9 + "…"
    assert clean(" " * 10_000_000) == ""
