"""What a page of checks imports, and nothing else: see docs/check-writers.md."""

from autograder.checks.vocabulary import *  # noqa: F403 - its __all__ is the vocabulary
