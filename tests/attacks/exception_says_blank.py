# Says that it is blank, so that its wrong answers may not count.
# Mode: call
# Expects: not_attempted, skipped
def attack():
    raise NotImplementedError("pass")
