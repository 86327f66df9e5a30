# Hands in a notebook of 200 MB, most of it one output.
# Expects: invalid
def make(student):
    path = student / "softmax_regression" / "softmax_regression.ipynb"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.write(b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [], "x": "')
        file.seek(200 << 20)  # zeros, which take no room on the disk
        file.write(b'"}')
