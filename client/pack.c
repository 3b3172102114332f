#include "client/pack.h"

#include "client/cell.h"
#include "client/command_line.h"
#include "client/export/chart.h"
#include "client/export/page.h"
#include "client/export/pdf.h"
#include "client/pack_private.h"
#include "client/verbs.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PAGE_MAX = 1024 * 1024, REPORTS_MAX = 40 };

// What a type of item in a schools forum means, and who may vote on it.
static const char *const item_types[][2] = {
    {"", ""},
    {"1, for approval",
        "The forum decides: its members vote, on de-delegation those of maintained schools, phase by phase."},
    {"2, for consultation", "The authority decides, and hears the forum."},
    {"3, for consultation", "The Department for Education decides, and hears the forum."},
    {"4, for information", "Nobody votes: it recommends nothing."},
};

static void add_link(struct pack *p, const char *title, const char *name)
{
    strbuf_adds(&p->list, "<li>");
    chart_escape(&p->list, title);
    strbuf_addf(&p->list,
        ": <a href=\"%s.html\">%s, page</a>, <a href=\"%s.pdf\">%s, PDF</a>, <a href=\"%s.csv\">%s, CSV</a></li>\n",
        name, name, name, name, name, name);
}

static enum exit_code add_report(struct pack *p, const struct verb *verb)
{
    char json[64] = "{}", title[VERB_WORDS_MAX], plain[VERB_WORDS_MAX];
    const char *name = verb->words + strlen("report ");
    if (p->as_of && protobuf_c_message_descriptor_get_field_by_name(verb->method->method->input, "as_of"))
        snprintf(json, sizeof json, "{\"as_of\":\"%s\"}", p->as_of);
    enum exit_code code = pack_ask(p, verb->method->full_name, json, name);
    snprintf(plain, sizeof plain, "%s", name);
    for (char *c = plain; *c; c++)
        *c = *c == '-' ? '_' : *c;
    cell_heading(plain, title, sizeof title);
    if (code == EXIT_DONE)
        add_link(p, title, name);
    return code;
}

static enum exit_code add_paper(struct pack *p)
{
    char json[PACK_TEXT_MAX];
    enum exit_code code = pack_ask(p, "/improve.v1.Funds/ListPapers", "{}", NULL);
    if (code != EXIT_DONE)
        return code;
    if (!p->found) {
        fprintf(stderr,
            "improve: --paper: the authority has no paper \"%.60s\". Accepted: a reference that improve paper list "
            "shows.\n",
            p->paper);
        return EXIT_NOT_FOUND;
    }
    snprintf(json, sizeof json, "{\"paper_id\":\"%.60s\"}", p->paper);
    if ((code = pack_ask(p, "/improve.v1.Funds/ListRecommendations", json, "recommendations")) != EXIT_DONE)
        return code;
    add_link(p, "What is recommended, and what was decided", "recommendations");
    code = pack_ask(p, "/improve.v1.Funds/ListUpdatesDue", "{}", "due-back");
    if (code == EXIT_DONE)
        add_link(p, "What is due back to bodies", "due-back");
    return code;
}

static enum exit_code write_index(struct pack *p)
{
    struct strbuf b;
    char path[PATH_MAX], today[DATE_ISO_SIZE], day[DATE_SHORT_SIZE];
    struct tm now = dates_today();
    strftime(today, sizeof today, "%Y-%m-%d", &now);
    dates_short(today, day, sizeof day);
    strbuf_init(&b, PAGE_MAX);
    page_begin(&b, p->found ? p->title : "Reports");
    strbuf_adds(&b, "<dl>\n");
    page_fact(&b, "Authority", p->session->authority ? p->session->authority : "");
    if (p->found) {
        page_fact(&b, "For", p->body);
        page_fact(&b, "Meeting", p->meeting);
        if (*p->authors)
            page_fact(&b, "By", p->authors);
        if (p->item_type > 0 && p->item_type < 5) {
            page_fact(&b, "Item type", item_types[p->item_type][0]);
            page_fact(&b, "Who may vote", item_types[p->item_type][1]);
        }
    }
    page_fact(&b, "Printed", day);
    if (p->session->globals->publish)
        page_fact(&b, "Small numbers", "Suppressed, for publication: each page says by which rule.");
    strbuf_addf(&b, "</dl>\n<h2>Contents</h2>\n<ul>\n%s</ul>\n", strbuf_text(&p->list));
    page_end(&b);
    FILE *f = pack_path(p, "index", "html", path) ? fopen(path, "we") : NULL;
    bool good = f && !b.failed && fwrite(strbuf_text(&b), 1, b.length, f) == b.length;
    good = f && fclose(f) == 0 && good;
    strbuf_release(&b);
    return good ? EXIT_DONE : pack_trouble(p->folder);
}

