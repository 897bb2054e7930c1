#define _GNU_SOURCE
#include "peers.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct message notice;

int fdstore_connect(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    if (!path || strlen(path) >= sizeof address.sun_path)
        fail("NOTIFY_SOCKET");
    strcpy(address.sun_path, path);
    if (path[0] == '@')
        address.sun_path[0] = 0;
    int made = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (made < 0 || connect(made, (struct sockaddr *) &address, offsetof(struct sockaddr_un, sun_path) + strlen(path)) < 0)
        fail(path);
    return made;
}

static void notify(int socket, int descriptor)
{
    notice.length = strlen(notice.bytes);
    notice.descriptors[0] = descriptor;
    notice.count = 1;
    send_message(socket, &notice);
}

void fdstore_put(int socket, const char *entry, int descriptor)
{
    snprintf(notice.bytes, sizeof notice.bytes, "FDSTORE=1\nFDNAME=%s", entry);
    notify(socket, descriptor);
}

void fdstore_barrier(int socket)
{
    int ends[2];
    if (pipe(ends) < 0)
        fail("pipe");
    strcpy(notice.bytes, "BARRIER=1");
    notify(socket, ends[1]);
    close(ends[1]);
    struct pollfd end = {.fd = ends[0]};
    if (poll(&end, 1, -1) < 0)
        fail("poll");
    close(ends[0]);
}
