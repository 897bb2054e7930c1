"""A client of fdboxd in the standard library alone: how to speak to it from another language.

    python3 fdbox_client.py SOCKET COMMAND ARGUMENT...

Each command prints its result, or "error NAME" for what the daemon refuses. Descriptors travel as SCM_RIGHTS
(socket.send_fds, socket.recv_fds) on the bytes of the message that names them by index.
"""

import json
import os
import select
import socket
import sys

STORE = "org.fdbox.Store."
HANDOVER = "org.fdbox.Handover."
MOST_DESCRIPTORS = 253


class Refused(Exception):
    """The daemon's refusal: the error's name and its parameters."""

    def __init__(self, name, parameters):
        super().__init__(name.rsplit(".", 1)[-1])
        self.parameters = parameters


class Client:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(path)
        self.bytes = b""
        self.descriptors = []

    def call(self, method, parameters, descriptors=(), more=False):
        """Sends one call and yields its replies, each with the descriptors that came with it."""
        message = {"method": method, "parameters": parameters, "more": more}
        # One message with one sendmsg, the descriptors with its first byte.
        socket.send_fds(self.socket, [json.dumps(message).encode() + b"\0"], list(descriptors))
        while True:
            reply, received = self.receive()
            if "error" in reply:
                raise Refused(reply["error"], reply.get("parameters", {}))
            yield reply["parameters"], received
            if not reply.get("continues"):
                return

    def receive(self):
        while b"\0" not in self.bytes:
            data, descriptors, _, _ = socket.recv_fds(self.socket, 65536, MOST_DESCRIPTORS)
            if not data:
                raise EOFError("the daemon broke off")
            self.bytes += data
            self.descriptors += descriptors
        message, self.bytes = self.bytes.split(b"\0", 1)
        received, self.descriptors = self.descriptors, []
        return json.loads(message), received

    def ask(self, method, parameters, descriptors=()):
        """A call with one reply."""
        for answer in self.call(method, parameters, descriptors):
            return answer


def memfd(text):
    fd = os.memfd_create("python", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.pwrite(fd, text.encode(), 0)
    return fd


def take(client, box, name):
    """On lease: if this process dies before it confirms, the entry is back in its box."""
    reply, received = client.ask(STORE + "Get", {"box": box, "name": name, "confirm": True})
    text = read(received[reply["fileDescriptor"]])
    client.ask(STORE + "Confirm", {"lease": reply["lease"]})
    return text


def copy(client, box, name):
    reply, received = client.ask(STORE + "Get", {"box": box, "name": name, "keep": True})
    return read(received[reply["fileDescriptor"]])


def read(fd):
    return os.pread(fd, 1 << 20, 0).decode()


def names(client, box):
    entries = []
    for reply, _ in client.call(STORE + "List", {"box": box}, more=True):
        entries += [entry["name"] for entry in reply["entries"]]
    return " ".join(entries)


def put(client, box, name, descriptors):
    client.ask(STORE + "Put", {"box": box, "name": name, "fileDescriptor": 0}, descriptors)
    return ""


def put_epoll(client, box, name):
    with select.epoll() as epoll:
        return put(client, box, name, [epoll.fileno()])


def left_out(client):
    for reply, _ in client.call(HANDOVER + "Save", {}, more=True):
        left = reply.get("leftOut", [])
    return " ".join(one["box"] for one in left)


def monitor(client, last):
    """Prints what happens, a line each, until an event of that name."""
    for event, _ in client.call(STORE + "Monitor", {}, more=True):
        place = "/".join(event[key] for key in ("box", "name") if key in event)
        print(event["sequence"], event["event"], place, flush=True)
        if event["event"] == last:
            return "seen"


def plain(method, *parameters):
    """A command that passes its arguments on and prints nothing."""

    def run(client, *arguments):
        client.ask(method, dict(zip(parameters, arguments)))
        return ""

    return run


COMMANDS = {
    "create": plain(STORE + "CreateBox", "name"),
    "delete": plain(STORE + "DeleteBox", "name"),
    "put": lambda client, box, name, text: put(client, box, name, [memfd(text)]),
    "put-nothing": lambda client, box, name: put(client, box, name, []),
    "put-epoll": put_epoll,
    "put-pipe": lambda client, box, name: put(client, box, name, [os.pipe()[0]]),
    "take": take,
    "copy": copy,
    "list": names,
    "drop": plain(STORE + "Drop", "box", "name"),
    "seal": plain(STORE + "Seal", "box"),
    "unseal": plain(STORE + "Unseal", "box"),
    "monitor": monitor,
    "save": left_out,
    "handlers": lambda client: " ".join(
        handler["kind"] for handler in client.ask(HANDOVER + "ListHandlers", {})[0]["handlers"]
    ),
}


def main():
    client = Client(sys.argv[1])
    try:
        print(COMMANDS[sys.argv[2]](client, *sys.argv[3:]))
    except Refused as refused:
        print("error", refused)


if __name__ == "__main__":
    main()
