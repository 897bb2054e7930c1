"""Takes whatever the daemon gives one user, in one way, and tells when it gets no more.

    python3 attack.py UID GID SOCKET WAY ARGUMENT...

Becomes that user first, for which it must be root. Prints a line once it has all it gets, with what it was told then, and keeps it until its standard input ends.
"""

import encodings.idna  # noqa: F401  later, as another user, it may not be readable
import json
import os
import resource
import select
import socket
import sys
import tempfile

from fdbox_client import HANDOVER, MOST_DESCRIPTORS, STORE, Client, Refused
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


PRIES = [
    ("ListBoxes", {}), ("List", {"box": None}), ("Holders", {"box": None, "name": "a"}),
    ("Get", {"box": None, "name": "a"}), ("Get", {"box": None, "name": "a", "confirm": True}),
    ("Get", {"box": None, "name": "a", "keep": True}), ("GetMany", {"box": None, "names": ["a"]}),
    ("Put", {"box": None, "name": "x"}), ("Drop", {"box": None, "name": "a"}), ("Seal", {"box": None}),
    ("Unseal", {"box": None}), ("Prepare", {"box": None}), ("OpenBox", {"box": None, "rights": ["take", "put", "seal"]}),
    ("SetAccess", {"box": None, "mode": "0777"}), ("SetAccess", {"box": None, "owner": os.getuid()}),
    ("DeleteBox", {"name": None}), ("CreateBox", {"name": None}), ("Confirm", {"lease": "1"}),
    ("Save", {"directory": "/tmp/stolen"}), ("Status", {}), ("ListHandlers", {}), ("RegisterHandler", {"compatible": "x"}),
    ("Restored", {"request": "1", "error": "x"}),
]


def pry(path, box):
    """Asks for everything that a box of somebody else's could give away, and tells each answer."""
    client = Client(path)
    mine = memory()
    answers = []
    for verb, parameters in PRIES:
        interface = HANDOVER if verb in ("Save", "Status", "ListHandlers", "RegisterHandler", "Restored") else STORE
        asked = {key: box if value is None else value for key, value in parameters.items()}
        try:
            replies = client.call(interface + verb, asked, [mine] if verb == "Put" else [], verb == "RegisterHandler")
            answer, _ = next(replies)
            answers.append(f"{verb}: {len(answer['boxes'])} boxes" if verb == "ListBoxes" else f"{verb}: granted")
        except Refused as refused:
            answers.append(f"{verb}: {refused}")
    return client, "; ".join(answers)


def flood(path, box):
    """Entries up to the limit, many requests at a time, then none, then again, until standard input ends."""
    client = Client(path)
    client.ask(STORE + "CreateBox", {"name": box})
    mine = memory()
    at_once = 64
    rounds = 0
    while rounds == 0 or not select.select([sys.stdin], [], [], 0)[0]:
        for number in range(0, ENOUGH, at_once):
            for name in range(number, number + at_once):
                message = {"method": STORE + "Put", "parameters": {"box": box, "name": str(name)}}
                socket.send_fds(client.socket, [json.dumps(message).encode() + b"\0"], [mine])
            answers = [client.receive()[0] for _ in range(at_once)]
            # The last may be granted again: another one of this user has just emptied a box.
            refused = [answer for answer in answers if "error" in answer]
            if refused:
                break
        client.ask(STORE + "DeleteBox", {"name": box})
        client.ask(STORE + "CreateBox", {"name": box})
        rounds += 1
        if rounds == 1:
            print(refused[0]["error"], refused[0]["parameters"], flush=True)
    client.ask(STORE + "DeleteBox", {"name": box})


def properties(path, connections):
    """Entries with the longest names and paths, listed by many who do not read."""
    client = Client(path)
    client.ask(STORE + "CreateBox", {"name": "attacker's"})
    with tempfile.TemporaryDirectory() as folder:
        start = os.open(".", os.O_PATH)
        os.chdir(folder)
        for _ in range(15):
            os.mkdir("d" * 250)
            os.chdir("d" * 250)
        deep = os.open("f" * 200, os.O_RDWR | os.O_CREAT, 0o600)
        told = "no end"
        for number in range(ENOUGH):
            try:
                name = f"{number}".rjust(255, "n")
                client.ask(STORE + "Put", {"box": "attacker's", "name": name}, [deep])
            except Refused as refused:
                told = f"{refused} {refused.parameters}"
                break
        opened = []
        for _ in range(int(connections)):
            one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            one.connect(path)
            one.sendall(b'{"method":"org.fdbox.Store.List","more":true,"parameters":{"box":"attacker\'s"}}\0')
            opened.append(one)
        # The first page is there.
        for one in opened:
            select.select([one], [], [])
        try:
            client.ask(STORE + "List", {"box": "attacker's"})
        except Refused as refused:
            told += f", {refused}"
        os.chdir(start)
    return (client, opened), told


def leave(client):
    client.ask(STORE + "DeleteBox", {"name": "attacker's"})


def connections(path, count):
    """So many connections. All are asked, since any of them may be the one that the daemon ends."""
    resource.setrlimit(resource.RLIMIT_NOFILE, [resource.getrlimit(resource.RLIMIT_NOFILE)[1]] * 2)
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


WAYS = {"pry": pry, "puts": puts, "properties": properties, "connections": connections, "closings": closings, "unread": unread}


def main():
    uid, gid, path, way, *arguments = sys.argv[1:]
    os.setgroups([])
    os.setresgid(int(gid), int(gid), int(gid))
    os.setresuid(int(uid), int(uid), int(uid))
    if way == "flood":
        flood(path, *arguments)
        return
    kept, told = WAYS[way](path, *arguments)
    print(told, flush=True)
    sys.stdin.read()
    if way == "puts":
        leave(kept)
    elif way == "properties":
        leave(kept[0])


if __name__ == "__main__":
    main()
