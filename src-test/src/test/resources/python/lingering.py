"""Puts connected TCP sockets into a box whose closing takes long, and ends.

    python3 lingering.py SOCKET BOX PORT COUNT

Each is connected to a port of this machine at which nobody reads, has data that cannot leave, and asks close(2) to wait for
it (SO_LINGER). Once this process has ended, the daemon is the last one to have them open.
"""

import socket
import struct
import sys

from fdbox_client import STORE, Client

LINGER_SECONDS = 3600


def stuck(port):
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, LINGER_SECONDS))
    connection.setblocking(False)
    try:
        while True:
            connection.send(bytes(65536))
    except BlockingIOError:
        return connection


def main():
    path, box, port, count = sys.argv[1:]
    client = Client(path)
    client.ask(STORE + "CreateBox", {"name": box})
    connections = [stuck(int(port)) for _ in range(int(count))]
    for number, connection in enumerate(connections):
        client.ask(STORE + "Put", {"box": box, "name": str(number), "fileDescriptor": 0}, [connection.fileno()])
    # Its own closing would wait, too: for the daemon's copies it must not.
    print("put", len(connections))


if __name__ == "__main__":
    main()
