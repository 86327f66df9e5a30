"""Facts about the pages: what they show, what they never show, and that they are safe, whole and readable."""

import hashlib
import re
from base64 import b64encode
from pathlib import Path

import msgspec
import pytest

from autograder.report import html
from autograder.report.html import class_page, file_name, page_names, student_page, write_pages
from autograder.result import Result, Verdict
from tests.report.samples import (
    BACKGROUND,
    CLASS,
    COLUMNS,
    HOSTILE,
    INVALID,
    LATE,
    PASSED,
    SECRET,
    UNGRADED,
    WRONG,
    Page,
    a_check,
    a_result,
    an_exercise,
)

PAGES = page_names(CLASS)
INDEX = class_page(CLASS, PAGES, BACKGROUND)
STUDENTS = [student_page(result, BACKGROUND) for result in CLASS]
EVERY = [INDEX, *STUDENTS]


def flat(text: str) -> str:
    """Return text as one line, so that breaks in the template don't count."""
    return " ".join(text.split())


@pytest.mark.parametrize("page", EVERY)
def test_nothing_comes_from_elsewhere(page: str) -> None:
    """No element refers to another host: addresses are relative, fragments or data URIs."""
    addresses = [value for _, attrs in Page(page).found for key, value in attrs.items() if key in ("src", "href")]
    assert [a for a in addresses if a and not re.match(r"(#|data:image/png|[\w-]+/[\w@.+-]+\.html$)", a)] == []
    assert re.findall(r"@import|url\(", page) == []


@pytest.mark.parametrize("page", EVERY)
def test_only_our_own_style_and_script_may_run(page: str) -> None:
    """The policy names the hashes of the very style and script that are in the page, and allows no other."""
    policy = next(m["content"] or "" for m in Page(page).all("meta") if m.get("http-equiv"))
    for tag in ("style", "script"):
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        hashes = [f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in inside]
        assert re.findall(rf"{tag}-src ([^;]*);", policy) == ([" ".join(hashes)] if hashes else [])
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


@pytest.mark.parametrize("page", EVERY)
def test_no_element_carries_style_or_handler(page: str) -> None:
    """Inline styles and event handlers, which the policy would block, are not used."""
    carried = [k for _, attrs in Page(page).found for k in attrs if k == "style" or k.startswith("on")]
    assert carried == []


@pytest.mark.parametrize("page", EVERY)
def test_elements_nest(page: str) -> None:
    """Every element that opens closes, in order."""
    parsed = Page(page)
    assert (parsed.stray, parsed.open) == ([], [])


