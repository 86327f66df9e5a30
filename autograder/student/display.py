"""How a self-check looks: HTML for notebooks, plain text for terminals. Pure functions of a `SelfCheck`."""

from html import escape

from autograder import wire
from autograder.result import CheckResult, ExerciseResult, Verdict, clean
from autograder.student.excerpt import Table, asked, tables
from autograder.student.outcome import Example, SelfCheck

MARKS = {Verdict.PASS: "✓", Verdict.NOT_ATTEMPTED: "○", Verdict.SKIPPED: "○"}
CROSS = "✗"
MORE = "When your work is graded, further inputs are tried."
# Colours are JupyterLab's where it has them, and else such as can be read on light and on dark.
STYLE = """<style>
.ag{--ag-y:var(--jp-success-color1,#2b9348);--ag-n:var(--jp-error-color1,#e5484d);--ag-line:#8885;
 font:14px/1.5 var(--jp-content-font-family,system-ui,sans-serif);max-width:62rem;margin:.2rem 0 .4rem}
.ag .head{font-weight:600;margin:.2rem 0}
.ag ul.all{list-style:none;margin:0 0 .5rem;padding:0}
.ag ul.all>li{display:grid;grid-template-columns:1.5em minmax(0,1fr);margin:.2rem 0;padding:0}
.ag .y{color:var(--ag-y);font-weight:700}.ag .n{color:var(--ag-n);font-weight:700}.ag .o{opacity:.72}
.ag .why{margin:.1rem 0}.ag .d{font-weight:600}
.ag .case{border-left:3px solid var(--ag-line);padding-left:.8rem;margin:.4rem 0 .5rem}
.ag .ag-row{display:flex;flex-wrap:wrap;gap:.5rem 1.4rem;align-items:flex-start}
.ag .fig{margin:0}.ag .cap{margin:0 0 .15rem}
.ag code,.ag pre,.ag table{font:12px/1.45 var(--jp-code-font-family,ui-monospace,monospace)}
.ag code,.ag pre,.ag table{background:none;color:inherit}
.ag code.asked{white-space:pre-wrap}
.ag pre{margin:.2rem 0;padding:0;white-space:pre-wrap}
.ag table{border-collapse:collapse;margin:0;table-layout:auto}
.ag table tr{background:none!important}
.ag table th{opacity:.6;font-weight:400;border:none;padding:0 .5rem;text-align:right}
.ag table td{border:1px solid var(--ag-line);padding:.1rem .5rem;text-align:right;white-space:nowrap}
.ag table td.gap{border:none;opacity:.6;text-align:center}
.ag table td.off{background:color-mix(in srgb,var(--ag-n) 22%,transparent)}
.ag img{width:56px;height:56px;image-rendering:pixelated;border:1px solid var(--ag-line);display:block}
.ag svg.plot{width:440px;max-width:100%;height:auto}
</style>"""


def as_text(found: SelfCheck) -> str:
    """Lay a self-check out as plain text."""
    if found.problem is not None:
        return found.problem
    lines: list[str] = []
    for exercise in found.exercises:
        lines.append(_headline(exercise))
        if not exercise.attempted:
            lines.append(f"  ○ {_idle(exercise)}")
            continue
        first = _first_failure(exercise)
        for check in exercise.checks:
            lines.append(f"  {_mark(check)} {check.title}")
            lines += [f"      {text}" for text in _reasons(exercise, check) if text]
            if check is first:
                lines += [f"      {line}" for line in _details_text(found, check)]
    lines += [f"note: {note.text}" for note in found.notes]
    return "\n".join(lines)


def as_html(found: SelfCheck) -> str:
    """Lay a self-check out as HTML. Everything that came from the notebook is escaped."""
    if found.problem is not None:
        return f'{STYLE}<div class="ag"><p class="n">{escape(found.problem)}</p></div>'
    parts = [STYLE, '<div class="ag">']
    for exercise in found.exercises:
        parts.append(f'<div class="head">{escape(_headline(exercise))}</div><ul class="all">')
        if not exercise.attempted:
            parts.append(f'<li class="o"><span>○</span><div>{escape(_idle(exercise))}</div></li>')
        else:
            first = _first_failure(exercise)
            for check in exercise.checks:
                details = _details_html(found, check) if check is first else ""
                parts.append(_check_html(check, _reasons(exercise, check), details))
        parts.append("</ul>")
    parts.append(_training_html(found))
    parts += [f'<div class="o">note: {escape(note.text)}</div>' for note in found.notes]
    if found.ok and found.exercises:
        parts.append(f'<div class="o">{MORE}</div>')
    return "".join([*parts, "</div>"])


# ------------------------------------------------------------------------------------ words


def _idle(exercise: ExerciseResult) -> str:
    told = exercise.checks[0].message if exercise.checks else None
    return told or "it has no public checks"


def _first_failure(exercise: ExerciseResult) -> CheckResult | None:
    """Return the check whose failing case is shown: one table is read, ten are not."""
    return next((c for c in exercise.checks if c.verdict is not Verdict.PASS), None)


def _reasons(exercise: ExerciseResult, check: CheckResult) -> tuple[str | None, str | None]:
    """Return diagnosis and message of a check; what one above it said already is not said again."""
    earlier = exercise.checks[: exercise.checks.index(check)]
    if check.message and check.message in [c.message for c in earlier]:
        return None, "for the same reason as above"
    return check.diagnosis, check.message


