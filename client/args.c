#include "client/args.h"

#include "client/args_value.h"
#include "client/cell.h"
#include "client/suggest.h"
#include "client/uuid.h"
#include "common/docs.h"
#include "common/field.h"

#include <errno.h>
#include <popt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_LENGTH = 96 };

// What every command takes. The order is that of help; set_global knows where each goes.
static const struct args_flag globals[] = {
    {"authority", 0, "CODE", "DfE code of the authority to work in", NULL, NULL},
    {"output", 'o', "FORM", "table, json, csv, html or xlsx", NULL, NULL},
    {"columns", 0, "NAMES", "only these columns, parted by commas", NULL, NULL},
    {"limit", 0, "ROWS", "at most this many rows", NULL, NULL},
    {"publish", 0, NULL, "for publication: small numbers as [c], where a report is marked for it", NULL, NULL},
    {"dry-run", 'n', NULL, "do everything, show the answer, and keep nothing", NULL, NULL},
    {"request-id", 0, "UUID", "id under which a change is made once, however often it is asked for", NULL, NULL},
    {"timeout", 0, "TIME", "how long to wait: 30, 30s, 500ms or 2m", NULL, NULL},
    {"profile", 0, "NAME", "which profile to use", NULL, NULL},
    {"url", 0, "URL", "server to call: tls+tcp://HOST:PORT or ipc://PATH", NULL, NULL},
    {"ca", 0, "FILE", "certificate of who signed the server's", NULL, NULL},
    {"server-name", 0, "NAME", "name in the server's certificate", NULL, NULL},
    {"token-file", 0, "FILE", "file that holds the token, mode 0600", NULL, NULL},
    {"quiet", 'q', NULL, "no remarks", NULL, NULL},
    {"verbose", 'v', NULL, "request id and time taken", NULL, NULL},
    {"help", 'h', NULL, "show help", NULL, NULL},
};
enum { N_GLOBALS = sizeof globals / sizeof *globals };

size_t args_globals(const struct args_flag **flags)
{
    *flags = globals;
    return N_GLOBALS;
}

bool args_takes_value(const char *flag)
{
    const struct args_flag *flags;
    size_t n = args_globals(&flags);
    for (size_t i = 0; i < n; i++)
        if (flags[i].value && ((strncmp(flag, "--", 2) == 0 && strcmp(flag + 2, flags[i].name) == 0) ||
                                  (flags[i].letter && flag[0] == '-' && flag[1] == flags[i].letter && !flag[2])))
            return true;
    return false;
}

void args_flag_name(const char *field, char *to, size_t size)
{
    snprintf(to, size, "%s", field);
    for (char *p = to; *p; p++)
        if (*p == '_')
            *p = '-';
}

__attribute__((format(printf, 2, 3))) static enum exit_code usage(const struct args *a, const char *format, ...)
{
    char text[768];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    cell_print(stderr, text);
    fprintf(stderr, "\nSee: improve %s --help\n", a->command);
    return EXIT_USAGE;
}

// read_time reads 30, 30s, 500ms or 2m into milliseconds; 0 when it is none of these, or more than a day.
static uint32_t read_time(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    double unit = strcmp(end, "ms") == 0           ? 1
                  : strcmp(end, "m") == 0          ? 60000
                  : !*end || strcmp(end, "s") == 0 ? 1000
                                                   : 0;
    value *= unit;
    return end == text || !(value >= 1) || value > 86400000 ? 0 : (uint32_t)value;
}

