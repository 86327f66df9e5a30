"""`python -m autograder` is the program `autograder`."""

from autograder.cli.main import main

main()
