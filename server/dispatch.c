#include "server/dispatch.h"

#include "common/check.h"
#include "common/frame.h"
#include "server/known.h"
#include "server/local.h"
#include "server/proof.h"
#include "server/rate.h"
#include "server/statement.h"
#include "server/transport/transport.h"

#include <ctype.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { TOKEN_MAX = 512, TEXT_MAX = 256, CURSOR_MAX = 2048, DRAIN_RETRY_MS = 200 };

static const struct options *options;

void dispatch_init(const struct options *o)
{
    options = o;
    proof_init(o->server_names);
    rate_init(o->authority_rate, o->authority_burst);
}

static bool refuse(struct call *call, enum status code, const char *reason, const char *message)
{
    call_fail(call, code, reason, message);
    return false;
}

static bool refuse_field(struct call *call, const struct field_error *error)
{
    char message[sizeof error->field + sizeof error->message + 8];
    snprintf(message, sizeof message, "%s: %s", error->field, error->message);
    call_fail(call, STATUS_INVALID_ARGUMENT, "INVALID_FIELD", message);
    call_violation(call, error->field, error->message, error->accepted);
    return false;
}

static bool refuse_unpack(struct call *call)
{
    if (call->arena.exhausted)
        return refuse(
            call, STATUS_RESOURCE_EXHAUSTED, "CALL_TOO_LARGE", "The call needs more memory than one call may use.");
    return refuse(call, STATUS_INVALID_ARGUMENT, "MALFORMED", "The message is not well-formed.");
}

// unpack reads a message of this type from bytes, checked, into the call's arena. NULL: the call is refused.
static ProtobufCMessage *unpack(
    struct call *call, const ProtobufCMessageDescriptor *type, const uint8_t *bytes, size_t size)
{
    struct field_error error = {0};
    if (!check_packed(type, bytes, size, &error)) {
        refuse_field(call, &error);
        return NULL;
    }
    ProtobufCMessage *message = protobuf_c_message_unpack(type, &call->arena.allocator, size, bytes);
    if (!message) {
        refuse_unpack(call);
        return NULL;
    }
    if (!check_message(message, &error)) {
        refuse_field(call, &error);
        return NULL;
    }
    return message;
}

static bool is_uuid(const char *text)
{
    for (int i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
            return false;
    }
    return text[36] == '\0';
}

static bool too_long(const char *text, size_t most)
{
    return text && strlen(text) > most;
}

static bool check_header(struct call *call, const Improve__Rpc__CallHeader *h)
{
    if (too_long(h->token, TOKEN_MAX) || too_long(h->authority, TEXT_MAX) || too_long(h->cursor, CURSOR_MAX) ||
        too_long(h->traceparent, TEXT_MAX) || too_long(h->client_version, TEXT_MAX) || too_long(h->locale, TEXT_MAX))
        return refuse(call, STATUS_INVALID_ARGUMENT, "HEADER_TOO_LARGE",
            "A field of the call's header is longer than it may be.");
    if (h->request_id && !is_uuid(h->request_id)) {
        struct field_error error = {"request_id", "is no UUID", "a UUID such as 6f1c2d3e-0a4b-4c5d-8e9f-001122334455"};
        return refuse_field(call, &error);
    }
    return true;
}

static bool read_header(struct call *call)
{
    const uint8_t *header;
    size_t size;
    if (!frame_split(call->bytes, call->size, &header, &size, &call->payload, &call->payload_size))
        return refuse(
            call, STATUS_INVALID_ARGUMENT, "MALFORMED", "The message is no frame: its header's length does not fit.");
    ProtobufCMessage *message = unpack(call, &improve__rpc__call_header__descriptor, header, size);
    call->header = (Improve__Rpc__CallHeader *)(void *)message;
    return message && check_header(call, call->header);
}

static bool find_method(struct call *call)
{
    call->method = call->header->method ? catalog_find(call->header->method) : NULL;
    if (call->method)
        return true;
    return refuse(call, STATUS_UNIMPLEMENTED, "NO_SUCH_METHOD",
        "The server has no such method; improve list-methods lists those it has.");
}

// hash takes the fingerprint of the call, and leaves of its token the hash only.
static void hash(struct call *call)
{
    crypto_generichash_state state;
    const char *name = call->method->full_name;
    crypto_generichash_init(&state, NULL, 0, CALL_HASH_SIZE);
    crypto_generichash_update(&state, (const unsigned char *)name, strlen(name) + 1);
    crypto_generichash_update(&state, call->payload, call->payload_size);
    crypto_generichash_final(&state, call->fingerprint, CALL_HASH_SIZE);
    if (!call->header->token)
        return;
    crypto_hash_sha256(call->token_hash, (const unsigned char *)call->header->token, strlen(call->header->token));
    sodium_memzero(call->header->token, strlen(call->header->token));
}

// note_proof notes where a call without a token, or with a proof, came from, and whose key it proves.
static void note_proof(struct call *call)
{
    if (!call->header->token || proof_is_carried(call->method->method->input))
        transport_source(call, call->source, sizeof call->source);
    proof_look(call);
}

static void set_deadline(struct call *call)
{
    long most = options->max_timeout_ms;
    long fallback = call->statement->lane == LANE_BULK ? options->bulk_timeout_ms : options->default_timeout_ms;
    long wanted = call->header->has_timeout_ms ? (long)call->header->timeout_ms : fallback;
    call->deadline_ms = call->received_ms + (uint64_t)(wanted < most ? wanted : most);
}

// through_its_gate refuses a call for an authority that has a gate when it came by another way, and one that came
// through a gate for another authority. Local sockets are the operator's.
static bool through_its_gate(struct call *call)
{
    const char *code = call->header->authority;
    int authority = code && strlen(code) == 3 && strspn(code, "0123456789") == 3 ? atoi(code) : 0;
    if (call->gate == GATE_LOCAL || authority == call->gate || (call->gate == 0 && !transport_is_gated(authority)) ||
        (call->gate > 0 && authority == 0))
        return true;
    return refuse(call, STATUS_PERMISSION_DENIED, "CLIENT_CERTIFICATE_REQUIRED",
        "The authority is served through its own gate only, to clients with a certificate that it trusts.");
}

static bool within_rate(struct call *call)
{
    uint32_t wait_ms;
    if (rate_take(call->fair_class, call->received_ms, &wait_ms))
        return true;
    call_fail(call, STATUS_RESOURCE_EXHAUSTED, "RATE_LIMIT", "The authority makes more calls than it may.");
    call->reply.has_retry_delay_ms = 1;
    call->reply.retry_delay_ms = wait_ms;
    return false;
}

bool dispatch_admit(struct call *call, bool draining)
{
    if (!read_header(call) || !find_method(call))
        return false;
    call->request = unpack(call, call->method->method->input, call->payload, call->payload_size);
    if (!call->request || local_answer(call))
        return false;
    if (draining) {
        call_fail(
            call, STATUS_UNAVAILABLE, "DRAINING", "The server is stopping; another one, or the next, will answer.");
        call->reply.has_retry_delay_ms = 1;
        call->reply.retry_delay_ms = DRAIN_RETRY_MS;
        return false;
    }
    call->statement = statement_for(call->method);
    if (!call->statement)
        return refuse(call, STATUS_UNIMPLEMENTED, "NOT_SERVED", "The server does not serve this method.");
    if (!through_its_gate(call))
        return false;
    hash(call);
    set_deadline(call);
    call->fair_class = known_class(call);
    if (!within_rate(call))
        return false;
    note_proof(call); // after the rate: a signature costs more to verify than to make up
    return true;
}