static enum exit_code check_globals(struct args *a)
{
    struct globals *g = &a->globals;
    static const char *const forms[] = {[OUTPUT_TABLE] = "table",
        [OUTPUT_JSON] = "json",
        [OUTPUT_CSV] = "csv",
        [OUTPUT_HTML] = "html",
        [OUTPUT_XLSX] = "xlsx"};
    for (int i = OUTPUT_TABLE; g->output && i <= OUTPUT_XLSX; i++)
        if (strcmp(g->output, forms[i]) == 0)
            g->form = (enum output_form)i;
    if (g->output && g->form == OUTPUT_AUTO)
        return usage(a, "--output \"%s\" is no form of output. Accepted: table, json, csv, html, xlsx.", g->output);
    if (g->timeout && !(g->timeout_ms = read_time(g->timeout)))
        return usage(a, "--timeout \"%s\" is no time. Accepted: 30 (seconds), 30s, 500ms, 2m.", g->timeout);
    if (g->request_id && !uuid_is_valid(g->request_id))
        return usage(a, "--request-id \"%s\" is no UUID. Accepted: such as 3f1c0a52-6a0e-4c1b-9d0e-2b7f5a6c8d90.",
            g->request_id);
    if (g->limit_text) {
        char *end;
        g->limit = strtol(g->limit_text, &end, 10);
        if (*end || end == g->limit_text || g->limit < 1)
            return usage(a, "--limit \"%s\" is no number of rows. Accepted: a whole number from 1.", g->limit_text);
    }
    return EXIT_DONE;
}

// One option of popt's table: what it stands for.
struct option {
    char name[NAME_MAX_LENGTH];
    const ProtobufCFieldDescriptor *field; // or NULL
    bool value;                            // of a bool field: what it sets
    const struct args_flag *flag;          // or NULL
};

struct options {
    struct option *all; // in the arena
    struct poptOption *popt;
    size_t n;
};

static bool has_option(const struct options *o, const char *name)
{
    for (size_t i = 0; i < o->n; i++)
        if (strcmp(o->all[i].name, name) == 0)
            return true;
    return false;
}

static struct option *add_option(struct options *o, const char *name, char letter, bool takes_value)
{
    struct option *option = &o->all[o->n];
    snprintf(option->name, sizeof option->name, "%s", name);
    o->popt[o->n] = (struct poptOption){.longName = option->name,
        .shortName = letter,
        .argInfo = takes_value ? POPT_ARG_STRING : POPT_ARG_NONE,
        .val = (int)o->n + 1};
    o->n++;
    return option;
}

static void add_field(struct options *o, const ProtobufCFieldDescriptor *field)
{
    char name[NAME_MAX_LENGTH];
    args_flag_name(field->name, name, sizeof name);
    bool is_bool = field->type == PROTOBUF_C_TYPE_BOOL && field->label != PROTOBUF_C_LABEL_REPEATED;
    struct option *option = add_option(o, name, 0, !is_bool);
    option->field = field;
    option->value = true;
    size_t n = strlen(name);
    if (is_bool) {
        char no[NAME_MAX_LENGTH];
        snprintf(no, sizeof no, "no-%.90s", name);
        add_option(o, no, 0, false)->field = field;
    } else if (field->label == PROTOBUF_C_LABEL_REPEATED && n > 2 && name[n - 1] == 's') {
        name[n - 1] = '\0'; // --kind for --kinds: what one types who gives one
        if (!has_option(o, name))
            add_option(o, name, 0, true)->field = field;
    }
}

// make_options fills popt's table. False when memory lacks.
static bool make_options(struct options *o, const struct args *a)
{
    size_t most = (a->type ? 2 * a->type->n_fields : 0) + a->n_flags + N_GLOBALS + 1;
    *o = (struct options){
        .all = arena_calloc(a->arena, most * sizeof *o->all), .popt = arena_calloc(a->arena, most * sizeof *o->popt)};
    if (!o->all || !o->popt)
        return false;
    for (unsigned i = 0; a->type && i < a->type->n_fields; i++)
        add_field(o, &a->type->fields[i]);
    for (size_t i = 0; i < a->n_flags + N_GLOBALS; i++) {
        const struct args_flag *flag = i < a->n_flags ? &a->flags[i] : &globals[i - a->n_flags];
        if (!has_option(o, flag->name)) // a request's field comes before a flag of the same name; a test allows none
            add_option(o, flag->name, flag->letter, flag->value != NULL)->flag = flag;
    }
    return true;
}

