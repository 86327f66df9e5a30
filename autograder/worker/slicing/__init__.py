"""What the exercises need of a notebook, taken out of it without running it."""
