"""The program `autograder`, a module for each of its users."""
