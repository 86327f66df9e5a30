"""The checks of softmax regression: cases, what is expected, and what known mistakes would give instead.

Points add up to those in course.yaml. Inputs stay within what the lesson's own code handles.
"""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from autograder.checks import (
    Case,
    Train,
    any_of,
    call,
    check,
    close_to,
    evaluate,
    fraction,
    gradient,
    has_shape,
    not_finite,
    note,
    on_device,
    train,
    update,
)
from autograder.checks.expectations import RTOL, CloseTo

from .reference import (
    Float,
    cross_entropy,
    cross_entropy_gradient,
    sgd,
    softmax,
    softmax_gradient,
)

PIXELS = 28 * 28
GUARD = 1.05e-6  # a guard inside the logarithm of up to 1e-6 is as right as none
EPS = float(np.finfo(np.float32).eps)
OVERFLOW = "no shift by the row maximum before exp, so large logits overflow (or vanish)"


def draw(rng: Generator, *shape: int, scale: float = 1.0, shift: float = 0.0) -> Float:
    """Draw normal numbers that float32 holds exactly, so that both sides see the same input."""
    return rng.normal(shift, scale, shape).astype(np.float32).astype(np.float64)


# ------------------------------------------------------------------------------------ softmax


def softmax_mistakes(x: Float) -> dict[str, object]:
    """What known misconceptions make of scores `x`."""
    top = x.max(1, keepdims=True)
    hard = np.eye(x.shape[1])[x.argmax(1)]
    with np.errstate(all="ignore"):
        powers, shifted, low = np.exp(x), np.exp(x - top), np.exp(x - x.max())
        return {
            "normalised down the columns (axis 0) instead of along each row": softmax(x.T).T,
            "divided by the sum over the whole batch instead of by each row's own sum": low / low.sum(),
            "divided by the sum of the first row instead of by each row's own sum": low / low[0].sum(),
            "exponentials that were never divided by their sum": powers,
            "exponentials of the shifted scores, never divided by their sum": any_of(shifted, low),
            "the logarithm of softmax instead of softmax": np.log(softmax(x)),
            "the scores divided by their sum, without the exponential": x / x.sum(1, keepdims=True),
            "the sign of the scores is flipped inside the exponential": softmax(-x),
            "powers of 2 instead of powers of e": softmax(x * np.log(2)),
            "powers of 10 instead of powers of e": softmax(x * np.log(10)),
            "a sigmoid of each score by itself instead of a softmax over the row": any_of(
                1 / (1 + np.exp(-x)), shares(1 / (1 + np.exp(-x)))
            ),
            "divided by the row's mean instead of its sum": shifted / shifted.mean(1, keepdims=True),
            "divided by the length of the row (its Euclidean norm) instead of its sum": shifted
            / np.linalg.norm(shifted, axis=1, keepdims=True),
            "softmax was applied twice": softmax(softmax(x)),
            "one minus softmax: the probability of every other class": 1 - softmax(x),
            "shifted in the numerator but not in the sum: both need the same shift": shifted
            / powers.sum(1, keepdims=True),
            "shifted in the sum but not in the numerator: both need the same shift": powers
            / shifted.sum(1, keepdims=True),
            "the scores were divided by the row's maximum before exp: subtract it": softmax(x / top),
            "a hard maximum: one for the largest score, zero for the others": hard,
            "the scores were scaled before the exponential: softmax takes them as they are": any_of(
                *(softmax(x * f) for f in (0.1, 0.5, 2, 1 / x.shape[1], 1 / np.sqrt(x.shape[1])))
            ),
            "a number was added to the sum that divides: nothing else belongs there": any_of(
                *(e / (a + e.sum(1, keepdims=True)) for e in (shifted, powers) for a in (1, 0.5, 0.1, 0.05, 0.01, 1e-3))
            ),
            "returned the scores as they came": x,
            "NaN or infinity came out: something overflowed, or zero was divided by zero": not_finite(),
        }


def looks_uniform(mistake: object) -> bool:
    """Tell whether a mistake comes to nearly the same probability for each class, as several do far from zero."""
    return any(
        isinstance(v, np.ndarray) and np.isfinite(v).all() and np.ptp(v) < 0.01
        for v in getattr(mistake, "values", (mistake,))
    )


