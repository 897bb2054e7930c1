/* What the benchmark says to each peer: to fdboxd (Varlink), to s6-fdholderd, and to an echo that stands for the kernel alone. */

#ifndef PEERS_H
#define PEERS_H

#include "wire.h"

struct peer {
    const char *name;
    /* Writes the bytes of a request to store one descriptor, or to take it out again. */
    void (*put)(struct message *request, const char *box, const char *entry);
    void (*take)(struct message *request, const char *box, const char *entry);
    /* Whether a whole reply has arrived; fails if it is a refusal. */
    int (*answered)(const struct message *reply);
};

const struct peer *peer_named(const char *name);

/* systemd's store of the service that this program is (sd_notify(3)). It says nothing of a descriptor; a barrier is over when all
   before it was seen to. */
int fdstore_connect(void);
void fdstore_put(int socket, const char *entry, int descriptor);
void fdstore_barrier(int socket);

/* Requests of fdboxd alone. */
void create_box(struct message *request, const char *box);
void put_many(struct message *request, const char *box, const char *entry, int count);
void take_many(struct message *request, const char *box, const char *entry, int count);
void lease_one(struct message *request, const char *box, const char *entry);
void confirm_lease(struct message *request, const struct message *reply);
void list_box(struct message *request, const char *box);

/* Starts an echo in a process of its own: it keeps a descriptor that comes, and sends it back when asked without one.
   Returns our end. */
int start_echo(void);

#endif
