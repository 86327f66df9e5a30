"""What a submission holds is opened in Chromium: formgrader, feedback, class page and student page run none of it."""

import pytest

from tests import attacked_pages, chromium
from tests.attacked_pages import ALONE, MATHJAX, PAGES, corpus

RUNNING = (  # of each kind one payload that runs where text is stored as it was handed in
    *("script", "img-onerror", "svg-onload", "iframe-srcdoc", "link-javascript", "link-with-entities"),
    *("mermaid", "onmouseover", "image-from-elsewhere"),
)


@pytest.fixture(scope="module", autouse=True)
def _browser() -> None:
    chromium.require()
    assert MATHJAX.is_dir(), "no MathJax to put in the place of nbconvert's (Debian: apt-get install libjs-mathjax)"


@pytest.mark.long
@pytest.mark.timeout(600)
def test_nothing_that_a_submission_holds_acts_on_any_page() -> None:
    """Every payload on every page: none runs, asks for anything, or covers or hides a mark of the page's own."""
    rows = attacked_pages.run(corpus())
    assert {row.page for row in rows} >= set(PAGES)
    assert [(row.page, row.student, told) for row in rows for told in (*row.acted, *row.wrong)] == []


def test_the_corpus_is_large_and_every_payload_is_told_apart() -> None:
    """More than forty payloads, each with a name of its own."""
    names = [payload.name for payload in corpus()]
    assert len(names) == len(set(names)) >= 100


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_payload_that_runs_is_seen() -> None:
    """With text stored as it was handed in, payloads run in formgrader and in feedback: the test above can fail."""
    some = [p for p in corpus() if p.name in (*RUNNING, "style-hides-the-marks", "attribute-covers")]
    rows = attacked_pages.run(some, protected=False)
    for page in ("formgrader", "feedback"):
        acted = {told for row in rows if row.page == page for told in row.acted}
        assert acted >= set(RUNNING), page
    wrong = [told for row in rows if row.page == "feedback" for told in row.wrong]
    assert any(told.startswith("hidden: ") for told in wrong)
    assert any(" under " in told for told in wrong)
    assert {"style hides the marks", "attribute covers"} < set(ALONE)
