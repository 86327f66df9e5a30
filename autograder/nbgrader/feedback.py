"""Feedback pages that run no script but MathJax, whatever is written on them: the wall behind `harmless`."""

from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode

# MathJax 2 evaluates its configuration, which stands in the page, by eval; nothing else gets to run at all.
POLICY = (
    "script-src https://cdnjs.cloudflare.com/ajax/libs/mathjax/ 'unsafe-eval'; "
    "object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'"
)


class FeedbackExporter(HTMLExporter):
    """What nbgrader's `GenerateFeedback` exports with, and a Content-Security-Policy in its pages."""

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """Return the page, its policy before anything else."""
        html, resources = super().from_notebook_node(nb, resources, **kw)
        policy = f'<head><meta http-equiv="Content-Security-Policy" content="{POLICY}"/>'
        return html.replace("<head>", policy, 1), resources
