#include "client/call_lines.h"

#include "client/cell.h"
#include "client/fail.h"
#include "client/invoke.h"
#include "client/uuid.h"
#include "common/json.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_ARENA = 8 * 1024 * 1024, REPLY_ARENA = 256 * 1024 * 1024, LINE_JSON_MAX = 64 * 1024 * 1024 };

// One line's call.
struct slot {
    struct lines *lines;
    unsigned long long number; // of the line, from 1
    const struct catalog_method *method;
    struct link_reply reply;
    bool done;
};

// A run: slots are a ring; head is the oldest call in flight.
struct lines {
    const struct call_lines *c;
    FILE *out;
    struct slot slots[CALL_LINES_MOST];
    size_t head, count;
    pthread_mutex_t mutex;
    pthread_cond_t came;
    unsigned long long number; // of the line last read
    enum exit_code code;       // the first failure's
    char *line;
    size_t capacity;
};

static void on_done(struct link_reply *reply, void *data)
{
    struct slot *slot = data;
    pthread_mutex_lock(&slot->lines->mutex);
    slot->reply = *reply;
    slot->done = true;
    pthread_cond_signal(&slot->lines->came);
    pthread_mutex_unlock(&slot->lines->mutex);
}

static void note_failure(struct lines *l, enum exit_code code)
{
    if (l->code == EXIT_DONE)
        l->code = code;
}

// bad_line tells of a line that is no call.
static bool bad_line(struct lines *l, const char *what, const char *more)
{
    fprintf(stderr, "line %llu: ", l->number);
    cell_print(stderr, what);
    cell_print(stderr, more);
    fputc('\n', stderr);
    note_failure(l, EXIT_USAGE);
    return false;
}

// What a line asks for.
struct asked {
    const struct catalog_method *method;
    const char *authority;
    json_t *request; // borrowed from the line
};

// read_envelope reads {"method":…,"authority":…,"request":{…}}.
static bool read_envelope(struct lines *l, json_t *line, struct asked *asked)
{
    const char *key;
    json_t *value;
    json_object_foreach(line, key, value) if (strcmp(key, "method") != 0 && strcmp(key, "authority") != 0 &&
                                              strcmp(key, "request") != 0) return bad_line(l,
        "a line holds method, authority and request, not ", key);
    const char *method = json_string_value(json_object_get(line, "method"));
    const char *authority = json_string_value(json_object_get(line, "authority"));
    asked->method = method ? catalog_find(method) : NULL;
    asked->request = json_object_get(line, "request");
    if (authority)
        asked->authority = authority;
    if (!asked->method)
        return bad_line(l, method ? "there is no method " : "no method is named", method ? method : "");
    return asked->request || bad_line(l, "there is no request", "");
}

// start makes the call of the line just read, in the next slot.
static bool start(struct lines *l, size_t length)
{
    char why[400], id[UUID_SIZE];
    json_error_t where;
    struct field_error e = {0};
    json_t *line = json_loadb(l->line, length, JSON_REJECT_DUPLICATES, &where);
    if (!line)
        return bad_line(l, "malformed JSON: ", where.text);
    struct asked asked = {.method = l->c->method, .authority = l->c->session->authority, .request = line};
    struct arena arena;
    arena_init(&arena, LINE_ARENA);
    bool started = l->c->method || read_envelope(l, line, &asked);
    ProtobufCMessage *request = started ? field_new(asked.method->method->input, &arena.allocator) : NULL;
    if (started && !(request && json_read_object(request, asked.request, &arena.allocator, &e))) {
        snprintf(why, sizeof why, "%s%s%s%s", e.message, *e.accepted ? ". Accepted: " : "", e.accepted,
            *e.accepted ? "." : "");
        char field[100];
        snprintf(field, sizeof field, "%s%s", e.field, *e.field ? ": " : "");
        started = bad_line(l, field, why);
    }
    if (started) {
        struct slot *slot = &l->slots[(l->head + l->count) % CALL_LINES_MOST];
        *slot = (struct slot){.lines = l, .number = l->number, .method = asked.method};
        struct link_request r = session_request(l->c->session, asked.method, request, 0);
        r.authority = asked.authority;
        if (l->c->seed)
            uuid_from_seed(id, l->c->seed, l->number);
        else
            uuid_random(id);
        r.request_id = id;
        started = link_start(l->c->session->link, &r, on_done, slot, why, sizeof why) || bad_line(l, why, "");
        l->count += started;
    }
    arena_release(&arena);
    json_decref(line);
    return started;
}

