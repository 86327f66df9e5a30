# Raises what `except Exception` does not catch: GeneratorExit, KeyboardInterrupt, and a BaseException of its own.
# Mode: call
# Expects: raised, skipped
def attack():
    class Own(BaseException):
        def __str__(self):
            raise KeyboardInterrupt

    raise Own
