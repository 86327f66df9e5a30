# Gives its folder a name of bytes that no encoding holds.
# Expects: not_attempted, skipped
import json
import os
from pathlib import Path


def make(student):
    evil = Path(os.fsdecode(os.fsencode(student) + b"\xff\xfe\x80"))
    path = evil / "softmax_regression" / "softmax_regression.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}))
