"""A small course of one exercise, graded in a moment, for tests of what surrounds judging."""

from pathlib import Path

ROOT = Path(__file__).parents[1]

COURSE = f"""
course: Test
device: cpu
seed: 170141183460469231731687303715884105728
data: {ROOT / "data" / "mnist"}
limits: {{call_seconds: 1, import_seconds: 2}}
assignments:
  doubling: {{title: Doubling, points: 2, exercises: {{f: {{points: 2}}}}}}
"""
CHECKS = '''
from autograder.checks import call, check, close_to

@check(exercise="f", points=2)
def doubles(rng):
    """f doubles its argument."""
    x = rng.normal(size=3)
    yield call("f", x, expect=close_to(2 * x))
'''
RIGHT = "def f(x):\n    return 2 * x\n"
WRONG = "def f(x):\n    return 3 * x\n"


def course(root: Path) -> Path:
    """Write the course into `root`."""
    (root / "solutions" / "doubling").mkdir(parents=True)
    (root / "course.yaml").write_text(COURSE)
    (root / "solutions" / "doubling" / "checks.py").write_text(CHECKS)
    return root


def hand_in(root: Path, student: str, code: str) -> Path:
    """Hand in a script; return its path."""
    path = root / "submitted" / student / "doubling" / "doubling.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code)
    return path
