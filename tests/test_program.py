"""Programs are data: what refers to nothing, or asks for what no step may do, is named before anything is played."""

import msgspec
import pytest

from autograder.program import MAX_STEPS, Const, Many, Pairs, Ref, Step, Steps, fault, shifted, uses

SUM: Steps = (
    Step("array", (Ref(0),), "grad"),
    Step("name", name="f"),
    Step("call", (Ref(1), Ref(0)), keywords={"axis": Const(1), "pair": Many("tuple", (Ref(0), Const(None)))}),
    Step("report", (Ref(2),)),
)


def test_a_program_survives_the_wire() -> None:
    """MessagePack gives back the very steps."""
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(SUM), type=Steps) == SUM


def test_a_sound_program_has_no_fault() -> None:
    """Its values are made before they are used, its arrays are there."""
    assert fault(SUM, 1) is None


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((Step("report", (Ref(0),)),), "not made before it"),
        ((Step("report", (Ref(-1),)),), "not made before it"),
        ((Step("array", (Ref(1),)),), "an array that is not there"),
        ((Step("array", (Const(0),)),), "an array that is not there"),
        ((Step("name", name="f"), Step("attribute", (Ref(0),), "__globals__")), "a private attribute"),
        ((Step("name", name="f"), Step("operator", (Ref(0),), "call")), "an operator that is not known"),
        ((Step("name", name="f"),) * (MAX_STEPS + 1), f"more than {MAX_STEPS} steps"),
        ((Step("name", name="f"), Step("call", (Ref(0), Pairs({"a": Ref(1)})))), "not made before it"),
    ],
)
def test_what_is_wrong_with_a_program_is_said(steps: Steps, said: str) -> None:
    """One sentence, whatever it is."""
    assert said in (fault(steps, 1) or "")


def test_a_shifted_program_uses_its_own_values() -> None:
    """It follows another: every reference moves, those of the payload by the number of its arrays."""
    moved = shifted(SUM, by=4, arrays=2)
    assert [list(uses(step)) for step in moved] == [[], [], [5, 4, 4], [6]]
    assert moved[0].args == (Ref(2),)
