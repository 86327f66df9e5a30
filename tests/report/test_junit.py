"""Facts about JUnit XML: it has the form of Jenkins's junit-10.xsd, and counts what it holds."""

import re
from xml.etree import ElementTree as ET

import pytest

from autograder.report.junit import junit
from autograder.result import Verdict
from tests.report.samples import (
    BIDI,
    CLASS,
    COLUMNS,
    INVALID,
    PASSED,
    SCRIPT,
    SECRET,
    UNGRADED,
    WRONG,
    a_check,
    a_result,
    an_exercise,
)

# The part of junit-10.xsd that is used here: element -> (required attributes, other attributes, children in order)
FORM: dict[str, tuple[set[str], set[str], tuple[str, ...]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, ("testsuite",)),
    "testsuite": (
        {"name", "tests"},
        {"failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package"},
        ("properties", "testcase", "system-out", "system-err"),
    ),
    "properties": (set(), set(), ("property",)),
    "property": ({"name", "value"}, set(), ()),
    "testcase": (
        {"name", "classname"},
        {"time", "status"},
        ("skipped", "error", "failure", "system-out", "system-err"),
    ),
    "failure": (set(), {"type", "message"}, ()),
    "error": (set(), {"type", "message"}, ()),
    "skipped": (set(), {"message"}, ()),
}


def flaws(element: ET.Element) -> list[str]:
    """Return what in an element and below does not have the form."""
    if element.tag not in FORM:
        return [f"unknown element {element.tag}"]
    required, optional, children = FORM[element.tag]
    found = [f"{element.tag} lacks {name}" for name in required - set(element.attrib)]
    found += [f"{element.tag} has {name}" for name in set(element.attrib) - required - optional]
    places = [children.index(child.tag) if child.tag in children else -1 for child in element]
    found += [f"{element.tag}: children {places}"] if -1 in places or places != sorted(places) else []
    for name, value in element.attrib.items():
        if name in ("tests", "failures", "errors") and not value.isdigit():
            found.append(f"{name}={value}")
        if name == "time" and not re.fullmatch(r"\d+\.\d{3}", value):
            found.append(f"time={value}")
    return found + [flaw for child in element for flaw in flaws(child)]


def test_form_is_the_documented_one() -> None:
    """Every element is known, has its attributes, and its children in order."""
    assert flaws(ET.fromstring(junit(CLASS))) == []


def test_the_validator_finds_flaws() -> None:
    """The test's own validator refuses a wrong element, a missing attribute and a wrong order."""
    inside = '<testcase name="a" classname="b"/><properties/><made-up/>'
    wrong = f'<testsuites><testsuite tests="x">{inside}</testsuite></testsuites>'
    assert flaws(ET.fromstring(wrong)) == [
        "testsuite lacks name",
        "testsuite: children [1, 0, -1]",
        "tests=x",
        "unknown element made-up",
    ]


def test_counts_are_right() -> None:
    """The totals are the sums of the suites, and these of the cases."""
    top = ET.fromstring(junit(CLASS))
    for plural, tag in (("tests", None), ("failures", "failure"), ("errors", "error")):
        cases = [c for c in top.iter("testcase") if tag is None or c.find(tag) is not None]
        assert int(top.attrib[plural]) == len(cases) == sum(int(s.attrib[plural]) for s in top)


@pytest.mark.parametrize(
    ("verdict", "tag"),
    [
        (Verdict.PASS, None),
        (Verdict.WRONG, "failure"),
        (Verdict.RAISED, "error"),
        (Verdict.TIMEOUT, "error"),
        (Verdict.CRASHED, "error"),
        (Verdict.NOT_ATTEMPTED, "skipped"),
        (Verdict.SKIPPED, "skipped"),
    ],
)
def test_verdicts_have_their_element(verdict: Verdict, tag: str | None) -> None:
    """A wrong value is a failure, what broke is an error, what was not tried is skipped."""
    case = next(ET.fromstring(junit([a_result("ada", an_exercise("softmax", a_check(verdict)))])).iter("testcase"))
    assert [child.tag for child in case] == ([tag] if tag else [])


def test_no_score_is_an_error() -> None:
    """What is ungraded or unreadable is one case with an error, so that a build does not pass."""
    for result in (INVALID, UNGRADED):
        suite = ET.fromstring(junit([result]))[0]
        assert [c.find("error").attrib for c in suite.iter("testcase")] == [  # type: ignore[union-attr]
            {"type": result.status, "message": result.reason}
        ]


def test_diagnosis_is_the_message() -> None:
    """The diagnosis comes first, the public message below it; a hidden message is left out."""
    first, second = ET.fromstring(junit([WRONG])).findall("testsuite/testcase/failure")
    assert (first.get("message"), first.text) == (COLUMNS, "3 of 4 values differ")
    assert (second.get("message"), second.text) == (COLUMNS, None)
    assert SECRET.encode() not in junit(CLASS)


def test_hostile_text_stays_text() -> None:
    """A script in a name is text, control and direction marks are gone, and the file is well-formed."""
    hostile = a_result(f"{SCRIPT}{BIDI}\x00\ufffe\ud800&")
    suite = ET.fromstring(junit([hostile]))[0]
    assert SCRIPT in suite.attrib["name"]
    assert set(suite.attrib["name"]) & set("\u202e\u2066\x1b\x00\ufffe") == set()


def test_the_same_results_give_the_same_bytes() -> None:
    """There is no date, no host and no random id."""
    assert junit([PASSED, WRONG]) == junit([PASSED, WRONG])
    assert b"timestamp" not in junit([PASSED])