static enum exit_code unknown_flag(const struct args *a, const struct options *o, const char *given)
{
    struct suggest near;
    char name[NAME_MAX_LENGTH];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(given, "="), given);
    suggest_init(&near, name + strspn(name, "-"));
    for (size_t i = 0; i < o->n; i++)
        suggest_offer(&near, o->all[i].name);
    if (!near.names[0])
        return usage(a, "improve %s has no flag %s.", a->command, name);
    return usage(a, "improve %s has no flag %s. Did you mean --%s%s%s?", a->command, name, near.names[0],
        near.names[1] ? " or --" : "", near.names[1] ? near.names[1] : "");
}

static void set_global(struct globals *g, const struct args_flag *flag, const char *text)
{
    const char **const texts[N_GLOBALS] = {&g->authority, &g->output, &g->columns, &g->limit_text, NULL, NULL,
        &g->request_id, &g->timeout, &g->profile, &g->url, &g->ca, &g->server_name, &g->token_file, NULL, NULL, NULL};
    bool *const switches[N_GLOBALS] = {
        [4] = &g->publish, [5] = &g->dry_run, [13] = &g->quiet, [14] = &g->verbose, [15] = &g->help};
    size_t i = (size_t)(flag - globals);
    if (texts[i])
        *texts[i] = text;
    else
        *switches[i] = true;
}

// take_option notes one flag that was given; values of fields are only collected, as a repeated one may come again.
static void take_option(struct args *a, struct args_values *values, const struct option *option, const char *text)
{
    if (option->field)
        args_values_add(values, option->field, text ? text : option->value ? "true" : "false");
    else if (option->flag >= globals && option->flag < globals + N_GLOBALS)
        set_global(&a->globals, option->flag, text);
    else if (option->flag->on)
        *option->flag->on = true;
    else
        *option->flag->text = text;
}

static bool keep_words(struct args *a, const char **words)
{
    size_t n = 0;
    while (words && words[n])
        n++;
    a->words = arena_calloc(a->arena, (n + 1) * sizeof *a->words);
    for (size_t i = 0; a->words && i < n; i++)
        if (!(a->words[i] = arena_strndup(a->arena, words[i], strlen(words[i]))))
            return false;
    a->n_words = n;
    return a->words != NULL;
}

static enum exit_code read_options(struct args *a, struct options *o, struct args_values *values, poptContext context)
{
    int rc;
    while ((rc = poptGetNextOpt(context)) > 0) {
        char *given = poptGetOptArg(context);
        char *text = given ? arena_strndup(a->arena, given, strlen(given)) : NULL;
        free(given);
        take_option(a, values, &o->all[rc - 1], text);
    }
    if (a->globals.help)
        return EXIT_DONE;
    const char *bad = poptBadOption(context, 0);
    if (rc == POPT_ERROR_BADOPT)
        return unknown_flag(a, o, bad);
    if (rc == POPT_ERROR_NOARG)
        return usage(a, "%s needs a value.", bad);
    if (rc < -1)
        return usage(a, "%s: %s.", bad, poptStrerror(rc));
    if (!keep_words(a, poptGetArgs(context)))
        return usage(a, "Out of memory.");
    return EXIT_DONE;
}

enum exit_code args_parse(struct args *a, int argc, char **argv)
{
    struct options o;
    struct args_values values = {.arena = a->arena, .type = a->type};
    a->globals = (struct globals){0};
    if (!make_options(&o, a))
        return usage(a, "Out of memory.");
    const char **copy = arena_calloc(a->arena, ((size_t)argc + 2) * sizeof *copy);
    if (!copy)
        return usage(a, "Out of memory.");
    copy[0] = "improve";
    for (int i = 0; i < argc; i++)
        copy[i + 1] = argv[i];
    poptContext context = poptGetContext("improve", argc + 1, copy, o.popt, 0);
    enum exit_code code = read_options(a, &o, &values, context);
    poptFreeContext(context);
    if (code == EXIT_DONE && !a->globals.help)
        code = check_globals(a);
    if (code != EXIT_DONE || a->globals.help || !a->type)
        return code;
    char why[640];
    a->request = args_values_build(&values, a->words, a->n_words, why, sizeof why);
    return a->request ? EXIT_DONE : usage(a, "%s", why);
}
