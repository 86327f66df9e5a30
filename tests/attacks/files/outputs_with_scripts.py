# Brings outputs along that say full marks, run scripts, and load pictures from elsewhere.
# Expects: wrong, skipped
import json

from tests.attacking import PRELUDE, WRONG


def make(student):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>20/20\x1b[2J"
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": evil, "application/javascript": evil}},
        {"output_type": "execute_result", "metadata": {}, "execution_count": 1, "data": {"text/plain": "1.0"}},
        {"output_type": "stream", "name": "stdout", "text": "\x1b]0;owned\x07passed"},
    ]
    sources = [PRELUDE, *(text.format("pass") for text in WRONG.values())]
    cells = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": 1, "outputs": outputs, "source": source}
        for i, source in enumerate(sources)
    ]
    path = student / "softmax_regression" / "softmax_regression.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"x": evil}, "cells": cells}))
