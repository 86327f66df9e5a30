"""Facts about the drawings: points lie where their values say, whatever the values are."""

import re
import zlib
from base64 import b64decode
from xml.etree import ElementTree as ET

import msgspec
import numpy as np
import pytest

from autograder.report import plots
from autograder.report.plots import HEIGHT, LEFT, RIGHT, TOP, WIDTH
from autograder.result import Curve, Reference, Score, TrainingResult
from tests.report.samples import TRAINING


def points(svg: str, name: str) -> list[tuple[float, float]]:
    """Return the points of the line or area with a class."""
    found = next(e for e in ET.fromstring(svg).iter() if e.get("class") == name)
    return [(float(x), float(y)) for x, y in (p.split(",") for p in found.attrib["points"].split())]


def test_loss_lies_on_its_scale() -> None:
    """The curve begins at the left edge, ends at the right one, and falls as the loss does."""
    line = points(plots.curve(TRAINING, "loss"), "yours")
    assert (line[0][0], line[-1][0]) == (LEFT, WIDTH - RIGHT)
    assert [y for _, y in line] == sorted(y for _, y in line)
    drop = (line[-1][1] - line[0][1]) / (HEIGHT - plots.BOTTOM - TOP)
    assert drop == pytest.approx((2.31 - 0.32) / 2.5, abs=0.001)


def test_band_lies_around_the_reference() -> None:
    """The band has an edge above and below each of the reference's points."""
    band = points(plots.curve(TRAINING, "loss"), "band")
    upper, lower = band[:3], band[:2:-1]
    assert all(above[1] < below[1] and above[0] == below[0] for above, below in zip(upper, lower, strict=True))


LOSSES = [
    (),
    ((0, 2.3),),
    ((0, 2.3), (1, 1e30)),
    ((0, 0.0), (1, 0.0)),
    ((0, 2.3), (1, float("nan"))),
    ((0, -1.0), (5, 2.0)),
]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("reference", [(), TRAINING.references["loss"].curve])
def test_any_loss_can_be_drawn(loss: Curve, reference: Curve) -> None:
    """Diverging, empty, zero and impossible losses give a drawing whose points stay inside it."""
    score, right = Score(name="R²", value=None), {"loss": Reference(curve=reference)}
    made = TrainingResult(steps=1, measures={"loss": loss}, score=score, references=right)
    svg = plots.curve(made, "loss")
    assert "nan" not in svg
    inside = [(float(x), float(y)) for x, y in re.findall(r"([\d.-]+),([\d.-]+)", svg)]
    assert [p for p in inside if not (LEFT <= p[0] <= WIDTH - RIGHT and TOP <= p[1] <= HEIGHT - plots.BOTTOM)] == []


def test_divergence_is_told() -> None:
    """A loss far above the reference's is cut off, with its value written there."""
    svg = plots.curve(msgspec.structs.replace(TRAINING, measures={"loss": ((0, 2.3), (1, 12345.0))}), "loss")
    assert "↑ 1.23e+04" in svg


def test_description_gives_the_numbers() -> None:
    """The alternative text has the first and last loss, and the reference's."""
    assert (
        plots.describe_curve(TRAINING, "loss")
        == "Training loss: 2.31 at the start, 0.32 after 300 steps. The reference has 0.318 there."
    )


def test_histogram_bars_are_as_tall_as_counts() -> None:
    """The greatest count fills the height, half of it half, and nothing has no bar."""
    bars = [e for e in ET.fromstring(plots.histogram((0, 2, 0, 4))).iter() if e.get("class") == "bar"]
    assert [float(bar.attrib["height"]) for bar in bars] == [75.0, 150.0]


def test_histogram_is_described() -> None:
    """The alternative text has every count that is not zero."""
    assert plots.describe_histogram((0, 2, 0, 4)) == "Distribution of scores: 2 from 25 to 50 %, 4 from 75 to 100 %."


@pytest.mark.parametrize(("part", "width"), [(0.5, "50.0"), (-1, "0.0"), (7, "100.0")])
def test_bar_stays_within_its_rail(part: float, width: str) -> None:
    """A share below 0 or above 1 is drawn as 0 or 1."""
    assert f'class="bar" width="{width}"' in plots.bar(part)


def test_picture_is_a_png_of_its_pixels() -> None:
    """The data URI holds a grey 8-bit PNG with just these pixels."""
    image = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20
    png = b64decode(plots.picture(image).removeprefix("data:image/png;base64,"))
    start = png.index(b"IDAT") + 4
    length = int.from_bytes(png[start - 8 : start - 4], "big")
    rows = np.frombuffer(zlib.decompress(png[start : start + length]), np.uint8).reshape(3, 5)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big"), png[24], png[25]) == (4, 3, 8, 0)
    assert rows[:, 0].tolist() == [0, 0, 0]
    assert rows[:, 1:].tolist() == image.tolist()
