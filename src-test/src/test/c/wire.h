/* Sockets, descriptors and time, for the clients of the benchmarks. Whatever fails ends the program with a message. */

#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>
#include <stdint.h>

/* SCM_MAX_FD of the kernel. */
enum { MOST_DESCRIPTORS = 253 };

/* One message, or as much of it as has arrived. */
struct message {
    char bytes[1 << 17];
    size_t length;
    int descriptors[MOST_DESCRIPTORS];
    int count;
};

_Noreturn void fail(const char *what);

int connect_to(const char *path);

/* Sends bytes and descriptors with one sendmsg(2). */
void send_message(int socket, const struct message *message);

/* Receives once, behind what the message holds already; answers whether the peer is still there. */
int receive_some(int socket, struct message *message);

void close_descriptors(struct message *message);

/* Makes a descriptor of a kind: "memfd" or "eventfd". */
int make_descriptor(const char *kind);

/* CLOCK_MONOTONIC in nanoseconds. */
int64_t now(void);

#endif
