"""`python -m autograder` is the program `autograder`."""

from autograder.cli import main

main()
