"""The course's seed: what course.yaml may say, a new one by `autograder seed`, and what is drawn from it."""

import hmac
import re
import stat
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autograder.author import seed
from autograder.checks import suite
from autograder.course import settings as course
from autograder.errors import CourseError

HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
FIX = "run `autograder seed`, which writes one of 128 bits"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[[str], int]:
    """Load the repository's course with another seed, as it is written in course.yaml."""
    text = (ROOT / "course.yaml").read_text().replace("data: data/mnist", f"data: {ROOT / 'data' / 'mnist'}")

    def load(written: str) -> int:
        (tmp_path / "course.yaml").write_text(re.sub("(?m)^seed:.*$", lambda _: f"seed: {written}", text))
        return course.load(tmp_path).seed

    return load


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (f'"{HEX}"', int(HEX, 16)),
        (f"'{HEX.upper()}'", int(HEX, 16)),
        (HEX, int(HEX, 16)),
        (
            "12345678e901234567890123456789012",
            0x12345678E901234567890123456789012,
        ),  # no number to YAML, as it has no dot
        ("1234567890123456789012345678901e", 0x1234567890123456789012345678901E),
        (f"0x{HEX}", int(HEX, 16)),
        (f'"0x{HEX}"', int(HEX, 16)),
        (str(1 << 64), 1 << 64),
        (str(1 << 127), 1 << 127),
        ('"8000000000000000"', 1 << 63),
    ],
)
def test_a_long_seed_is_read_as_it_is_written(loaded: Callable[[str], int], written: str, value: int) -> None:
    """Hexadecimal digits, quoted or not, or a whole number: none is rounded."""
    assert loaded(written) == value


@pytest.mark.parametrize(
    "written",
    [
        *("0", "1", "20261124", "999999999", "0123", "0b101", "1e30", str((1 << 63) - 1)),
        *('"20261124"', '"00000000000000000000000000000001"', '"7fffffffffffffff"'),
    ],
)
def test_a_short_seed_is_refused_with_the_fix(loaded: Callable[[str], int], written: str) -> None:
    """Less than 64 bits fall to trying; leading zeros add none."""
    with pytest.raises(CourseError, match=r"course.yaml: seed: has \d+ bits, too few") as caught:
        loaded(written)
    assert str(caught.value).endswith(FIX)


@pytest.mark.parametrize(
    "written",
    [
        *("1.0e+30", "-170141183460469231731687303715884105728", ".inf", "yes", "null", "", "2026-11-24", "seven"),
        *("[1, 2]", "{a: 1}", f'"{HEX} "', f'"-{HEX}"', f'"{HEX * 40}"', '"0123_4567_89ab_cdef_0123"'),
        *('"550e8400-e29b-41d4-a716-446655440000"', '"٠١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨٩٠١٢٣"'),
    ],
)
def test_what_is_no_seed_is_refused_and_not_shown(loaded: Callable[[str], int], written: str) -> None:
    """A float would be rounded, and a seed that is nearly right is still a secret."""
    with pytest.raises(CourseError) as caught:
        loaded(written)
    assert str(caught.value).endswith(f"course.yaml: seed: expected 32 hexadecimal digits in quotes; {FIX}")
    assert HEX not in str(caught.value)


# --- writing one ----------------------------------------------------------------------------------------------

BEFORE = "# Nähe\r\ncourse: x   # kept\r\nseed: %s  # and this: seed: 1\r\n\r\nother: {seed: 5}\r\n"


@pytest.mark.parametrize("old", ["1", "20261124", f'"{HEX}"', "'0'", "1e30", "yes", "[1]"])
def test_a_new_seed_changes_nothing_else(tmp_path: Path, old: str) -> None:
    """Comments, other keys, line ends and the file's mode stay as they were; the seed has 128 bits and is new."""
    path = tmp_path / "course.yaml"
    path.write_bytes((BEFORE % old).encode())
    path.chmod(0o600)
    seen = set()
    for _ in range(2):
        seed.renew(path)
        written = path.read_bytes().decode()
        (value,) = re.findall(r'(?m)^seed: "([0-9a-f]{32})"', written)
        assert written == BEFORE % f'"{value}"'
        seen.add(value)
    assert len(seen) == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("text", ["course: x\nseed:\ndata: d\n", "course: x\nseed:", "course: x\nseed: # none\n"])
