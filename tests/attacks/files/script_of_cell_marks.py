# Hands in a script that is all cell marks, with metadata that is hard to read.
# Expects: not_attempted, skipped, invalid
def make(student):
    path = student / "softmax_regression" / "softmax_regression.py"
    path.parent.mkdir(parents=True)
    hard = '# %% a="' + "\\" * 2000 + ' [x] {"a": ' + "[" * 2000 + "\n"
    path.write_text(
        ("# %%\n" * 2000 + hard * 10 + '# + {"a": __import__("os").system("touch /tmp/autograder-attack-jupytext")}\n')[
            :120_000
        ]
    )
