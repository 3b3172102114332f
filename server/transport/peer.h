#ifndef SERVER_TRANSPORT_PEER_H
#define SERVER_TRANSPORT_PEER_H

#include "server/transport/listener.h"

#include <event2/event.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/socket.h>

// One client's connection: hello, then requests, whose replies may go back in any order. Everything here is the
// transport thread's.

struct peer {
    TAILQ_ENTRY(peer) list;
    struct bufferevent *stream; // NULL once closed
    bool local;                 // a local socket
    bool greeted;               // the hellos are exchanged
    bool paused;                // not read from until it has taken its replies
    int gate;                   // the authority whose gate it came through, GATE_LOCAL, or 0
    char source[64];            // as transport_source gives it; never changes
    bool replied;               // in the list of those that peer_send_all is for
    SLIST_ENTRY(peer) replied_list;
    int in_flight;        // requests whose replies are to come
    uint64_t last_ms;     // of its opening, or its last whole request
    uint64_t partial_ms;  // since when part of a request waits for the rest; 0 when none does
    uint64_t sent;        // bytes put on the wire
    uint64_t taken_ms;    // when it last took some, or was first owed some
    uint64_t window_ms;   // since when it is watched how fast it takes what it is sent
    uint64_t window_sent; // sent, then
    size_t window_owed;   // unsent, then
};

// peer_request_fn takes a whole message, which it must free. It may close the connection.
typedef void peer_request_fn(struct peer *p, uint8_t *message, size_t size);

// peer_init is called once, before the others.
void peer_init(const struct options *o, peer_request_fn *request);

// peer_open makes a connection of an accepted socket, which it owns from then on, and says hello. NULL without
// memory: the socket is closed.
struct peer *peer_open(struct event_base *base, int fd, const struct listener *l, const struct sockaddr *from);

// peer_reply ends one request: its bytes, which it frees, are to be sent; NULL closes the connection. peer_send_all,
// after some replies, sends what local sockets take at once.
void peer_reply(struct peer *p, uint8_t *bytes, size_t size);
void peer_send_all(void);

// peer_close ends a connection at once: descriptor and buffers are gone. The struct is freed by peer_free
// when no request is in flight any more.
void peer_close(struct peer *p);
void peer_free(struct peer *p);

// peer_is_slow tells whether it took nothing of what it was sent for patience_ms, or next to nothing for ten times as
// long, or is as slow with a request that it began.
bool peer_is_slow(struct peer *p, uint64_t now_ms, long patience_ms);

// peer_buffered is how many bytes all connections' buffers hold. Any thread.
size_t peer_buffered(void);

#endif
