"""Seeded mutations of bytes, of text in tokens, and of trees of lists and maps: every draw is the given generator's."""

import random
from collections.abc import Sequence
from typing import Any

ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    8,
    255,
    1 << 31,
    (1 << 31) - 1,
    1 << 32,
    (1 << 63) - 1,
    1 << 63,
    (1 << 64) - 1,
    0.5,
    -0.0,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "\0",
    "a" * 3000,
    "é\u202e\ufeff",
    [],
    {},
    [[]],
    [None] * 100,
    {"": ""},
)
_ODD_BYTES = (0x00, 0x01, 0x22, 0x5B, 0x5D, 0x7B, 0x7D, 0x7F, 0x80, 0xC0, 0xC1, 0xD8, 0xFE, 0xFF)


def mutated_bytes(rng: random.Random, data: bytes, tokens: Sequence[bytes] = (), times: int = 4) -> bytes:
    """Return `data` after one to `times` small changes; tokens are pieces worth putting in."""
    found = bytearray(data)
    for _ in range(rng.randint(1, times)):
        at = rng.randint(0, len(found))
        end = min(len(found), at + rng.choice((1, 1, 2, 4, 16, 64)))
        match rng.randrange(7):
            case 0 if at < len(found):
                found[at] ^= 1 << rng.randrange(8)
            case 1 if at < len(found):
                found[at] = rng.choice(_ODD_BYTES)
            case 2:
                del found[at:end]
            case 3:
                found[at:at] = found[at:end] * rng.choice((1, 1, 2, 30))
            case 4:
                del found[at:]
            case 5 if tokens:
                found[at:at] = rng.choice(tokens)
            case _:
                found[at:at] = rng.randbytes(rng.choice((1, 2, 4, 8)))
    return bytes(found)


def mutated_lines(rng: random.Random, text: str, tokens: Sequence[str], times: int = 4) -> str:
    """Return `text` with lines moved, doubled, dropped or indented, and tokens put in anywhere."""
    lines = text.split("\n")
    for _ in range(rng.randint(1, times)):
        at = rng.randrange(len(lines)) if lines else 0
        match rng.randrange(7):
            case 0 if lines:
                del lines[at]
            case 1 if lines:
                lines.insert(at, rng.choice(lines))
            case 2 if lines:
                lines[at] = rng.choice(("  ", "    ", "\t", "")) + lines[at].lstrip()
            case 3 if lines:
                middle = rng.randint(0, len(lines[at]))
                lines[at] = lines[at][:middle] + rng.choice(tokens) + lines[at][middle:]
            case 4 if lines:
                words = lines[at].split(" ")
                words[rng.randrange(len(words))] = rng.choice(tokens)
                lines[at] = " ".join(words)
            case 5 if lines:
                other = rng.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case _:
                lines.insert(at, rng.choice(tokens))
    return "\n".join(lines)


def mutated_tree(rng: random.Random, tree: Any, odd: Sequence[Any] = ODD_VALUES, times: int = 3) -> Any:
    """Return a copy of `tree` (lists, maps, leaves) with one to `times` nodes replaced, dropped, doubled or renamed."""
    for _ in range(rng.randint(1, times)):
        tree = _changed(rng, tree, odd)
    return tree


def nested(rng: random.Random, depth: int) -> Any:
    """Return lists or maps inside each other, `depth` deep."""
    found: Any = 0
    as_map = rng.random() < 0.5
    for _ in range(depth):
        found = {"a": found} if as_map else [found]
    return found


def _changed(rng: random.Random, node: Any, odd: Sequence[Any]) -> Any:  # noqa: PLR0912 - a table of cases
    """Walk down a random path and change what stands at its end."""
    if isinstance(node, dict) and node and rng.random() < 0.85:
        key = rng.choice(list(node))
        found = dict(node)
        match rng.randrange(10):
            case 0:
                del found[key]
            case 1:
                found[rng.choice((str(key) + "x", "type", "", "cells", "arrays"))] = found.pop(key)
            case 2:
                found[str(rng.choice(odd))[:20]] = rng.choice(odd)
            case _:
                found[key] = _changed(rng, node[key], odd)
        return found
    if isinstance(node, list | tuple) and node and rng.random() < 0.85:
        items = list(node)
        at = rng.randrange(len(items))
        match rng.randrange(8):
            case 0:
                del items[at]
            case 1:
                items.insert(at, items[at])
            case 2:
                items.insert(at, rng.choice(odd))
            case _:
                items[at] = _changed(rng, items[at], odd)
        return items
    if isinstance(node, bool) or rng.random() < 0.6:
        return rng.choice(odd)
    if isinstance(node, int):
        return node + rng.choice((-1, 1, 7, 1 << 16))
    if isinstance(node, str):
        at = rng.randint(0, len(node))
        return node[:at] + rng.choice(("", "\0", "\n", "\u2028", "'", "x", "(")) + node[at + rng.randint(0, 2) :]
    return rng.choice(([node], {"a": node}, rng.choice(odd)))