def shares(values: Float) -> Float:
    """Divide each row by its sum."""
    return values / values.sum(1, keepdims=True)


@check(exercise="softmax", points=1)
def rows_are_distributions(rng: Generator) -> Iterator[Case]:
    """Each row of softmax is a probability distribution."""
    for shape in [(7, 10), (2, 3)]:
        x = draw(rng, *shape, scale=2)
        yield call("softmax", x, expect=close_to(softmax(x)), mistakes=softmax_mistakes(x))


@check(exercise="softmax", points=0.75)
def softmax_gradient_flows(rng: Generator) -> Iterator[Case]:
    """The gradient of softmax reaches the scores."""
    x, head = draw(rng, 6, 10, scale=2), draw(rng, 6, 10)
    right = softmax_gradient(x, head)
    yield gradient(
        "softmax",
        x,
        head=head,
        expect=close_to(right),
        mistakes={
            "no gradient arrived: the result is cut off from its input": np.zeros_like(x),
            "the sum that divides was treated as a constant: it depends on the scores too": softmax(x) * head,
            "the numerator was treated as a constant: it depends on the scores too": right - softmax(x) * head,
            "normalised down the columns (axis 0) instead of along each row": softmax_gradient(x.T, head.T).T,
        },
    )


@check(exercise="softmax", points=0.25)
def softmax_keeps_its_input(rng: Generator) -> Iterator[Case]:
    """softmax leaves the scores that it was given as they were."""
    x = draw(rng, 5, 4, scale=2)
    yield call("softmax", x, expect=close_to(softmax(x)), mistakes=softmax_mistakes(x), unchanged=True)


@check(exercise="softmax", points=0.5, hidden=True)
def softmax_takes_any_shape(rng: Generator) -> Iterator[Case]:
    """softmax works for any number of examples and classes."""
    for shape in [(1, 10), (10, 10), (64, 10), (3, 2), (12, 25), (257, 10)]:
        x = draw(rng, *shape, scale=3)
        yield call("softmax", x, expect=close_to(softmax(x)), mistakes=softmax_mistakes(x))


@check(exercise="softmax", points=1, hidden=True)
def stays_finite_for_large_logits(rng: Generator) -> Iterator[Case]:
    """softmax stays finite for logits near 1000."""
    near = [draw(rng, 6, 10, scale=2, shift=shift) for shift in (1000.0, -1000.0, 250.0)]
    one_high = draw(rng, 6, 10) + 1000 * np.eye(10)[rng.integers(0, 10, 6)]
    apart = draw(rng, 6, 10, scale=2)
    apart[:, rng.permutation(10)[:7]] -= 400  # no other number than the maximum is a safe shift for these
    for x in (a.astype(np.float32).astype(np.float64) for a in (*near, one_high, apart)):
        yield call(
            "softmax",
            x,
            # A sum of scores and a logarithm, as in exp(x - log_sum_exp(x)), is rounded to the spacing at max |x|.
            expect=close_to(softmax(x), rtol=max(RTOL, 4 * EPS * np.abs(x).max())),
            mistakes={
                OVERFLOW: any_of(not_finite(), np.zeros_like(x)),
                "every class got the same probability: were the scores cut to a range, or squashed, before exp?": (
                    np.full_like(x, 0.1)
                ),
            }
            | {text: v for text, v in softmax_mistakes(x).items() if not looks_uniform(v)},
        )


@check(exercise="softmax", points=0.25, hidden=True)
def softmax_forgets_earlier_calls(rng: Generator) -> Iterator[Case]:
    """softmax depends on its argument alone, not on earlier calls."""
    first, second = draw(rng, 4, 10, scale=2), draw(rng, 4, 10, scale=2)
    for x in (first, second, draw(rng, 9, 5), first):
        mistakes = {"gave an earlier call's answer again: the result is kept between calls": softmax(first)}
        yield call(
            "softmax",
            x,
            expect=close_to(softmax(x)),
            mistakes=mistakes if x is second else softmax_mistakes(x),
        )


@check(exercise="softmax", points=0.25, hidden=True, roams=True)
def softmax_stays_on_the_device(rng: Generator) -> Iterator[Case]:
    """softmax computes on the device where its input is."""
    x = draw(rng, 5, 10)
    yield call("softmax", x, expect=close_to(softmax(x)), mistakes=softmax_mistakes(x))
    yield call("softmax", x, expect=on_device())


