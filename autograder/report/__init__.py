"""Ways to show results. Each is a pure function of `Result`s; none knows how they came about."""
