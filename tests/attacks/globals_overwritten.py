# Clears and overwrites its own globals from inside a call.
# Mode: call softmax
# Expects: raised, wrong, skipped
def attack():
    names = globals()
    for name in ("cross_entropy", "SGD", "evaluate_accuracy", "ctx", "nd"):
        names[name] = type("Pass", (), {"__call__": lambda self, *a, **k: "pass"})()
    names["__builtins__"] = {}