static void print_error(struct lines *l, const struct link_reply *reply)
{
    struct strbuf b;
    strbuf_init(&b, LINE_JSON_MAX);
    strbuf_addf(&b, "{\"error\":{\"code\":\"%s\",\"message\":", status_name(link_status(reply)));
    json_write_string(&b, reply->header->message ? reply->header->message : "");
    strbuf_adds(&b, "}}\n");
    cell_print(l->out, strbuf_text(&b));
    strbuf_release(&b);
}

static bool print_answer(struct lines *l, struct slot *slot)
{
    struct arena arena;
    struct strbuf b;
    arena_init(&arena, REPLY_ARENA);
    strbuf_init(&b, LINE_JSON_MAX);
    ProtobufCMessage *m = invoke_unpack(&slot->reply, slot->method->method->output, &arena);
    if (m) {
        json_write_message(&b, m);
        strbuf_addc(&b, '\n');
        cell_print(l->out, strbuf_text(&b));
    } else {
        fprintf(stderr, "line %llu: the server's answer cannot be read\n", slot->number);
        note_failure(l, EXIT_REFUSED);
    }
    strbuf_release(&b);
    arena_release(&arena);
    return m != NULL;
}

// finish waits for the oldest call and prints its answer; when print is false its outcome is dropped. False when it
// failed.
static bool finish(struct lines *l, bool print)
{
    struct slot *slot = &l->slots[l->head];
    pthread_mutex_lock(&l->mutex);
    while (!slot->done)
        pthread_cond_wait(&l->came, &l->mutex);
    pthread_mutex_unlock(&l->mutex);
    bool good = link_status(&slot->reply) == STATUS_OK;
    if (print && good) {
        good = print_answer(l, slot);
    } else if (print) {
        fprintf(stderr, "line %llu: ", slot->number);
        note_failure(l, fail_report(&slot->reply, l->c->session->globals));
        if (l->c->keep_going)
            print_error(l, &slot->reply);
    }
    link_reply_release(&slot->reply);
    l->head = (l->head + 1) % CALL_LINES_MOST;
    l->count--;
    return good;
}

enum exit_code call_lines_run(const struct call_lines *c, FILE *in, FILE *out)
{
    struct lines *l = calloc(1, sizeof *l);
    if (!l)
        return EXIT_REFUSED;
    *l = (struct lines){.c = c, .out = out, .mutex = PTHREAD_MUTEX_INITIALIZER, .came = PTHREAD_COND_INITIALIZER};
    ssize_t length;
    bool going = true;
    while (going && (length = getline(&l->line, &l->capacity, in)) >= 0) {
        l->number++;
        if (l->line[strspn(l->line, " \t\r\n")] == '\0')
            continue;
        while (l->count >= c->in_flight && going)
            going = finish(l, true) || c->keep_going;
        if (!going)
            break;
        bool started = start(l, (size_t)length);
        bool earlier = true;
        while (!started && l->count > 0) // the lines before the bad one
            earlier = finish(l, earlier || c->keep_going) && earlier;
        if (!started && c->keep_going)
            fputs("{\"error\":{\"code\":\"INVALID_ARGUMENT\",\"message\":\"no call: see standard error\"}}\n", out);
        going = started || c->keep_going;
    }
    while (l->count > 0)
        going = finish(l, going || c->keep_going) && going;
    enum exit_code code = l->code;
    if (ferror(in) || fflush(out) != 0) {
        fprintf(stderr, "improve: %s\n", strerror(errno));
        code = EXIT_REFUSED;
    }
    free(l->line);
    free(l);
    return code;
}
