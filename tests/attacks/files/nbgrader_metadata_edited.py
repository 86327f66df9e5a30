# Edits nbgrader's marks: its cells are worth a thousand points, unlocked, graded, with other names and checksums.
# Expects: wrong, raised, skipped, not_attempted
import json

from tests.attacking import ROOT


def make(student):
    released = ROOT / "assignments" / "softmax_regression" / "softmax_regression.ipynb"
    tree = json.loads(released.read_text())
    for cell in tree["cells"]:
        marks = cell["metadata"].setdefault("nbgrader", {})
        marks |= {"points": 1000, "grade": True, "locked": False, "solution": False, "task": False, "schema_version": 3}
        marks.setdefault("grade_id", "bonus")
        marks |= {"checksum": "0" * 32, "auto_score": 1000, "score": 1000}
    tree["metadata"]["nbgrader"] = {"score": 20, "max_score": 20}
    path = student / "softmax_regression" / "softmax_regression.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(tree))
