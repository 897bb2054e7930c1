#define _GNU_SOURCE
#include "peers.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Varlink: JSON and a NUL. */

static void add(struct message *message, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    size_t room = sizeof message->bytes - message->length;
    message->length += vsnprintf(message->bytes + message->length, room, format, values);
    va_end(values);
}

static void begin(struct message *request, const char *method, const char *box)
{
    request->length = 0;
    add(request, "{\"method\":\"org.fdbox.Store.%s\",\"parameters\":{\"box\":\"%s\"", method, box);
}

static void end(struct message *request)
{
    add(request, "}}");
    request->length++;
}

static void fdbox_put(struct message *request, const char *box, const char *entry)
{
    begin(request, "Put", box);
    add(request, ",\"name\":\"%s\"", entry);
    end(request);
}

static void fdbox_take(struct message *request, const char *box, const char *entry)
{
    begin(request, "Get", box);
    add(request, ",\"name\":\"%s\"", entry);
    end(request);
}

static int fdbox_answered(const struct message *reply)
{
    static const char refusal[] = "{\"error\"";
    if (reply->length == 0 || reply->bytes[reply->length - 1] != 0)
        return 0;
    if (strncmp(reply->bytes, refusal, sizeof refusal - 1) == 0) {
        errno = 0;
        fail(reply->bytes);
    }
    return 1;
}

void create_box(struct message *request, const char *box)
{
    request->length = 0;
    add(request, "{\"method\":\"org.fdbox.Store.CreateBox\",\"parameters\":{\"name\":\"%s\"", box);
    end(request);
}

void put_many(struct message *request, const char *box, const char *entry, int count)
{
    begin(request, "PutMany", box);
    for (int i = 0; i < count; i++)
        add(request, "%s{\"name\":\"%s%d\",\"fileDescriptor\":%d}", i ? "," : ",\"files\":[", entry, i, i);
    add(request, "]");
    end(request);
}

void take_many(struct message *request, const char *box, const char *entry, int count)
{
    begin(request, "GetMany", box);
    for (int i = 0; i < count; i++)
        add(request, "%s\"%s%d\"", i ? "," : ",\"names\":[", entry, i);
    add(request, "]");
    end(request);
}

void lease_one(struct message *request, const char *box, const char *entry)
{
    begin(request, "GetMany", box);
    add(request, ",\"names\":[\"%s\"],\"confirm\":true", entry);
    end(request);
}

void confirm_lease(struct message *request, const struct message *reply)
{
    const char *lease = strstr(reply->bytes, "\"lease\":\"");
    if (!lease)
        fail("a reply without a lease");
    lease += strlen("\"lease\":\"");
    request->length = 0;
    add(request, "{\"method\":\"org.fdbox.Store.Confirm\",\"parameters\":{\"lease\":\"%.*s\"",
        (int) strcspn(lease, "\""), lease);
    end(request);
}

void list_box(struct message *request, const char *box)
{
    begin(request, "List", box);
    end(request);
    request->length -= 2;
    add(request, ",\"more\":true}");
    request->length++;
}

/* s6-fdholderd, as strace(1) shows its clients: a length in 4 bytes and a number of descriptors in 2, both big-endian; then
   'S', an expiry (TAI64N, here "never"), or 'R' and whether it leaves, each followed by the name's length, name and NUL. The
   reply has such a header too, and one byte, 0 for success. */

enum { S6_HEADER = 6 };

static void s6_begin(struct message *request, int descriptors, char verb)
{
    memset(request->bytes, 0, S6_HEADER);
    request->bytes[5] = descriptors;
    request->bytes[S6_HEADER] = verb;
    request->length = S6_HEADER + 1;
}

static void s6_end(struct message *request, const char *box, const char *entry)
{
    char name[256];
    int length = snprintf(name, sizeof name, "%s/%s", box, entry);
    request->bytes[request->length++] = length;
    memcpy(request->bytes + request->length, name, length + 1);
    request->length += length + 1;
    request->bytes[2] = (request->length - S6_HEADER) >> 8;
    request->bytes[3] = request->length - S6_HEADER;
}

/* Each another one, since equal expiries hang it. */
static void s6_expiry(struct message *request)
{
    static uint32_t count;
    unsigned char *label = (unsigned char *) request->bytes + request->length;
    memset(label, 0, 12);
    label[0] = 0x60;
    uint32_t pid = getpid(), serial = count++;
    for (int i = 0; i < 4; i++) {
        label[4 + i] = pid >> (24 - 8 * i);
        label[8 + i] = (serial % 1000000000) >> (24 - 8 * i);
    }
    request->length += 12;
}

static void s6_put(struct message *request, const char *box, const char *entry)
{
    s6_begin(request, 1, 'S');
    s6_expiry(request);
    s6_end(request, box, entry);
}

static void s6_take(struct message *request, const char *box, const char *entry)
{
    s6_begin(request, 0, 'R');
    request->bytes[request->length++] = 1;
    s6_end(request, box, entry);
}

static int s6_answered(const struct message *reply)
{
    if (reply->length < S6_HEADER + 1)
        return 0;
    errno = reply->bytes[S6_HEADER];
    if (errno)
        fail("s6-fdholderd refuses");
    return 1;
}

/* The echo: 64 bytes each way. */

static void echo_request(struct message *request, const char *box, const char *entry)
{
    (void) box;
    (void) entry;
    request->length = 64;
}

static int echo_answered(const struct message *reply)
{
    return reply->length == 64;
}

static void serve_echo(int socket)
{
    static struct message received;
    int kept = -1;
    for (;;) {
        received.length = received.count = 0;
        if (!receive_some(socket, &received))
            _exit(0);
        if (received.count) {
            kept = received.descriptors[0];
            received.count = 0;
            send_message(socket, &received);
        } else {
            received.count = 1;
            received.descriptors[0] = kept;
            send_message(socket, &received);
            close_descriptors(&received);
        }
    }
}

int start_echo(void)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        fail("socketpair");
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0) {
        close(ends[0]);
        serve_echo(ends[1]);
    }
    close(ends[1]);
    return ends[0];
}

static const struct peer peers[] = {
    {"fdboxd", fdbox_put, fdbox_take, fdbox_answered},
    {"s6", s6_put, s6_take, s6_answered},
    {"floor", echo_request, echo_request, echo_answered},
};

const struct peer *peer_named(const char *name)
{
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++)
        if (strcmp(peers[i].name, name) == 0)
            return &peers[i];
    errno = EINVAL;
    fail(name);
}
