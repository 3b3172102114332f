#ifndef SERVER_CALL_H
#define SERVER_CALL_H

#include "common/arena.h"
#include "common/catalog.h"
#include "common/status.h"
#include "server/mailbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One call: the object that travels from the wire to the database and back. It is made by transport, owned by one loop
// thread from then on, and its state moves only through call_move.

enum call_state {
    CALL_RECEIVED,  // bytes have come; nothing looked at
    CALL_WAITING,   // admitted; waits in a lane for a connection
    CALL_RUNNING,   // in a connection's pipeline: gate and function
    CALL_REPLAYING, // in a connection's pipeline: its first answer is being fetched, or, of a refused write, looked for
    CALL_NOTING,    // in a connection's pipeline: refused as a wrong sign-in, which is being counted
    CALL_PARKED,    // a watch that found nothing yet; waits for an event
    CALL_ANSWERED, // the reply is with transport; a call that a pipeline still holds stays here until the pipeline lets
                   // go
    CALL_STATES
};

// What a call's statements came to.
enum verdict {
    VERDICT_DONE,    // they succeeded, as far as they have come
    VERDICT_REFUSED, // one failed: the reply says why
    VERDICT_REPLAY,  // the request id was answered before: fetch that answer
    VERDICT_AGAIN,   // the prepared plan was out of date: send the call once more
    VERDICT_UNDONE,  // a dry run came to its end
};

enum { CALL_HASH_SIZE = 32, CALL_NOTES_MAX = 8 };

// Classes of callers that take turns: 0 to 999 are authorities, and those whom the gate has not let in lately are one
// class more.
enum { GATE_LOCAL = -1, GATE_NONE = -2 };
enum { FAIR_STRANGERS = 1000, FAIR_CLASSES };

struct statement;
struct transport_ticket;

struct call {
    struct mail mail; // first: it travels to the loop
    enum call_state state;
    struct call *next;               // in the lane that holds it
    struct transport_ticket *ticket; // where the reply goes; NULL once answered
    bool held;                       // a pipeline holds this call
    struct arena arena;              // what the request makes; its budget bounds what a caller can take
    struct arena answer_arena;       // what the reply makes, so that a call whose budget is spent can still be told so

    const uint8_t *bytes; // the frame; the ticket's until the reply
    size_t size;
    uint64_t received_ms; // monotonic
    int gate;             // the authority through whose gate it came, GATE_LOCAL by a local socket, 0 through none
    uint64_t deadline_ms; // monotonic

    Improve__Rpc__CallHeader *header; // in the arena
    const struct catalog_method *method;
    const struct statement *statement;
    ProtobufCMessage *request; // in the arena
    const uint8_t *payload;    // the request as it came
    size_t payload_size;
    uint8_t token_hash[CALL_HASH_SIZE];
    uint8_t fingerprint[CALL_HASH_SIZE]; // of method and payload
    int fair_class;                      // whose turn it takes
    uint8_t proof_key[CALL_HASH_SIZE];   // the public key whose proof the request carries
    bool proved;                         // and its signature is good
    char source[64];                     // network address of a call without a token or with a proof; "" for the others
    bool touch;                          // its session's use is to be noted
    char attempt[2 * CALL_HASH_SIZE + 1]; // refused as a wrong sign-in: what it counts for, in hexadecimal; else ""
    uint64_t watched;                     // of a watch: how far its authority had come when it was sent
    unsigned tries;                       // times it was sent to the database
    bool admitted;                        // the gate let it in
    enum verdict verdict;                 // what its statements came to, so far

    Improve__Rpc__ReplyHeader reply; // being made; what it points to is in answer_arena
    ProtobufCMessage *answer;        // in answer_arena; NULL when there is none
    size_t answer_size;              // bytes of rows taken so far, for the limit
};

// call_new makes a call in CALL_RECEIVED that may use budget bytes. NULL when there is no memory.
struct call *call_new(size_t budget);

// call_move takes a call from its state to another; aborts on a move that the table of moves does not have.
void call_move(struct call *call, enum call_state to);

// call_again forgets what came of a call, so that it can be sent once more.
void call_again(struct call *call);

// call_free ends a call that is answered and that no pipeline holds.
void call_free(struct call *call);

// call_state_name is for logs.
const char *call_state_name(enum call_state state);

// call_fail sets the reply to a status with its message and reason; the texts are copied. A later failure replaces an
// earlier one.
void call_fail(struct call *call, enum status code, const char *reason, const char *message);

// call_violation adds a field at fault to the reply.
void call_violation(struct call *call, const char *field, const char *description, const char *accepted);

// call_note adds a remark for people; more than CALL_NOTES_MAX are dropped.
void call_note(struct call *call, const char *text);

#endif
