"""Drawings as inline SVG and PNG, written by hand: a page costs well under a millisecond, the same bytes each time.

Colours come from the page's stylesheet where there is one (classes), else from the attributes, which read on light
and on dark; text takes the colour of the text around it.
"""

import math
import struct
import zlib
from base64 import b64encode
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from markupsafe import Markup, escape

from autograder.idx import Bytes
from autograder.result import Reference, TrainingResult

WIDTH, HEIGHT = 440, 270
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 16, 44
NO_REFERENCE = Reference(curve=())
YOURS, REFERENCE = "#2f6fde", "#8a8f98"


def curve(training: TrainingResult, name: str) -> Markup:
    """Draw a measure of the training against the steps (logarithmic), on the band around the reference's."""
    right = training.references.get(name, NO_REFERENCE)
    band, reference = right.band or 0.0, right.curve
    points = [(s, v) for s, v in training.measures[name] if math.isfinite(v)]
    last = max([1, *(s for s, _ in points), *(s for s, _ in reference)])
    usual = max((v * (1 + band) for _, v in reference), default=0.0)
    highest = max((v for _, v in points), default=0.0)
    top = _round_up(max(min(highest, 1.5 * usual) if usual else highest, usual, 1e-9))

    def at(step: int, value: float) -> str:
        x = LEFT + (WIDTH - LEFT - RIGHT) * math.log1p(step) / math.log1p(last)
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(max(value, 0.0), top) / top
        return f"{x:.1f},{y:.1f}"

    parts = [
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-size="12" fill="currentColor">',
        f"<title>{escape(describe_curve(training, name))}</title>",
        *_loss_axes(last, top),
    ]
    if reference:
        edge = [at(s, v * (1 + band)) for s, v in reference]
        edge += [at(s, v * (1 - band)) for s, v in reversed(reference)]
        parts.append(
            f'<polygon class="band" points="{" ".join(edge)}" fill="{REFERENCE}" stroke="{REFERENCE}" '
            'stroke-width="7" stroke-linejoin="round" opacity=".45"/>'
        )
    line = [at(s, v) for s, v in points]
    if line:
        parts.append(
            f'<polyline class="yours" points="{" ".join(line)}" fill="none" stroke="{YOURS}" stroke-width="2"/>'
        )
    for point, (_, value) in zip(line, points, strict=True):
        x, _, y = point.partition(",")
        parts.append(f'<circle class="dot" cx="{x}" cy="{y}" r="2.8" fill="{YOURS}"/>')
        if value > top:
            parts.append(f'<text x="{x}" y="11" text-anchor="middle">↑ {value:.3g}</text>')
            break
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 - numbers and fixed words


def describe_curve(training: TrainingResult, name: str) -> str:
    """Say in words what the curve shows."""
    points = [(s, v) for s, v in training.measures[name] if math.isfinite(v)]
    if not points:
        return f"Training {name}: nothing to draw."
    (_, first), (end, final) = points[0], points[-1]
    text = f"Training {name}: {first:.3g} at the start, {final:.3g} after {end} steps."
    right = dict(training.references.get(name, NO_REFERENCE).curve).get(end)
    if right is not None and end:
        text += f" The reference has {right:.3g} there."
    return text


def histogram(counts: Sequence[int]) -> Markup:
    """Draw how many scores lie in each of equal parts from 0 to 100 %."""
    top = max([1, *counts])
    width = (WIDTH - 2 * RIGHT) / len(counts)
    base, tall = 190, 150
    parts = [
        f'<svg class="plot" viewBox="0 0 {WIDTH} 236" role="img" font-size="12" fill="currentColor">'
        f"<title>{describe_histogram(counts)}</title>"
    ]
    for i, count in enumerate(counts):
        x, h = RIGHT + i * width, tall * count / top
        if count:
            parts.append(
                f'<rect class="bar" x="{x + 2:.1f}" y="{base - h:.1f}" width="{width - 4:.1f}" height="{h:.1f}" '
                f'rx="2" fill="{YOURS}"/>'
                f'<text x="{x + width / 2:.1f}" y="{base - h - 6:.1f}" text-anchor="middle">{count}</text>'
            )
        if i % 2 == 0:
            parts.append(f'<text x="{x:.1f}" y="{base + 18}" text-anchor="middle">{100 * i // len(counts)}</text>')
    parts.append(
        f'<text x="{WIDTH - RIGHT}" y="{base + 18}" text-anchor="middle">100</text>'
        f'<path class="axis" d="M{RIGHT} {base}H{WIDTH - RIGHT}" stroke="currentColor"/>'
        f'<text x="{WIDTH / 2:.0f}" y="{base + 38}" text-anchor="middle">score, % of the points</text></svg>'
    )
    return Markup("".join(parts))  # noqa: S704 - numbers and fixed words


def describe_histogram(counts: Sequence[int]) -> str:
    """Say in words what the histogram shows."""
    step = 100 // len(counts)
    told = [f"{n} from {i * step} to {(i + 1) * step} %" for i, n in enumerate(counts) if n]
    return "Distribution of scores: " + (", ".join(told) or "none") + "."


def bar(part: float, mark: float | None = None) -> Markup:
    """Draw a share (0 to 1) as a bar, with a mark where something is asked; the number itself stands beside it."""
    x = 100 * min(max(part, 0.0), 1.0)
    tick = "" if mark is None else f'<path class="mark" d="M{100 * mark:.1f} 0V10" stroke="currentColor"/>'
    return Markup(  # noqa: S704 - numbers and fixed words
        '<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="rail" width="100" height="10"/><rect class="bar" width="{x:.1f}" height="10"/>{tick}</svg>'
    )


def picture(image: Bytes) -> str:
    """Return a grey image `(height, width)` as the data URI of a PNG."""
    height, width = image.shape
    raw = np.concatenate([np.zeros((height, 1), np.uint8), image.astype(np.uint8)], axis=1).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(raw, 9)) + _chunk(b"IEND", b"")
    return "data:image/png;base64," + b64encode(png).decode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _loss_axes(last: int, top: float) -> list[str]:
    base = HEIGHT - BOTTOM
    parts = [f'<path class="axis" d="M{LEFT} {TOP}V{base}H{WIDTH - RIGHT}" fill="none" stroke="currentColor"/>']
    for step in _step_ticks(last):
        x = LEFT + (WIDTH - LEFT - RIGHT) * math.log1p(step) / math.log1p(last)
        parts.append(f'<text x="{x:.1f}" y="{base + 17}" text-anchor="middle">{step}</text>')
    for i in range(6):
        y = base - (base - TOP) * i / 5
        parts.append(f'<text x="{LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">{top * i / 5:.3g}</text>')
        if i:
            parts.append(
                f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="currentColor" opacity=".15"/>'
            )
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">training steps</text>'
    )
    return parts


def _step_ticks(last: int) -> list[int]:
    """Choose round steps that stand well apart on the logarithmic axis, and the last."""
    round_steps = [0] + [m * 10**e for e in range(7) for m in (1, 2, 5)]
    kept = [last]
    for step in reversed([s for s in round_steps if s < last]):
        if math.log1p(kept[-1]) - math.log1p(step) > 0.085 * math.log1p(last):
            kept.append(step)
    return kept[::-1]


def _round_up(value: float) -> float:
    """Return the next number of which a fifth is round."""
    size = 10.0 ** math.floor(math.log10(value))
    steps = [m * size for m in (1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10)]
    return next((high for low, high in pairwise([0, *steps]) if low < value <= high), 10 * size)
