#include "client/fail.h"

#include "client/args.h"
#include "client/cell.h"
#include "common/json.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 256 * 1024 };

enum exit_code fail_code(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return EXIT_DONE;
    case STATUS_INVALID_ARGUMENT:
        return EXIT_USAGE;
    case STATUS_UNAVAILABLE:
        return EXIT_UNREACHED;
    case STATUS_UNAUTHENTICATED:
    case STATUS_PERMISSION_DENIED:
        return EXIT_NOT_ALLOWED;
    case STATUS_NOT_FOUND:
        return EXIT_NOT_FOUND;
    case STATUS_DEADLINE_EXCEEDED:
        return EXIT_LATE;
    default:
        return EXIT_REFUSED;
    }
}

static void add_flag(struct strbuf *b, const char *field)
{
    char flag[96];
    args_flag_name(field, flag, sizeof flag);
    if (strchr(field, ' ')) // a place in a file: "line 3, email"
        strbuf_adds(b, field);
    else
        strbuf_addf(b, "--%s", flag);
}

static bool given(const char *text)
{
    return text && *text;
}

static void write_people(const struct link_reply *reply, const struct globals *globals)
{
    const Improve__Rpc__ReplyHeader *h = reply->header;
    struct strbuf b;
    strbuf_init(&b, TEXT_MAX);
    strbuf_adds(&b, given(h->message) ? h->message : status_name(link_status(reply)));
    if (given(h->rule))
        strbuf_addf(&b, " [%s]", h->rule);
    strbuf_addc(&b, '\n');
    for (size_t i = 0; i < h->n_violations; i++) {
        const Improve__Rpc__FieldViolation *v = h->violations[i];
        strbuf_adds(&b, "  ");
        add_flag(&b, v->field ? v->field : "?");
        bool said = v->description && h->message && strcmp(v->description, h->message) == 0;
        if (!said)
            strbuf_addf(&b, ": %s", v->description ? v->description : "is not accepted");
        if (given(v->accepted))
            strbuf_addf(&b, "%s Accepted: %s", said ? ":" : "", v->accepted);
        strbuf_addc(&b, '\n');
    }
    if (given(h->hint))
        strbuf_addf(&b, "%s\n", h->hint);
    if (globals->verbose)
        strbuf_addf(&b, "Status %s%s%s, request id %s, %u attempt%s.\n", status_name(link_status(reply)),
            given(h->reason) ? " " : "", given(h->reason) ? h->reason : "", reply->request_id, reply->attempts,
            reply->attempts == 1 ? "" : "s");
    cell_print(stderr, strbuf_text(&b));
    strbuf_release(&b);
}

static void add_pair(struct strbuf *b, const char *key, const char *value)
{
    if (!given(value))
        return;
    strbuf_addf(b, "%s\"%s\":", b->length > 10 ? "," : "", key);
    json_write_string(b, value);
}

// write_program writes {"error":{…}} on one line.
static void write_program(const struct link_reply *reply)
{
    const Improve__Rpc__ReplyHeader *h = reply->header;
    struct strbuf b;
    strbuf_init(&b, TEXT_MAX);
    strbuf_adds(&b, "{\"error\":{");
    add_pair(&b, "code", status_name(link_status(reply)));
    add_pair(&b, "reason", h->reason);
    add_pair(&b, "message", h->message);
    add_pair(&b, "rule", h->rule);
    add_pair(&b, "hint", h->hint);
    add_pair(&b, "request_id", reply->request_id);
    strbuf_adds(&b, ",\"violations\":[");
    for (size_t i = 0; i < h->n_violations; i++) {
        if (i)
            strbuf_addc(&b, ',');
        json_write_message(&b, &h->violations[i]->base);
    }
    strbuf_adds(&b, "]}}\n");
    cell_print(stderr, strbuf_text(&b));
    strbuf_release(&b);
}

enum exit_code fail_report(const struct link_reply *reply, const struct globals *globals)
{
    write_people(reply, globals);
    if (globals->form == OUTPUT_JSON)
        write_program(reply);
    return fail_code(link_status(reply));
}

void fail_notes(const struct link_reply *reply, const struct globals *globals)
{
    if (globals->quiet)
        return;
    for (size_t i = 0; i < reply->header->n_notes; i++) {
        cell_print(stderr, reply->header->notes[i]);
        fputc('\n', stderr);
    }
    if (reply->header->replayed)
        fputs("Already done: this is the answer given before under the same request id.\n", stderr);
    if (globals->verbose)
        fprintf(stderr, "Request id %s, %u attempt%s.\n", reply->request_id, reply->attempts,
            reply->attempts == 1 ? "" : "s");
}
