"""Facts about mxnet_compat: what MXNet finds in its own modules, and that nobody else sees any of it."""

import subprocess
import sys
import types
import warnings
from pathlib import Path

import mxnet as mx
import numpy as np
import pytest
from mxnet import autograd, nd
from students import ROOT

import mxnet_compat

DROPPED = mxnet_compat._dropped(np)


def python(program: str, *flags: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a program in a process of its own, of this interpreter."""
    command = [sys.executable, *flags, "-c", program]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


# ---------------------------------------------------------------------------------------------- at Python's start


def test_mxnet_imports_in_a_process_that_imports_nothing_of_ours(tmp_path: Path) -> None:
    """The .pth file of the installation is enough, also for an isolated interpreter; stderr stays empty."""
    program = "import mxnet; print(mxnet.nd.ones(2).sum().asscalar())"
    for flags in ((), ("-I",), ("-W", "error::SyntaxWarning", "-W", "error::DeprecationWarning:numpy")):
        done = python(program, *flags, cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "2.0\n", ""), flags


def test_starting_python_loads_nothing_but_the_module_itself(tmp_path: Path) -> None:
    """Neither NumPy nor this package; the finder stands before the one that searches sys.path."""
    program = (
        "import sys; from importlib.machinery import PathFinder; at = sys.meta_path.index\n"
        "print(at(sys.modules['mxnet_compat'].Finder) < at(PathFinder))\n"
        "print([m for m in ('numpy', 'autograder', 'mxnet', 'typing') if m in sys.modules])"
    )
    assert python(program, cwd=tmp_path).stdout == "True\n[]\n"


def test_starting_python_takes_a_millisecond_at_most(tmp_path: Path) -> None:
    """The best of several, as Python itself measures: others are at work on this machine."""
    took = []
    for _ in range(8):
        lines = python("pass", "-X", "importtime", cwd=tmp_path).stderr.splitlines()
        (line,) = [line for line in lines if line.rpartition("|")[2].strip() == "mxnet_compat"]
        took.append(int(line.partition(":")[2].split("|")[1]))
    assert min(took) < 1500  # microseconds


def test_an_interpreter_without_site_packages_is_left_alone() -> None:
    """With -S no .pth file is read, and nothing is complained about."""
    done = python("import sys; print('mxnet_compat' in sys.modules)", "-I", "-S")
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_the_pth_file_says_nothing_where_the_module_is_gone(tmp_path: Path) -> None:
    """Half an installation, or a sandbox that shows half of it, does not print at every start of Python."""
    line = (ROOT / "mxnet_compat.pth").read_text()
    done = python(line, "-I", "-S", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_mxnet_importing_it_fails_as_ever(tmp_path: Path) -> None:
    """ModuleNotFoundError, and the finder asks for no NumPy on the way."""
    program = (
        f"import sys; sys.path = [p for p in sys.path if 'site-packages' not in p] + [{str(ROOT)!r}]\n"
        "import mxnet_compat\n"
        "try:\n import mxnet\n"
        "except ModuleNotFoundError as e: print(e, 'numpy' in sys.modules)"
    )
    assert python(program, cwd=tmp_path).stdout == "No module named 'mxnet' False\n"


def test_it_is_put_on_the_meta_path_once() -> None:
    """However often it is installed."""
    mxnet_compat.install()
    assert sys.meta_path.count(mxnet_compat.Finder) == 1


def test_only_mxnet_is_answered_for() -> None:
    """Not what merely begins alike, and no module of another package."""
    assert mxnet_compat.Finder.find_spec("mxnet") is not None
    for name in ("mxnet_compat", "mxnets", "numpy", "notmxnet", "distutils", "distutils.version"):
        assert mxnet_compat.Finder.find_spec(name) is None


# ------------------------------------------------------------------------------------------------------ NumPy


def test_numpy_is_as_it_was(tmp_path: Path) -> None:
    """Importing MXNet adds no name to NumPy, changes none, and leaves its way of printing."""
    program = (
        "import numpy as np; before = dict(vars(np)), np.get_printoptions()\n"
        "import mxnet\n"
        "new = {k for k in vars(np) if vars(np)[k] is not before[0].get(k)}\n"
        "new -= {'fft', 'random', 'testing'}  # modules of NumPy's, loaded when first used\n"
        "print(new, np.get_printoptions() == before[1])\n"
        "print(repr((np.float64(0.5),)), 'distutils' in __import__('sys').modules)"
    )
    scalar = "0.5" if np.__version__.startswith("1.") else "np.float64(0.5)"
    done = python(program, cwd=tmp_path)
    assert done.stdout == f"set() True\n({scalar},) False\n", done.stderr


def test_mxnets_numpy_has_all_of_numpy() -> None:
    """What NumPy has is NumPy's own, `bool` of NumPy 2 among it; what it imports later is found as well."""
    theirs = nd.ndarray.np
    assert isinstance(theirs, types.ModuleType)
    different = {name for name in vars(np) if getattr(theirs, name) is not getattr(np, name)}
    assert different <= {"__getattr__"}
    assert theirs.testing is np.testing
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = theirs.no_such_name


@pytest.mark.parametrize("name", sorted(DROPPED))
def test_mxnets_numpy_has_what_numpy_dropped(name: str) -> None:
    """Each name is there, NumPy's own if it has it, without a warning about old names."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = getattr(nd.ndarray.np, name)
    assert found is (vars(np)[name] if name in vars(np) else nd.ndarray.np.__dict__[name])


def test_dropped_functions_compute_as_they_did() -> None:
    """On NumPy's arrays and, through MXNet's dispatch, on those of mx.np."""
    x = np.array([[3.0, 1.0], [0.0, 2.0]])
    assert DROPPED["in1d"](x, [1.0, 2.0]).tolist() == [False, True, False, True]
    assert DROPPED["msort"](x).tolist() == [[0, 1], [3, 2]]
    assert (DROPPED["alltrue"](x), DROPPED["sometrue"](x), DROPPED["product"](x)) == (False, True, 0)
    assert DROPPED["row_stack"]((x, x)).shape == (4, 2)
    assert (DROPPED["NINF"], DROPPED["PINF"], str(DROPPED["NZERO"]), DROPPED["PZERO"]) == (-np.inf, np.inf, "-0.0", 0)
    ours = mx.np.array([[3.0, 1.0], [0.0, 2.0]])
    assert mx.np.msort(ours).asnumpy().tolist() == [[0, 1], [3, 2]]
    assert mx.np.in1d(ours[0], ours[1]).asnumpy().tolist() == [False, False]
    assert mx.np.trapz(ours).asnumpy().tolist() == [2, 1]


def test_a_financial_function_says_where_they_are_now() -> None:
    """NumPy has had none since 1.20; MXNet still names them."""
    with pytest.raises(RuntimeError, match=r"numpy_financial|numpy-financial"):
        mx.np.npv(0.1, [1, 2])


def test_versions_compare_as_numbers() -> None:
    """MXNet asks for NumPy 1.17 or later, with what `distutils` gave once."""
    assert mxnet_compat._version("2.5.0rc1") == (2, 5, 0)
    assert mxnet_compat._version("1.9") < mxnet_compat._version("1.17") < mxnet_compat._version("2.0.0.dev0")


# ----------------------------------------------------------------------------- parameters of operators, as texts

HALF, QUARTER = np.float64(0.5), np.float32(0.25)


def test_numpy_scalars_in_tuples_reach_operators() -> None:
    """In an operator's parameters, whether a tuple or a list holds them, in a shape, and nested."""
    boxes = nd.contrib.MultiBoxPrior(nd.zeros((1, 3, 2, 2)), sizes=(HALF, QUARTER), ratios=[np.float64(1)])
    assert boxes.asnumpy().tolist() == (
        nd.contrib.MultiBoxPrior(nd.zeros((1, 3, 2, 2)), sizes=(0.5, 0.25), ratios=[1.0]).asnumpy().tolist()
    )
    assert nd.zeros((np.int64(2), np.uint8(3))).shape == (2, 3)
    assert nd.zeros((6,)).reshape((np.int32(2), -1)).shape == (2, 3)
    assert nd.transpose(nd.zeros((1, 2)), axes=tuple(np.argsort([1, 0]))).shape == (2, 1)
    assert nd.clip(nd.array([1, 2, 3]), np.float32(1.5), HALF + 2).asnumpy().tolist() == [1.5, 2, 2.5]
    assert nd.sum(nd.ones((2, 3)), axis=(np.int64(1),), keepdims=np.bool_(True)).shape == (2, 1)


def test_numpy_scalars_in_tuples_reach_symbols() -> None:
    """Shapes and attributes of variables, and operators' parameters, as symbols keep and write them."""
    variable = mx.sym.var("x", shape=(np.int64(3), 2), lr_mult=QUARTER, __note__=(HALF,))
    assert variable.attr("__shape__") == "(3, 2)"
    assert (variable.attr("__lr_mult__"), variable.attr("__note__")) == ("0.25", "(0.5,)")
    symbol = mx.sym.reshape(variable, shape=(np.int64(2), np.int64(3)), name="y")
    assert symbol.attr("shape") == "(2, 3)"
    assert symbol.infer_shape()[1] == [(2, 3)]
    executor = mx.sym.FullyConnected(mx.sym.var("d"), num_hidden=np.int64(3)).simple_bind(mx.cpu(), d=(np.int64(2), 4))
    assert executor.forward()[0].shape == (2, 3)


def test_numpy_scalars_in_tuples_reach_gluon_custom_operators_and_iterators(tmp_path: Path) -> None:
    """Layers that are made of operators, an operator in Python, and an iterator in C++."""
    layer = mx.gluon.nn.Conv2D(2, kernel_size=(np.int64(3), np.int64(3)), strides=tuple(np.array([1, 1])))
    layer.initialize()
    layer.hybridize()
    assert layer(nd.zeros((1, 1, 5, 5))).shape == (1, 2, 3, 3)

    class Told(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):  # type: ignore[no-untyped-def]
            self.assign(out_data[0], req[0], in_data[0])

    @mx.operator.register("told_scalars")
    class Prop(mx.operator.CustomOpProp):
        told = ""

        def __init__(self, sizes: str) -> None:
            super().__init__()
            Prop.told = sizes

        def create_operator(self, ctx, in_shapes, in_dtypes):  # type: ignore[no-untyped-def]
            return Told()

    nd.Custom(nd.ones(2), op_type="told_scalars", sizes=(HALF, np.int64(2))).wait_to_read()
    assert Prop.told == "(0.5, 2)"
    (tmp_path / "x.csv").write_text("1,2,3,4\n" * 4)
    rows = mx.io.CSVIter(data_csv=str(tmp_path / "x.csv"), data_shape=(np.int64(4),), batch_size=2)
    assert next(rows).data[0].shape == (2, 4)


def test_a_text_that_only_looks_like_a_scalar_is_left() -> None:
    """`np.` in a name or an attribute is no scalar of NumPy's."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert mx.sym.var("np.float64(x)", __note__="np.float32(0.5)").attr("__note__") == "np.float32(0.5)"


def test_str_is_still_a_type_there() -> None:
    """In the modules where `str` is another, texts are instances of it, and what it gives is a plain text."""
    for name in mxnet_compat.TEXTS:
        text = vars(sys.modules[name])["str"]
        assert (isinstance("a", text), isinstance(1, text), type(text((1, 2)))) == (True, False, str)


# ----------------------------------------------------------------------------------------- what MXNet does with it


def test_records_with_an_array_as_label_are_written() -> None:
    """NumPy 2.3 took `tostring` from arrays, which MXNet calls there."""
    header = mx.recordio.IRHeader(0, np.array([1, 2.5]), 7, 0)
    read, content = mx.recordio.unpack(mx.recordio.pack(header, b"content"))
    assert (read.label.tolist(), read.id, content) == ([1, 2.5], 7, b"content")


def test_the_lesson_s_quirks_hold() -> None:
    """What lessons rely on: a float64 number keeps float32, a gradient is overwritten, an array is written in place."""
    x = nd.array([[1.0, 2.0]])
    x.attach_grad()
    for _ in range(2):
        with autograd.record():
            y = ((x * HALF - np.float64(1)) ** 2).sum()
        y.backward()
    assert x.grad.asnumpy().tolist() == [[-0.5, 0]]
    assert (x.dtype, (x + HALF).dtype, nd.array(np.arange(3)).dtype) == (np.float32, np.float32, np.float32)
    x[:] = x - np.float32(0.5) * x.grad
    x[0, np.int64(1)] = np.float64(7)
    assert x.asnumpy().tolist() == [[1.25, 7]]
    assert nd.one_hot(nd.array([1, 0]), np.int64(2)).asnumpy().tolist() == [[0, 1], [1, 0]]
    assert (x.sum().asscalar(), type(x.mean().asscalar())) == (8.25, np.float32)


def test_every_module_of_mxnet_comes_through_the_finder() -> None:
    """None was loaded past the finder, not even test_utils by pytest's own; none has builtins that lack something."""
    import builtins

    loaded = [module for name, module in sys.modules.items() if name.partition(".")[0] == "mxnet"]
    own = [vars(module)["__builtins__"] for module in loaded if "__builtins__" in vars(module)]
    assert {id(each) for each in own} == {id(mxnet_compat._builtins())}
    assert set(mxnet_compat._builtins()) >= {"print", "isinstance", "__build_class__"} <= set(vars(builtins))
