#include "client/certificate.h"

#include "client/cell.h"
#include "client/command_line.h"
#include "client/dates.h"
#include "client/export/chart.h"
#include "client/export/page.h"
#include "client/export/pdf.h"
#include "client/fail.h"
#include "client/invoke.h"
#include "client/private_file.h"
#include "common/field.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { TITLE_MAX = 128, PAGE_MAX = 64 * 1024, REPLY_ARENA = 1024 * 1024, HOUR = 60 };

static const char get_name[] = "/improve.v1.Cpd/GetCertificate";

static const char style[] =
    "@page{size:A4 landscape;margin:20mm}\n"
    "body{margin:0;font:1.1rem/1.5 Arial,Helvetica,sans-serif;color:#0b0c0c;background:#fff}\n"
    "main{max-width:56rem;margin:0 auto;padding:2rem;border:3px solid #12436d;text-align:center}\n"
    "h1{font-size:2.2rem;line-height:1.2;margin:0 0 1.5rem}p{margin:.6rem 0}\n"
    ".name{font-size:1.8rem;font-weight:bold}.course{font-size:1.4rem;font-weight:bold}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.5rem;text-align:left;margin:2rem auto "
    "0;max-width:34rem}\n"
    "dt{font-weight:bold}dd{margin:0}.withdrawn{font-weight:bold;color:#801650}\n";

static enum exit_code trouble(const char *what, const char *why)
{
    fputs("improve: ", stderr);
    cell_print(stderr, what);
    fprintf(stderr, ": %s\n", why);
    return EXIT_REFUSED;
}

static const ProtobufCFieldDescriptor *field(const ProtobufCMessage *m, const char *name)
{
    return protobuf_c_message_descriptor_get_field_by_name(m->descriptor, name);
}

static const char *get_text(const ProtobufCMessage *m, const char *name)
{
    const ProtobufCFieldDescriptor *f = field(m, name);
    return f && field_is_set(m, f) ? *(const char *const *)field_element(m, f, 0) : "";
}

// add_day writes an ISO date as people read it.
static void add_day(struct strbuf *b, const char *iso)
{
    char day[DATE_SHORT_SIZE];
    dates_short(iso, day, sizeof day);
    chart_escape(b, day);
}

static void add_dates(struct strbuf *b, const ProtobufCMessage *m)
{
    const ProtobufCFieldDescriptor *f = field(m, "dates");
    size_t n = f ? field_count(m, f) : 0;
    for (size_t i = 0; i < n; i++) {
        strbuf_adds(b, i == 0 ? "" : i + 1 == n ? " and " : ", ");
        add_day(b, *(const char *const *)field_element(m, f, i));
    }
}

static void add_length(struct strbuf *b, const ProtobufCMessage *m)
{
    const ProtobufCFieldDescriptor *f = field(m, "minutes");
    int minutes = f && field_is_set(m, f) ? *(const int32_t *)field_element(m, f, 0) : 0;
    if (minutes >= HOUR)
        strbuf_addf(b, "%d hour%s", minutes / HOUR, minutes / HOUR == 1 ? "" : "s");
    if (minutes % HOUR)
        strbuf_addf(b, "%s%d minutes", minutes >= HOUR ? " " : "", minutes % HOUR);
}

static void add_line(struct strbuf *b, const char *class, const char *text)
{
    strbuf_addf(b, "<p%s%s%s>", *class ? " class=\"" : "", class, *class ? "\"" : "");
    chart_escape(b, text);
    strbuf_adds(b, "</p>\n");
}

// write_page writes a certificate as a page of its own: one heading, a list of facts, nothing fetched.
static void write_page(struct strbuf *b, const ProtobufCMessage *m)
{
    char title[TITLE_MAX];
    snprintf(title, sizeof title, "Certificate of attendance %s", get_text(m, "certificate_id"));
    page_open(b, title, style, "Certificate of attendance");
    if (*get_text(m, "withdrawn_on"))
        add_line(b, "withdrawn", "Withdrawn: this certificate holds no longer.");
    add_line(b, "name", get_text(m, "delegate"));
    add_line(b, "", get_text(m, "school"));
    add_line(b, "", "attended the whole of");
    add_line(b, "course", get_text(m, "course"));
    strbuf_adds(b, "<dl>\n<dt>On</dt><dd>");
    add_dates(b, m);
    strbuf_adds(b, "</dd>\n<dt>Length</dt><dd>");
    add_length(b, m);
    strbuf_adds(b, "</dd>\n");
    page_fact(b, "Given by", get_text(m, "provider"));
    strbuf_adds(b, "<dt>Issued by</dt><dd>");
    chart_escape(b, get_text(m, "issued_by"));
    strbuf_adds(b, ", ");
    add_day(b, get_text(m, "issued_on"));
    strbuf_adds(b, "</dd>\n");
    page_fact(b, "Number", get_text(m, "certificate_id"));
    strbuf_adds(b, "</dl>\n");
    page_end(b);
}

