"""How a self-check looks: HTML for notebooks, plain text for terminals. Pure functions of a `SelfCheck`."""

from html import escape

import numpy as np

from autograder import wire
from autograder.compare import CloseTo, Fraction
from autograder.outcome import Example, SelfCheck
from autograder.result import CheckResult, ExerciseResult, Verdict, clean

MARKS = {Verdict.PASS: "✓", Verdict.NOT_ATTEMPTED: "○", Verdict.SKIPPED: "○"}
CROSS = "✗"
ROWS, COLUMNS = 4, 6  # of a table that is shown
STYLE = """<style>
.ag{font:14px/1.45 system-ui,sans-serif;max-width:62rem;margin:.3rem 0}
.ag ul{list-style:none;margin:.2rem 0;padding:0}.ag li{margin:.25rem 0;padding-left:1.6em;text-indent:-1.6em}
.ag .m{display:inline-block;width:1.6em;text-indent:0;font-weight:700}
.ag .y{color:#188038}.ag .n{color:#c5221f}.ag .o{opacity:.6}
.ag .why{display:block;text-indent:0}.ag .d{font-weight:600}
.ag table{border-collapse:collapse;margin:.3rem 0 .6rem;text-indent:0;font:12px ui-monospace,monospace}
.ag td,.ag th{border:1px solid #8886;padding:.15rem .45rem;text-align:right}.ag th{font-weight:600}
.ag .off{background:#c5221f22}
</style>"""


def as_text(found: SelfCheck) -> str:
    """Lay a self-check out as plain text."""
    if found.problem is not None:
        return found.problem
    lines = []
    for exercise in found.exercises:
        lines.append(_headline(exercise))
        if not exercise.attempted:
            lines.append(f"  ○ {exercise.checks[0].message}" if exercise.checks else "  ○ no public checks")
            continue
        first = _first_failure(exercise)
        for check in exercise.checks:
            lines.append(f"  {_mark(check)} {check.title}")
            lines += [f"      {text}" for text in (check.diagnosis, check.message) if text]
            if check is first:
                lines += [f"      {line}" for line in _example_text(_example(found, check))]
    return "\n".join(lines)


def as_html(found: SelfCheck) -> str:
    """Lay a self-check out as HTML. Everything that came from the notebook is escaped."""
    if found.problem is not None:
        return f'{STYLE}<div class="ag"><p class="n">{escape(found.problem)}</p></div>'
    parts = [STYLE, '<div class="ag">']
    for exercise in found.exercises:
        parts.append(f"<strong>{escape(_headline(exercise))}</strong><ul>")
        if not exercise.attempted:
            told = exercise.checks[0].message if exercise.checks else "no public checks"
            parts.append(f'<li class="o"><span class="m">○</span>{escape(told or "")}</li>')
        else:
            first = _first_failure(exercise)
            parts += [_check_html(c, _example(found, c) if c is first else None) for c in exercise.checks]
        parts.append("</ul>")
    if len(found.curve) > 1:
        parts.append(_curve(found.curve))
    parts.append("</div>")
    return "".join(parts)


def _first_failure(exercise: ExerciseResult) -> CheckResult | None:
    """Return the check whose failing case is shown: one table is read, ten are not."""
    return next((c for c in exercise.checks if c.verdict is not Verdict.PASS), None)


def _example(found: SelfCheck, check: CheckResult) -> Example | None:
    return (found.examples or {}).get(check.name)


def _headline(exercise: ExerciseResult) -> str:
    passed = sum(c.verdict is Verdict.PASS for c in exercise.checks)
    if not exercise.attempted:
        return exercise.name
    return f"{exercise.name}: {passed} of {len(exercise.checks)} public checks passed"


def _mark(check: CheckResult) -> str:
    return MARKS.get(check.verdict, CROSS)


def _check_html(check: CheckResult, example: Example | None) -> str:
    kind = "y" if check.verdict is Verdict.PASS else "o" if check.verdict in MARKS else "n"
    parts = [f'<li><span class="m {kind}">{_mark(check)}</span>{escape(check.title)}']
    if check.diagnosis:
        parts.append(f'<span class="why d">{escape(check.diagnosis)}</span>')
    if check.message:
        parts.append(f'<span class="why o">{escape(check.message)}</span>')
    if example is not None:
        parts.append(_example_html(example))
    return "".join([*parts, "</li>"])


