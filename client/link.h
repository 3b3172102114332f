#ifndef CLIENT_LINK_H
#define CLIENT_LINK_H

#include "common/arena.h"
#include "common/status.h"

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The connection to a server, and calls over it. The only room of the client that knows nng.
//
// Every call carries a deadline and a request id, and is tried again under the same id when the connection is lost or
// the server answers UNAVAILABLE or RESOURCE_EXHAUSTED, until its deadline: the server does a write once however often
// it is asked.
//
// Threads: link_start, link_call and link_call_all may be called from any thread; link_open and link_close from one.
// Completion functions run on a thread of the library's: they must not block, nor call link_call, link_call_all or
// link_close.

struct link;

enum { LINK_TOKEN_SIZE = 128 };

// link_renew_fn gets a new token when the server says that the session has expired. It runs on a thread of its own,
// may make calls over the link, and returns false when it cannot.
typedef bool link_renew_fn(struct link *l, void *data, char token[LINK_TOKEN_SIZE]);

struct link_options {
    const char *url;         // ipc:///path or tls+tcp://host:port
    const char *ca_file;     // PEM of who signed the server's certificate; needed for tls+tcp
    const char *server_name; // name in the server's certificate; the url's host when NULL
    const char *certificate; // PEM file: our own certificate and its key, where the server asks for one; else NULL
    link_renew_fn *renew;    // or NULL; calls with a token are repeated with the new one, under their request ids
    void *renew_data;        // must outlive the link
    int connect_ms;          // how long no connection may be had before calls fail; 0 for LINK_CONNECT_MS
};

enum {
    LINK_CONNECT_MS = 3000,
    LINK_TIMEOUT_MS = 10000, // a call's deadline unless given
};

// link_open begins to connect, and returns at once. NULL, and why filled, when the options are at fault. The caller
// closes it.
struct link *link_open(const struct link_options *options, char *why, size_t why_size);

// link_close ends the connection; waits for the completion functions of calls that are under way.
void link_close(struct link *l);

// One call. Texts and message are copied by link_start: they may go when it returns.
struct link_request {
    const char *method;              // /improve.v1.Cpd/BookPlaces
    const char *authority;           // or NULL
    const char *token;               // or NULL
    const char *request_id;          // or NULL: a random one
    const char *cursor;              // where a paged answer goes on, or NULL
    const ProtobufCMessage *message; // the payload
    uint32_t timeout_ms;             // 0 for LINK_TIMEOUT_MS
    bool dry_run;
    bool once; // never tried again
};

// What came of a call. header and payload live until link_reply_release.
struct link_reply {
    const Improve__Rpc__ReplyHeader *header; // never NULL; the link makes one for what the server did not answer
    const uint8_t *payload;
    size_t payload_size;
    unsigned attempts;
    bool from_server; // false: the link made the status
    char request_id[40];
    void *memory;       // the link's: the received bytes
    struct arena arena; // owned: the header
};

// link_status is the status of a reply.
enum status link_status(const struct link_reply *reply);

// link_reply_release frees what a reply holds. A cleared reply may be released.
void link_reply_release(struct link_reply *reply);

// link_done takes the reply over: whoever is given it releases it.
typedef void link_done(struct link_reply *reply, void *data);

// link_start starts a call; done is called once with its reply. False, with done not called, when the request is larger
// than FRAME_REQUEST_MAX or memory lacks, and why is filled.
bool link_start(
    struct link *l, const struct link_request *request, link_done *done, void *data, char *why, size_t why_size);

// link_call makes a call and waits for its reply, which the caller releases, also when its status is an error.
void link_call(struct link *l, const struct link_request *request, struct link_reply *reply);

// link_page is given each page of link_call_all, in order; it returns false to ask for no more. The reply is still the
// caller's.
typedef bool link_page(const struct link_reply *reply, void *data);

// link_call_all makes a call and goes on with the reply's cursor until there is none. last is the last reply, which the
// caller releases: its status is the outcome. Later pages go under no request id: only reads are paged.
void link_call_all(
    struct link *l, const struct link_request *request, link_page *page, void *data, struct link_reply *last);

// link_retry_delay is how long to wait before attempt n + 1 (n from 1), in milliseconds: 50 ms × 1.6^(n-1), at most 2
// s, ± 20 % by jitter (from 0 to 1), and no less than the server asked for.
uint32_t link_retry_delay(unsigned attempt, uint32_t asked_ms, double jitter);

#endif
