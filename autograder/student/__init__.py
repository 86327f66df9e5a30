"""For students: public checks as files without code, and self-checks in the notebook, the terminal and pytest."""