@note(exercise="softmax")
def softmax_shifts_each_row_by_itself(rng: Generator) -> Iterator[Case]:
    """softmax shifts by the maximum of the whole batch: a row that lies hundreds below it underflows."""
    x = draw(rng, 4, 10) + np.array([[0.0], [-200.0], [-400.0], [-100.0]])
    x = x.astype(np.float32).astype(np.float64)
    yield call("softmax", x, expect=close_to(softmax(x)))


# ------------------------------------------------------------------------------------ cross_entropy


def draw_probabilities(rng: Generator, batch: int, classes: int, scale: float = 1.5) -> tuple[Float, Float]:
    """Draw probabilities (float32, none of them zero) and one-hot labels, both `(batch, classes)`.

    Labels point to probabilities above 0.02: what a guard does to small ones is the matter of one check alone.
    """
    p = softmax(rng.normal(0, scale, (batch, classes))).astype(np.float32).astype(np.float64)
    labels = np.array([rng.choice(np.flatnonzero(row > 0.02)) for row in p])
    return p, np.eye(classes)[labels]


def guarded(p: Float, y: Float) -> Float:
    """Return the tolerance `(batch,)` that a guard inside the logarithm needs."""
    return 2e-6 + cross_entropy(p, y) - cross_entropy(p + GUARD, y)


def hidden_losses(right: Float) -> Iterator[Float]:
    """Return what the probabilities `(batch,)` of the right class cost under guards that are too large, and caps."""
    for guard in (g * 10.0**-n for n in range(2, 6) for g in (1, 2, 3, 5)):
        yield -np.log(right + guard)
        yield -np.log(np.maximum(right, guard))
    for cap in range(3, 11):
        yield np.minimum(-np.log(right), cap)


def looks_small(mistake: object) -> bool:
    """Tell whether a mistake comes to values near zero, where several of them cannot be told apart."""
    return any(isinstance(v, np.ndarray) and np.abs(v).min() < 0.1 for v in getattr(mistake, "values", (mistake,)))


def cross_entropy_mistakes(p: Float, y: Float) -> dict[str, object]:
    """What known misconceptions make of probabilities `p` and one-hot labels `y`."""
    right = cross_entropy(p, y)
    with np.errstate(all="ignore"):
        return {
            "a guard inside the logarithm, or a cap on the loss, is too large: it hides confident mistakes": any_of(
                *hidden_losses((y * p).sum(1))
            ),
            "one number for the whole batch: return one loss for each example": has_shape(),
            "the average over the batch in every place: return one loss for each example": np.full(
                len(p), right.mean()
            ),
            "summed down the columns: one number a class instead of one an example": cross_entropy(p.T, y.T),
            "one number a class came out: sum along each example's row": has_shape(p.shape[1]),
            "never summed over the classes: the result still has one column a class": any_of(
                -y * np.log(p), y * np.log(p), -np.log(p)
            ),
            "the minus sign is missing: a loss is positive": -right,
            "the probability itself instead of its logarithm": -(y * p).sum(1),
            "the logarithm to base 2 instead of the natural one": right / np.log(2),
            "the logarithm to base 10 instead of the natural one": right / np.log(10),
            "averaged over the classes instead of summed": right / p.shape[1],
            "divided by the number of examples: leave averaging over the batch to the caller": right / len(p),
            "log of the labels instead of log of the predictions (arguments swapped)": any_of(
                *(-(p * np.log(np.maximum(y, 10.0**-n))).sum(1) for n in range(1, 40))
            ),
            "the labels were left out: summed the log-probabilities of all classes": -np.log(p).sum(1),
            "binary cross-entropy: also counted log(1 - yhat) for the wrong classes": right
            - ((1 - y) * np.log1p(-p)).sum(1),
            "log(1 + yhat) instead of log(yhat)": -(y * np.log1p(p)).sum(1),
            "the entropy of the prediction: weighted by yhat instead of by the label": -(p * np.log(p)).sum(1),
            "the squared error instead of cross-entropy": ((p - y) ** 2).sum(1),
            "applied softmax to yhat once more: it already holds probabilities": cross_entropy(softmax(p), y),
            "the absolute error instead of cross-entropy": np.abs(p - y).sum(1),
            "one minus the probability of the right class: the logarithm is missing": 1 - (y * p).sum(1),
            "log(1 - yhat) instead of log(yhat)": -(y * np.log1p(-p)).sum(1),
            "log of the largest probability of the row instead of the one that the label points to": -np.log(p.max(1)),
            "one over the probability, without the logarithm (an exponential too many?)": 1 / (y * p).sum(1),
            "the labels were smoothed: the loss takes them as they are": -(
                (0.9 * y + 0.1 / p.shape[1]) * np.log(p)
            ).sum(1),
            "NaN or infinity came out: the logarithm met a zero (arguments swapped?) or less": not_finite(),
        }


