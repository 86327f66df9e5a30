# Hands in a cell whose source is a list of twelve million lines, each of which would be an object of the judge's.
# Expects: invalid
def make(student):
    path = student / "softmax_regression" / "softmax_regression.ipynb"
    path.parent.mkdir(parents=True)
    cell = b'{"cell_type": "code", "metadata": {}, "outputs": [], "source": [' + b'"ab",' * 12_000_000 + b'"c"]}'
    path.write_bytes(b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [' + cell + b"]}")
