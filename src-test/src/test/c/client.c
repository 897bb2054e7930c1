/* Measures one peer and prints figures, "NAME VALUE" a line; times in nanoseconds.

   client pairs PEER SOCKET COUNT       put + take over one connection: p50, p99
   client fresh PEER SOCKET COUNT       the same, a new connection for each call
   client leased SOCKET COUNT           put, take on lease, confirm, as the Java client takes: p50, p99
   client crowd PEER SOCKET CLIENTS MS  put + take by several clients at once: rate, pairs a second
   client many SOCKET COUNT             PutMany and GetMany of 250: each, a descriptor
   client hold PEER SOCKET BOX KIND COUNT   puts descriptors that stay
   client list SOCKET BOX COUNT         List: p50
   client pass COUNT                    as many descriptors to another process, which keeps them: all
   client next PEER SOCKET BOX HELD COUNT   puts of memfds behind so many others: each; for systemd's store, run by systemd */

#define _GNU_SOURCE
#include "peers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { AT_ONCE = 250, WARM_UP_SHARE = 4 };

static struct message request, reply;
static const struct peer *peer;
static const char *path;

static int open_connection(void)
{
    return strcmp(peer->name, "floor") == 0 ? start_echo() : connect_to(path);
}

static void exchange(int socket)
{
    send_message(socket, &request);
    reply.length = reply.count = 0;
    while (!peer->answered(&reply))
        if (!receive_some(socket, &reply))
            fail("the peer broke off");
}

static void put(int socket, const char *box, const char *entry, int descriptor)
{
    peer->put(&request, box, entry);
    request.descriptors[0] = descriptor;
    request.count = 1;
    exchange(socket);
}

static void take(int socket, const char *box, const char *entry)
{
    peer->take(&request, box, entry);
    request.count = 0;
    exchange(socket);
    errno = 0;
    if (reply.count != 1)
        fail("a reply without its descriptor");
    close_descriptors(&reply);
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;
    return (x > y) - (x < y);
}

/* Without the first ones, in which the peer warms up. */
static void print_percentiles(int64_t *times, int count)
{
    int first = count / WARM_UP_SHARE;
    int64_t *from = times + first;
    int left = count - first;
    qsort(from, left, sizeof *from, ascending);
    printf("p50 %lld\np99 %lld\n", (long long) from[left / 2], (long long) from[left - left / 100 - 1]);
}

static int64_t *room_for(int count)
{
    int64_t *times = calloc(count > 0 ? count : 1, sizeof *times);
    if (!times)
        fail("calloc");
    return times;
}

static void measure_pairs(int count, int fresh)
{
    int64_t *times = room_for(count);
    int descriptor = make_descriptor("memfd");
    int socket = fresh ? -1 : open_connection();
    for (int i = 0; i < count; i++) {
        /* fdboxd lets go of a name when it has sent the descriptor, and by then another connection may have asked for it. */
        char entry[32];
        snprintf(entry, sizeof entry, "x%d", fresh ? i : 0);
        int64_t start = now();
        if (fresh)
            socket = open_connection();
        put(socket, "bench", entry, descriptor);
        if (fresh) {
            close(socket);
            socket = open_connection();
        }
        take(socket, "bench", entry);
        if (fresh)
            close(socket);
        times[i] = now() - start;
    }
    print_percentiles(times, count);
}

static void measure_leased(int count)
{
    int64_t *times = room_for(count);
    int descriptor = make_descriptor("memfd");
    int socket = open_connection();
    for (int i = 0; i < count; i++) {
        int64_t start = now();
        put(socket, "bench", "x", descriptor);
        lease_one(&request, "bench", "x");
        request.count = 0;
        exchange(socket);
        close_descriptors(&reply);
        confirm_lease(&request, &reply);
        exchange(socket);
        times[i] = now() - start;
    }
    print_percentiles(times, count);
}

static long pairs_until(int64_t end)
{
    char entry[32];
    snprintf(entry, sizeof entry, "x%d", getpid());
    int descriptor = make_descriptor("memfd");
    int socket = open_connection();
    long pairs = 0;
    for (; now() < end; pairs++) {
        put(socket, "bench", entry, descriptor);
        take(socket, "bench", entry);
    }
    return pairs;
}

static void measure_crowd(int clients, int milliseconds)
{
    int results[2];
    if (pipe(results) < 0)
        fail("pipe");
    int64_t start = now();
    for (int i = 0; i < clients; i++) {
        if (fork() == 0) {
            long pairs = pairs_until(start + milliseconds * INT64_C(1000000));
            _exit(write(results[1], &pairs, sizeof pairs) != sizeof pairs);
        }
    }
    long all = 0;
    for (int i = 0; i < clients; i++) {
        int status;
        long pairs;
        if (wait(&status) < 0 || status || read(results[0], &pairs, sizeof pairs) != sizeof pairs)
            fail("a client");
        all += pairs;
    }
    printf("rate %lld\n", (long long) (all * INT64_C(1000000000) / (now() - start)));
}

