"""Facts about calibration: the proposed threshold follows the stated rate, and the course's own are safe."""

from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from autograder.author.calibrate import Calibration, Spread, calibrate, plot, told
from autograder.course.settings import load

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def found() -> Calibration:
    """Calibrate the first assignment with few seeds."""
    return calibrate(ROOT, load(ROOT), "softmax_regression", seeds=20, rate=1e-6, jobs=2, each=lambda _done: None)


def normal(count: int) -> Spread:
    """Return a sample of mean 0.9 and deviation 0.01 whose quantiles are those of a normal distribution."""
    return Spread("x", tuple(NormalDist(0.9, 0.01).inv_cdf((i + 1) / (count + 1)) for i in range(count)))


def test_a_normal_sample_gives_the_normal_quantile() -> None:
    """The threshold for one failure in a million lies 4.75 standard deviations below the mean."""
    assert normal(2000).below(1e-6) == pytest.approx(0.9 - 4.7534 * 0.01, abs=2e-3)


def test_a_smaller_rate_gives_a_lower_threshold() -> None:
    """Fewer false failures cost a lower threshold."""
    spread = normal(500)
    assert spread.below(1e-9) < spread.below(1e-6) < spread.below(1e-3) < spread.mean


def test_a_heavy_tail_widens_the_fit() -> None:
    """A sample that reaches further than its fit says gets a threshold below the plain normal one."""
    values = normal(500).values
    heavy = Spread("x", (*values, 0.8))
    plain = heavy.mean + NormalDist().inv_cdf(1e-6) * heavy.sd
    assert heavy.below(1e-6) < plain


def test_moments_are_standardised() -> None:
    """Skewness and excess kurtosis of a normal sample are near 0."""
    assert abs(normal(2000).skewness) < 0.05
    assert abs(normal(2000).excess) < 0.2


def test_every_seed_is_run_once(found: Calibration) -> None:
    """As many outcomes come back as seeds were asked for, none twice."""
    assert len(found.accuracy.values) == 20
    assert len(set(found.loss.values)) == 20


def test_the_course_asks_for_less_than_every_reference_run_reaches(found: Calibration) -> None:
    """course.yaml's minimum accuracy is at most the proposed one."""
    settings = load(ROOT).assignments["softmax_regression"].training
    assert settings is not None
    assert settings.min_test_accuracy <= found.min_test_accuracy < min(found.accuracy.values)


def test_float32_stays_far_within_the_tolerances(found: Calibration) -> None:
    """An honest float32 run drifts by less than a hundredth of what course.yaml allows."""
    settings = load(ROOT).assignments["softmax_regression"].training
    assert settings is not None
    assert max(found.first_drift.values) * 100 < settings.step_tolerance
    assert max(found.drift.values) * 100 < settings.path_tolerance


def test_the_report_names_the_key_to_set(found: Calibration) -> None:
    """The text ends with the keys of course.yaml and the values proposed for them."""
    text = told(found)
    assert f"min_test_accuracy: {found.min_test_accuracy:.3f}" in text
    assert "step_tolerance" in text


def test_the_picture_is_a_png(found: Calibration, tmp_path: Path) -> None:
    """The distributions are drawn into the file that was named."""
    plot(found, tmp_path / "deep" / "picture.png")
    assert (tmp_path / "deep" / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_histogram_counts_every_seed(found: Calibration) -> None:
    """The bars of the accuracy's histogram add up to the number of seeds."""
    block = told(found).split("\n\n")[1].splitlines()[1:]
    assert sum(int(line.split()[-1]) for line in block if "█" in line) == 20
    assert np.isfinite(found.accuracy.sd)
