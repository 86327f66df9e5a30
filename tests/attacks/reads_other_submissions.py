# Looks for notebooks, results and gradebooks of others, in every place where a grader might keep them.
# Mode: escape
# Expects: raised, wrong, skipped
import os


def attack():
    got = []
    for top in ("/tmp", "/var", "/home", "/srv", "/data", "/mnt", "/media", "/submitted", "/dev"):
        for folder, _, files in os.walk(top):
            got += [f"{folder}/{name}" for name in files]
    for path in ("submitted", "../submitted", "gradebook.db", ".autograder/results", "reports/results.jsonl"):
        if os.access(path, os.R_OK):
            got.append(path)
    return [name for name in got if "autograder-stderr" not in name]