static void measure_many(int count)
{
    int64_t *times = room_for(count);
    int descriptors[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++)
        descriptors[i] = make_descriptor("memfd");
    int socket = open_connection();
    for (int i = 0; i < count; i++) {
        int64_t start = now();
        put_many(&request, "bench", "m", AT_ONCE);
        memcpy(request.descriptors, descriptors, sizeof descriptors);
        request.count = AT_ONCE;
        exchange(socket);
        take_many(&request, "bench", "m", AT_ONCE);
        request.count = 0;
        exchange(socket);
        close_descriptors(&reply);
        times[i] = (now() - start) / AT_ONCE;
    }
    print_percentiles(times, count);
}

static void hold(const char *box, const char *kind, int count)
{
    char entry[32];
    int socket = open_connection();
    if (strcmp(peer->name, "fdboxd") == 0) {
        create_box(&request, box);
        request.count = 0;
        exchange(socket);
    }
    for (int i = 0; i < count; i++) {
        int descriptor = make_descriptor(kind);
        snprintf(entry, sizeof entry, "e%d", i);
        put(socket, box, entry, descriptor);
        close(descriptor);
    }
}

static void put_new(int socket, const char *box, int number)
{
    char entry[32];
    int descriptor = make_descriptor("memfd");
    snprintf(entry, sizeof entry, "e%d", number);
    if (peer)
        put(socket, box, entry, descriptor);
    else
        fdstore_put(socket, entry, descriptor);
    close(descriptor);
}

/* systemd does not answer, so the time is that until it has seen to all of them. */
static void measure_next(const char *box, int held, int count)
{
    int socket = peer ? open_connection() : fdstore_connect();
    for (int i = 0; i < held; i++)
        put_new(socket, box, i);
    if (!peer)
        fdstore_barrier(socket);
    int64_t start = now();
    for (int i = 0; i < count; i++)
        put_new(socket, box, held + i);
    if (!peer)
        fdstore_barrier(socket);
    printf("each %lld\n", (long long) (now() - start) / count);
}

/* Pages until the last; of each receive, its end tells whether that was it. */
static void receive_pages(int socket)
{
    static const char another[] = "\"continues\":true}";
    enum { TAIL = sizeof another };
    for (;;) {
        reply.length = reply.length < TAIL ? reply.length : TAIL;
        if (!receive_some(socket, &reply))
            fail("the peer broke off");
        char *tail = reply.bytes + reply.length - TAIL;
        if (peer->answered(&reply) && strcmp(tail, another) != 0)
            return;
        memmove(reply.bytes, tail, TAIL);
    }
}

static void measure_list(const char *box, int count)
{
    int64_t *times = room_for(count);
    int socket = open_connection();
    list_box(&request, box);
    request.count = 0;
    for (int i = 0; i < count; i++) {
        int64_t start = now();
        send_message(socket, &request);
        reply.length = 0;
        receive_pages(socket);
        times[i] = now() - start;
    }
    print_percentiles(times, count);
}

/* As many in each message as the kernel takes. */
static void measure_pass(int count)
{
    int ends[2];
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    int descriptor = make_descriptor("memfd");
    for (int i = 0; i < MOST_DESCRIPTORS; i++)
        request.descriptors[i] = descriptor;
    request.length = 1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        fail("socketpair");
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    for (int passed = 0; child == 0 && passed < count; passed += reply.count) {
        reply.length = 0;
        receive_some(ends[1], &reply);
    }
    if (child == 0)
        _exit(write(ends[1], "", 1) != 1);
    int64_t start = now();
    for (int passed = 0; passed < count; passed += request.count) {
        request.count = count - passed < MOST_DESCRIPTORS ? count - passed : MOST_DESCRIPTORS;
        send_message(ends[0], &request);
    }
    reply.length = 0;
    receive_some(ends[0], &reply);
    printf("all %lld\n", (long long) (now() - start));
    waitpid(child, NULL, 0);
}

int main(int count, char **words)
{
    errno = EINVAL;
    if (count == 3 && strcmp(words[1], "pass") == 0) {
        measure_pass(atoi(words[2]));
        return 0;
    }
    if (count < 4)
        fail("usage");
    const char *what = words[1];
    int ofFdboxd = strcmp(what, "leased") == 0 || strcmp(what, "many") == 0 || strcmp(what, "list") == 0;
    peer = strcmp(words[2], "systemd") == 0 ? NULL : peer_named(ofFdboxd ? "fdboxd" : words[2]);
    path = words[ofFdboxd ? 2 : 3];
    char **rest = words + (ofFdboxd ? 3 : 4);
    errno = 0;
    if (strcmp(what, "pairs") == 0)
        measure_pairs(atoi(rest[0]), 0);
    else if (strcmp(what, "fresh") == 0)
        measure_pairs(atoi(rest[0]), 1);
    else if (strcmp(what, "leased") == 0)
        measure_leased(atoi(rest[0]));
    else if (strcmp(what, "crowd") == 0)
        measure_crowd(atoi(rest[0]), atoi(rest[1]));
    else if (strcmp(what, "many") == 0)
        measure_many(atoi(rest[0]));
    else if (strcmp(what, "hold") == 0)
        hold(rest[0], rest[1], atoi(rest[2]));
    else if (strcmp(what, "list") == 0)
        measure_list(rest[0], atoi(rest[1]));
    else if (strcmp(what, "next") == 0)
        measure_next(rest[0], atoi(rest[1]), atoi(rest[2]));
    else
        fail(what);
    return 0;
}
