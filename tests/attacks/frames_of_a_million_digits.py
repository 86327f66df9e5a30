# Raises from code that says it stands in a cell with a number of a million digits, in line 2^31.
# Mode: call softmax
# Expects: wrong, raised, crashed, skipped
def attack():
    name = "<cell " + "9" * 1_000_000 + ">"
    exec(compile("\n" * 100_000 + "raise ValueError('x')", name, "exec"))