// write_pdf writes the page as a PDF that only its owner may read, in the place of the one that is there.
static enum exit_code write_pdf(const char *path, const char *page)
{
    char fresh[PATH_MAX];
    FILE *f = tmpfile();
    snprintf(fresh, sizeof fresh, "%.4000s.new", path);
    bool ready = f && fputs(page, f) >= 0 && fflush(f) == 0 && lseek(fileno(f), 0, SEEK_SET) == 0;
    int made = ready ? open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
    enum exit_code code = EXIT_REFUSED;
    if (made < 0)
        trouble(fresh, strerror(errno));
    else if (pdf_write(fileno(f), fresh))
        code = rename(fresh, path) == 0 ? EXIT_DONE : trouble(path, strerror(errno));
    if (made >= 0)
        close(made);
    if (made >= 0 && code != EXIT_DONE)
        unlink(fresh);
    if (f)
        fclose(f);
    return code;
}

static bool ends_in(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);
    return n > m && strcasecmp(path + n - m, end) == 0;
}

static enum exit_code write_certificate(const ProtobufCMessage *m, const char *to)
{
    struct strbuf page;
    char why[400];
    enum exit_code code = EXIT_DONE;
    strbuf_init(&page, PAGE_MAX);
    write_page(&page, m);
    if (!to || strcmp(to, "-") == 0)
        fputs(strbuf_text(&page), stdout);
    else if (ends_in(to, ".pdf"))
        code = write_pdf(to, strbuf_text(&page));
    else if (!private_file_put(to, strbuf_text(&page), why, sizeof why))
        code = trouble(to, why);
    strbuf_release(&page);
    return code;
}

static enum exit_code fetch(struct session *s, const char *number, const char *to)
{
    struct arena arena;
    struct link_reply reply;
    const struct catalog_method *method = catalog_find(get_name);
    arena_init(&arena, REPLY_ARENA);
    ProtobufCMessage *request = method ? field_new(method->method->input, &arena.allocator) : NULL;
    if (!request)
        return trouble(get_name, "this client knows no such call");
    *(char **)field_slot(request, field(request, "certificate_id")) = arena_strndup(&arena, number, strlen(number));
    struct link_request r = session_request(s, method, request, 0);
    link_call(s->link, &r, &reply);
    enum exit_code code;
    if (link_status(&reply) != STATUS_OK) {
        code = fail_report(&reply, s->globals);
    } else {
        ProtobufCMessage *answer = invoke_unpack(&reply, method->method->output, &arena);
        code = answer ? write_certificate(answer, to) : trouble(get_name, "the server's answer cannot be read");
    }
    link_reply_release(&reply);
    arena_release(&arena);
    return code;
}

enum exit_code certificate_command(const struct command *self, int argc, char **argv)
{
    const char *to = NULL;
    const struct args_flag flags[] = {
        {"to", 0, "FILE", "FILE.html or FILE.pdf; standard output unless given", &to, NULL}};
    struct arena arena;
    struct args args;
    struct session s;
    enum exit_code code;
    if (!command_line(self, &args, &arena, flags, 1, 1, 1, argc, argv, &code))
        return code;
    if (to && strcmp(to, "-") != 0 && !ends_in(to, ".pdf") && !ends_in(to, ".html")) {
        fputs("improve: --to names neither a page nor a PDF. Accepted: FILE.html, FILE.pdf, or -.\n", stderr);
        code = EXIT_USAGE;
    } else if ((code = session_open(&s, &args.globals)) == EXIT_DONE) {
        code = fetch(&s, args.words[0], to);
        session_close(&s);
    }
    arena_release(&arena);
    return code;
}
