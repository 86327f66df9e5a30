# Leaves files for the next submission in /tmp and shared memory, and looks for what others have left.
# Mode: escape
# Expects: raised, wrong, skipped
import os


def attack():
    got = []
    for folder in ("/scratch", "/tmp", "/dev/shm", "/var/tmp", "/run", "/dev/mqueue"):
        try:
            got += [name for name in os.listdir(folder) if "autograder-attack" in name]
        except OSError:
            pass
        try:
            with open(f"{folder}/autograder-attack-left", "w") as file:
                file.write("answers")
        except OSError:
            pass
    return got
