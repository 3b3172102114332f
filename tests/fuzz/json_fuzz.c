// JSON into every message and back: the first two bytes choose the type. What was read must survive the wire and be
// written the same the second time.
#include "common/catalog.h"
#include "common/check.h"
#include "common/json.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MOST = 16 * 1024 * 1024 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    catalog_init();
    return 0;
}

static ProtobufCMessage *read(
    const ProtobufCMessageDescriptor *type, const char *text, size_t n, struct arena *arena, struct field_error *error)
{
    ProtobufCMessage *message = field_new(type, &arena->allocator);
    return message && json_read_message(message, text, n, &arena->allocator, error) ? message : NULL;
}

// over_the_wire packs a message and unpacks it.
static ProtobufCMessage *over_the_wire(const ProtobufCMessage *message, struct arena *arena)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = malloc(size + 1);
    fuzz_must(bytes != NULL, "there is memory");
    protobuf_c_message_pack(message, bytes);
    ProtobufCMessage *copy = protobuf_c_message_unpack(message->descriptor, &arena->allocator, size, bytes);
    free(bytes);
    return copy;
}

static void round_trip(const ProtobufCMessage *message, struct arena *arena)
{
    struct strbuf first, second;
    struct field_error error = {0};
    strbuf_init(&first, TEXT_MOST);
    strbuf_init(&second, TEXT_MOST);
    fuzz_must(check_message(message, &error), "what JSON made passes the checks");
    json_write_message(&first, message);
    ProtobufCMessage *wired = over_the_wire(message, arena);
    fuzz_must(wired || arena->exhausted, "what JSON made goes over the wire");
    ProtobufCMessage *again =
        wired ? read(message->descriptor, strbuf_text(&first), first.length, arena, &error) : NULL;
    fuzz_must(!wired || again || arena->exhausted, "what was written can be read");
    if (again) {
        json_write_message(&second, wired);
        fuzz_must(strcmp(strbuf_text(&first), strbuf_text(&second)) == 0, "the wire changes nothing");
        strbuf_release(&second);
        strbuf_init(&second, TEXT_MOST);
        json_write_message(&second, again);
        fuzz_must(strcmp(strbuf_text(&first), strbuf_text(&second)) == 0, "reading changes nothing");
    }
    strbuf_release(&first);
    strbuf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct field_error error = {0};
    if (size < 2)
        return 0;
    arena_init(&arena, FUZZ_CALL_MEMORY);
    const ProtobufCMessageDescriptor *type = fuzz_type((size_t)data[0] * 256 + data[1]);
    ProtobufCMessage *message = read(type, (const char *)data + 2, size - 2, &arena, &error);
    fuzz_must(message || arena.exhausted || *error.message, "a refusal says why");
    if (message)
        round_trip(message, &arena);
    arena_release(&arena);
    return 0;
}
