"""The checks of softmax regression as programs: what to call with what. What is right is what the solution gives.

Training aside, they ask what `solutions/softmax_regression/checks.py` asks, with the same points and titles.

Inputs stay within what the lesson's own code handles. What known mistakes give stands in `mistakes/`, a file each;
here are only those that a shape or a not-a-number shows by itself.
"""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from autograder.checks import (
    Number,
    OnDevice,
    Student,
    check,
    close_to,
    has_shape,
    not_finite,
    note,
)

Float = NDArray[np.float64]

PIXELS = 28 * 28
GUARD = 1.05e-6  # a guard inside the logarithm of up to 1e-6 is as right as none
EPS = float(np.finfo(np.float32).eps)
OVERFLOW = "no shift by the row maximum before exp, so large logits overflow (or vanish)"


def draw(rng: Generator, *shape: int, scale: float = 1.0, shift: float = 0.0) -> Float:
    """Draw normal numbers that float32 holds exactly, so that both sides see the same input."""
    return rng.normal(shift, scale, shape).astype(np.float32).astype(np.float64)


def shares(values: Float) -> Float:
    """Divide each row by its sum."""
    return values / values.sum(1, keepdims=True)


# ------------------------------------------------------------------------------------ softmax

OVERFLOWN = {"NaN or infinity came out: something overflowed, or zero was divided by zero": not_finite()}


@check("softmax", weight=1, over=[(7, 10), (2, 3)])
def rows_are_distributions(rng: Generator, student: Student, shape: tuple[int, int]) -> None:
    """Each row of softmax is a probability distribution."""
    student.expect(student.softmax(draw(rng, *shape, scale=2)), mistakes=OVERFLOWN)


@check("softmax", weight=0.75)
def softmax_gradient_flows(rng: Generator, student: Student) -> None:
    """The gradient of softmax reaches the scores."""
    x = student.array(draw(rng, 6, 10, scale=2), grad=True)
    with student.recording():
        p = student.softmax(x)
    p.backward(draw(rng, 6, 10))
    student.expect(x.grad)


@check("softmax", weight=0.25)
def softmax_keeps_its_input(rng: Generator, student: Student) -> None:
    """softmax leaves the scores that it was given as they were."""
    x = student.array(draw(rng, 5, 4, scale=2))
    p = student.softmax(x)
    student.expect(x, rtol=0.0, atol=0.0)
    student.expect(p, mistakes=OVERFLOWN)


@check("softmax", weight=0.5, hidden=True, over=[(1, 10), (10, 10), (64, 10), (3, 2), (12, 25), (257, 10)])
def softmax_takes_any_shape(rng: Generator, student: Student, shape: tuple[int, int]) -> None:
    """softmax works for any number of examples and classes."""
    student.expect(student.softmax(draw(rng, *shape, scale=3)), mistakes=OVERFLOWN)


@check("softmax", weight=1, hidden=True, over=["high", "low", "raised", "one high", "far apart"])
def stays_finite_for_large_logits(rng: Generator, student: Student, kind: str) -> None:
    """softmax stays finite for logits near 1000."""
    x = draw(rng, 6, 10, scale=2, shift={"high": 1000.0, "low": -1000.0, "raised": 250.0}.get(kind, 0.0))
    if kind == "one high":
        x += 1000 * np.eye(10)[rng.integers(0, 10, 6)]
    if kind == "far apart":  # no other number than the maximum is a safe shift for these
        x[:, rng.permutation(10)[:7]] -= 400
    x = x.astype(np.float32).astype(np.float64)
    student.expect(
        student.softmax(x),
        # A sum of scores and a logarithm, as in exp(x - log_sum_exp(x)), is rounded to the spacing at max |x|.
        rtol=max(2e-5, 4 * EPS * float(np.abs(x).max())),
        mistakes={
            OVERFLOW: not_finite(),
            "every class got the same probability: were the scores cut to a range, or squashed, before exp?": (
                close_to(np.full_like(x, 0.1))
            ),
        },
    )


@check("softmax", weight=0.25, hidden=True)
def softmax_forgets_earlier_calls(rng: Generator, student: Student) -> None:
    """softmax depends on its argument alone, not on earlier calls."""
    first, second = draw(rng, 4, 10, scale=2), draw(rng, 4, 10, scale=2)
    for x in (first, second, draw(rng, 9, 5), first):
        student.expect(student.softmax(x), mistakes=OVERFLOWN)


@check("softmax", weight=0.25, hidden=True, device="other")
def softmax_stays_on_the_device(rng: Generator, student: Student) -> None:
    """softmax computes on the device where its input is."""
    p = student.softmax(draw(rng, 5, 10))
    student.expect(p, mistakes=OVERFLOWN)
    student.expect(p, OnDevice())