@check(exercise="cross_entropy", points=1.25)
def one_loss_for_each_example(rng: Generator) -> Iterator[Case]:
    """cross_entropy is minus the log of the probability given to the right class, one loss an example."""
    for batch, classes in [(6, 10), (3, 4)]:
        p, y = draw_probabilities(rng, batch, classes)
        yield call(
            "cross_entropy",
            p,
            y,
            expect=close_to(cross_entropy(p, y), atol=guarded(p, y), keepdims=True),
            mistakes=cross_entropy_mistakes(p, y),
        )


@check(exercise="cross_entropy", points=0.75)
def cross_entropy_gradient_flows(rng: Generator) -> Iterator[Case]:
    """The gradient of cross_entropy reaches the probabilities."""
    p, y = draw_probabilities(rng, 6, 10, scale=1)
    head = draw(rng, 6)
    right = cross_entropy_gradient(p, y, head)
    yield gradient(
        "cross_entropy",
        p,
        y,
        head=head,
        expect=close_to(right, atol=5e-6 + np.abs(right) * (1 - p / (p + GUARD))),
        mistakes={
            "no gradient arrived: the result is cut off from its input": np.zeros_like(p),
            "the minus sign is missing: the gradient points the wrong way": -right,
        },
    )


@check(exercise="cross_entropy", points=0.25)
def cross_entropy_keeps_its_inputs(rng: Generator) -> Iterator[Case]:
    """cross_entropy leaves the probabilities and labels that it was given as they were."""
    p, y = draw_probabilities(rng, 5, 4)
    yield call(
        "cross_entropy",
        p,
        y,
        expect=close_to(cross_entropy(p, y), atol=guarded(p, y), keepdims=True),
        mistakes=cross_entropy_mistakes(p, y),
        unchanged=True,
    )


@check(exercise="cross_entropy", points=0.75, hidden=True)
def cross_entropy_takes_any_shape(rng: Generator) -> Iterator[Case]:
    """cross_entropy returns shape (batch,) for any number of examples and classes."""
    for batch, classes in [(10, 10), (64, 10), (5, 2), (4, 25), (1, 10), (300, 10)]:
        p, y = draw_probabilities(rng, batch, classes)
        kept = {"one column instead of none: the result should have shape (batch,)": has_shape(batch, 1)}
        yield call(
            "cross_entropy",
            p,
            y,
            expect=close_to(cross_entropy(p, y), atol=guarded(p, y)),
            mistakes=(kept if batch > 1 else {}) | cross_entropy_mistakes(p, y),
        )


@check(exercise="cross_entropy", points=0.5, hidden=True)
def small_probabilities_cost_what_they_should(rng: Generator) -> Iterator[Case]:
    """cross_entropy is right for a confident mistake, where the right class got a probability near 0.0001."""
    y = np.eye(10)[rng.integers(0, 10, 6)]
    small = rng.uniform(5e-5, 5e-4, (6, 1))
    others = (1 - y) * np.exp(draw(rng, 6, 10))
    p = (y * small + (1 - small) * shares(others)).astype(np.float32).astype(np.float64)
    far = {t: v for t, v in cross_entropy_mistakes(p, y).items() if not looks_small(v)}
    yield call(
        "cross_entropy",
        p,
        y,
        expect=close_to(cross_entropy(p, y), atol=guarded(p, y), keepdims=True),
        mistakes=far,
    )


