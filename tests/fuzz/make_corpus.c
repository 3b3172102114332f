// Writes the seeds that follow from the calls: a frame of every method into DIR/wire, and every message as JSON into
// DIR/json.
#include "common/catalog.h"
#include "common/frame.h"
#include "common/json.h"
#include "envelope.pb-c.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_SIZE = 16 * 1024 * 1024, TEXT_MOST = 1024 * 1024 };

static void write_file(const char *folder, const char *kind, size_t i, const void *bytes, size_t size)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s/seed-%03zu", folder, kind, i);
    FILE *file = fopen(path, "w");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static void write_frame(const char *folder, size_t i, struct arena *arena)
{
    const struct catalog_method *method = catalog_at(i);
    Improve__Rpc__CallHeader *header = (void *)fuzz_sample(&improve__rpc__call_header__descriptor, arena);
    const ProtobufCMessage *request = fuzz_sample(method->method->input, arena);
    header->method = arena_printf(arena, "%s", method->full_name);
    header->request_id = arena_printf(arena, "11111111-2222-4333-8444-%012zu", i);
    header->token = i % 2 ? NULL : header->token;
    size_t payload = protobuf_c_message_get_packed_size(request), size = frame_size(&header->base, payload);
    uint8_t *bytes = arena_alloc(arena, size);
    protobuf_c_message_pack(request, frame_join(&header->base, bytes));
    write_file(folder, "wire", i, bytes, size);
}

static void write_json(const char *folder, size_t i, struct arena *arena)
{
    struct strbuf text;
    strbuf_init(&text, TEXT_MOST);
    strbuf_addc(&text, (char)(i / 256));
    strbuf_addc(&text, (char)(i % 256));
    json_write_message(&text, fuzz_sample(fuzz_type(i), arena));
    write_file(folder, "json", i, text.text, text.length);
    strbuf_release(&text);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: fuzz-corpus DIR   (with folders wire and json in it)\n", stderr);
        return 2;
    }
    catalog_init();
    for (size_t i = 0; i < fuzz_type_count(); i++) {
        struct arena arena;
        arena_init(&arena, ARENA_SIZE);
        if (i < catalog_count())
            write_frame(argv[1], i, &arena);
        write_json(argv[1], i, &arena);
        arena_release(&arena);
    }
    return 0;
}
