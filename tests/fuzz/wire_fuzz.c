// A frame into the server, as far as it goes without a database: refused, or answered by C, or admitted and bound to
// its SQL function's parameters. The header names the method, so every request type is reached; the mutator keeps
// header and payload apart, or most inputs would end at the header.
#include "common/frame.h"
#include "server/bind.h"
#include "server/dispatch.h"
#include "server/local.h"
#include "server/loop.h"
#include "server/statement.h"
#include "tests/fuzz/fuzz.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { FRAME_MOST = 64 * 1024, METHODS_MOST = 1024 };

static struct options options;
static struct statement served[METHODS_MOST];

// In the place of the contract, which asks a database: every method is a write, and paged, so that every parameter is
// made.
const struct statement *statement_for(const struct catalog_method *method)
{
    struct statement *s = &served[catalog_index(method)];
    *s = (struct statement){.method = method, .lane = LANE_WRITE, .write = true, .paged = true};
    return s;
}

// In the place of the loop.
bool loop_serves(void)
{
    return true;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_must(sodium_init() >= 0, "libsodium starts");
    catalog_init();
    fuzz_must(catalog_count() <= METHODS_MOST, "there is room for every method");
    fuzz_must(options_load(&options, 1, (char *[]){(char[]){"improved"}, NULL}), "the defaults are settings");
    dispatch_init(&options);
    local_init();
    return 0;
}

// check_recorded holds the request as the ledger keeps it to what PostgreSQL will read: JSON.
static void check_recorded(const char *text)
{
    json_t *json = json_loads(text, 0, NULL);
    fuzz_must(json != NULL, "a request is kept as JSON");
    json_decref(json);
}

// check_reply packs what the caller would get and reads it back as the caller would.
static void check_reply(const struct call *call)
{
    size_t payload = call->answer ? protobuf_c_message_get_packed_size(call->answer) : 0;
    size_t size = frame_size(&call->reply.base, payload), header_size, payload_size;
    const uint8_t *header_at, *payload_at;
    uint8_t *frame = malloc(size);
    fuzz_must(frame != NULL, "there is memory");
    uint8_t *to = frame_join(&call->reply.base, frame);
    if (payload)
        protobuf_c_message_pack(call->answer, to);
    fuzz_must(frame_split(frame, size, &header_at, &header_size, &payload_at, &payload_size), "a reply is a frame");
    Improve__Rpc__ReplyHeader *header = improve__rpc__reply_header__unpack(NULL, header_size, header_at);
    fuzz_must(header != NULL, "a reply has a header");
    fuzz_must(header->code == call->reply.code, "the status arrives");
    fuzz_must(!header->code || header->reason, "a refusal has a reason");
    improve__rpc__reply_header__free_unpacked(header, NULL);
    free(frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *values[STATEMENT_PARAMETERS_MAX];
    struct call *call = call_new(FUZZ_CALL_MEMORY);
    fuzz_must(call != NULL, "there is memory");
    call->bytes = data;
    call->size = size;
    bool admitted = dispatch_admit(call, false) && bind_request(call, values);
    fuzz_must(call->arena.used <= FUZZ_CALL_MEMORY, "a call keeps to its memory");
    fuzz_must(admitted || call->reply.has_code || call->answer, "what is not admitted is answered");
    if (admitted)
        check_recorded(values[call->request->descriptor->n_fields + 2]);
    check_reply(call);
    call_move(call, CALL_ANSWERED);
    call_free(call);
    return 0;
}

// other_method puts another method's name into the header.
static void other_method(Improve__Rpc__CallHeader *header)
{
    const char *name = catalog_at((size_t)rand() % catalog_count())->full_name;
    free(header->method);
    header->method = strdup(name);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    static uint8_t payload[FRAME_MOST];
    const uint8_t *header_at, *payload_at;
    size_t header_size, payload_size;
    srand(seed);
    if (rand() % 4 == 0 || !frame_split(data, size, &header_at, &header_size, &payload_at, &payload_size) ||
        payload_size > sizeof payload)
        return LLVMFuzzerMutate(data, size, most);
    Improve__Rpc__CallHeader *header = improve__rpc__call_header__unpack(NULL, header_size, header_at);
    if (!header)
        return LLVMFuzzerMutate(data, size, most);
    memcpy(payload, payload_at, payload_size);
    if (rand() % 8 == 0)
        other_method(header);
    else
        payload_size = LLVMFuzzerMutate(payload, payload_size, sizeof payload);
    size_t made = frame_size(&header->base, payload_size);
    if (made <= most) {
        uint8_t *to = frame_join(&header->base, data);
        memcpy(to, payload, payload_size);
        size = made;
    }
    improve__rpc__call_header__free_unpacked(header, NULL);
    return size;
}
