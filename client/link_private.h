#ifndef CLIENT_LINK_PRIVATE_H
#define CLIENT_LINK_PRIVATE_H

#include "client/link.h"
#include "client/uuid.h"

#include <nng/nng.h>
#include <nng/supplemental/tls/tls.h>
#include <nng/supplemental/util/platform.h>
#include <pthread.h>

// What link.c (the connection) and link_call.c (the calls over it) share. No other file includes it.

enum {
    SP_HEADER = 4, // bytes that the protocol puts before a frame, and counts among a message's
    RECONNECT_FIRST_MS = 25,
    RECONNECT_MOST_MS = 500,
    RETIRED_MS = 1000,
};

// A call goes IDLE → SENDING → RECEIVING → (PAUSING → SENDING →) … → IDLE, only through call_move.
enum call_state { CALL_IDLE, CALL_SENDING, CALL_RECEIVING, CALL_PAUSING };

struct call {
    struct link *link;
    struct call *next; // in the link's idle list
    struct call *born; // in the list of all calls of the link
    enum call_state state;
    nng_aio *aio;
    nng_ctx ctx; // a context of its own; closed when the call is used again or the link closes, never while it works
    bool has_ctx;
    Improve__Rpc__CallHeader header; // its texts are in the arena
    struct arena arena;              // header's texts and payload
    uint8_t *payload;
    size_t payload_size;
    nng_time deadline;
    unsigned attempt;
    unsigned edition;       // of the link's socket that ctx belongs to
    unsigned token_edition; // of the link's token that it carries; 0: the request's own
    bool once;
    char request_id[UUID_SIZE];
    link_done *done;
    void *data;
};

// A context that is no longer called on. nng 1.5.2's timer may still be about to cancel what ended on it a moment ago,
// so it is closed later.
struct retired {
    struct retired *next;
    nng_ctx ctx;
    nng_time at;
};

struct link {
    nng_socket socket;
    nng_dialer dialer;
    nng_tls_config *tls; // or NULL
    char *url;
    unsigned edition; // of socket and dialer: a link that lost its way dials anew
    int connect_ms;
    pthread_mutex_t mutex;
    pthread_cond_t quiet; // signalled when working reaches 0
    unsigned pipes;       // connections there are
    nng_time alone_since; // when pipes became 0
    unsigned working;     // calls whose completion function has not returned
    struct call *idle, *all;
    struct retired *oldest, *newest; // contexts to close
    link_renew_fn *renew;
    void *renew_data;
    char token[LINK_TOKEN_SIZE]; // the latest renewal's
    unsigned token_edition;      // times renewed
    bool renewing, renew_failed;
};

enum { LINK_RENEWALS_MAX = 3 }; // on one link: a server that refuses what it just gave is not asked for ever

// link_renews tells whether a call is to be repeated because its session has expired: a new token is there or on its
// way.
bool link_renews(struct call *c, const struct link_reply *reply);

// link_is_renewing tells whether a new token is on its way.
bool link_is_renewing(struct link *l);

// link_take_token puts the latest token into a call's header.
void link_take_token(struct call *c);

// link_is_alone tells whether there is no connection, and since when.
bool link_is_alone(struct link *l, nng_time *since);

// link_alone_why says why there is no connection, as far as the dialer's counters know.
void link_alone_why(struct link *l, char *to, size_t size);

// link_retire takes a context over, and closes those that were given to it RETIRED_MS ago or longer.
void link_retire(struct link *l, nng_ctx ctx);

// link_socket is the socket to call on; edition tells which it is. link_redial dials a new one unless that was done
// since edition: nng 1.5.2 can keep a lost connection among those it sends on, and then every call on the socket fails.
nng_socket link_socket(struct link *l, unsigned *edition);
void link_redial(struct link *l, unsigned edition);

// link_refuse writes why, and returns false.
bool link_refuse(char *why, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
