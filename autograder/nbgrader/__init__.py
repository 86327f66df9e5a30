"""nbgrader's own commands, with this grader's scores: what `nbgrader_config.py` plugs in where.

`reading` and `restoring` turn whatever was handed in into a notebook whose marked cells are the instructor's; `judging`
puts the scores and what explains them into its grade cells, where nbgrader finds them; `gradebook` writes the same rows
without the detour over notebooks. Nothing here runs a line of a submission: that happens in the worker servers alone.
"""
