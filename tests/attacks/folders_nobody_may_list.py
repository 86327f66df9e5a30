# Makes folders a thousand deep that their owner may not list, full of links that lead out.
# Mode: call softmax
# Expects: wrong
import os


def attack():
    try:
        os.chdir("/scratch")
    except OSError:
        return
    os.umask(0)
    for number in range(300):
        try:
            os.symlink("/data", "link")
            os.symlink("/", f"autograder-attack-root-{number}")
            os.mkdir("d", 0o700)
            os.chdir("d")
        except OSError:
            break
    os.umask(0o777)
    try:
        os.mkdir("closed", 0)
    except OSError:
        pass
