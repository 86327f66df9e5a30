"""The course's data: four files, all there, whole and unchanged, or a CourseError that says which is not."""

import gzip
import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest

from autograder.course import mnist
from autograder.errors import CourseError

DATA = Path(__file__).parents[2] / "data" / "mnist"
NAMES = (mnist.TRAIN_IMAGES, mnist.TRAIN_LABELS, mnist.TEST_IMAGES, mnist.TEST_LABELS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tiny data set of its own, with its sums."""
    lines = []
    for name in NAMES:
        shape = (3, 28, 28) if "images" in name else (3,)
        raw = bytes([0, 0, 8, len(shape)]) + b"".join(n.to_bytes(4, "big") for n in shape)
        raw += bytes(int(np.prod(shape)))
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(raw))
        lines.append(f"{hashlib.sha256(raw).hexdigest()}  {name}")
    (tmp_path / mnist.SUMS).write_text("\n".join(lines) + "\n")
    return tmp_path


def test_the_shipped_data_is_mnist() -> None:
    """60,000 and 10,000 digits of 28 by 28, all ten classes in both."""
    data = mnist.load(DATA)
    assert data.train_images.shape == (60_000, 28, 28)
    assert data.test_images.shape == (10_000, 28, 28)
    assert np.bincount(data.train_labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(data.test_labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_any_set_whose_sums_fit_is_taken(folder: Path) -> None:
    """A course may bring its own data, gzipped or not."""
    (folder / mnist.TRAIN_LABELS).write_bytes(gzip.decompress((folder / f"{mnist.TRAIN_LABELS}.gz").read_bytes()))
    (folder / f"{mnist.TRAIN_LABELS}.gz").unlink()
    assert mnist.load(folder).train_labels.tolist() == [0, 0, 0]


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    """Each of the four is needed."""
    (folder / f"{name}.gz").unlink()
    with pytest.raises(CourseError, match=rf"{name}.gz is missing; put the four IDX files of MNIST there"):
        mnist.load(folder)


def test_a_changed_file_is_named(folder: Path) -> None:
    """One pixel more is another data set."""
    path = folder / f"{mnist.TEST_LABELS}.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:-1] + b"\1"))
    with pytest.raises(CourseError, match=rf"{mnist.TEST_LABELS}.gz: its SHA-256 is not the one in SHA256SUMS; copy"):
        mnist.load(folder)


def test_a_torn_file_is_named(folder: Path) -> None:
    """A gzip file that breaks off is told as one that cannot be read."""
    path = folder / f"{mnist.TRAIN_IMAGES}.gz"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(CourseError, match=rf"{mnist.TRAIN_IMAGES}.gz: cannot be read \(not a whole gzip file"):
        mnist.load(folder)


def test_missing_sums_are_told(folder: Path) -> None:
    """Without sums, and without a line in them, nothing is believed."""
    (folder / mnist.SUMS).write_text("")
    with pytest.raises(CourseError, match=f"SHA256SUMS: has no line for {mnist.TRAIN_IMAGES}; add its SHA-256"):
        mnist.load(folder)
    (folder / mnist.SUMS).unlink()
    with pytest.raises(CourseError, match="SHA256SUMS: cannot be read"):
        mnist.load(folder)


def test_the_nearest_data_folder_is_found(tmp_path: Path) -> None:
    """From a notebook's folder upwards; None where there is none."""
    assert mnist.near(tmp_path) is None
    (tmp_path / "data" / "mnist").mkdir(parents=True)
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert mnist.near(tmp_path / "a" / "b") == tmp_path.resolve() / "data" / "mnist"
    shutil.rmtree(tmp_path / "data")
