#include "server/pulse.h"

#include "server/db/connection.h"

enum {
    EVERY_MS = 300,
    HANGS_MS = 1200, // without an answer for so long, the database hangs
    GIVEN_UP_MS = 5000,
    REOPEN_MS = 200,
};

static struct {
    struct connection *connection;
    uint64_t asked_ms, tried_ms;
} pulse;

static void no_call(struct call *call, void *data)
{
    (void)call;
    (void)data;
}

bool pulse_init(const struct options *o)
{
    pulse.connection = connection_new(o->database, "", no_call, NULL);
    return pulse.connection != NULL;
}

bool pulse_tick(uint64_t now)
{
    struct connection *c = pulse.connection;
    connection_step(c);
    if (connection_state(c) == CONNECTION_DOWN && now - pulse.tried_ms >= REOPEN_MS) {
        pulse.tried_ms = now;
        connection_open(c);
    } else if (connection_state(c) == CONNECTION_OPENING && now - pulse.tried_ms > GIVEN_UP_MS) {
        connection_close(c);
    } else if (connection_state(c) == CONNECTION_READY && now - pulse.asked_ms >= EVERY_MS &&
               connection_probe(c, now)) {
        pulse.asked_ms = now;
    }
    return connection_silent(c, now) > HANGS_MS;
}
