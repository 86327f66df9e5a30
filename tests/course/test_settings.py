"""course.yaml: what is right loads, and each thing that is wrong is one sentence with file, key and fix."""

from pathlib import Path

import pytest
import yaml

from autograder.course import settings as course
from autograder.course.settings import Course, Limits, find_root, load
from autograder.errors import CourseError

REPOSITORY = Path(__file__).parents[2]
GOOD = """
course: Deep learning
device: cpu
seed: 0x70000000000000000000000000000007
data: data
assignments:
  first:
    title: First
    points: 3
    exercises:
      f: {points: 2}
      training: {points: 1, needs: [f]}
    training:
      {batch_size: 10, epochs: 1, lr: 0.1, initial_scale: 0.01, followed_steps: 2, step_tolerance: 0.1,
       path_tolerance: 0.1, loss_band: 0.1, min_test_accuracy: 0.5}
  second: {title: Second, points: 1, exercises: {g: {points: 1}}}
"""


def written(root: Path, text: str) -> Path:
    """Write a course.yaml and the data folder that it names."""
    (root / "data").mkdir(exist_ok=True)
    (root / "course.yaml").write_text(text, encoding="utf-8")
    return root


def told(root: Path, text: str) -> str:
    """Return what is said about a wrong file, less its path."""
    with pytest.raises(CourseError) as caught:
        load(written(root, text))
    said = str(caught.value)
    assert said.startswith(f"{root / 'course.yaml'}: ")
    assert "\n" not in said
    return said.removeprefix(f"{root / 'course.yaml'}: ")


def changed(old: str, new: str) -> str:
    """Return the good file with one place changed."""
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def test_a_good_file_loads(tmp_path: Path) -> None:
    """Values stand where the file says, and what it leaves out has its default."""
    loaded = load(written(tmp_path, GOOD))
    assert (loaded.device, loaded.seed, loaded.isolation, loaded.limits) == (
        "cpu",
        0x70000000000000000000000000000007,
        "auto",
        Limits(),
    )
    assert list(loaded.assignments) == ["first", "second"]
    assert loaded.assignments["first"].exercises["training"].needs == ("f",)
    assert loaded.assignments["second"].training is None


def test_the_repository_s_own_file_loads() -> None:
    """The file that ships is right, and every limit of it stands in it in so many words or has its default."""
    loaded = load(REPOSITORY)
    assert isinstance(loaded, Course)
    assert sum(e.points for e in loaded.assignments["softmax_regression"].exercises.values()) == 20