@check(exercise="cross_entropy", points=0.25, hidden=True)
def cross_entropy_forgets_earlier_calls(rng: Generator) -> Iterator[Case]:
    """cross_entropy depends on its arguments alone, not on earlier calls."""
    first, second = draw_probabilities(rng, 4, 10), draw_probabilities(rng, 4, 10)
    for p, y in (first, second, draw_probabilities(rng, 9, 5), first):
        yield call(
            "cross_entropy",
            p,
            y,
            expect=close_to(cross_entropy(p, y), atol=guarded(p, y), keepdims=True),
            mistakes=cross_entropy_mistakes(p, y),
        )


@check(exercise="cross_entropy", points=0.25, hidden=True, roams=True)
def cross_entropy_stays_on_the_device(rng: Generator) -> Iterator[Case]:
    """cross_entropy computes on the device where its inputs are."""
    p, y = draw_probabilities(rng, 5, 10)
    right = close_to(cross_entropy(p, y), atol=guarded(p, y), keepdims=True)
    yield call("cross_entropy", p, y, expect=right, mistakes=cross_entropy_mistakes(p, y))
    yield call("cross_entropy", p, y, expect=on_device())


# ------------------------------------------------------------------------------------ SGD


def moved(param: Float, step: Float, rounds: int = 1) -> CloseTo:
    """Expect `param` to have moved by `-step`, `rounds` times, but for some eight roundings in float32.

    The room follows the parameter and the step, so that a small step must be as right as a large one.
    """
    return close_to(
        param - rounds * step, rtol=4 * EPS, atol=4 * EPS * rounds * (np.abs(param) + rounds * np.abs(step))
    )


def step(rng: Generator, shapes: list[tuple[int, ...]], lr: float) -> Case:
    """Make one update of parameters of these shapes."""
    params, grads = [draw(rng, *s) for s in shapes], [draw(rng, *s) for s in shapes]
    right = sgd(params, grads, lr)
    first = [right[0], *params[1:]]
    mistakes = {
        "the arrays are as they were before the call: assigning to a name or into the list makes a new array, and a "
        "gradient that was set to zero moves nothing": [close_to(p, rtol=0, atol=0) for p in params],
        "stepped up the gradient instead of down": sgd(params, grads, -lr),
        "the learning rate was left out": sgd(params, grads, 1.0),
        "the parameters were replaced by the step instead of moved by it": [-lr * g for g in grads],
        "the parameters were replaced by their gradients": grads,
        "the step was divided by the learning rate": sgd(params, grads, 1 / lr),
        "the sign of the gradient instead of the gradient": [
            p - lr * np.sign(g) for p, g in zip(params, grads, strict=True)
        ],
    }
    pairs = list(zip(params, grads, strict=True))
    mistakes |= {
        "the gradient was squared": [p - lr * g * g for p, g in pairs],
        "the absolute value of the gradient instead of the gradient": [p - lr * np.abs(g) for p, g in pairs],
        "the mean of the gradient instead of each element's own": [p - lr * g.mean() for p, g in pairs],
        "the sum of the gradient instead of each element's own": [p - lr * g.sum() for p, g in pairs],
        "the gradient was divided by its length (its norm)": [p - lr * g / np.linalg.norm(g) for p, g in pairs],
        "the gradient was clipped to [-1, 1]": [p - lr * np.clip(g, -1, 1) for p, g in pairs],
        "the parameters were shrunk as well (weight decay, or 1 - lr as a factor)": any_of(
            *([p - lr * (g + decay * p) for p, g in pairs] for decay in (1, 0.5, 0.1, 0.01, 1e-3, 5e-4, 1e-4))
        ),
        "parameter and gradient are exchanged: the gradient takes the factor lr": [lr * p - g for p, g in pairs],
        "the difference is the wrong way round: subtract the step from the parameter": [lr * g - p for p, g in pairs],
        "the parameters were multiplied by the step instead of moved by it": [p * (1 - lr * g) for p, g in pairs],
        "the step does not depend on the gradient: the learning rate alone was subtracted": [p - lr for p in params],
        "the parameters were shrunk, without the gradient": [(1 - lr) * p for p in params],
    }
    if len(shapes) > 1:
        mistakes["only the first parameter was updated: go through all of them"] = first
        mistakes["only the last parameter was updated: go through all of them"] = [*params[:-1], right[-1]]
    return update("SGD", params, grads, lr, expect=[moved(p, lr * g) for p, g in pairs], mistakes=mistakes)


