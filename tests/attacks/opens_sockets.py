# Opens sockets: to the network, to the machine, to other processes.
# Mode: escape
# Expects: raised, wrong, skipped
import socket
import urllib.request


def attack():
    got = []
    ways = {
        "tcp": lambda: socket.create_connection(("127.0.0.1", 22), 0.2),
        "udp": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "abstract": lambda: socket.socket(socket.AF_UNIX).bind("\0autograder-attack"),
        "pair": socket.socketpair,
        "raw": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
        "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "http": lambda: urllib.request.urlopen("http://127.0.0.1", timeout=0.2),
    }
    for name, way in ways.items():
        try:
            way()
            got.append(name)
        except OSError:
            pass
    for descriptor in range(3, 64):
        try:
            inherited = socket.socket(fileno=descriptor)
        except OSError:
            continue
        for call in (inherited.accept, lambda: inherited.connect("/tmp/x"), lambda: inherited.listen(1)):
            try:
                call()
                got.append(f"{descriptor}: {call}")
            except OSError:
                pass
        inherited.detach()
    return got
