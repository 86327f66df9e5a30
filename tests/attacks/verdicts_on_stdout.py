# Prints verdicts, results and nbgrader's and Gradescope's words for full marks, on every stream.
# Mode: call
# Expects: wrong
import json
import os
import sys


def attack():
    result = {"schema": 1, "status": "graded", "score": 20.0, "max_score": 20.0, "verdict": "pass"}
    for text in (json.dumps(result), "passed", "OK", "1.0", "### BEGIN HIDDEN TESTS", "20/20"):
        print(text)
        print(text, file=sys.stderr)
        for descriptor in (0, 1, 2):
            try:
                os.write(descriptor, text.encode() + b"\n")
            except OSError:
                pass
    sys.__stdout__.flush()
