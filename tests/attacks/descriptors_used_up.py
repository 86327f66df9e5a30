# Opens files until it may open no more.
# Mode: import
# Expects: wrong, raised
HELD = []


def attack():
    try:
        while True:
            HELD.append(open(np.__file__))
    except OSError:
        return
