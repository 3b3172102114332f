#include "client/publish/publish.h"

#include "client/cell.h"
#include "client/fail.h"
#include "client/invoke.h"
#include "client/publish/sums.h"
#include "client/verbs.h"
#include "common/field.h"
#include "common/strbuf.h"
#include "figures.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_MAX = 512 * 1024 * 1024, ROWS_FIRST = 64, NOTE_MAX = 4096, WHY_SIZE = 320, BESIDE_TIMEOUT_MS = 120000 };

// The rows of one report.
struct kept {
    const struct catalog_method *method; // NULL: there is none
    struct marks marks;
    const ProtobufCMessage **rows; // owned
    size_t n_rows, room;
};

struct publish {
    struct arena arena;
    struct publish_rule rule;
    struct kept own, beside;
    bool beside_came; // all of it
    bool *hidden;     // of row r and column c of its own at r × the columns + c
    bool any;         // something is hidden
    char *note;
    char why[WHY_SIZE];
};

enum exit_code publish_refuse(const struct catalog_method *method)
{
    if (marks_line(method))
        return EXIT_DONE;
    fprintf(stderr, "improve %s is not marked for publication (REP-5). Accepted:", verbs_of(method));
    const char *comma = "";
    for (size_t i = 0; i < catalog_count(); i++)
        if (marks_line(catalog_at(i))) {
            fprintf(stderr, "%s %s", comma, verbs_of(catalog_at(i)));
            comma = ",";
        }
    fputs(".\n", stderr);
    return EXIT_USAGE;
}

enum exit_code publish_ask(const struct session *s, struct publish_rule *rule)
{
    Improve__V1__GetPublicationPolicyRequest request = IMPROVE__V1__GET_PUBLICATION_POLICY_REQUEST__INIT;
    struct link_reply reply;
    struct arena arena;
    if (!s->authority || !*s->authority) {
        fputs("improve: what is small is each authority's to say: one is published for. Accepted: --authority CODE.\n",
            stderr);
        return EXIT_USAGE;
    }
    struct link_request r =
        session_request(s, catalog_find("/improve.v1.Figures/GetPublicationPolicy"), &request.base, 0);
    arena_init(&arena, KEPT_MAX);
    link_call(s->link, &r, &reply);
    const Improve__V1__PublicationPolicy *policy =
        link_status(&reply) == STATUS_OK
            ? (void *)invoke_unpack(&reply, &improve__v1__publication_policy__descriptor, &arena)
            : NULL;
    if (policy)
        *rule = (struct publish_rule){.known = policy->has_small_below && policy->small_below > 0,
            .below = policy->small_below,
            .hide_zeros = policy->hide_zeros};
    enum exit_code code = policy && rule->known ? EXIT_DONE : fail_report(&reply, s->globals);
    link_reply_release(&reply);
    arena_release(&arena);
    return code;
}

struct publish *publish_open(const struct catalog_method *method, const struct publish_rule *rule)
{
    struct publish *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    arena_init(&p->arena, KEPT_MAX);
    p->rule = *rule;
    p->own.method = method;
    if (!rule->known || !marks_read(&p->own.marks, method))
        abort(); // callers have asked; a test reads all marks
    char words[VERB_WORDS_MAX];
    snprintf(words, sizeof words, "report %.60s", p->own.marks.beside);
    const struct verb *verb = *p->own.marks.beside ? verbs_find(words) : NULL;
    p->beside.method = verb ? verb->method : NULL;
    if (*p->own.marks.beside && (!p->beside.method || !marks_read(&p->beside.marks, p->beside.method)))
        abort();
    return p;
}

void publish_close(struct publish *p)
{
    if (!p)
        return;
    arena_release(&p->arena);
    free(p->own.rows);
    free(p->beside.rows);
    free(p);
}

static bool keep(struct publish *p, struct kept *k, const ProtobufCMessage *row)
{
    if (k->n_rows == k->room) {
        size_t room = k->room ? 2 * k->room : ROWS_FIRST;
        const ProtobufCMessage **rows = realloc(k->rows, room * sizeof *rows);
        if (!rows)
            return false;
        k->rows = rows;
        k->room = room;
    }
    size_t n = protobuf_c_message_get_packed_size(row);
    uint8_t *bytes = arena_alloc(&p->arena, n + 1);
    if (!bytes)
        return false;
    protobuf_c_message_pack(row, bytes);
    k->rows[k->n_rows] = protobuf_c_message_unpack(row->descriptor, &p->arena.allocator, n, bytes);
    return k->rows[k->n_rows++] != NULL;
}

bool publish_add(struct publish *p, const ProtobufCMessage *row)
{
    return keep(p, &p->own, row);
}

bool publish_add_beside(struct publish *p, const ProtobufCMessage *reply)
{
    const ProtobufCFieldDescriptor *rows = &reply->descriptor->fields[0];
    for (size_t i = 0; i < field_count(reply, rows); i++)
        if (!keep(p, &p->beside, *(ProtobufCMessage *const *)field_element(reply, rows, i)))
            return false;
    p->beside_came = true;
    return true;
}

static bool on_page_beside(const struct link_reply *reply, void *data)
{
    struct publish *p = data;
    ProtobufCMessage *m = invoke_unpack(reply, p->beside.method->method->output, &p->arena);
    p->beside_came = m && publish_add_beside(p, m);
    return p->beside_came;
}

