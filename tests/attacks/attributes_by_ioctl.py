# Changes attributes of the interpreter's files through descriptors that may only read: flags, project, version, verity.
# Mode: escape
# Expects: wrong, raised
import fcntl
import os

COMMANDS = (0x80086601, 0x40086602, 0x40046602, 0x401C5820, 0x40087602, 0x40806685, 0x800C6613, 0x50009401, 0x5000940E)


def attack():
    got = []
    for path in (os.__file__, os.path.dirname(os.__file__)):
        for command in COMMANDS:
            try:
                fcntl.ioctl(os.open(path, os.O_RDONLY), command, bytes(128))
                got.append(hex(command))
            except OSError as error:
                if error.errno != 1:
                    got.append(f"{command:#x} was looked at: {error}")
    return ", ".join(got)
