# Looks for secrets in the environment and in the command lines of processes.
# Mode: escape
# Expects: raised, wrong, skipped
import os


def attack():
    known = set(
        "MXNET_ENGINE_TYPE OMP_NUM_THREADS OPENBLAS_NUM_THREADS MKL_NUM_THREADS LC_ALL HOME TMPDIR PWD SHLVL _".split()
    )
    known |= {"MXNET_CUDNN_AUTOTUNE_DEFAULT", "MPLBACKEND", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONPATH"}
    known |= {name for name in os.environ if name.startswith(("KMP_", "DMLC_", "CUDA_"))}  # set by MXNet itself
    return [name for name in os.environ if name not in known]
