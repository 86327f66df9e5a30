"""A fact about where a course may lie: below /tmp too, where a fresh clone is often tried."""

import sys
from pathlib import Path

from autograder.sandbox import walls as sandbox


def test_what_is_emptied_after_each_child_holds_no_interpreter() -> None:
    """A virtual environment may be mounted below /tmp; the folder that a server empties is one of its own."""
    scratch = Path(sandbox.SCRATCH)
    roots = [Path(sys.prefix), Path(sys.base_prefix), Path("/tmp/course/.venv"), Path("/usr")]
    assert not [r for r in roots if r.is_relative_to(scratch) or scratch.is_relative_to(r)]
    assert not scratch.is_relative_to("/tmp")
