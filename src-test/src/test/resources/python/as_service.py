"""Becomes another program, as a service of service_manager.py: with what is stored there, as sd_listen_fds(3) says.

    python3 as_service.py FOLDER COMMAND...
"""

import json
import os
import socket
import sys

FIRST = 3
AT_ONCE = 253


def received(folder):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(os.path.join(folder, "start"))
        listing = b""
        while not listing.endswith(b"\n"):
            listing += connection.recv(1)
        names = json.loads(listing)
        descriptors = []
        while len(descriptors) < len(names):
            _, some, _, _ = socket.recv_fds(connection, 1, AT_ONCE)
            descriptors += some
        return names, descriptors


def main():
    folder, command = sys.argv[1], sys.argv[2:]
    names, descriptors = received(folder)
    # Out of the way of where they are to be.
    high = [os.dup(fd) if fd < FIRST + len(names) else fd for fd in descriptors]
    while any(fd < FIRST + len(names) for fd in high):
        high = [os.dup(fd) if fd < FIRST + len(names) else fd for fd in high]
    for at, fd in enumerate(high):
        os.dup2(fd, FIRST + at, inheritable=True)
    os.closerange(FIRST + len(names), 4096)
    os.environ["NOTIFY_SOCKET"] = os.path.join(folder, "notify")
    os.environ["SYSTEMD_EXEC_PID"] = str(os.getpid())
    os.environ.pop("FDSTORE", None)
    if names:
        os.environ["LISTEN_PID"] = str(os.getpid())
        os.environ["LISTEN_FDS"] = str(len(names))
        os.environ["LISTEN_FDNAMES"] = ":".join(names)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
