# Never ends while it is imported, and swallows what would interrupt it.
# Mode: import
# Expects: timeout, skipped
def attack():
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