// make_pdf writes NAME.pdf of NAME.html. False, said on stderr, when it cannot.
static bool make_pdf(const struct pack *p, const char *name)
{
    char from[PATH_MAX], to[PATH_MAX];
    FILE *page = pack_path(p, name, "html", from) && pack_path(p, name, "pdf", to) ? fopen(from, "re") : NULL;
    bool made = page && pdf_write(fileno(page), to);
    if (page)
        fclose(page);
    return made;
}

static enum exit_code make(struct pack *p, const struct verb *const *reports, size_t n)
{
    enum exit_code code = p->paper ? add_paper(p) : EXIT_DONE;
    for (size_t i = 0; code == EXIT_DONE && i < n; i++)
        code = add_report(p, reports[i]);
    if (code == EXIT_DONE)
        code = write_index(p);
    bool good = code == EXIT_DONE && make_pdf(p, "index");
    for (size_t i = 0; good && i < n; i++)
        good = make_pdf(p, reports[i]->words + strlen("report "));
    if (good && p->paper)
        good = make_pdf(p, "recommendations") && make_pdf(p, "due-back");
    if (code == EXIT_DONE && !good) {
        fputs("improve: the pages and CSVs are there, but not every PDF.\n", stderr);
        code = EXIT_REFUSED;
    }
    if (code == EXIT_DONE)
        printf("%s/index.html\n", p->folder);
    return code;
}

// find_report finds a report by the word that follows "report". NULL, with a message, when there is none.
static const struct verb *find_report(const char *word)
{
    char words[VERB_WORDS_MAX];
    snprintf(words, sizeof words, "report %.60s", word);
    const struct verb *verb = verbs_find(words);
    if (!verb || !verb->method) {
        fprintf(
            stderr, "improve: there is no report \"%.60s\". Accepted: those that improve report list shows.\n", word);
        return NULL;
    }
    return verb;
}

static enum exit_code make_folder(const struct pack *p)
{
    if (mkdir(p->folder, 0777) == 0)
        return EXIT_DONE;
    fprintf(stderr, "improve: %s: %s. Accepted: a folder that is not there yet.\n", p->folder, strerror(errno));
    return EXIT_USAGE;
}

enum exit_code pack_make_command(const struct command *self, int argc, char **argv)
{
    struct pack p = {.paper = NULL};
    const char *day = NULL;
    char as_of[DATE_ISO_SIZE];
    const struct args_flag flags[] = {{"paper", 0, "PAPER", "the paper that it is for", &p.paper, NULL},
        {"as-of", 0, "DATE", "the day of the reports, today unless given", &day, NULL}};
    struct arena arena;
    struct args args;
    struct session session;
    const struct verb *reports[REPORTS_MAX];
    enum exit_code code;
    if (!command_line(self, &args, &arena, flags, 2, 2, REPORTS_MAX, argc, argv, &code))
        return code;
    struct tm today = dates_today();
    p.folder = args.words[0];
    for (size_t i = 1; code == EXIT_DONE && i < args.n_words; i++)
        code = !(reports[i - 1] = find_report(args.words[i])) ? EXIT_USAGE
               : args.globals.publish                         ? publish_refuse(reports[i - 1]->method)
                                                              : EXIT_DONE;
    if (code == EXIT_DONE && day && !dates_read(day, &today, as_of)) {
        fprintf(stderr, "improve: --as-of \"%.40s\" is no date. Accepted: %s.\n", day, dates_accepted);
        code = EXIT_USAGE;
    }
    p.as_of = day ? as_of : NULL;
    if (code == EXIT_DONE && (code = session_open(&session, &args.globals)) == EXIT_DONE) {
        p.session = &session;
        strbuf_init(&p.list, PAGE_MAX);
        code = args.globals.publish ? publish_ask(&session, &p.rule) : EXIT_DONE;
        if (code == EXIT_DONE && (code = make_folder(&p)) == EXIT_DONE)
            code = make(&p, reports, args.n_words - 1);
        strbuf_release(&p.list);
        session_close(&session);
    }
    arena_release(&arena);
    return code;
}
