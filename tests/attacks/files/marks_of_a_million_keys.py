# Hands in metadata of five million keys for nbgrader, and as many attachments, which the judge need not decode.
# Expects: not_attempted, skipped
def make(student):
    path = student / "softmax_regression" / "softmax_regression.ipynb"
    path.parent.mkdir(parents=True)
    many = b'{"nbgrader": {' + b'"a": 1,' * 5_000_000 + b'"grade_id": "softmax"}}'
    cell = b'{"cell_type": "markdown", "source": "", "metadata": ' + many
    cell += b', "attachments": {' + b'"a": {},' * 100_000 + b'"b": {}}}'
    path.write_bytes(b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [' + cell + b"]}")
