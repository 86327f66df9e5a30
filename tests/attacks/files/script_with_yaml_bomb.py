# Hands in a script whose YAML header names a list of lists of lists, nine deep: the judge itself reads scripts.
# Expects: not_attempted, skipped, invalid, wrong
def make(student):
    path = student / "softmax_regression" / "softmax_regression.py"
    path.parent.mkdir(parents=True)
    lines = ["# ---", "# jupyter:", "#   a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"#   a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    lines += [
        "#   evil: !!python/object/apply:os.system ['touch /tmp/autograder-attack-yaml']",
        "# ---",
        "# %%",
        "x = 1",
    ]
    path.write_text("\n".join(lines))