@note("softmax")
def softmax_shifts_each_row_by_itself(rng: Generator, student: Student) -> None:
    """softmax shifts by the maximum of the whole batch: a row that lies hundreds below it underflows."""
    x = draw(rng, 4, 10) + np.array([[0.0], [-200.0], [-400.0], [-100.0]])
    student.expect(student.softmax(x))


# ------------------------------------------------------------------------------------ cross_entropy

ONE_NUMBER = {
    "one number for the whole batch: return one loss for each example": has_shape(),
    "NaN or infinity came out: the logarithm met a zero (arguments swapped?) or less": not_finite(),
}


def draw_probabilities(rng: Generator, batch: int, classes: int, scale: float = 1.5) -> tuple[Float, Float]:
    """Draw probabilities (float32, none of them zero) and one-hot labels, both `(batch, classes)`.

    Labels point to probabilities above 0.02: what a guard does to small ones is the matter of one check alone.
    """
    p = shares(np.exp(rng.normal(0, scale, (batch, classes)))).astype(np.float32).astype(np.float64)
    labels = np.array([rng.choice(np.flatnonzero(row > 0.02)) for row in p])
    return p, np.eye(classes)[labels]


def guarded(p: Float, y: Float) -> Float:
    """Return the tolerance `(batch,)` that a guard inside the logarithm needs."""
    right = (y * p).sum(1)
    return 2e-6 + np.log1p(GUARD / right)


def shapes(p: Float) -> dict[str, object]:
    """Return the mistakes that the shape of the result shows, for probabilities `p` `(batch, classes)`."""
    classes = {"one number a class came out: sum along each example's row": has_shape(p.shape[1])}
    return ONE_NUMBER | ({} if len(p) == p.shape[1] else classes)


@check("cross_entropy", weight=1.25, over=[(6, 10), (3, 4)])
def one_loss_for_each_example(rng: Generator, student: Student, shape: tuple[int, int]) -> None:
    """cross_entropy is minus the log of the probability given to the right class, one loss an example."""
    p, y = draw_probabilities(rng, *shape)
    student.expect(student.cross_entropy(p, y), atol=guarded(p, y), keepdims=True, mistakes=shapes(p))


@check("cross_entropy", weight=0.75)
def cross_entropy_gradient_flows(rng: Generator, student: Student) -> None:
    """The gradient of cross_entropy reaches the probabilities."""
    p, y = draw_probabilities(rng, 6, 10, scale=1)
    yhat, head = student.array(p, grad=True), draw(rng, 6)
    with student.recording():
        loss = student.cross_entropy(yhat, y)
    student.expect(loss, atol=guarded(p, y), keepdims=True, mistakes=shapes(p))
    loss.backward(head)
    slope = np.abs(y / p * head[:, None])
    student.expect(yhat.grad, atol=5e-6 + slope * (1 - p / (p + GUARD)))


@check("cross_entropy", weight=0.25)
def cross_entropy_keeps_its_inputs(rng: Generator, student: Student) -> None:
    """cross_entropy leaves the probabilities and labels that it was given as they were."""
    p, y = draw_probabilities(rng, 5, 4)
    yhat, labels = student.array(p), student.array(y)
    loss = student.cross_entropy(yhat, labels)
    student.expect(yhat, rtol=0.0, atol=0.0)
    student.expect(labels, rtol=0.0, atol=0.0)
    student.expect(loss, atol=guarded(p, y), keepdims=True, mistakes=shapes(p))


@check("cross_entropy", weight=0.75, hidden=True, over=[(10, 10), (64, 10), (5, 2), (4, 25), (1, 10), (300, 10)])
def cross_entropy_takes_any_shape(rng: Generator, student: Student, shape: tuple[int, int]) -> None:
    """cross_entropy returns shape (batch,) for any number of examples and classes."""
    p, y = draw_probabilities(rng, *shape)
    kept = {"one column instead of none: the result should have shape (batch,)": has_shape(len(p), 1)}
    mistakes = (kept if len(p) > 1 else {}) | shapes(p)
    student.expect(student.cross_entropy(p, y), atol=guarded(p, y), mistakes=mistakes)


@check("cross_entropy", weight=0.5, hidden=True)
def small_probabilities_cost_what_they_should(rng: Generator, student: Student) -> None:
    """cross_entropy is right for a confident mistake, where the right class got a probability near 0.0001."""
    y = np.eye(10)[rng.integers(0, 10, 6)]
    small = rng.uniform(5e-5, 5e-4, (6, 1))
    others = (1 - y) * np.exp(draw(rng, 6, 10))
    p = (y * small + (1 - small) * shares(others)).astype(np.float32).astype(np.float64)
    student.expect(student.cross_entropy(p, y), atol=guarded(p, y), keepdims=True, mistakes=shapes(p))


