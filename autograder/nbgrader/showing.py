"""One exercise's result as the outputs of its grade cell: each check with why, the training loss, and the score.

nbgrader takes as a cell's score the number that it shows as its result. Nothing goes to stderr, for which nbgrader
would give zero. All text is escaped, and MathJax told to leave it alone: some of it came from the submission.
"""

import base64
import io
from html import escape

from nbformat import NotebookNode, v4

from autograder.result import CheckResult, ExerciseResult, Result, TrainingResult, Verdict

STYLE = """<style>
.agr{line-height:1.45;width:min(58em,88vw);margin:.3rem 0;overflow-wrap:anywhere}
.agr ul{list-style:none;margin:.3rem 0;padding:0}.agr li{margin:.3rem 0;padding-left:8.5em;text-indent:-8.5em}
.agr .v{display:inline-block;width:8.5em;text-indent:0;font-weight:700}
.agr .y{color:#14713d}.agr .n{color:#b3261e}.agr .o{color:#5b6577}
.agr .w{display:block;text-indent:0}.agr b.w{font-weight:600}
.agr .h{border:1px solid #8888;border-radius:.6em;padding:0 .4em;font-size:.85em;color:#5b6577}
.agr .p{color:#5b6577;white-space:nowrap}
</style>"""
MARKS = {Verdict.PASS: ("✓", "y"), Verdict.NOT_ATTEMPTED: ("○", "o"), Verdict.SKIPPED: ("○", "o")}


def outputs(result: Result, exercise: str, points: float) -> list[NotebookNode]:
    """Return the outputs of the grade cell of `exercise`, which is worth `points`. The last one is the score."""
    found = next((e for e in result.exercises if e.name == exercise), None)
    score = min(found.score, points) if found is not None else 0.0
    shown = [v4.new_output("display_data", {"text/html": _html(result, found), "text/plain": _text(result, found)})]
    if found is not None and _is_last(result, found) and result.training is not None:
        drawn = [name for name, curve in result.training.measures.items() if len(curve) > 1]
        shown += [_curve(result.training, name) for name in drawn]
    shown.append(v4.new_output("execute_result", {"text/plain": repr(float(score))}))
    return shown


def _html(result: Result, found: ExerciseResult | None) -> str:
    if found is None:
        return f'{STYLE}<div class="agr"><p class="n tex2jax_ignore">{escape(result.reason or "not judged")}</p></div>'
    parts = [f'{STYLE}<div class="agr"><div class="tex2jax_ignore"><strong>{escape(_headline(found))}</strong><ul>']
    for check in found.checks:
        mark, kind = MARKS.get(check.verdict, ("✗", "n"))
        tag = ' <span class="h">hidden</span>' if check.hidden else ""
        parts.append(
            f'<li><span class="v {kind}">{mark} {escape(_word(check))}</span>{escape(check.title)}{tag} '
            f'<span class="p">{check.score:g} of {check.max_score:g}</span>'
        )
        if check.diagnosis:
            parts.append(f'<b class="w">{escape(check.diagnosis)}</b>')
        if check.message and not check.hidden:
            parts.append(f'<span class="w o">{escape(check.message)}</span>')
        parts.append("</li>")
    parts.append("</ul>")
    if _is_last(result, found) and result.training is not None:
        parts.append(f"<p>{escape(_trained(result.training))}</p>")
    if _is_last(result, found) and result.notes:
        parts.append("<p>Notes:</p><ul>" + "".join(f"<li>{escape(note.text)}</li>" for note in result.notes) + "</ul>")
    return "".join([*parts, "</div></div>"])


def _text(result: Result, found: ExerciseResult | None) -> str:
    if found is None:
        return result.reason or "not judged"
    lines = [_headline(found)]
    for check in found.checks:
        hidden = " (hidden)" if check.hidden else ""
        lines.append(f"  {_word(check)}: {check.title}{hidden}, {check.score:g} of {check.max_score:g}")
        message = None if check.hidden else check.message
        lines += [f"    {why}" for why in (check.diagnosis, message) if why]
    if _is_last(result, found) and result.training is not None:
        lines.append(_trained(result.training))
    if _is_last(result, found):
        lines += [f"Note: {note.text}" for note in result.notes]
    return "\n".join(lines)


def _is_last(result: Result, found: ExerciseResult) -> bool:
    """Tell whether this exercise shows what is about all of them: notes, and the training with their functions."""
    return found is result.exercises[-1]


def _headline(found: ExerciseResult) -> str:
    told = f"{found.name}: {found.score:g} of {found.max_score:g} points"
    return told if found.attempted else f"{told}, not attempted"


def _word(check: CheckResult) -> str:
    return check.verdict.value.replace("_", " ")


def _trained(training: TrainingResult) -> str:
    told = f"The grader trained with these functions for {training.steps} steps"
    score = training.score
    return f"{told}." if score.value is None else f"{told}; {score.name}: {score.value:.4f}."


def _curve(training: TrainingResult, name: str) -> NotebookNode:
    """Draw a measure of the training as a small picture, which says in words what it shows."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow to import, and only this needs it

    steps, values = zip(*training.measures[name], strict=True)
    reference = training.references[name].curve if name in training.references else ()
    right = [value for _, value in reference]
    highest = max([*values, *right])
    figure = Figure(figsize=(5.2, 2.6), dpi=80, layout="constrained")
    axes = figure.add_subplot()
    if reference:
        axes.plot(*zip(*reference, strict=True), color="#5b6577", alpha=0.35, linewidth=5, label="reference")
    axes.plot(steps, values, "o-", color="#1d4fbb", markersize=3, linewidth=1.2, label="these functions")
    axes.legend(frameon=False, loc="best", fontsize=8)
    top = 1.1 * min(highest, 5 * max([values[0], *right]))  # a run that diverges leaves room for the start
    axes.set(xlabel="step", ylabel=f"training {name}", ylim=(min(0.0, *values), top) if top > 0 else None)
    axes.spines[["top", "right"]].set_visible(False)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    alt = f"Training {name} over {training.steps} steps: from {values[0]:.2f} to {values[-1]:.2f}"
    data = {"image/png": base64.b64encode(picture.getvalue()).decode() + "\n", "text/plain": alt}
    return v4.new_output("display_data", data, metadata={"image/png": {"alt": alt}, "alt": alt})
