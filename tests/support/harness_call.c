// The harness's calls: a link, requests from JSON, replies to JSON.
#include "tests/support/harness.h"

#include "common/catalog.h"
#include "common/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((noreturn)) static void fail(const char *what, const char *where, const char *why)
{
    fprintf(stderr, "%s: %s %s\n", what, where, why);
    abort();
}

struct link *harness_link(const struct harness_server *s)
{
    char why[256];
    struct link_options options = {.url = s->ipc_url};
    struct link *link = link_open(&options, why, sizeof why);
    if (!link)
        fail("link", s->ipc_url, why);
    return link;
}
static const struct catalog_method *method_of(const char *name)
{
    char full[CATALOG_NAME_MAX];
    snprintf(full, sizeof full, "%s%s", *name == '/' ? "" : "/improve.v1.", name);
    const struct catalog_method *method = catalog_find(full);
    if (!method)
        fail("no method", full, "");
    return method;
}

static ProtobufCMessage *message_of(const struct catalog_method *method, const char *json, struct arena *arena)
{
    struct field_error error;
    arena_init(arena, 16 << 20);
    ProtobufCMessage *message = field_new(method->method->input, &arena->allocator);
    if (!message ||
        !json_read_message(message, json ? json : "{}", strlen(json ? json : "{}"), &arena->allocator, &error))
        fail(method->full_name, error.field, error.message);
    return message;
}

void harness_call_on(struct link *link, const struct harness_call *call, struct harness_reply *reply)
{
    struct arena arena;
    const struct catalog_method *method = method_of(call->method);
    struct link_request request = {.method = method->full_name,
        .authority = call->authority,
        .token = call->token,
        .request_id = call->request_id,
        .cursor = call->cursor,
        .message = message_of(method, call->json, &arena),
        .timeout_ms = call->timeout_ms,
        .dry_run = call->dry_run,
        .once = call->once};
    *reply = (struct harness_reply){0};
    link_call(link, &request, &reply->link);
    arena_release(&arena);
    reply->code = link_status(&reply->link);
    if (reply->code != STATUS_OK)
        return;
    ProtobufCMessage *message =
        protobuf_c_message_unpack(method->method->output, NULL, reply->link.payload_size, reply->link.payload);
    struct strbuf text;
    strbuf_init(&text, 64 << 20);
    if (!message)
        fail(method->full_name, "the reply's payload cannot be unpacked", "");
    json_write_message(&text, message);
    reply->json = json_loads(strbuf_text(&text), 0, NULL);
    strbuf_release(&text);
    protobuf_c_message_free_unpacked(message, NULL);
}

void harness_release(struct harness_reply *reply)
{
    json_decref(reply->json);
    link_reply_release(&reply->link);
}

const char *harness_reason(const struct harness_reply *reply)
{
    return reply->link.header->reason ? reply->link.header->reason : "";
}

uint8_t *harness_pack(const char *method, const char *json, size_t *size)
{
    struct arena arena;
    ProtobufCMessage *message = message_of(method_of(method), json, &arena);
    *size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = malloc(*size + 1);
    protobuf_c_message_pack(message, bytes);
    arena_release(&arena);
    return bytes;
}
