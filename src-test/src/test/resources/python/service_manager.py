"""A service manager of a test's own: the file descriptor store of systemd, as sd_pid_notify_with_fds(3) describes it.

    python3 service_manager.py FOLDER LIMIT

Listens at FOLDER/notify for messages of the service, and at FOLDER/start for as_service.py, which it gives what is stored. Obeys
lines on its standard input, and answers each with a line: "names" (what is stored), "limit N", "deaf" and "hear" (whether it
reads its messages). Like systemd it drops what is over the limit, and what it has already under another name, without a word.
"""

import array
import ctypes
import json
import os
import select
import socket
import sys

KCMP = {"x86_64": 312, "aarch64": 272}[os.uname().machine]
KCMP_FILE = 0
AT_ONCE = 253

libc = ctypes.CDLL(None, use_errno=True)


def same(one, other):
    pid = os.getpid()
    answer = libc.syscall(KCMP, pid, pid, KCMP_FILE, one, other)
    if answer < 0:
        raise OSError(ctypes.get_errno(), "kcmp")
    return answer == 0


class Store:
    def __init__(self, limit):
        self.limit = limit
        self.stored = []
        self.most = 0

    def hear(self, message, descriptors):
        fields = dict(line.split("=", 1) for line in message.decode().splitlines() if "=" in line)
        if fields.get("FDSTORE") == "1":
            assert fields["FDPOLL"] == "0" and ":" not in fields["FDNAME"], fields
            for fd in descriptors:
                self.add(fields["FDNAME"], fd)
            return
        if fields.get("FDSTOREREMOVE") == "1":
            for name, fd in self.stored:
                if name == fields["FDNAME"]:
                    os.close(fd)
            self.stored = [(name, fd) for name, fd in self.stored if name != fields["FDNAME"]]
        for fd in descriptors:
            os.close(fd)

    def add(self, name, fd):
        if len(self.stored) >= self.limit or any(same(fd, other) for _, other in self.stored):
            os.close(fd)
        else:
            self.stored.append((name, fd))
            self.most = max(self.most, len(self.stored))


def send(start, store):
    connection, _ = start.accept()
    with connection:
        listing = json.dumps([name for name, _ in store.stored]).encode() + b"\n"
        connection.sendall(listing)
        for at in range(0, len(store.stored), AT_ONCE):
            some = array.array("i", [fd for _, fd in store.stored[at:at + AT_ONCE]])
            connection.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, some)])


def obey(line, store):
    words = line.split()
    if words[0] == "limit":
        store.limit = int(words[1])
    return " ".join(name for name, _ in store.stored) if words[0] == "names" else "done"


def main():
    folder, limit = sys.argv[1:]
    store = Store(int(limit))
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(os.path.join(folder, "notify"))
    start = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    start.bind(os.path.join(folder, "start"))
    start.listen()
    print("ready", flush=True)
    deaf = False
    while True:
        ready, _, _ = select.select([sys.stdin, start] + ([] if deaf else [notify]), [], [])
        # What was said before is heard before anything else is done, as in systemd.
        if notify in ready:
            message, descriptors, _, _ = socket.recv_fds(notify, 65536, AT_ONCE)
            store.hear(message, descriptors)
        elif start in ready:
            send(start, store)
        else:
            line = sys.stdin.readline()
            if not line:
                return
            deaf = line.strip() == "deaf" or deaf and line.strip() != "hear"
            print(obey(line, store), flush=True)


if __name__ == "__main__":
    main()
