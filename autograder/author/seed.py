"""A new seed for a course, written into its course.yaml."""

import contextlib
import os
import secrets
from pathlib import Path

import yaml

from autograder import files
from autograder.course import strict_yaml
from autograder.errors import CourseError

BYTES = 16


def renew(path: Path) -> None:
    """Write a new seed into a course.yaml, and change nothing else in it, to the byte. Raises `CourseError`."""
    try:
        text = path.read_bytes().decode("utf-8")
        before, node = strict_yaml.read(text), yaml.compose(text, Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: cannot be read ({error})") from None
    except yaml.YAMLError as error:
        raise CourseError(f"{path}: not valid YAML: {strict_yaml.place(error)}") from None
    seed = secrets.token_hex(BYTES)
    changed = _written(text, node, f'"{seed}"')
    try:
        correct = strict_yaml.read(changed) == {**before, "seed": seed}
    except (yaml.YAMLError, TypeError):  # TypeError: not a section
        correct = False
    if not correct:
        raise CourseError(f'{path}: its seed cannot be replaced as it is written; put this line there: seed: "{seed}"')
    try:
        was = path.stat()
        files.write_atomically(path, changed.encode("utf-8"), was.st_mode & 0o777)
        with contextlib.suppress(PermissionError):  # it is the writer's now, who may read it
            os.chown(path, was.st_uid, was.st_gid)
    except OSError as error:
        raise CourseError(f"{path}: cannot be written ({error.strerror})") from None


def _written(text: str, node: yaml.Node | None, seed: str) -> str:
    """Put the seed in the place of the one that stands there, or in a line of its own at the end."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if key.value == "seed":
            start, end = int(value.start_mark.index), int(value.end_mark.index)
            return text[:start] + " " * (start == end) + seed + text[end:]
    newline = "\r\n" if "\r\n" in text else "\n"
    return text + ("" if text.endswith("\n") or not text else newline) + f"seed: {seed}{newline}"