@check("cross_entropy", weight=0.25, hidden=True)
def cross_entropy_forgets_earlier_calls(rng: Generator, student: Student) -> None:
    """cross_entropy depends on its arguments alone, not on earlier calls."""
    first, second = draw_probabilities(rng, 4, 10), draw_probabilities(rng, 4, 10)
    for p, y in (first, second, draw_probabilities(rng, 9, 5), first):
        student.expect(student.cross_entropy(p, y), atol=guarded(p, y), keepdims=True, mistakes=shapes(p))


@check("cross_entropy", weight=0.25, hidden=True, device="other")
def cross_entropy_stays_on_the_device(rng: Generator, student: Student) -> None:
    """cross_entropy computes on the device where its inputs are."""
    p, y = draw_probabilities(rng, 5, 10)
    loss = student.cross_entropy(p, y)
    student.expect(loss, atol=guarded(p, y), keepdims=True, mistakes=shapes(p))
    student.expect(loss, OnDevice())


# ------------------------------------------------------------------------------------ SGD


def update(rng: Generator, student: Student, sizes: list[tuple[int, ...]], lr: float, *, rounds: int = 1) -> None:
    """Expect of updates of parameters of these shapes what the solution gives, but for some eight roundings in float32.

    The room follows the parameter and the step, so that a small step must be as right as a large one.
    """
    values, steps = [draw(rng, *s) for s in sizes], [draw(rng, *s) for s in sizes]
    params = [student.array(value, grad=True) for value in values]
    for _ in range(rounds):
        for param, step in zip(params, steps, strict=True):
            param.grad[:] = step
        student.SGD(params, lr)
    for param, value, step in zip(params, values, steps, strict=True):
        room = 4 * EPS * rounds * (np.abs(value) + rounds * lr * np.abs(step))
        student.expect(param, rtol=4 * EPS, atol=room)


@check("SGD", weight=1.25, over=[([(4, 3)], 0.1), ([(5, 10), (10,)], 0.05)])
def steps_down_the_gradient(rng: Generator, student: Student, item: tuple[list[tuple[int, ...]], float]) -> None:
    """SGD moves each array down its gradient, in place."""
    update(rng, student, *item)


@check(
    "SGD",
    weight=1,
    hidden=True,
    over=[([(784, 10), (10,)], 0.01), ([(3,), (2, 2), (1,), (2, 3, 2), (4, 1)], 0.2), ([(6,)], 0.3)],
)
def updates_every_parameter(rng: Generator, student: Student, item: tuple[list[tuple[int, ...]], float]) -> None:
    """SGD updates every parameter, however many there are and whatever their shapes."""
    update(rng, student, *item)


@check("SGD", weight=0.75, hidden=True, over=[0.001, 0.6, 1.7])
def uses_the_learning_rate_it_is_given(rng: Generator, student: Student, lr: float) -> None:
    """SGD takes steps of the size that the learning rate says."""
    update(rng, student, [(5, 4), (4,)], lr)


@check("SGD", weight=0.5, hidden=True, over=[2, 1, 1, 1, 1])
def sgd_forgets_earlier_calls(rng: Generator, student: Student, rounds: int) -> None:
    """SGD depends on its arguments alone: no momentum, no decay from call to call."""
    sizes: list[tuple[int, ...]] = [(7, 3), (3,)] if rounds > 1 else [(5, 4), (4,)]
    update(rng, student, sizes, 0.1, rounds=rounds)


@check("SGD", weight=0.5, hidden=True, device="other")
def sgd_works_on_the_device(rng: Generator, student: Student) -> None:
    """SGD works on parameters that lie on the configured device."""
    update(rng, student, [(5, 4), (4,)], 0.1)


# ------------------------------------------------------------------------------------ evaluate_accuracy

PADDING = "evaluate_accuracy counts the padding of the last batch"
NET = """
class WrongDevice(Exception):
    pass

def net(x):
    if x.context != w.context:  # MXNet lets arrays of two CPUs meet, and refuses a CPU's and a GPU's
        raise WrongDevice(f"the net is on {w.context}, and was given a batch on {x.context}")
    return nd.softmax(nd.dot(x.reshape((x.shape[0], -1)), w) + b)
"""


def clear_images(rng: Generator, n: int, weights: Float, bias: Float, lead: float) -> Float:
    """Draw `n` images, `(n, 1, 28, 28)`, on which the net's best score leads by so much that rounding can't matter."""
    images = draw(rng, 4 * n, 1, 28, 28)
    scores = np.sort(images.reshape(4 * n, -1) @ weights + bias, axis=1)
    return images[scores[:, -1] - scores[:, -2] > lead][:n]