enum exit_code publish_ask_beside(const struct session *s, struct publish *p, const ProtobufCMessage *request)
{
    if (!p || !p->beside.method)
        return EXIT_DONE;
    // Both are asked the same: their requests have the same fields, a test holds them to it.
    size_t n = protobuf_c_message_get_packed_size(request);
    uint8_t *bytes = arena_alloc(&p->arena, n + 1);
    ProtobufCMessage *same = NULL;
    if (bytes) {
        protobuf_c_message_pack(request, bytes);
        same = protobuf_c_message_unpack(p->beside.method->method->input, &p->arena.allocator, n, bytes);
    }
    if (!same) {
        fputs("Out of memory.\n", stderr);
        return EXIT_REFUSED;
    }
    struct link_reply last;
    struct link_request r = session_request(s, p->beside.method, same, BESIDE_TIMEOUT_MS);
    link_call_all(s->link, &r, on_page_beside, p, &last);
    enum exit_code code = link_status(&last) == STATUS_OK ? EXIT_DONE : fail_report(&last, s->globals);
    link_reply_release(&last);
    return code;
}

// hide_derived hides what is computed from something hidden.
static void hide_derived(struct publish *p)
{
    size_t columns = p->own.marks.row->n_fields;
    for (size_t r = 0; r < p->own.n_rows; r++)
        for (size_t c = 0; c < columns; c++) {
            bool hide = p->own.marks.from_all[c] && p->any;
            for (size_t f = 0; f < columns; f++)
                hide = hide || (p->own.marks.from[c][f] && p->hidden[r * columns + f]);
            if (p->own.marks.kind[c] == MARK_DERIVED)
                p->hidden[r * columns + c] = hide && field_is_set(p->own.rows[r], &p->own.marks.row->fields[c]);
        }
}

// write_note says the rule, and the threshold.
static void write_note(struct publish *p)
{
    struct strbuf b;
    strbuf_init(&b, NOTE_MAX);
    if (p->rule.hide_zeros || p->rule.below > 1) {
        strbuf_adds(&b, "Small numbers are suppressed: " PUBLISH_MARK " stands for ");
        if (p->rule.hide_zeros)
            strbuf_addf(&b, "a count below %d, nought too", p->rule.below);
        else if (p->rule.below == 2)
            strbuf_adds(&b, "a count of 1");
        else
            strbuf_addf(&b, "a count from 1 to %d", p->rule.below - 1);
        strbuf_addf(&b,
            " (the threshold is %d), for a count that would give such a one away, and for what is computed from them.",
            p->rule.below);
        if (!p->rule.hide_zeros)
            strbuf_adds(&b, " Nought is shown.");
    } else {
        strbuf_addf(&b, "No number is suppressed: the threshold is %d.", p->rule.below);
    }
    bool open = false;
    for (unsigned c = 0; c < p->own.marks.row->n_fields; c++)
        open = open || p->own.marks.kind[c] == MARK_OPEN;
    if (open) {
        char heading[96];
        strbuf_adds(&b, " What anybody can look up in public registers is not small:");
        const char *comma = "";
        for (unsigned c = 0; c < p->own.marks.row->n_fields; c++)
            if (p->own.marks.kind[c] == MARK_OPEN) {
                cell_heading(p->own.marks.row->fields[c].name, heading, sizeof heading);
                strbuf_addf(&b, "%s %s", comma, heading);
                comma = ",";
            }
        strbuf_addc(&b, '.');
    }
    if (!p->any && (p->rule.hide_zeros || p->rule.below > 1))
        strbuf_adds(&b, " This table has none.");
    p->note = arena_strndup(&p->arena, strbuf_text(&b), b.length);
    strbuf_release(&b);
}

// begin_sums puts the tables in an order that does not turn on which is printed.
static struct sums begin_sums(struct publish *p, size_t *own)
{
    struct sums s = {.arena = &p->arena, .n_tables = p->beside.method ? 2 : 1};
    *own = p->beside.method && strcmp(p->own.method->full_name, p->beside.method->full_name) > 0;
    s.table[*own] = (struct sums_table){.marks = &p->own.marks, .rows = p->own.rows, .n_rows = p->own.n_rows};
    if (p->beside.method)
        s.table[!*own] =
            (struct sums_table){.marks = &p->beside.marks, .rows = p->beside.rows, .n_rows = p->beside.n_rows};
    return s;
}

bool publish_decide(struct publish *p, const char **why)
{
    size_t columns = p->own.marks.row->n_fields, own;
    struct sums s = begin_sums(p, &own);
    *why = p->why;
    p->hidden = arena_calloc(&p->arena, p->own.n_rows * columns + 1);
    s.all.below = p->rule.below;
    s.all.hide_zeros = p->rule.hide_zeros;
    bool found = p->hidden && (!p->beside.method || p->beside_came) && sums_find(&s);
    enum suppress_result result = found ? suppress_run(&s.all) : SUPPRESS_NO_MEMORY;
    if (result != SUPPRESS_SAFE) {
        snprintf(p->why, sizeof p->why, "%s",
            *s.why                                ? s.why
            : result == SUPPRESS_UNPROVED         ? "no proof was found that what is hidden cannot be worked out"
            : p->beside.method && !p->beside_came ? "the report that stands beside it did not come"
                                                  : "out of memory");
        return false;
    }
    for (size_t i = 0; i < p->own.n_rows * columns; i++) {
        size_t cell = s.table[own].cell[i];
        p->hidden[i] = cell != SUMS_NO_CELL && s.all.cells[cell].hidden;
        p->any = p->any || p->hidden[i];
    }
    hide_derived(p);
    write_note(p);
    return p->note != NULL;
}

size_t publish_count(const struct publish *p)
{
    return p->own.n_rows;
}

struct publish_row publish_at(const struct publish *p, size_t i)
{
    return (struct publish_row){p->own.rows[i], &p->hidden[i * p->own.marks.row->n_fields]};
}

const char *publish_note(const struct publish *p)
{
    return p->note ? p->note : "";
}
