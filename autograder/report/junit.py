"""Results as JUnit XML, in the form that Jenkins and GitLab read (junit-10.xsd of Jenkins's xUnit plug-in).

A suite is a submission, a case is a check. `failure`: another value than expected; `error`: it raised, hung or
crashed; `skipped`: not attempted, or an exercise that it needs failed. Hidden messages are left out here too.
"""

import unicodedata
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from autograder.report import advice, statistics
from autograder.result import CheckResult, Result, Verdict

_OUTCOMES = {
    Verdict.WRONG: "failure",
    Verdict.RAISED: "error",
    Verdict.TIMEOUT: "error",
    Verdict.CRASHED: "error",
    Verdict.NOT_ATTEMPTED: "skipped",
    Verdict.SKIPPED: "skipped",
}


def junit(results: Sequence[Result]) -> bytes:
    """Return the whole document, UTF-8."""
    top = ET.Element("testsuites", name="autograder")
    suites = [_suite(result) for result in results]
    top.extend(suites)
    for count in ("tests", "failures", "errors"):
        top.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    top.set("time", f"{sum(map(statistics.seconds, results)):.3f}")
    ET.indent(top)
    written: bytes = ET.tostring(top, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _suite(result: Result) -> ET.Element:
    name = _text(f"{result.assignment}.{result.student}")
    suite = ET.Element("testsuite", name=name, time=f"{statistics.seconds(result):.3f}")
    properties = ET.SubElement(suite, "properties")
    facts = {
        "status": result.status,
        "score": "" if result.score is None else f"{result.score:g}",
        "max_score": f"{result.max_score:g}",
        "device": result.device,
        "isolation": result.isolation,
        "grader": result.grader,
    }
    for key, value in facts.items():
        ET.SubElement(properties, "property", name=key, value=_text(value))
    if result.status != "graded":
        case = ET.SubElement(suite, "testcase", name="the submission is graded", classname=name, time="0.000")
        ET.SubElement(case, "error", type=result.status, message=_text(result.reason or result.status))
    for exercise in result.exercises:
        for check in exercise.checks:
            case = ET.SubElement(suite, "testcase", name=_text(check.title), classname=_text(f"{name}.{exercise.name}"))
            case.set("time", "0.000")  # checks are timed together, in the suite
            _outcome(case, check)
    for plural, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(plural, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("tests", str(len(suite.findall("testcase"))))
    return suite


def _outcome(case: ET.Element, check: CheckResult) -> None:
    tag = _OUTCOMES.get(check.verdict)
    if tag is None:
        return
    why = check.diagnosis or advice.shown_message(check) or advice.WORDS[check.verdict]
    told = ET.SubElement(case, tag, message=_text(why))
    if tag != "skipped":
        told.set("type", check.verdict.value)
    detail = advice.shown_message(check)
    if detail is not None and detail != why:
        told.text = _text(detail)


def _text(text: str) -> str:
    """Take out what XML 1.0 cannot hold or a terminal should not see: controls, surrogates, bidirectional marks."""
    cut = ("Cc", "Cf", "Cs", "Cn")  # U+FFFE and U+FFFF are Cn
    return "".join(" " if unicodedata.category(c) in cut else c for c in text)
