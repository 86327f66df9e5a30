# Doubles every cell that is graded, adds cells of its own for points, and empties the tests.
# Expects: wrong, raised, skipped, not_attempted
import copy
import json

from tests.attacking import ROOT


def make(student):
    released = ROOT / "assignments" / "softmax_regression" / "softmax_regression.ipynb"
    tree = json.loads(released.read_text())
    extra = []
    for cell in tree["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            twin = copy.deepcopy(cell)
            twin["source"] = "1.0"
            cell["source"] = "1.0"
            twin["id"] = "twin" + str(len(extra))
            extra.append(twin)
            bonus = copy.deepcopy(twin)
            bonus["metadata"]["nbgrader"]["grade_id"] = f"bonus{len(extra)}"
            bonus["id"] = f"bonus{len(extra)}"
            extra.append(bonus)
    tree["cells"] += extra
    path = student / "softmax_regression" / "softmax_regression.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(tree))