def test_an_empty_seed_is_filled_in(tmp_path: Path, text: str) -> None:
    """A key without a value has its value afterwards."""
    (tmp_path / "course.yaml").write_text(text)
    seed.renew(tmp_path / "course.yaml")
    written = (tmp_path / "course.yaml").read_text()
    assert re.sub(r' "[0-9a-f]{32}"', "", written) == text


@pytest.mark.parametrize("text", ["course: x\n", "course: x", "course: x\r\n"])
def test_a_missing_seed_is_added_as_a_line(tmp_path: Path, text: str) -> None:
    """At the end, whether the last line is complete or not."""
    (tmp_path / "course.yaml").write_bytes(text.encode())
    seed.renew(tmp_path / "course.yaml")
    added = (tmp_path / "course.yaml").read_bytes().decode().removeprefix(text)
    assert re.fullmatch(r'\n?seed: "[0-9a-f]{32}"\r?\n', added)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("course: &a x\nseed: *a\n", 'put this line there: seed: "'),
        ("{course: x}\n", 'put this line there: seed: "'),
        ("- x\n", 'put this line there: seed: "'),
        ("course: x\n...\n", 'put this line there: seed: "'),
        ("seed: 1\nseed: 2\n", "the key 'seed' stands twice"),
        ("seed: [\n", "not valid YAML"),
    ],
)
def test_what_cannot_be_changed_safely_is_left_alone(tmp_path: Path, text: str, told: str) -> None:
    """One sentence, and the file as it was."""
    (tmp_path / "course.yaml").write_text(text)
    with pytest.raises(CourseError, match=r"course\.yaml: ") as caught:
        seed.renew(tmp_path / "course.yaml")
    assert told in str(caught.value)
    assert (tmp_path / "course.yaml").read_text() == text


def test_the_program_writes_a_seed(tmp_path: Path) -> None:
    """`autograder seed` repairs a course that is refused for its seed; it does not print what it wrote."""
    text = (ROOT / "course.yaml").read_text().replace("data: data/mnist", f"data: {ROOT / 'data' / 'mnist'}")
    path = tmp_path / "course.yaml"
    path.write_text(re.sub("(?m)^seed:.*$", "seed: 20261124", text))
    with pytest.raises(CourseError):
        course.load(tmp_path)
    command = [sys.executable, "-m", "autograder", "seed", "--course", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert done.stdout == ""
    value = course.load(tmp_path).seed
    assert value.bit_length() > 64
    assert f"{value:032x}" not in done.stderr


# --- what is drawn from it ------------------------------------------------------------------------------------


def test_each_name_has_a_generator_that_leads_to_no_other() -> None:
    """NumPy is seeded with a hash that the seed keys: that of one name holds nothing of another's."""
    one, other = int(HEX, 16), int(HEX, 16) ^ 1
    drawn = {
        (key, names): suite._generator(key, *names).bit_generator._seed_seq.entropy
        for key in (one, other)
        for names in (("a", "b"), ("a", "c"), ("ab", ""), ("a", "training"))
    }
    assert len(set(drawn.values())) == len(drawn)
    assert all(value.bit_length() > 128 for value in drawn.values())
    assert drawn[one, ("a", "b")] == int(hmac.new(bytes.fromhex(HEX), b"a\0b", "sha256").hexdigest(), 16)


def test_every_bit_of_the_seed_counts() -> None:
    """No two seeds that differ in one of 128 bits draw the same."""
    first = {suite._generator(1 << 127 | 1 << bit, "a", "b").integers(1 << 62) for bit in range(127)}
    assert len(first) == 127


def test_the_released_cases_are_drawn_as_ever() -> None:
    """What has been released goes on agreeing with what is recorded."""
    before = np.random.default_rng([0, zlib.crc32(b"a"), zlib.crc32(b"b")])
    assert np.array_equal(suite._generator(suite.PUBLIC_SEED, "a", "b").random(3), before.random(3))
