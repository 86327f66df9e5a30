"""The two faults that are not the student's. Each carries one sentence: what, where, and the fix."""


class CourseError(Exception):
    """The course author's fault: a file or key of the course is wrong. Nothing was graded (exit status 2)."""


class MachineError(Exception):
    """The machine's fault: a submission could not be judged. It stays *ungraded*, never zero, never full."""