def misses(rng: Generator, scores: Float) -> NDArray[np.int64]:
    """Draw labels `(n,)` that are not what the net says: its second or its last choice, or any.

    So those who count second or last choices get a number that is far from what guessing gets.
    """
    order, kind = np.argsort(-scores, axis=1), rng.integers(0, 3, len(scores))
    place = np.choose(kind, [1, scores.shape[1] - 1, rng.integers(1, scores.shape[1], len(scores))])
    return order[np.arange(len(scores)), place]


def quiz(
    rng: Generator,
    student: Student,
    n: int,
    batch_size: int,
    *,
    classes: int = 10,
    hits: float = 0.6,
    served: int = 0,
    rounds: int = 1,
    unsure: bool = False,
) -> None:
    """Ask for the accuracy on `n` images of a linear net that is right on about the share `hits` of them.

    Let `n` be odd and no multiple of 5: then no fraction but 0 and 1 is the same when rounded.
    The net is sure: its best class gets 90 % or more, and no probability underflows. `unsure`: often less than half.
    """
    scale, lead = (0.06, 0.1) if unsure else (0.5, 3.0)
    weights, bias = draw(rng, PIXELS, classes, scale=scale), draw(rng, classes, scale=scale)
    images = clear_images(rng, n, weights, bias, lead)
    scores = images.reshape(n, -1) @ weights + bias
    says = scores.argmax(1)
    labels = np.where(rng.uniform(size=n) < hits, says, misses(rng, scores))
    good = says == labels
    padded = np.concatenate([good, good[: -n % batch_size]]).mean()
    net = student.helper(NET, w=student.array(weights), b=student.array(bias))
    iterator = student.iterator(images, labels, batch_size, served=served)
    right = Number(float(good.mean()), 0.0, 1e-6, arrays=True, also=((float(padded), PADDING),))
    for _ in range(rounds):
        student.expect(
            student.evaluate_accuracy(iterator, net),
            right,
            mistakes={
                "not a number: zero was divided by zero (no batch left, or an empty slice?)": not_finite(),
                "an array of one value a prediction instead of one fraction": has_shape(batch_size),
            },
            raises={
                "ZeroDivisionError": "no batch was left to count: the iterator was not reset before counting",
                "'function' object has no attribute": "the order of the arguments is data_iterator, net",
            },
        )


@check("evaluate_accuracy", weight=1.25, over=[(63, 21, 0.6), (51, 17, 0.3), (39, 13, 0.6)])
def counts_right_predictions(rng: Generator, student: Student, item: tuple[int, int, float]) -> None:
    """evaluate_accuracy is the share of examples whose most probable class is the label."""
    n, batch_size, hits = item
    quiz(rng, student, n, batch_size, hits=hits)


@check(
    "evaluate_accuracy",
    weight=1,
    hidden=True,
    over=[
        {"n": 63, "batch_size": 21, "served": 1},
        {"n": 63, "batch_size": 21, "rounds": 2},
        {"n": 51, "batch_size": 17, "served": 3, "hits": 0.4},
    ],
)
def starts_from_the_first_batch(rng: Generator, student: Student, item: dict[str, int]) -> None:
    """evaluate_accuracy resets the iterator: a second call, or one in the middle of the data, counts everything."""
    quiz(rng, student, **item)


@check("evaluate_accuracy", weight=0.75, hidden=True, over=[(51, 32), (37, 8), (11, 1), (39, 39)])
def takes_any_batch_size(rng: Generator, student: Student, item: tuple[int, int]) -> None:
    """evaluate_accuracy is right for any batch size, also where the last batch is not full."""
    quiz(rng, student, *item)


@check(
    "evaluate_accuracy",
    weight=0.5,
    hidden=True,
    over=[
        {"n": 39, "batch_size": 13, "classes": 3},
        {"n": 63, "batch_size": 9, "unsure": True},
        {"n": 39, "batch_size": 13, "hits": 1.1},
        {"n": 39, "batch_size": 13, "hits": -0.1},
        {"n": 63, "batch_size": 21, "hits": 0.9},
    ],
)
def takes_any_net(rng: Generator, student: Student, item: dict[str, float]) -> None:
    """evaluate_accuracy is right for nets of any quality and number of classes."""
    quiz(rng, student, **item)  # type: ignore[arg-type]


@check("evaluate_accuracy", weight=0.5, hidden=True, device="other", over=[(39, 13, 0.6), (33, 11, 0.2), (21, 7, 0.6)])
def evaluates_on_the_device(rng: Generator, student: Student, item: tuple[int, int, float]) -> None:
    """evaluate_accuracy moves each batch to the configured device, where the net is."""
    n, batch_size, hits = item
    quiz(rng, student, n, batch_size, hits=hits)