def steps(rng: Generator, shapes: list[tuple[int, ...]], lr: float, rounds: int) -> Case:
    """Make several updates of the same parameters: what an earlier one left behind comes to light."""
    params, grads = [draw(rng, *s) for s in shapes], [draw(rng, *s) for s in shapes]
    pairs = list(zip(params, grads, strict=True))
    lengths = {
        "the second step differs from the first: something is kept from earlier calls (momentum?)": [
            length for m in (0.5, 0.8, 0.9, 0.95, 0.99) for length in (2 + m, (1 - m) * (2 + m))
        ],
        "the steps shrink from call to call: every call takes the learning rate that it is given": [
            1 + shrunk for shrunk in (0.5, 0.9, 0.95, 0.99, 0.999, 1 / 1.1, 1 / 1.01, 1 / np.sqrt(2))
        ],
    }
    mistakes = {
        text: any_of(*([p - length * lr * g for p, g in pairs] for length in found)) for text, found in lengths.items()
    }
    expect = [moved(p, lr * g, rounds) for p, g in pairs]
    return update("SGD", params, grads, lr, rounds=rounds, expect=expect, mistakes=mistakes)


@check(exercise="SGD", points=1.25)
def steps_down_the_gradient(rng: Generator) -> Iterator[Case]:
    """SGD moves each array down its gradient, in place."""
    yield step(rng, [(4, 3)], 0.1)
    yield step(rng, [(5, 10), (10,)], 0.05)


@check(exercise="SGD", points=1, hidden=True)
def updates_every_parameter(rng: Generator) -> Iterator[Case]:
    """SGD updates every parameter, however many there are and whatever their shapes."""
    yield step(rng, [(784, 10), (10,)], 0.01)
    yield step(rng, [(3,), (2, 2), (1,), (2, 3, 2), (4, 1)], 0.2)
    yield step(rng, [(6,)], 0.3)


@check(exercise="SGD", points=0.75, hidden=True)
def uses_the_learning_rate_it_is_given(rng: Generator) -> Iterator[Case]:
    """SGD takes steps of the size that the learning rate says."""
    for lr in (0.001, 0.6, 1.7):
        yield step(rng, [(5, 4), (4,)], lr)


@check(exercise="SGD", points=0.5, hidden=True)
def sgd_forgets_earlier_calls(rng: Generator) -> Iterator[Case]:
    """SGD depends on its arguments alone: no momentum, no decay from call to call."""
    yield steps(rng, [(7, 3), (3,)], 0.1, rounds=2)
    for _ in range(4):
        yield step(rng, [(5, 4), (4,)], 0.1)


@check(exercise="SGD", points=0.5, hidden=True, roams=True)
def sgd_works_on_the_device(rng: Generator) -> Iterator[Case]:
    """SGD works on parameters that lie on the configured device."""
    yield step(rng, [(5, 4), (4,)], 0.1)


# ------------------------------------------------------------------------------------ evaluate_accuracy


def clear_images(rng: Generator, n: int, weights: Float, bias: Float, lead: float) -> Float:
    """Draw `n` images, `(n, 1, 28, 28)`, on which the net's best score leads by so much that rounding can't matter."""
    images = draw(rng, 4 * n, 1, 28, 28)
    scores = np.sort(images.reshape(4 * n, -1) @ weights + bias, axis=1)
    return images[scores[:, -1] - scores[:, -2] > lead][:n]