@pytest.mark.parametrize("page", EVERY)
def test_pages_name_their_parts(page: str) -> None:
    """A page has a language, a title, one h1, a main landmark, and names for tables, pictures and drawings."""
    parsed = Page(page)
    assert parsed.all("html") == [{"lang": "en"}]
    assert [len(parsed.all(tag)) for tag in ("title", "h1", "main", "header", "footer")][1:] == [1, 1, 1, 1]
    assert len(parsed.all("caption")) == len(parsed.all("table"))
    assert [th for th in parsed.all("th") if "scope" not in th] == []
    assert [img for img in parsed.all("img") if not img.get("alt")] == []
    assert [s for s in parsed.all("svg") if s.get("role") != "img" and s.get("aria-hidden") != "true"] == []
    ids = [attrs["id"] for _, attrs in parsed.found if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {a["href"] for a in parsed.all("a") if (a["href"] or "").startswith("#")} <= {f"#{i}" for i in ids}


@pytest.mark.parametrize("page", [INDEX, student_page(HOSTILE, BACKGROUND)])
def test_text_of_submissions_is_only_text(page: str) -> None:
    """A script in a name, message or note is shown as text; direction, escape and control marks are gone."""
    parsed = Page(page)
    assert "<script>alert(1)</script>" in parsed.text
    assert "<script>alert" not in page
    assert len(parsed.all("script")) == (1 if page is INDEX else 0)
    assert set(page) & set("\u202e\u2066\u200f\x1b\x00") == set()


def test_student_page_shows_no_hidden_message() -> None:
    """What a hidden check says of its inputs is on no page; its title and diagnosis are on the student's."""
    assert [page for page in EVERY if SECRET in page] == []
    shown = flat(Page(student_page(WRONG)).text)
    assert "Large logits hidden" in shown
    assert shown.count(COLUMNS) == 3
    assert "3 of 4 values differ" in shown


def test_student_page_shows_no_other_student() -> None:
    """A student's page names that student alone, and links to no other page."""
    page = Page(student_page(WRONG, BACKGROUND))
    assert [r.student for r in CLASS if r.student in page.text] == ["grace"]
    assert [a["href"] for a in page.all("a")] == ["#main"]


def test_first_thing_to_mend_comes_first() -> None:
    """The diagnosis stands above the exercises, with the points to gain."""
    shown = flat(Page(student_page(WRONG)).text)
    assert shown.index("2 points to gain") < shown.index(COLUMNS) < shown.index("Exercises")


def test_training_is_shown() -> None:
    """Accuracy against the minimum, the confusion matrix and examples of mix-ups with their pictures are shown."""
    page = Page(student_page(PASSED, BACKGROUND))
    assert "Test accuracy 0.9131 ✓ enough at least 0.88 is asked" in flat(page.text)
    assert [img["alt"] for img in page.all("img")] == [
        "A 0 that was taken for a 2",
        "A 1 that was taken for a 2",
    ]
    matrix = [td["class"] for td in page.all("td") if td.get("class") in ("right", "none", "few", "some", "much")]
    assert matrix == ["right", "none", "much", "few", "right", "some", "none", "some", "right"]


def test_without_images_there_are_no_pictures() -> None:
    """Away from the course's data a page does without pictures, and says all else."""
    page = Page(student_page(PASSED))
    assert page.all("img") == []
    assert "Test accuracy 0.9131" in flat(page.text)


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (
            LATE,
            "handed in 30 hours after the deadline, which counts as 2 days. 0.4 points are taken off, which leaves 1.6",
        ),
        (INVALID, "could not be read as a notebook, so there was nothing to grade. The file is a PDF."),
        (UNGRADED, "Not graded, through no fault of the submission."),
        (PASSED, "Every check passes."),
    ],
)
def test_every_fate_has_its_sentence(result: Result, told: str) -> None:
    """Late, unreadable, ungraded and perfect submissions each are told what happened."""
    assert told in flat(Page(student_page(result)).text)


def test_notes_are_explained() -> None:
    """A note about a ready-made function says why it matters, and that notes cost nothing."""
    shown = flat(Page(student_page(HOSTILE)).text)
    assert "Notes cost no points." in shown
    assert "write it from elementary operations" in shown


def test_class_page_counts_misconceptions() -> None:
    """The commonest diagnosis comes with how many had it, and links to them."""
    shown = flat(Page(INDEX).text)
    assert f"2 students {COLUMNS} softmax grace, =HYPERLINK" in shown
    hrefs = [a["href"] for a in Page(INDEX).all("a")]
    assert hrefs.count("softmax_regression/grace.html") == 2


def test_class_page_folds_the_rarer_misconceptions() -> None:
    """Five stand open, so that the table of students is near; the others are a click away."""
    wrong = CLASS[0].exercises[0].checks[0]
    others = [
        msgspec.structs.replace(
            PASSED,
            student=f"s{i}",
            exercises=(
                msgspec.structs.replace(
                    PASSED.exercises[0],
                    checks=(msgspec.structs.replace(wrong, verdict=Verdict.WRONG, diagnosis=f"mistake {i}"),),
                ),
            ),
        )
        for i in range(7)
    ]
    page = class_page(others, page_names(others), BACKGROUND)
    open_part, _, folded = page.partition("<summary>2 more</summary>")
    assert [i for i in range(7) if f"mistake {i}" in open_part.partition("Distribution of scores")[0]] == [
        0,
        1,
        2,
        3,
        4,
    ]
    assert [i for i in range(7) if f"mistake {i}" in folded.partition("</details>")[0]] == [5, 6]


def test_class_page_sets_apart_what_has_no_score() -> None:
    """Ungraded and unreadable submissions stand first, with reasons, and their rows are marked."""
    shown = flat(Page(INDEX).text)
    assert (
        "Needs your attention unreadable file: 0 points nina The file is a PDF. ungraded uma the worker ended" in shown
    )
    assert [tr.get("class") for tr in Page(INDEX).all("tr") if tr.get("class")] == ["warn", "bad"]


