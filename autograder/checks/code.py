"""A program written as the Python that a student can type: what a failing case asked for."""

from collections import Counter

from autograder.program import Arg, Const, Many, Pairs, Ref, Step, Steps, references, uses

MAX_LINES = 12
SIGNS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "matmul": "@"}
SIGNS |= {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
SCOPES = {"record": "autograd.record()", "predict": "autograd.record(train_mode=False)", "pause": "autograd.pause()"}


def lines(steps: Steps, report: int) -> list[str]:
    """Write the steps that lead to report number `report`, which is the last line. Arrays are called a, b, c …"""
    return _Writer(steps).write(report)


def letter(number: int) -> str:
    """Return what array number `number` of the payload is called."""
    return chr(ord("a") + number) if number < 26 else f"a{number}"


class _Writer:
    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._times = Counter(index for step in steps for index in uses(step))
        self._texts: list[str] = []
        self._lines: list[str] = []
        self._depth = 0

    def write(self, report: int) -> list[str]:
        seen = 0
        for number, step in enumerate(self._steps):
            if step.op == "report":
                if seen == report:
                    return [*self._shortened(), self._text(step.args[0])]
                seen += 1
            self._texts.append(self._made(number, step))
        return self._shortened()

    def _shortened(self) -> list[str]:
        return self._lines if len(self._lines) <= MAX_LINES else ["…", *self._lines[-MAX_LINES:]]

    def _put(self, line: str) -> None:
        self._lines.append("    " * self._depth + line)

    def _text(self, arg: Arg) -> str:
        match arg:
            case Ref(index=index):
                return self._texts[index]
            case Const(value=value):
                return repr(value)
            case Many(kind="slice", items=items):
                return ":".join("" if item == Const(None) else self._text(item) for item in items).rstrip(":") or ":"
            case Many(kind=kind, items=items):
                inner = ", ".join(map(self._text, items))
                return f"[{inner}]" if kind == "list" else f"({inner}{',' * (len(items) == 1)})"
            case Pairs(items=pairs):
                return "{" + ", ".join(f"{key!r}: {self._text(item)}" for key, item in pairs.items()) + "}"

    def _made(self, number: int, step: Step) -> str:
        """Write one step: what is made inline is returned, what stands for itself is a line."""
        args = step.args
        match step.op:
            case "array":
                index = next(references(args[0]))
                if step.name:
                    self._put(f"{letter(index)}.attach_grad()")
                return letter(index)
            case "name":
                return step.name
            case "device":
                return "ctx"
            case "call":
                keywords = [f"{key}={self._text(arg)}" for key, arg in step.keywords.items()]
                return self._named(
                    number, f"{self._text(args[0])}({', '.join([*map(self._text, args[1:]), *keywords])})"
                )
            case "attribute":
                return f"{self._text(args[0])}.{step.name}"
            case "item":
                return f"{self._text(args[0])}[{self._text(args[1])}]"
            case "parts":
                return self._text(args[0])
            case "operator":
                return self._operator(step)
            case "iterator":
                first, second = (next(references(arg)) for arg in args[:2])
                return f"mx.io.NDArrayIter({letter(first)}, {letter(second)}, {self._text(args[2])})"
        self._stand(step)
        return step.name if step.op == "bind" else ""

    def _operator(self, step: Step) -> str:
        texts = list(map(self._text, step.args))
        if len(texts) == 2 and step.name in SIGNS:
            return f"({texts[0]} {SIGNS[step.name]} {texts[1]})"
        return f"{step.name}({', '.join(texts)})"

    def _named(self, number: int, made: str) -> str:
        """Give a result a name where it is used more than once, or stands in a scope."""
        if self._times[number] == 1 and not self._depth:
            return made
        if not self._times[number]:
            self._put(made)
            return ""
        name = f"y{number}"
        self._put(f"{name} = {made}")
        return name

    def _stand(self, step: Step) -> None:
        """Write a step that makes no value."""
        args = step.args
        match step.op:
            case "bind":
                self._put(f"{step.name} = {self._text(args[0])}")
            case "set":
                self._put(f"{self._text(args[0])}[{self._text(args[1])}] = {self._text(args[2])}")
            case "scope":
                self._put(f"with {SCOPES[step.name]}:")
                self._depth += 1
            case "end":
                self._depth -= 1
            case "backward":
                head = self._text(args[1]) if len(args) > 1 else ""
                self._put(f"{self._text(args[0])}.backward({head})")
            case "seed":
                self._put(f"mx.random.seed({self._text(args[0])})")
            case "helper":
                for line in step.name.strip().splitlines():
                    self._put(line)
