# Raises an exception whose text is endless, whose name is markup, and whose __str__ runs for ever the second time.
# Mode: call softmax
# Expects: wrong, raised
def attack():
    def text(self):
        return "<img src=x onerror=alert(1)>\x1b[31m\u202e=cmd|' /C calc'!A0\n" * 100_000

    name = "<b>\x1b]0;owned\x07[red]{{7*7}}"
    raise type(name, (Exception,), {"__str__": text, "__module__": "\0"})("x")
