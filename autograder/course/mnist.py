"""The course's data as the judge holds it: four IDX files, checked against their published SHA-256."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder import idx
from autograder.errors import CourseError

TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Mnist:
    """Images `(n, 28, 28)` and labels `(n,)`, uint8: 60,000 to train on, 10,000 to test on."""

    train_images: idx.Bytes
    train_labels: idx.Bytes
    test_images: idx.Bytes
    test_labels: idx.Bytes


def near(folder: Path) -> Path | None:
    """Return the nearest folder data/mnist at or above `folder`, None where there is none."""
    for parent in (folder.resolve(), *folder.resolve().parents):
        if (parent / "data" / "mnist").is_dir():
            return parent / "data" / "mnist"
    return None


def locate(folder: Path, name: str) -> Path:
    """Return the path of one of the files, gzipped or not."""
    for path in (folder / f"{name}.gz", folder / name):
        if path.is_file():
            return path
    raise CourseError(f"{folder}: {name}.gz is missing; put the four IDX files of MNIST there (course.yaml: data)")


@cache
def load(folder: Path) -> Mnist:
    """Load the four files of `folder`; one that is missing, torn or changed is a `CourseError`."""
    sums = _sums(folder)
    names = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)
    found = [_load(folder, name, sums) for name in names]
    for i in (0, 2):
        images, labels = found[i : i + 2]
        if images.ndim != 3 or labels.shape != images.shape[:1] or not images.size:
            raise CourseError(
                f"{folder}: {names[i]} and {names[i + 1]} do not hold as many images as labels; get both again"
            )
    return Mnist(*found)


def _load(folder: Path, name: str, sums: dict[str, str]) -> idx.Bytes:
    path = locate(folder, name)
    if name not in sums:
        raise CourseError(f"{folder / SUMS}: has no line for {name}; add its SHA-256")
    try:
        raw = idx.unpacked(path)
        if hashlib.sha256(raw).hexdigest() != sums[name]:
            raise CourseError(f"{path}: its SHA-256 is not the one in {SUMS}; copy the file again")
        return idx.parse(raw)
    except (OSError, ValueError) as error:
        raise CourseError(f"{path}: cannot be read ({error}); copy the file again") from None


def _sums(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / SUMS).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{folder / SUMS}: cannot be read ({error}); it holds the four files' SHA-256") from None
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
