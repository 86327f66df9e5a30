"""The checks of softmax regression: cases, what is expected, and what known mistakes would give instead.

Points add up to those in course.yaml. Inputs stay within what the lesson's own code handles.
"""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from autograder.checks import (
    Case,
    Train,
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
    returns_nothing,
    train,
    update,
)

from .reference import (
    Float,
    cross_entropy,
    cross_entropy_gradient,
    predictions,
    sgd,
    softmax,
    softmax_gradient,
)

PIXELS = 28 * 28
GUARD = 1.05e-6  # a guard inside the logarithm of up to 1e-6 is as right as none
NOTHING = "returned nothing: the function has no `return` on the path that was taken"


def draw(rng: Generator, *shape: int, scale: float = 1.0, shift: float = 0.0) -> Float:
    """Draw normal numbers that float32 holds exactly, so that both sides see the same input."""
    return rng.normal(shift, scale, shape).astype(np.float32).astype(np.float64)


# ------------------------------------------------------------------------------------ softmax


def softmax_mistakes(x: Float) -> dict[str, object]:
    """What known misconceptions make of scores `x`."""
    with np.errstate(all="ignore"):
        powers = np.exp(x)
        return {
            NOTHING: returns_nothing(),
            "normalised down the columns (axis 0) instead of along each row": softmax(x.T).T,
            "divided by the sum over the whole batch instead of by each row's own sum": powers / powers.sum(),
            "exponentials that were never divided by their sum": powers,
            "exponentials of the shifted scores, never divided by their sum": np.exp(x - x.max(1, keepdims=True)),
            "exponentials of the scores less the whole batch's maximum, never divided by their sum": np.exp(
                x - x.max()
            ),
            "the logarithm of softmax instead of softmax": np.log(softmax(x)),
            "the scores divided by their sum, without the exponential": x / x.sum(1, keepdims=True),
            "the sign of the scores is flipped inside the exponential": softmax(-x),
            "powers of 2 instead of powers of e": softmax(x * np.log(2)),
            "a sigmoid of each score by itself instead of a softmax over the row": 1 / (1 + np.exp(-x)),
            "divided by the row's mean instead of its sum": powers / powers.mean(1, keepdims=True),
            "divided by the row's maximum instead of its sum": powers / powers.max(1, keepdims=True),
            "softmax was applied twice": softmax(softmax(x)),
            "returned the scores as they came": x,
            "NaN or infinity came out: something overflowed, or zero was divided by zero": not_finite(),
        }


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
    one_high = draw(rng, 6, 10) + 1000 * np.eye(10)[rng.integers(0, 10, 6)]
    for x in (
        *(draw(rng, 6, 10, scale=2, shift=shift) for shift in (1000.0, -1000.0, 250.0)),
        one_high.astype(np.float32).astype(np.float64),
    ):
        yield call(
            "softmax",
            x,
            expect=close_to(softmax(x)),
            mistakes={
                "no shift by the row maximum before exp, so large logits overflow (or vanish)": not_finite(),
                "the scores were cut to a range before exp, which changes the probabilities": np.full_like(x, 0.1),
            }
            | softmax_mistakes(x),
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
    """Draw probabilities (float32, none of them zero) and one-hot labels, both `(batch, classes)`."""
    p = softmax(rng.normal(0, scale, (batch, classes))).astype(np.float32).astype(np.float64)
    return p, np.eye(classes)[rng.integers(0, classes, batch)]


def guarded(p: Float, y: Float) -> Float:
    """Return the tolerance `(batch,)` that a guard inside the logarithm needs."""
    return 2e-6 + cross_entropy(p, y) - cross_entropy(p + GUARD, y)


def cross_entropy_mistakes(p: Float, y: Float) -> dict[str, object]:
    """What known misconceptions make of probabilities `p` and one-hot labels `y`."""
    right = cross_entropy(p, y)
    with np.errstate(all="ignore"):
        return {
            NOTHING: returns_nothing(),
            "one number for the whole batch: return one loss for each example": has_shape(),
            "summed down the columns: one number a class instead of one an example": cross_entropy(p.T, y.T),
            "one number a class came out: sum along each example's row": has_shape(p.shape[1]),
            "never summed over the classes: the result still has one column a class": has_shape(*p.shape),
            "the minus sign is missing: a loss is positive": -right,
            "the probability itself instead of its logarithm": -(y * p).sum(1),
            "the logarithm to base 2 instead of the natural one": right / np.log(2),
            "the logarithm to base 10 instead of the natural one": right / np.log(10),
            "averaged over the classes instead of summed": right / p.shape[1],
            "divided by the number of examples: leave averaging over the batch to the caller": right / len(p),
            "log of the labels instead of log of the predictions (arguments swapped)": -(
                p * np.log(np.maximum(y, 1e-6))
            ).sum(1),
            "the labels were left out: summed the log-probabilities of all classes": -np.log(p).sum(1),
            "binary cross-entropy: also counted log(1 - yhat) for the wrong classes": right
            - ((1 - y) * np.log1p(-p)).sum(1),
            "log(1 + yhat) instead of log(yhat)": -(y * np.log1p(p)).sum(1),
            "the entropy of the prediction: weighted by yhat instead of by the label": -(p * np.log(p)).sum(1),
            "the squared error instead of cross-entropy": ((p - y) ** 2).sum(1),
            "applied softmax to yhat once more: it already holds probabilities": cross_entropy(softmax(p), y),
            "NaN or infinity came out: the logarithm met a zero or a negative number": not_finite(),
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
    p = np.where(y == 1, small, (1 - small) / 9).astype(np.float32).astype(np.float64)
    clipped = {
        f"a guard of {guard:g} inside the logarithm is too large: it hides confident mistakes": -(
            y * np.log(p + guard)
        ).sum(1)
        for guard in (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
    }
    yield call(
        "cross_entropy",
        p,
        y,
        expect=close_to(cross_entropy(p, y), atol=guarded(p, y), keepdims=True),
        mistakes=clipped | cross_entropy_mistakes(p, y),
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


def step(rng: Generator, shapes: list[tuple[int, ...]], lr: float) -> Case:
    """Make one update of parameters of these shapes."""
    params, grads = [draw(rng, *s) for s in shapes], [draw(rng, *s) for s in shapes]
    right = sgd(params, grads, lr)
    first = [right[0], *params[1:]]
    mistakes = {
        "the arrays are as they were: assigning to the name makes a new array, change the array itself": params,
        "stepped up the gradient instead of down": sgd(params, grads, -lr),
        "the learning rate was left out": sgd(params, grads, 1.0),
        "the parameters were replaced by the step instead of moved by it": [-lr * g for g in grads],
        "the parameters were replaced by their gradients": grads,
        "the step was divided by the learning rate": sgd(params, grads, 1 / lr),
        "the step was taken twice": sgd(params, grads, 2 * lr),
        "half of the step": sgd(params, grads, lr / 2),
        "the sign of the gradient instead of the gradient": [
            p - lr * np.sign(g) for p, g in zip(params, grads, strict=True)
        ],
        "the gradient was squared": [p - lr * g * g for p, g in zip(params, grads, strict=True)],
    }
    if len(shapes) > 1:
        mistakes["only the first parameter was updated: go through all of them"] = first
        mistakes["only the last parameter was updated: go through all of them"] = [*params[:-1], right[-1]]
    mistakes = {text: values for text, values in mistakes.items() if not _same(values, right)}
    return update("SGD", params, grads, lr, expect=[close_to(r) for r in right], mistakes=mistakes)


def _same(values: list[Float], right: list[Float]) -> bool:
    """A learning rate can make a mistake right: 1 / lr is lr where lr is 1."""
    return all(np.allclose(v, r, rtol=1e-4) for v, r in zip(values, right, strict=True))


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
    for lr in (0.001, 0.5, 2.0):
        yield step(rng, [(5, 4), (4,)], lr)


@check(exercise="SGD", points=0.5, hidden=True)
def sgd_forgets_earlier_calls(rng: Generator) -> Iterator[Case]:
    """SGD depends on its arguments alone: no momentum, no decay from call to call."""
    for _ in range(4):
        yield step(rng, [(5, 4), (4,)], 0.1)


@check(exercise="SGD", points=0.5, hidden=True, roams=True)
def sgd_works_on_the_device(rng: Generator) -> Iterator[Case]:
    """SGD works on parameters that lie on the configured device."""
    yield step(rng, [(5, 4), (4,)], 0.1)


# ------------------------------------------------------------------------------------ evaluate_accuracy


def clear_images(rng: Generator, n: int, weights: Float, bias: Float) -> Float:
    """Draw `n` images, `(n, 1, 28, 28)`, on which rounding in float32 cannot change what the net says."""
    images = draw(rng, 2 * n, 1, 28, 28)
    scores = np.sort(images.reshape(2 * n, -1) @ weights + bias, axis=1)
    return images[scores[:, -1] - scores[:, -2] > 0.01][:n]


def quiz(
    rng: Generator,
    n: int,
    batch_size: int,
    *,
    classes: int = 10,
    hits: float = 0.6,
    consumed: int = 0,
    rounds: int = 1,
) -> Case:
    """Make `n` images, a linear net, and labels of which about the share `hits` are what the net says."""
    weights, bias = draw(rng, PIXELS, classes), draw(rng, classes)
    images = clear_images(rng, n, weights, bias)
    says = predictions(images.reshape(n, -1), weights, bias)
    other = (says + rng.integers(1, classes, n)) % classes
    labels = np.where(rng.uniform(size=n) < hits, says, other)
    good = says == labels
    pad = -n % batch_size
    padded = np.concatenate([good, good[:pad]])
    batches = [padded[i : i + batch_size] for i in range(0, n, batch_size)]
    right = good.mean()
    mistakes = {
        "counted the right predictions but never divided by the number of examples": good.sum(),
        "counted the right predictions (the padding of the last batch too) but never divided": padded.sum(),
        "a percentage: return a fraction between 0 and 1": 100 * right,
        "the share of wrong predictions instead of right ones": 1 - right,
        "only the first batch was counted": batches[0].mean(),
        "only the last batch was counted": batches[-1].mean(),
        "divided by the number of batches instead of the number of examples": good.sum() / len(batches),
        "divided by the number of batches instead of the number of examples (padding counted)": padded.sum()
        / len(batches),
        "averaged the batches' accuracies although the last batch has fewer examples": np.mean(
            [good[i : i + batch_size].mean() for i in range(0, n, batch_size)]
        ),
        "divided by 10,000, the size of the test set, instead of the number of examples counted": good.sum() / 10_000,
        "left the last batch out": good[: len(good) // batch_size * batch_size].mean() if n >= batch_size else -1.0,
    }
    for size in (64, 128):  # what the lesson and the notebook train with
        text = f"divided by a fixed batch size of {size}: count the examples of each batch"
        mistakes[text] = padded.sum() / (len(batches) * size)
        mistakes[f"{text}, without the padding"] = good.sum() / (len(batches) * size)
    mistakes = {t: v for t, v in mistakes.items() if min(abs(v - right), abs(v - padded.mean())) > 1e-4}
    if 0 < consumed < len(batches):  # what such a quiz is for comes before what its numbers happen to fit as well
        text = "went on where the iterator stood: the batches served before the call are missing"
        stood = {
            f"{text} (reset it first)": np.concatenate(batches[consumed:]).mean(),
            f"{text}; reset it": good[consumed * batch_size :].mean(),
        }
        mistakes = stood | mistakes
    mistakes |= {
        NOTHING: returns_nothing(),
        "not a number: zero was divided by zero (did the iterator have no batch left?)": not_finite(),
        "an array of one value a prediction instead of one fraction": has_shape(batch_size),
    }
    return evaluate(
        "evaluate_accuracy",
        images,
        labels,
        weights,
        bias,
        batch_size=batch_size,
        consumed=consumed,
        rounds=rounds,
        expect=fraction(right, padded=padded.mean()),
        mistakes=mistakes,
        raises={"ZeroDivisionError": "no batch was left to count: the iterator was not reset before counting"},
    )


@check(exercise="evaluate_accuracy", points=1.25)
def counts_right_predictions(rng: Generator) -> Iterator[Case]:
    """evaluate_accuracy is the share of examples whose most probable class is the label."""
    yield quiz(rng, 60, 20)
    yield quiz(rng, 48, 16, hits=0.3)


@check(exercise="evaluate_accuracy", points=1, hidden=True)
def starts_from_the_first_batch(rng: Generator) -> Iterator[Case]:
    """evaluate_accuracy resets the iterator: a second call, or one in the middle of the data, counts everything."""
    yield quiz(rng, 60, 20, consumed=1)
    yield quiz(rng, 60, 20, rounds=2)
    yield quiz(rng, 60, 20, consumed=3, hits=0.4)


@check(exercise="evaluate_accuracy", points=0.75, hidden=True)
def takes_any_batch_size(rng: Generator) -> Iterator[Case]:
    """evaluate_accuracy is right for any batch size, also where the last batch is not full."""
    yield quiz(rng, 50, 32)
    yield quiz(rng, 37, 8)
    yield quiz(rng, 11, 1)
    yield quiz(rng, 40, 40)


@check(exercise="evaluate_accuracy", points=0.5, hidden=True)
def takes_any_net(rng: Generator) -> Iterator[Case]:
    """evaluate_accuracy is right for nets of any quality and number of classes."""
    yield quiz(rng, 40, 20, classes=3)
    yield quiz(rng, 40, 20, hits=1.1)
    yield quiz(rng, 40, 20, hits=-0.1)
    yield quiz(rng, 60, 20, hits=0.9)


@check(exercise="evaluate_accuracy", points=0.5, hidden=True, roams=True)
def evaluates_on_the_device(rng: Generator) -> Iterator[Case]:
    """evaluate_accuracy moves each batch to the configured device, where the net is."""
    yield quiz(rng, 30, 10)


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
