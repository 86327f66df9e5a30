# Is a link to a neighbour's folder altogether.
# Expects: invalid
def make(student):
    neighbour = next(n for n in student.parent.glob("*-neighbour"))
    student.symlink_to(neighbour.name)
