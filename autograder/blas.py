"""How many threads NumPy's matrix products take in the judge: one.

A class is graded in as many processes and threads as there are cores. Its matrices are small, so BLAS's own threads
gain nothing: they wait for work by spinning, on the cores where submissions run.
"""

from threadpoolctl import ThreadpoolController


def one_thread() -> None:
    """Keep this process's BLAS to one thread from now on, whatever the environment says.

    For processes that judge, never a student's kernel. A variable of the environment would come too late where NumPy
    is imported already, as in a Dask worker, and would be inherited by the kernels of a Jupyter server that runs
    nbgrader.
    """
    for library in ThreadpoolController().select(user_api="blas").lib_controllers:
        yielded = getattr(library, "clear_controlling_thread", None)
        if yielded is not None:  # else whichever thread set a number first has the say, and others' words are ignored
            yielded(force=True)
        library.set_num_threads(1)
