"""Takes whatever the daemon gives one user, in one way, and tells when it gets no more.

    python3 attack.py UID GID SOCKET WAY ARGUMENT...

Becomes that user first, for which it must be root. Prints a line once it has all it gets, with what it was told then, and keeps it until its standard input ends.
"""

import encodings.idna  # noqa: F401  later, as another user, it may not be readable
import os
import select
import socket
import sys

from fdbox_client import MOST_DESCRIPTORS, STORE, Client, Refused
from lingering import stuck

ENOUGH = 100_000


def memory():
    return os.memfd_create("attack")


def puts(path):
    """Entries without end."""
    client = Client(path)
    client.ask(STORE + "CreateBox", {"name": "attacker's"})
    mine = memory()
    for number in range(ENOUGH):
        try:
            client.ask(STORE + "Put", {"box": "attacker's", "name": str(number)}, [mine])
        except Refused as refused:
            return client, f"{refused} {refused.parameters}"
    return client, "no end"


def leave(client):
    client.ask(STORE + "DeleteBox", {"name": "attacker's"})


def connections(path, count):
    """So many connections. All are asked, since any of them may be the one that the daemon ends."""
    opened = []
    for _ in range(int(count)):
        one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        one.connect(path)
        opened.append(one)
    answers = [ask(one) for one in opened]
    refusals = [answer for answer in answers if "error" in answer]
    return opened, f"refused {len(refusals)}: {refusals[0]}" if refusals else "connected"


def ask(one):
    try:
        one.sendall(b'{"method":"org.varlink.service.GetInfo"}\0')
    except BrokenPipeError:
        # It has ended, and said why before.
        pass
    return one.recv(4096).decode() or "error: it ended without a word"


def closings(path, port, count):
    """Files whose closing takes long, so that all that comes after them waits."""
    client = Client(path)
    client.ask(STORE + "CreateBox", {"name": "attacker's"})
    slow = [stuck(int(port)) for _ in range(int(count))]
    for number, connection in enumerate(slow):
        client.ask(STORE + "Put", {"box": "attacker's", "name": str(number)}, [connection.fileno()])
    # The daemon's are the last ones.
    for connection in slow:
        connection.close()
    leave(client)
    client.socket.settimeout(2)
    surplus = [memory()] * MOST_DESCRIPTORS
    for number in range(ENOUGH):
        try:
            client.ask(STORE + "ListBoxes", {}, surplus)
        except Refused:
            pass
        except TimeoutError:
            return client, "it reads no more"
    return client, "no end"


def unread(path, connections):
    """Copies that nobody reads, also of connections that were left."""
    client = Client(path)
    client.ask(STORE + "CreateBox", {"name": "attacker's"})
    mine = memory()
    for number in range(MOST_DESCRIPTORS):
        client.ask(STORE + "Put", {"box": "attacker's", "name": str(number)}, [mine])
    opened = []
    for _ in range(int(connections)):
        one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        one.connect(path)
        one.sendall(b'{"method":"org.fdbox.Store.GetMany","parameters":{"box":"attacker\'s","keep":true}}\0')
        one.shutdown(socket.SHUT_WR)
        # The reply is there, and stays there.
        select.select([one], [], [])
        opened.append(one)
    try:
        client.ask(STORE + "GetMany", {"box": "attacker's", "keep": True})
        told = "no end"
    except Refused as refused:
        told = f"{refused} {refused.parameters}"
    leave(client)
    return (client, opened), told


WAYS = {"puts": puts, "connections": connections, "closings": closings, "unread": unread}


def main():
    uid, gid, path, way, *arguments = sys.argv[1:]
    os.setgroups([])
    os.setresgid(int(gid), int(gid), int(gid))
    os.setresuid(int(uid), int(uid), int(uid))
    kept, told = WAYS[way](path, *arguments)
    print(told, flush=True)
    sys.stdin.read()
    if way == "puts":
        leave(kept)


if __name__ == "__main__":
    main()