def miscounts(scores: Float, labels: NDArray[np.int64], batch_size: int, consumed: int) -> dict[str, list[float]]:
    """Return the fractions that known misconceptions give, for the net's scores `(n, classes)`."""
    n, pad = len(labels), -len(labels) % batch_size
    says, own = scores.argmax(1), scores[np.arange(n), labels]
    good = says == labels
    padded = np.concatenate([good, good[:pad]])
    batches = padded.reshape(-1, batch_size)
    full = good[: n // batch_size * batch_size]
    served = np.concatenate([np.arange(n), np.arange(pad)]).reshape(batches.shape)
    pairs = [says[i][:, None] == labels[i] for i in served]
    label_p, rank = softmax(scores)[np.arange(n), labels], (scores > own[:, None]).sum(1)
    last = padded.size - batch_size
    found: dict[str, list[float]] = {}
    if 0 < consumed < len(batches):  # what such a quiz is for comes before what its numbers happen to fit as well
        found["went on where the iterator stood: the batches served before the call are missing; reset it first"] = [
            padded[consumed * batch_size :].mean(),
            good[consumed * batch_size :].mean(),
        ]
    found |= {
        "counted the right predictions but never divided by the number of examples": [good.sum(), padded.sum()],
        "a percentage: return a fraction between 0 and 1": [100 * good.mean(), 100 * padded.mean()],
        "the share of wrong predictions instead of right ones": [1 - good.mean(), 1 - padded.mean()],
        "zero came out although predictions are right: a whole-number division, or a comparison that never holds": [0],
        "every prediction counted as right: what is compared with what?": [1],
        "rounded: return the fraction as it is": [round(m.mean(), d) for m in (good, padded) for d in (1, 2, 3)],
        "divided by the number of batches instead of the number of examples": [
            good.sum() / len(batches),
            padded.sum() / len(batches),
        ],
        "divided by a size that was written into the code: count the examples of each batch": [
            hits.sum() / size for hits in (good, padded) for size in (10_000, 64 * len(batches), 128 * len(batches))
        ],
        "only the first batch was counted": [batches[0].mean()],
        "only the last batch was counted": [batches[-1].mean(), good[last:].mean()],
        "left the last batch out": [full.mean()] if pad and full.size else [],
        "left the last batch out, although it is full": [padded[:last].mean()] if last and not pad else [],
        "the first batch is missing: something took it from the iterator after the reset": (
            [padded[batch_size:].mean(), good[batch_size:].mean()] if last and not consumed else []
        ),
        "averaged the batches' accuracies although the last batch has fewer examples": [
            np.mean([good[i : i + batch_size].mean() for i in range(0, n, batch_size)])
        ],
        "counted the padding above but not below the line": [padded.sum() / n],
        "counted the padding below but not above the line": [good.sum() / padded.size],
        "the padding was cut off at the wrong end: it stands at the end of the batch": [
            np.concatenate([padded[:last], padded[last + pad :]]).mean()
        ],
        "the least probable class instead of the most probable one": [(scores.argmin(1) == labels).mean()],
        "compared each prediction with every label of the batch: two shapes were broadcast": [
            np.sum(pairs) / padded.size,
            np.mean(pairs),
        ],
        "counted a label that is among the two most probable classes": [(rank <= 1).mean()],
        "the mean probability of the labels instead of the share of right predictions": [label_p.mean()],
        "counted only predictions whose probability is above one half": [(label_p > 0.5).mean()],
    }
    right = (good.mean(), padded.mean())
    wrong = {t: [v for v in values if min(abs(v - r) for r in right) > 1e-5] for t, values in found.items()}
    return {text: values for text, values in wrong.items() if values}


def told_apart(found: dict[str, list[float]]) -> int:
    """Count the misconceptions that some value of theirs tells from what is right and from all others."""
    values = [{round(float(x), 4) for x in given} for given in found.values()]
    return sum(bool(v.difference(*(o for o in values if o is not v))) for v in values)


def misses(rng: Generator, scores: Float) -> NDArray[np.int64]:
    """Draw labels `(n,)` that are not what the net says: its second or its last choice, or any.

    So those who count second or last choices get a number that is far from what guessing gets.
    """
    order, kind = np.argsort(-scores, axis=1), rng.integers(0, 3, len(scores))
    place = np.choose(kind, [1, scores.shape[1] - 1, rng.integers(1, scores.shape[1], len(scores))])
    return order[np.arange(len(scores)), place]


def quiz(
    rng: Generator,
    n: int,
    batch_size: int,
    *,
    classes: int = 10,
    hits: float = 0.6,
    consumed: int = 0,
    rounds: int = 1,
    unsure: bool = False,
) -> Case:
    """Make `n` images, a linear net, and labels of which about the share `hits` are what the net says.

    Let `n` be odd and no multiple of 5: then no fraction but 0 and 1 is the same when rounded.
    The net is sure: its best class gets 90 % or more, and no probability underflows. `unsure`: often less than half.
    """
    scale, lead = (0.06, 0.1) if unsure else (0.5, 3.0)
    weights, bias = draw(rng, PIXELS, classes, scale=scale), draw(rng, classes, scale=scale)
    images = clear_images(rng, n, weights, bias, lead)
    scores = images.reshape(n, -1) @ weights + bias
    says = scores.argmax(1)
    drawn = []
    for _ in range(20):  # one number tells few mistakes apart: take the labels that tell most
        other = misses(rng, scores)
        labels = np.where(rng.uniform(size=n) < hits, says, other)
        drawn.append((labels, miscounts(scores, labels, batch_size, consumed)))
    labels, mistakes = max(drawn, key=lambda pair: told_apart(pair[1]))
    good = says == labels
    return evaluate(
        "evaluate_accuracy",
        images,
        labels,
        weights,
        bias,
        batch_size=batch_size,
        consumed=consumed,
        rounds=rounds,
        expect=fraction(good.mean(), padded=np.concatenate([good, good[: -n % batch_size]]).mean()),
        mistakes={text: any_of(*values) for text, values in mistakes.items()}
        | {
            "not a number: zero was divided by zero (no batch left, or an empty slice?)": not_finite(),
            "an array of one value a prediction instead of one fraction": has_shape(batch_size),
        },
        raises={
            "ZeroDivisionError": "no batch was left to count: the iterator was not reset before counting",
            "'function' object has no attribute": "the order of the arguments is data_iterator, net",
        },
    )


@check(exercise="evaluate_accuracy", points=1.25)
def counts_right_predictions(rng: Generator) -> Iterator[Case]:
    """evaluate_accuracy is the share of examples whose most probable class is the label."""
    yield quiz(rng, 63, 21)
    yield quiz(rng, 51, 17, hits=0.3)
    yield quiz(rng, 39, 13)  # three numbers: two fit a mistake by chance once in a hundred times


@check(exercise="evaluate_accuracy", points=1, hidden=True)
def starts_from_the_first_batch(rng: Generator) -> Iterator[Case]:
    """evaluate_accuracy resets the iterator: a second call, or one in the middle of the data, counts everything."""
    yield quiz(rng, 63, 21, consumed=1)
    yield quiz(rng, 63, 21, rounds=2)
    yield quiz(rng, 51, 17, consumed=3, hits=0.4)


@check(exercise="evaluate_accuracy", points=0.75, hidden=True)
def takes_any_batch_size(rng: Generator) -> Iterator[Case]:
    """evaluate_accuracy is right for any batch size, also where the last batch is not full."""
    yield quiz(rng, 51, 32)
    yield quiz(rng, 37, 8)
    yield quiz(rng, 11, 1)
    yield quiz(rng, 39, 39)


@check(exercise="evaluate_accuracy", points=0.5, hidden=True)
def takes_any_net(rng: Generator) -> Iterator[Case]:
    """evaluate_accuracy is right for nets of any quality and number of classes."""
    yield quiz(rng, 39, 13, classes=3)
    yield quiz(rng, 63, 9, unsure=True)
    yield quiz(rng, 39, 13, hits=1.1)
    yield quiz(rng, 39, 13, hits=-0.1)
    yield quiz(rng, 63, 21, hits=0.9)


@check(exercise="evaluate_accuracy", points=0.5, hidden=True, roams=True)
def evaluates_on_the_device(rng: Generator) -> Iterator[Case]:
    """evaluate_accuracy moves each batch to the configured device, where the net is."""
    yield quiz(rng, 39, 13)
    yield quiz(rng, 33, 11, hits=0.2)
    yield quiz(rng, 21, 7)


# ------------------------------------------------------------------------------------ training


@check(exercise="training", points=1.5)
def follows_the_gradient(_rng: Generator) -> Iterator[Train]:
    """The first training steps move the parameters as softmax, cross-entropy and SGD together should."""
    yield train("trajectory")


@check(exercise="training", points=1)
def loss_falls(_rng: Generator) -> Iterator[Train]:
    """Over one epoch of MNIST the training loss falls as it should."""
    yield train("convergence")


@check(exercise="training", points=1.5)
def classifies_unseen_digits(_rng: Generator) -> Iterator[Train]:
    """After training, the parameters classify the 10,000 test images well enough."""
    yield train("test_accuracy")
