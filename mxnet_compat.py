"""Lets `import mxnet` work with today's Python and NumPy: MXNet 1.9.1 with Python 3.11 to 3.13, NumPy 1.23 to 2.x.

MXNet's last release uses names that NumPy has dropped since, `distutils`, and texts of NumPy scalars as they were
before NumPy 2. This module gives them back to MXNet's own modules, and to nobody else: NumPy itself, and all that
others import, stay as they are.

`mxnet_compat.pth`, installed beside it, imports this module when Python starts, so that it serves a notebook which
imports mxnet and nothing of ours. Until then it costs a finder on `sys.meta_path`, some 0.1 ms, and imports nothing.

How: a finder that answers for `mxnet` and `mxnet.*` alone finds the module as usual (`PathFinder`), and sees to it that
the module's code finds builtins of its own. In them,
- `import numpy` gives a stand-in with all of NumPy's contents and, where NumPy lacks them, the names in `_dropped`;
- `import distutils.version` gives a stand-in that knows what MXNet does with it: compare versions.
MXNet hands parameters of operators to its C++ side as texts, made with `str` in a handful of modules, `TEXTS`. Under
NumPy 2, `str((np.float32(0.5),))` is `(np.float32(0.5),)`, which C++ cannot read: `str` is another there.

PYTEST_DONT_REWRITE: it is loaded before pytest, which would warn of that at every run.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType
    from typing import Any

# Where MXNet turns parameters and attributes into texts for its C++ side.
TEXTS = (
    "mxnet._ctypes.ndarray", "mxnet._ctypes.symbol", "mxnet.symbol.symbol", "mxnet.io.io", "mxnet.kvstore.base",
)  # fmt: skip
# Methods that NumPy's arrays have lost: what stands in MXNet's source, and what must stand there.
EDITS = {"mxnet.recordio": (".tostring()", ".tobytes()")}  # NumPy 2.3


class Finder:
    """What stands on `sys.meta_path`: finds MXNet's modules as Python does, with a loader of ours."""

    @staticmethod
    def find_spec(
        name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        """Return where a module of MXNet lies, or None for any other module."""
        if name != "mxnet" and not name.startswith("mxnet."):
            return None
        if name == "mxnet":
            install()  # before finders that came later: pytest's, say, would load mxnet.test_utils by itself
        from importlib.machinery import PathFinder, SourceFileLoader  # noqa: PLC0415 - not when Python starts

        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _loader()(spec.loader.name, spec.loader.path)
        return spec


def install() -> None:
    """Put the finder at the head of `sys.meta_path`, once."""
    if Finder in sys.meta_path:
        sys.meta_path.remove(Finder)
    sys.meta_path.insert(0, Finder)


_made: "dict[str, Any]" = {}  # what is made when mxnet is first imported, and kept


def _loader() -> "Any":
    """Return the class of our loader; made late, for what it derives from is not there yet when Python starts."""
    if "loader" in _made:
        return _made["loader"]
    import warnings  # noqa: PLC0415
    from importlib.machinery import SourceFileLoader  # noqa: PLC0415

    class Loader(SourceFileLoader):
        """Runs a module of MXNet with builtins of its own."""

        def exec_module(self, module: "ModuleType") -> None:
            vars(module)["__builtins__"] = _builtins()
            if module.__name__ in TEXTS:
                vars(module)["str"] = _text()
            super().exec_module(module)

        def get_code(self, fullname: str) -> "CodeType | None":
            edit = EDITS.get(fullname)
            if edit is None:
                return super().get_code(fullname)
            source = self.get_source(fullname) or ""
            return self.source_to_code(source.replace(*edit).encode(), self.path)  # uncached: not what the file says

        def source_to_code(self, *args: "Any", **keywords: "Any") -> "CodeType":  # type: ignore[override]
            with warnings.catch_warnings():  # MXNet's docstrings hold backslashes, which 3.12 grumbles about
                warnings.simplefilter("ignore", SyntaxWarning)
                return super().source_to_code(*args, **keywords)

    return _made.setdefault("loader", Loader)


def _builtins() -> "dict[str, Any]":
    """Return the builtins of MXNet's modules: Python's, but for what `import` gives them."""
    if "builtins" in _made:
        return _made["builtins"]  # type: ignore[no-any-return]
    import builtins  # noqa: PLC0415
    from types import SimpleNamespace  # noqa: PLC0415

    import numpy  # noqa: PLC0415

    distutils = SimpleNamespace(LooseVersion=_version, StrictVersion=_version)

    def import_(name: str, globals: "Any" = None, locals: "Any" = None, fromlist: "Any" = (), level: int = 0) -> "Any":
        if name == "distutils.version" and level == 0:
            return distutils
        found = builtins.__import__(name, globals, locals, fromlist, level)
        return _numpy() if found is numpy else found

    return _made.setdefault("builtins", vars(builtins) | {"__import__": import_})  # type: ignore[no-any-return]


def _numpy() -> "ModuleType":
    """Return the stand-in for NumPy: all of its contents, and what it has dropped."""
    if "numpy" in _made:
        return _made["numpy"]  # type: ignore[no-any-return]
    from types import ModuleType  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415

    stand_in = ModuleType("numpy", np.__doc__)
    vars(stand_in).update(_dropped(np) | vars(np))
    vars(stand_in)["__getattr__"] = lambda name: getattr(np, name)  # what NumPy imports later
    return _made.setdefault("numpy", stand_in)  # type: ignore[no-any-return]


def _dropped(np: "Any") -> "dict[str, Any]":
    """Return what MXNet 1.9.1 uses of names that some NumPy from 1.20 to 2.5 has dropped."""
    from types import SimpleNamespace  # noqa: PLC0415

    def in1d(ar1: "Any", ar2: "Any", *args: "Any", **keywords: "Any") -> "Any":
        return np.isin(np.ravel(ar1), ar2, *args, **keywords)

    def msort(a: "Any") -> "Any":
        return np.sort(a, axis=0)

    def financial(*_args: "Any", **_keywords: "Any") -> "Any":
        raise RuntimeError("NumPy has no financial functions since 1.20: use the package numpy-financial")

    return {
        "bool": bool, "int": int,
        "Inf": np.inf, "PINF": np.inf, "NINF": -np.inf, "NAN": np.nan, "NaN": np.nan, "PZERO": 0.0, "NZERO": -0.0,
        "alltrue": np.all, "sometrue": np.any, "product": np.prod, "round_": np.round, "row_stack": np.vstack,
        "trapz": getattr(np, "trapezoid", None), "in1d": in1d, "msort": msort,
        "compat": SimpleNamespace(basestring=str),
    } | dict.fromkeys(("fv", "ipmt", "irr", "mirr", "nper", "npv", "pmt", "ppmt", "pv", "rate"), financial)  # fmt: skip


def _text() -> "Any":
    """Return MXNet's `str`: Python's, but NumPy scalars in a tuple or list look as they did before NumPy 2."""
    if "text" in _made:
        return _made["text"]
    import numpy as np  # noqa: PLC0415

    if np.__version__.startswith("1."):
        return str

    class Meta(type):
        def __call__(cls, *args: "Any") -> str:
            text = str(*args)
            if "np." not in text:
                return text
            with np.printoptions(legacy="1.25"):  # type: ignore[arg-type,unused-ignore]
                return str(*args)

        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, str)

    class Text(str, metaclass=Meta):
        """What `str` means in the modules that `TEXTS` names; its instances are Python's."""

        __slots__ = ()

    return _made.setdefault("text", Text)


def _version(text: str) -> "tuple[int, ...]":
    """Return a version so that versions compare: "2.5.0rc1" gives (2, 5, 0)."""
    numbers = []
    for part in text.split(".")[:3]:
        digits = len(part) - len(part.lstrip("0123456789"))
        numbers.append(int(part[:digits] or 0))
    return tuple(numbers)


install()