def _tables(example: Example | None) -> list[tuple[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]]:
    """Return what to show of a failing case: the input, the student's values, the expected ones, the difference."""
    if example is None:
        return []
    case, aspect, claim = example.case, example.aspect, example.claim
    shown = []
    if isinstance(case.request, wire.Call | wire.Gradient | wire.Update):
        names = _argument_names(case.request, len(case.arrays))
        shown += [(n, np.asarray(a, np.float64)) for n, a in zip(names, case.arrays, strict=True) if a.ndim <= 2]
    expected = aspect.expect
    if isinstance(expected, Fraction):
        expected_value = np.asarray(expected.value)
    elif isinstance(expected, CloseTo):
        expected_value = expected.value
    else:
        return shown
    if claim.array is not None and claim.array.dtype.kind in "fiub" and claim.array.ndim <= 2:
        yours = np.asarray(claim.array, np.float64)
        shown += [("yours", yours), ("expected", expected_value)]
        if yours.shape == expected_value.shape and yours.ndim:
            with np.errstate(all="ignore"):
                shown.append(("difference", yours - expected_value))
    else:
        shown.append(("expected", expected_value))
    return [(name, a) for name, a in shown if a.ndim <= 2]


def _argument_names(request: wire.Call | wire.Gradient | wire.Update, count: int) -> list[str]:
    if isinstance(request, wire.Update):
        half = count // 2
        return [f"params[{i}]" for i in range(half)] + [f"params[{i}].grad" for i in range(half)]
    names = ["input"] if count == 1 else [f"argument {i + 1}" for i in range(count)]
    if isinstance(request, wire.Gradient):
        names[-1] = "weights of the sum that was differentiated"
    return names


def _example_html(example: Example) -> str:
    parts = []
    for name, array in _tables(example):
        rows = np.atleast_2d(array)
        shape = f" {array.shape}" if array.ndim else ""
        parts.append(f'<table><caption class="o" style="text-align:left">{escape(name)}{shape}</caption>')
        for row in rows[:ROWS]:
            cells = "".join(f'<td class="{_shade(name, v)}">{_number(v)}</td>' for v in row[:COLUMNS])
            parts.append(f"<tr>{cells}{'<td>…</td>' if len(row) > COLUMNS else ''}</tr>")
        if len(rows) > ROWS:
            parts.append("<tr><td>⋮</td></tr>")
        parts.append("</table>")
    return f"<details open><summary>the smallest case that fails</summary>{''.join(parts)}</details>" if parts else ""


def _example_text(example: Example | None) -> list[str]:
    lines = []
    for name, array in _tables(example):
        shape = f" {array.shape}" if array.ndim else ""
        lines.append(f"{name}{shape}:")
        rows = np.atleast_2d(array)
        for row in rows[:ROWS]:
            lines.append(
                "  " + " ".join(f"{_number(v):>10}" for v in row[:COLUMNS]) + (" …" if len(row) > COLUMNS else "")
            )
        if len(rows) > ROWS:
            lines.append("  ⋮")
    return lines


def _shade(name: str, value: float) -> str:
    return "off" if name == "difference" and not abs(value) < 1e-5 else ""


def _number(value: float) -> str:
    return clean(f"{value:.4g}")


def _curve(curve: tuple[tuple[int, float, float], ...]) -> str:
    """Draw the loss of a training run beside the reference's, as inline SVG on a logarithmic step axis."""
    width, height, pad = 420, 150, 34
    last = max(step for step, _, _ in curve)
    top = max([ref for _, _, ref in curve] + [min(loss, 5.0) for _, loss, _ in curve if np.isfinite(loss)])

    def at(step: int, loss: float) -> str:
        x = pad + (width - 2 * pad) * np.log1p(step) / np.log1p(last)
        y = height - pad - (height - 2 * pad) * min(max(loss, 0.0), top) / top
        return f"{x:.1f},{y:.1f}"

    yours = " ".join(at(s, v) for s, v, _ in curve if np.isfinite(v))
    right = " ".join(at(s, r) for s, _, r in curve)
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" '
        'aria-label="training loss after each step, yours and the reference">'
        f'<polyline points="{right}" fill="none" stroke="#8888" stroke-width="7" stroke-linecap="round"/>'
        f'<polyline points="{yours}" fill="none" stroke="#1a73e8" stroke-width="2"/>'
        f'<text x="{pad}" y="{height - 8}" font-size="11" fill="currentColor">training steps, 0 to {last}</text>'
        f'<text x="{pad}" y="14" font-size="11" fill="currentColor">training loss, at most {top:.2f}: '
        "yours (blue) on the reference’s (grey)</text></svg>"
    )
