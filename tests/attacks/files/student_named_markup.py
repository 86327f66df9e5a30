# Gives its folder a name that is HTML, a formula, a terminal escape and Rich's markup at once; answers nothing.
# Expects: not_attempted, skipped
import json


def make(student):
    evil = student.with_name(student.name + '=1+1<img src=x onerror=alert(1)>\x1b[2J\u202e[red]{{7*7}},"\n@SUM(A1)')
    path = evil / "softmax_regression" / "softmax_regression.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}))