def _headline(exercise: ExerciseResult) -> str:
    if not exercise.attempted:
        return exercise.name
    passed = sum(c.verdict is Verdict.PASS for c in exercise.checks)
    if passed == len(exercise.checks):
        return f"{exercise.name}: every public check passed"
    return f"{exercise.name}: {passed} of {len(exercise.checks)} public checks passed"


def _mark(check: CheckResult) -> str:
    return MARKS.get(check.verdict, CROSS)


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def _cell(table: Table, row: int, column: int) -> str:
    """Write one number; of a difference, only what counts."""
    if table.off is not None and not table.off[row, column]:
        return "0" if table.cells[row, column] == 0 else "≈ 0"
    return _number(float(table.cells[row, column]))


def _shape(table: Table) -> str:
    return f" {table.shape}" if table.shape else ""


def _place(frame: wire.TraceLine) -> str:
    return f"cell {frame.cell}, line {frame.line}" if frame.cell else f"line {frame.line}"


# ------------------------------------------------------------------------------------ plain text


def _details_text(found: SelfCheck, check: CheckResult) -> list[str]:
    lines = []
    trace = found.traces.get(check.name, ())
    if len(trace) > 1:  # the message names the last line already
        lines += [f"{_place(frame)}: {clean(frame.code, 100)}" for frame in trace]
    example = found.examples.get(check.name)
    if example is not None:
        first, *more = asked(example).splitlines()
        lines += [f"the smallest case that fails: {first}", *(f"    {line}" for line in more)]
        for table in tables(example):
            lines += _table_text(table)
    return lines


def _table_text(table: Table) -> list[str]:
    lines = [f"{table.name}{_shape(table)}:"]
    for i in range(len(table.rows)):
        cells = "".join(f"{_cell(table, i, j):>11}" for j in range(len(table.columns)))
        lines.append(cells + ("  …" if table.more_columns else ""))
    return [*lines, f"{'⋮':>11}"] if table.more_rows else lines


# ------------------------------------------------------------------------------------ HTML


def _check_html(check: CheckResult, reasons: tuple[str | None, str | None], details: str) -> str:
    kind = "y" if check.verdict is Verdict.PASS else "o" if check.verdict in MARKS else "n"
    parts = [f'<li><span class="{kind}">{_mark(check)}</span><div>{escape(check.title)}']
    diagnosis, message = reasons
    if diagnosis:
        parts.append(f'<div class="why d">{escape(diagnosis)}</div>')
    if message:
        parts.append(f'<div class="why o">{escape(message)}</div>')
    return "".join([*parts, details, "</div></li>"])


def _details_html(found: SelfCheck, check: CheckResult) -> str:
    parts = []
    trace = found.traces.get(check.name, ())
    if len(trace) > 1:
        lines = [f"{_place(frame)}:  {clean(frame.code, 100)}" for frame in trace]
        parts.append(f"<pre>{escape(chr(10).join(lines))}</pre>")
    example = found.examples.get(check.name)
    if example is not None:
        parts.append(_example_html(example))
    return f'<div class="case">{"".join(parts)}</div>' if parts else ""


def _example_html(example: Example) -> str:
    shown = "".join(_table_html(table) for table in tables(example))
    asked_for = escape(asked(example))
    head = f'<div>The smallest case that fails: <code class="asked">{asked_for}</code></div>'
    return f'{head}<div class="ag-row">{shown}</div>'


def _table_html(table: Table) -> str:
    caption = f'{escape(table.name)}<span class="o">{_shape(table)}</span>'
    parts = [f'<div class="fig"><div class="cap">{caption}</div><table>']
    if len(table.shape) > 1:
        heads = "".join(f"<th>{j}</th>" for j in table.columns)
        parts.append(f"<tr><th></th>{heads}</tr>")
    elif table.shape:
        parts.append("<tr><th>&nbsp;</th></tr>")  # its rows stand beside those of the others
    for i, row in enumerate(table.rows):
        head = f"<th>{row}</th>" if table.shape else ""
        cells = ""
        for j in range(len(table.columns)):
            off = ' class="off"' if table.off is not None and table.off[i, j] else ""
            cells += f"<td{off}>{_cell(table, i, j)}</td>"
        parts.append(f"<tr>{head}{cells}{'<td class=gap>…</td>' if table.more_columns else ''}</tr>")
    if table.more_rows:
        parts.append('<tr><th></th><td class="gap">⋮</td></tr>')
    return "".join([*parts, "</table></div>"])


def _training_html(found: SelfCheck) -> str:
    """Draw the loss curve on the band around the reference's, and digits that the trained model got wrong."""
    from autograder.report import plots  # noqa: PLC0415 - only training is drawn

    if found.training is None:
        return ""
    parts = []
    for name in (name for name, curve in found.training.measures.items() if len(curve) > 1):
        parts.append(
            f'<div class="fig"><div class="cap">Your training {escape(name)} (line) on the band where the reference’s '
            f"lies</div>{plots.curve(found.training, name)}</div>"
        )
    if found.misread:
        digits = "".join(
            f'<div class="fig"><img alt="a {m.label}" src="{plots.picture(m.image)}">'
            f'<div class="cap o">{m.label} taken for {m.taken_for}</div></div>'
            for m in found.misread
        )
        score = found.training.score
        told = "" if score.value is None else f"The {escape(score.name)} is {score.value:.4f}. "
        parts.append(
            f'<div class="fig" style="max-width:26rem"><div class="cap">{told}The commonest mix-ups:</div>'
            f'<div class="ag-row">{digits}</div></div>'
        )
    return f'<div class="ag-row">{"".join(parts)}</div>' if parts else ""
