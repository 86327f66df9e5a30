"""A course autograder for deep-learning-from-scratch notebooks in MXNet."""

__version__ = "0.1.0"
