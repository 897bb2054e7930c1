"""Uses a box handle that it inherited at 3, from a process that may not connect to the daemon.

handle.py SOCKET BOX: prints a line each for: connecting, its list, its put, its taking.
"""

import json
import os
import socket
import sys


def call(handle, method, descriptors=(), **parameters):
    message = json.dumps({"method": "org.fdbox.Store." + method, "parameters": parameters}).encode() + b"\0"
    if descriptors:
        socket.send_fds(handle, [message], descriptors)
    else:
        handle.sendall(message)
    received, handed, _, _ = socket.recv_fds(handle, 1 << 20, 253)
    while not received.endswith(b"\0"):
        received += handle.recv(1 << 20)
    reply = json.loads(received[:-1])
    return reply.get("error", "").split(".")[-1], reply["parameters"], handed


def main(address, box):
    print("uid", os.geteuid())
    try:
        with socket.socket(socket.AF_UNIX) as direct:
            direct.connect(address)
        print("connected")
    except PermissionError:
        print("may not connect")
    with socket.socket(fileno=3) as handle:
        error, parameters, _ = call(handle, "List", box=box)
        print(error or " ".join(entry["name"] for entry in parameters["entries"]))
        memory = os.memfd_create("nobody's")
        os.write(memory, b"put by nobody")
        error, parameters, _ = call(handle, "Put", [memory], box=box, name="new")
        print(error or "putter {putterUid}".format(**parameters["entry"]))
        error, _, handed = call(handle, "Get", box=box, name="old", keep=True)
        print(error or os.pread(handed[0], 100, 0).decode())
        error, _, _ = call(handle, "Get", box=box, name="old")
        print(error or "taken")


main(*sys.argv[1:])