WRONG = {
    "an unknown key resembles a known one": (
        changed("device: cpu", "devise: cpu"),
        "top level: unknown key `devise`; did you mean `device`?",
    ),
    "an unknown key in an exercise": (
        changed("f: {points: 2}", "f: {points: 2, need: [g]}"),
        "assignments.first.exercises.f: unknown key `need`; did you mean `needs`?",
    ),
    "an unknown key in the exercise named training": (
        changed("{points: 1, needs: [f]}", "{points: 1, neds: [f]}"),
        "assignments.first.exercises.training: unknown key `neds`; did you mean `needs`?",
    ),
    "an unknown key in the training": (
        changed("{batch_size: 10,", "{batchsize: 10, batch_size: 10,"),
        "assignments.first.training: unknown key `batchsize`; did you mean `batch_size`?",
    ),
    "an unknown key in the second assignment": (
        changed("second: {title: Second,", "second: {title: Second, pionts: 1,"),
        "assignments.second: unknown key `pionts`; did you mean `points`?",
    ),
    "an unknown key in the limits": (
        GOOD + "limits: {call_secs: 5}",
        "limits: unknown key `call_secs`; did you mean `call_seconds`?",
    ),
    "an unknown key that resembles none": (
        changed("seed: 0x70000000000000000000000000000007", "seed: 0x70000000000000000000000000000007\nxyzzy: 1"),
        "top level: unknown key `xyzzy`; known keys are "
        "course, device, seed, data, assignments, limits, isolation, late",
    ),
    "a key is missing": (
        changed("seed: 0x70000000000000000000000000000007\n", ""),
        "top level: the key `seed` is missing; add it",
    ),
    "a key of an exercise is missing": (
        changed("f: {points: 2}", "f: {}"),
        "assignments.first.exercises.f: the key `points` is missing; add it",
    ),
    "text for a number": (
        changed("seed: 0x70000000000000000000000000000007", "seed: seven"),
        "seed: expected 32 hexadecimal digits in quotes; run `autograder seed`, which writes one of 128 bits",
    ),
    "text for points": (
        changed("g: {points: 1}", "g: {points: one}"),
        "assignments.second.exercises.g.points: expected `float`, got `str`; correct the value",
    ),
    "a truth value for a number": (
        changed("seed: 0x70000000000000000000000000000007", "seed: yes"),
        "seed: expected 32 hexadecimal digits in quotes; run `autograder seed`, which writes one of 128 bits",
    ),
    "a negative seed": (
        changed("seed: 0x70000000000000000000000000000007", "seed: -7"),
        "seed: expected 32 hexadecimal digits in quotes; run `autograder seed`, which writes one of 128 bits",
    ),
    "no points": (
        changed("f: {points: 2}", "f: {points: 0}"),
        "assignments.first.exercises.f.points: expected `float` > 0.0; correct the value",
    ),
    "points that are no number": (
        changed("f: {points: 2}", "f: {points: .nan}"),
        "assignments.first.exercises.f.points: expected `float` > 0.0; correct the value",
    ),
    "a limit without end": (
        GOOD + "limits: {submission_seconds: .inf}",
        "limits.submission_seconds: expected `float` <= 1000000000.0; correct the value",
    ),
    "too little memory": (
        GOOD + "limits: {memory_mb: 100}",
        "limits.memory_mb: expected `int` >= 1024; correct the value",
    ),
    "a share above one": (
        changed("min_test_accuracy: 0.5", "min_test_accuracy: 88"),
        "assignments.first.training.min_test_accuracy: expected `float` < 1.0; correct the value",
    ),
    "an isolation that does not exist": (
        GOOD + "isolation: docker",
        "isolation: invalid enum value 'docker'; correct the value",
    ),
    "points that don't add up": (
        changed("    points: 3", "    points: 4"),
        "assignments.first.points is 4, but its exercises add up to 3: make them agree",
    ),
    "a need that does not exist": (
        changed("needs: [f]", "needs: [h]"),
        "assignments.first.exercises.training.needs: there is no exercise 'h'; there are: f, training",
    ),
    "training without settings": (
        changed("exercises: {g: {points: 1}}", "exercises: {training: {points: 1}}"),
        "assignments.second: has an exercise `training` but no `training:` settings; add them",
    ),
    "a forbidden name that is none": (
        changed("f: {points: 2}", "f: {points: 2, forbid: ['nd softmax']}"),
        "assignments.first.exercises.f.forbid: 'nd softmax' is no name: write nd.softmax, mx.metric, or .softmax",
    ),
    "a forbidden name that costs more than there is": (
        changed("f: {points: 2}", "f: {points: 2, forbid: {nd.softmax: 3}}"),
        "assignments.first.exercises.f.forbid: nd.softmax costs 3, but the exercise has 2 points: ask for less",
    ),
    "a forbidden name that costs less than nothing": (
        changed("f: {points: 2}", "f: {points: 2, forbid: {nd.softmax: -1}}"),
        "assignments.first.exercises.f.forbid.nd.softmax: expected `float` >= 0.0; correct the value",
    ),
    "something forbidden where there is no function": (
        changed("needs: [f]}", "needs: [f], forbid: [gluon]}"),
        "assignments.first.exercises.training.forbid: it is no function; forbid names in the exercises that it needs",
    ),
    "an assignment's name that is a path": (
        changed("second: {title", "../second: {title"),
        "assignments.../second: use letters, digits, _ and - in an assignment's name",
    ),
    "a data folder that is not there": (
        changed("data: data", "data: elsewhere"),
        "data: there is no folder 'elsewhere' beside it; put the data set there",
    ),
    "a key twice": (
        changed("seed: 0x70000000000000000000000000000007", "seed: 0x70000000000000000000000000000007\nseed: 8"),
        "not valid YAML: line 5: the key 'seed' stands twice",
    ),
    "a key twice, deep inside": (
        changed("f: {points: 2}", "f: {points: 2, points: 3}"),
        "not valid YAML: line 11: the key 'points' stands twice",
    ),
    "a key that is not text": (
        changed("seed: 0x70000000000000000000000000000007", "7: seed"),
        "not valid YAML: line 4: the key 7 is not text",
    ),
    "a bracket that is never closed": (changed("f: {points: 2}", "f: {points: 2"), "not valid YAML: line 12: "),
    "a tab": (changed("seed: 0x70000000000000000000000000000007", "\tseed: 7"), "not valid YAML: line 4: "),
    "a tag that makes Python objects": (
        changed("seed: 0x70000000000000000000000000000007", "seed: !!python/object/apply:os.getpid []"),
        "not valid YAML: line 4: could not determine a constructor for the tag",
    ),
    "an empty file": ("", "top level: expected `object`, got `null`; correct the value"),
    "a list": ("- course", "top level: expected `object`, got `array`; correct the value"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_named_with_its_key_and_its_mend(tmp_path: Path, text: str, said: str) -> None:
    """One sentence: the file, the key, what is wrong, what to do."""
    found = told(tmp_path, text)
    assert found == said or (said.startswith("not valid YAML") and found.startswith(said))


@pytest.mark.parametrize("device", ["auto", "cpu", "cpu(0)", "cpu(12)", "gpu", "gpu(0)", "gpu(99)"])
def test_devices_are_written_as_mxnet_writes_them(tmp_path: Path, device: str) -> None:
    """cpu, gpu, either with a number, and auto."""
    assert load(written(tmp_path, changed("device: cpu", f"device: {device}"))).device == device


@pytest.mark.parametrize(
    "device", ["CPU", "cuda", "cuda:0", "gpu:0", "cpu()", "cpu(-1)", "gpu(100)", "cpu(0) ", "cpu\\n"]
)
def test_other_devices_are_refused_with_the_choices(tmp_path: Path, device: str) -> None:
    """Whatever else is written, the sentence says what can be."""
    text = changed("device: cpu", f'device: "{device}"')
    assert told(tmp_path, text) == "device: use cpu, cpu(N), gpu, gpu(N) or auto"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """The folder is named, and the option that names another."""
    with pytest.raises(CourseError, match=r"course.yaml: no such file; name the course's folder with --course$"):
        load(tmp_path)
    with pytest.raises(CourseError, match=r"no course.yaml in .* or above it: go to .*, or name it with --course$"):
        find_root(tmp_path)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are refused in a sentence, too."""
    written(tmp_path, GOOD)
    (tmp_path / "course.yaml").write_bytes(b"course: \xff")
    with pytest.raises(CourseError, match=r"course.yaml: cannot be read \('utf-8' codec"):
        load(tmp_path)


def test_the_root_is_the_nearest_parent(tmp_path: Path) -> None:
    """From within a course its file is found, and the nearest one counts."""
    written(tmp_path, GOOD)
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert find_root(inner) == tmp_path.resolve()
    written(tmp_path / "a", GOOD)
    assert find_root(inner) == (tmp_path / "a").resolve()


def test_every_key_of_the_shipped_file_is_needed_or_known() -> None:
    """What is taken from the shipped file is all that stands in it: nothing is read and dropped."""
    tree = yaml.safe_load((REPOSITORY / course.FILE).read_text(encoding="utf-8"))
    loaded = load(REPOSITORY)
    assert set(tree) <= set(Course.__struct_fields__)
    for key, value in tree["limits"].items():
        assert getattr(loaded.limits, key) == value
    for key, value in tree["assignments"]["softmax_regression"]["training"].items():
        assert getattr(loaded.assignments["softmax_regression"].training, key) == value


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("seed: 2026-02-30", "day is out of range for month"),
        ("seed: !!int x", "this is no int"),
        ("seed: " + "9" * 5000, "this is no int"),
        ("seed: " + "[" * 100, "nested too deeply"),
        ("? [a, b]\n: 1", "a list or section as a key"),
        ("seed: !!map [a]", "these are no keys with values"),
    ],
)
def test_a_value_that_yaml_cannot_hold_is_told_with_its_line(tmp_path: Path, line: str, told: str) -> None:
    """In one line of bearable length; PyYAML lets Python's own errors through."""
    (tmp_path / "course.yaml").write_text(f"course: x\n{line}\n")
    with pytest.raises(CourseError, match="not valid YAML: line 2: ") as raised:
        load(tmp_path)
    assert told in str(raised.value)
    assert len(str(raised.value)) <= 1000


def test_a_file_that_is_no_course_is_not_read_for_minutes(tmp_path: Path) -> None:
    """PyYAML takes some 10 MB a minute."""
    (tmp_path / "course.yaml").write_text("x: 1\n" * 300_000)
    with pytest.raises(CourseError, match="larger than 1 MiB"):
        load(tmp_path)


def test_a_data_folder_whose_name_is_too_long_is_told(tmp_path: Path) -> None:
    """As one that is not there."""
    text = (Path(__file__).parents[2] / "course.yaml").read_text().replace("data: data/mnist", "data: " + "x" * 300)
    (tmp_path / "course.yaml").write_text(text)
    with pytest.raises(CourseError, match="data: there is no folder 'xxx"):
        load(tmp_path)
