#include "client/fail.h"
#include "client/invoke.h"
#include "client/pack_private.h"
#include "client/print.h"
#include "client/publish/marks.h"
#include "common/field.h"
#include "common/json.h"

#include <errno.h>
#include <string.h>

enum { REQUEST_MAX = 64 * 1024, REPLY_MAX = 256 * 1024 * 1024, TIMEOUT_MS = 120000 };

// One answer on its way into two files.
struct sheet {
    const struct catalog_method *method;
    struct printer page, csv;
    struct pack *pack;
    bool readable;
};

bool pack_path(const struct pack *p, const char *name, const char *ending, char path[PATH_MAX])
{
    return snprintf(path, PATH_MAX, "%s/%s.%s", p->folder, name, ending) < PATH_MAX;
}

static const char *text_of(const ProtobufCMessage *m, const char *name)
{
    const ProtobufCFieldDescriptor *f = protobuf_c_message_descriptor_get_field_by_name(m->descriptor, name);
    return f && f->type == PROTOBUF_C_TYPE_STRING && field_is_set(m, f) ? *(const char *const *)field_element(m, f, 0)
                                                                        : "";
}

// note_paper keeps what the first page tells of the paper.
static void note_paper(struct pack *p, const ProtobufCMessage *row)
{
    const ProtobufCFieldDescriptor *type =
        protobuf_c_message_descriptor_get_field_by_name(row->descriptor, "item_type");
    if (!p->paper || strcmp(text_of(row, "paper_id"), p->paper) != 0 || !type)
        return;
    p->found = true;
    snprintf(p->title, sizeof p->title, "%s", text_of(row, "title"));
    snprintf(p->body, sizeof p->body, "%s", text_of(row, "body"));
    snprintf(p->authors, sizeof p->authors, "%s", text_of(row, "authors"));
    dates_short(text_of(row, "meeting_on"), p->meeting, sizeof p->meeting);
    p->item_type = field_is_set(row, type) ? *(const int32_t *)field_element(row, type, 0) : 0;
}

static bool on_page(const struct link_reply *reply, void *data)
{
    struct sheet *s = data;
    struct arena arena;
    arena_init(&arena, REPLY_MAX);
    ProtobufCMessage *m = invoke_unpack(reply, s->method->method->output, &arena);
    s->readable = m != NULL;
    if (m && s->page.out) {
        print_reply(&s->page, s->method, m);
        print_reply(&s->csv, s->method, m);
        for (size_t i = 0; !s->page.to_publish && i < reply->header->n_notes; i++)
            print_note(&s->page, reply->header->notes[i]);
    } else if (m) {
        const ProtobufCFieldDescriptor *rows = &m->descriptor->fields[0];
        for (size_t i = 0; i < field_count(m, rows); i++)
            note_paper(s->pack, *(ProtobufCMessage *const *)field_element(m, rows, i));
    }
    arena_release(&arena);
    return m != NULL;
}

enum exit_code pack_trouble(const char *path)
{
    fprintf(stderr, "improve: %s: %s\n", path, strerror(errno));
    return EXIT_REFUSED;
}

// run makes the call; with a name, its answer goes into NAME.html and NAME.csv.
static enum exit_code run(
    struct pack *p, const struct catalog_method *method, ProtobufCMessage *request, const char *name)
{
    struct globals page = *p->session->globals, csv = page;
    struct sheet s = {.method = method, .pack = p, .readable = true};
    char page_path[PATH_MAX], csv_path[PATH_MAX];
    page.form = OUTPUT_HTML;
    csv.form = OUTPUT_CSV;
    page.publish = csv.publish = page.publish && marks_line(method); // a paper's own lists have no numbers to hide
    if (name) {
        FILE *page_file = pack_path(p, name, "html", page_path) ? fopen(page_path, "we") : NULL;
        FILE *csv_file = page_file && pack_path(p, name, "csv", csv_path) ? fopen(csv_path, "we") : NULL;
        if (!csv_file)
            return pack_trouble(p->folder);
        if (print_open(&s.page, method, &page, page_file) != EXIT_DONE ||
            print_open(&s.csv, method, &csv, csv_file) != EXIT_DONE)
            return EXIT_USAGE;
        if (page.publish) {
            print_publish(&s.page, method, &p->rule);
            print_publish(&s.csv, method, &p->rule);
            enum exit_code code = publish_ask_beside(p->session, s.page.publish, request);
            if (code == EXIT_DONE)
                code = publish_ask_beside(p->session, s.csv.publish, request);
            if (code != EXIT_DONE)
                return code;
        }
        print_asked(&s.page, request, p->session->authority, &page);
    }
    struct link_request r = session_request(p->session, method, request, TIMEOUT_MS);
    struct link_reply last;
    link_call_all(p->session->link, &r, on_page, &s, &last);
    enum exit_code code = link_status(&last) != STATUS_OK ? fail_report(&last, p->session->globals)
                          : s.readable                    ? EXIT_DONE
                                                          : EXIT_REFUSED;
    link_reply_release(&last);
    if (name) {
        FILE *files[] = {s.page.out, s.csv.out};
        const char *note;
        if (code == EXIT_DONE && !(print_published(&s.page, &note) && print_published(&s.csv, &note)))
            code = EXIT_REFUSED;
        bool page_good = print_close(&s.page), csv_good = print_close(&s.csv);
        page_good = fclose(files[0]) == 0 && page_good;
        csv_good = fclose(files[1]) == 0 && csv_good;
        bool good = page_good && csv_good;
        if (code == EXIT_DONE && !good)
            return pack_trouble(p->folder);
    }
    return code;
}

// ask runs a call whose request is JSON, made here.
enum exit_code pack_ask(struct pack *p, const char *method_name, const char *json, const char *name)
{
    const struct catalog_method *method = catalog_find(method_name);
    struct field_error error;
    struct arena arena;
    arena_init(&arena, REQUEST_MAX);
    ProtobufCMessage *request = field_new(method->method->input, &arena.allocator);
    if (!request || !json_read_message(request, json, strlen(json), &arena.allocator, &error))
        abort(); // made here, of a reference and a day
    enum exit_code code = run(p, method, request, name);
    arena_release(&arena);
    return code;
}
