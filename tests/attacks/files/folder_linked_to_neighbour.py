# Hands in a folder that is a link to a neighbour's work.
# Expects: invalid
def make(student):
    student.mkdir(parents=True)
    neighbour = next(student.parent.glob("*-neighbour"))
    (student / "softmax_regression").symlink_to(neighbour / "softmax_regression")
