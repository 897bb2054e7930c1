#define _GNU_SOURCE
#include "wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

union control {
    char room[CMSG_SPACE(sizeof(int) * MOST_DESCRIPTORS)];
    struct cmsghdr align;
};

_Noreturn void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, errno ? strerror(errno) : "not what was expected");
    exit(1);
}

int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        fail(path);
    strcpy(address.sun_path, path);
    int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0 || connect(made, (struct sockaddr *) &address, sizeof address) < 0)
        fail(path);
    return made;
}

void send_message(int socket, const struct message *message)
{
    union control control;
    struct iovec data = {(char *) message->bytes, message->length};
    struct msghdr header = {.msg_iov = &data, .msg_iovlen = 1};
    if (message->count > 0) {
        size_t size = sizeof(int) * message->count;
        header.msg_control = control.room;
        header.msg_controllen = CMSG_SPACE(size);
        struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
        *rights = (struct cmsghdr) {.cmsg_len = CMSG_LEN(size), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(rights), message->descriptors, size);
    }
    if (sendmsg(socket, &header, MSG_NOSIGNAL) != (ssize_t) message->length)
        fail("sendmsg");
}

int receive_some(int socket, struct message *message)
{
    union control control;
    struct iovec data = {message->bytes + message->length, sizeof message->bytes - message->length};
    struct msghdr header = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control.room,
                            .msg_controllen = sizeof control.room};
    ssize_t received = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    if (received < 0 || header.msg_flags & MSG_CTRUNC)
        fail("recvmsg");
    message->length += received;
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    if (rights) {
        message->count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(message->descriptors, CMSG_DATA(rights), sizeof(int) * message->count);
    }
    return received > 0;
}

void close_descriptors(struct message *message)
{
    for (int i = 0; i < message->count; i++)
        close(message->descriptors[i]);
    message->count = 0;
}

int make_descriptor(const char *kind)
{
    int made = strcmp(kind, "eventfd") == 0 ? eventfd(0, EFD_CLOEXEC) : memfd_create("bench", MFD_CLOEXEC);
    if (made < 0)
        fail(kind);
    return made;
}

int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}
