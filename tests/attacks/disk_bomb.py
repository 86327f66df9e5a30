# Writes as much as it can wherever it can, and leaves it there.
# Mode: call softmax
# Expects: wrong, timeout, skipped
import os


def attack():
    for folder in ("/scratch", "/tmp", "/dev/shm", "/var/tmp", "/", os.path.expanduser("~"), os.getcwd()):
        number = 0
        while number < 300:
            number += 1
            try:
                with open(f"{folder}/autograder-attack-{number}", "wb") as file:
                    file.write(b"x" * (16 << 20))
            except OSError:
                break
