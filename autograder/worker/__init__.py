"""The sandboxed side: it makes calls into one submission and reports what came back.

Nothing here knows right from wrong. It imports only `autograder.wire`, the standard library, NumPy, MXNet,
and IPython's input transformer (which reads magics); the rest of the package does not exist inside the sandbox.
"""