def test_class_page_works_without_script() -> None:
    """Every row is in the page itself; the search field stays hidden until the script shows it."""
    page = Page(re.sub(r"<script>.*?</script>", "", INDEX, flags=re.DOTALL))
    assert [r.student for r in (PASSED, WRONG, LATE, INVALID, UNGRADED) if r.student not in page.text] == []
    assert [d for d in page.all("div") if d.get("class") == "search"] == [{"class": "search", "hidden": None}]
    assert page.all("button") == []


def test_two_assignments_have_a_part_each() -> None:
    """Results of two assignments are counted apart."""
    other = msgspec.structs.replace(PASSED, assignment="linear")
    page = class_page([PASSED, other], page_names([PASSED, other]), BACKGROUND)
    assert flat(Page(page).text).count("Graded 1 of 1") == 2


def test_an_empty_class_has_a_page() -> None:
    """Without any result the index says so."""
    assert "There are no results yet." in class_page([], [])


def test_pages_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    """Writing the reports twice gives the same files with the same content."""
    for name in ("one", "two"):
        write_pages(CLASS, tmp_path / name, BACKGROUND)
    one, two = (
        {p.relative_to(top): p.read_bytes() for p in top.rglob("*.html")}
        for top in (tmp_path / "one", tmp_path / "two")
    )
    assert one == two
    assert len(one) == len(CLASS) + 1


def test_every_student_has_a_page_of_its_own() -> None:
    """Names that differ in letter case alone, or are the same, do not share a page."""
    names = page_names([a_result("Ada"), a_result("ada"), a_result("ada")])
    assert [n.lower() for n in names] == [
        "softmax_regression/ada.html",
        "softmax_regression/ada-2.html",
        "softmax_regression/ada-3.html",
    ]


@pytest.mark.parametrize("student", ["../../etc/passwd", "a/b", ".hidden", "", "é", "a" * 101, "con\ntrol", "\ud800"])
def test_strange_names_become_digests(student: str) -> None:
    """A name that is not plainly safe as a file's name never becomes one."""
    assert re.fullmatch(r"student-[0-9a-f]{16}", file_name(student))


def test_plain_names_stay() -> None:
    """Logins and addresses are used as they are."""
    assert file_name("ada.l+1@uni.example") == "ada.l+1@uni.example"


def test_every_verdict_can_be_shown() -> None:
    """A page can be made for each verdict, and says it in words."""
    for verdict in Verdict:
        page = student_page(a_result("ada", an_exercise("softmax", a_check(verdict), a_check(Verdict.WRONG))))
        assert html.MARKS[verdict][0] in page


COLOURS = {  # text colour: backgrounds on which it is used
    "ink": ("paper", "card", "band", "bad-bg", "warn-bg", "heat-few", "heat-some", "heat-much"),
    "soft": ("paper", "card", "band"),
    "good": ("paper", "card", "good-bg"),
    "bad": ("paper", "card", "bad-bg"),
    "warn": ("paper", "card", "warn-bg"),
    "link": ("paper", "card", "bad-bg", "warn-bg"),
    "card": ("bad",),
}
LINES = {"accent": ("paper", "card", "edge"), "edge-strong": ("paper", "card"), "focus": ("paper", "card")}


def palettes() -> dict[str, dict[str, str]]:
    """Return the colours of both schemes."""
    blocks = re.findall(r":root \{(.*?)\}", re.search(r"<style>(.*?)</style>", INDEX, re.DOTALL)[1], re.DOTALL)  # type: ignore[index]
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks[:2])
    return {"light": light, "dark": dark}


def contrast(one: str, two: str) -> float:
    """Return WCAG's contrast ratio of two colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(scheme: str) -> None:
    """In both schemes text has at least 4.5 : 1 on each background it stands on, lines and bars 3 : 1 (WCAG AA)."""
    palette = palettes()[scheme]
    assert len(palette) == 19
    low = [(a, b) for a, backs in COLOURS.items() for b in backs if contrast(palette[a], palette[b]) < 4.5]
    low += [(a, b) for a, backs in LINES.items() for b in backs if contrast(palette[a], palette[b]) < 3]
    assert low == []
