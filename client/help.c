#include "client/help.h"

#include "client/args.h"
#include "common/docs.h"

#include <ctype.h>
#include <string.h>

enum { WIDTH = 100, FLAG_COLUMN = 30 };

// wrap writes text from a column on, broken into lines at WIDTH; the first begins where the cursor is.
static void wrap(FILE *out, const char *text, int column)
{
    int at = column;
    while (*text) {
        text += strspn(text, " \n");
        int n = (int)strcspn(text, " \n");
        if (at > column && at + n + 1 > WIDTH) {
            fprintf(out, "\n%*s", column, "");
            at = column;
        }
        if (n > 0)
            at += fprintf(out, "%s%.*s", at > column ? " " : "", n, text);
        text += n;
    }
    fputc('\n', out);
}

// left writes text in a column of a width, or on a line of its own when it is wider.
static void left(FILE *out, const char *text, int width)
{
    int n = fprintf(out, "  %s", text);
    if (n + 2 > width)
        fprintf(out, "\n%*s", width, "");
    else
        fprintf(out, "%*s", width - n, "");
}

void help_summary(const struct verb *verb, char *to, size_t size)
{
    const char *text = verb->method ? docs_method(verb->method->service, verb->method->method) : verb->command->summary;
    size_t n = 0;
    for (const char *p = text; *p && n + 1 < size; p++) {
        if (strncmp(p, "\nExample:", 9) == 0)
            break;
        to[n++] = *p == '\n' ? ' ' : *p;
        if (*p == '.' && (!p[1] || isspace((unsigned char)p[1])))
            break;
    }
    to[n] = '\0';
}

// write_examples writes the Example: lines of a comment; true when there are any.
static bool write_examples(FILE *out, const char *text, bool heading)
{
    bool any = false;
    for (const char *p = text; (p = strstr(p, "Example: ")) != NULL;) {
        p += strlen("Example: ");
        int n = (int)strcspn(p, "\n");
        if (!any && heading)
            fputs("Examples:\n", out);
        fprintf(out, "  %.*s\n", n, p);
        any = true;
        p += n;
    }
    return any;
}

void help_root(FILE *out)
{
    static const char *const shown[] = {"school list", "partner assign", "cpd book", "report list"};
    fputs("improve: school improvement for local authorities.\n\n", out);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const struct verb *v = verbs_find(shown[i]);
        if (v)
            write_examples(
                out, v->method ? docs_method(v->method->service, v->method->method) : v->command->examples, false);
    }
    fputs("\nUsage: improve NOUN VERB [WORDS] [FLAGS]\n\nCommands:\n", out);
    for (size_t i = 0; i < verbs_count(); i++) {
        const struct verb *v = verbs_at(i);
        const char *blank = strchr(v->words, ' ');
        char summary[300];
        if (v->hidden || blank)
            continue;
        help_summary(v, summary, sizeof summary);
        left(out, v->words, FLAG_COLUMN - 10);
        wrap(out, summary, FLAG_COLUMN - 10);
    }
    fputs("\nNouns and their verbs:\n", out);
    for (size_t i = 0; i < verbs_count(); i++) {
        const struct verb *v = verbs_at(i);
        size_t n = strcspn(v->words, " ");
        bool seen = v->hidden || !v->words[n];
        char noun[VERB_WORDS_MAX], list[2048] = "";
        for (size_t k = 0; k < i && !seen; k++)
            seen = !verbs_at(k)->hidden && strncmp(verbs_at(k)->words, v->words, n + 1) == 0;
        if (seen)
            continue;
        snprintf(noun, sizeof noun, "%.*s", (int)n, v->words);
        for (size_t k = i; k < verbs_count(); k++) {
            size_t used = strlen(list);
            if (!verbs_at(k)->hidden && strncmp(verbs_at(k)->words, v->words, n + 1) == 0)
                snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", verbs_at(k)->words + n + 1);
        }
        left(out, noun, FLAG_COLUMN - 10);
        wrap(out, list, FLAG_COLUMN - 10);
    }
    fputs("\nMore: improve NOUN --help, improve NOUN VERB --help. Exit codes: 0 done, 1 refused, 2 bad usage, 3 no "
          "server,\n"
          "4 not signed in or not allowed, 5 not found, 6 too late.\n",
        out);
}

void help_noun(const char *noun, FILE *out)
{
    size_t n = strlen(noun);
    fprintf(out, "Usage: improve %s VERB [WORDS] [FLAGS]\n\n", noun);
    for (size_t i = 0; i < verbs_count(); i++) {
        const struct verb *v = verbs_at(i);
        char summary[300];
        if (v->hidden || strncmp(v->words, noun, n) != 0 || v->words[n] != ' ')
            continue;
        help_summary(v, summary, sizeof summary);
        left(out, v->words + n + 1, FLAG_COLUMN);
        wrap(out, summary, FLAG_COLUMN);
    }
    fprintf(out, "\nMore: improve %s VERB --help\n", noun);
}

void help_type(const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field, char *to, size_t size)
{
    const ProtobufCEnumDescriptor *e = field->descriptor;
    size_t n = 0;
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        snprintf(to, size, "%s", docs_marks(type, field).date ? "DATE" : "TEXT");
        return;
    case PROTOBUF_C_TYPE_BOOL:
        *to = '\0';
        return;
    case PROTOBUF_C_TYPE_BYTES:
        snprintf(to, size, "BASE64");
        return;
    case PROTOBUF_C_TYPE_ENUM:
        *to = '\0';
        for (unsigned i = 0; i < e->n_values && n < size; i++)
            n += (size_t)snprintf(to + n, size - n, "%s%s", i ? "|" : "", e->values[i].name);
        return;
    case PROTOBUF_C_TYPE_MESSAGE: {
        const ProtobufCMessageDescriptor *m = field->descriptor;
        *to = '\0';
        for (unsigned i = 0; i < m->n_fields && n < size; i++)
            n += (size_t)snprintf(to + n, size - n, "%s%s=…", i ? "," : "", m->fields[i].name);
        return;
    }
    default:
        snprintf(to, size, "NUMBER");
    }
}

static void write_field(const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field, FILE *out)
{
    struct docs_marks marks = docs_marks(type, field);
    char flag[96], takes[256], text[512], what[420];
    args_flag_name(field->name, flag, sizeof flag);
    help_type(type, field, takes, sizeof takes);
    snprintf(text, sizeof text, "--%s%s%s", flag, *takes ? " " : "", takes);
    left(out, text, FLAG_COLUMN);
    snprintf(what, sizeof what, "%s%.360s%s", marks.required ? "Required. " : "", marks.text,
        field->label == PROTOBUF_C_LABEL_REPEATED ? " May be given several times." : "");
    wrap(out, what, FLAG_COLUMN);
}

static void write_flags(FILE *out)
{
    const struct args_flag *flags;
    size_t n = args_globals(&flags);
    fputs("\nFlags of every command:\n", out);
    for (size_t i = 0; i < n; i++) {
        char text[96];
        if (flags[i].letter)
            snprintf(text, sizeof text, "-%c, --%s%s%s", flags[i].letter, flags[i].name, flags[i].value ? " " : "",
                flags[i].value ? flags[i].value : "");
        else
            snprintf(text, sizeof text, "    --%s%s%s", flags[i].name, flags[i].value ? " " : "",
                flags[i].value ? flags[i].value : "");
        left(out, text, FLAG_COLUMN);
        wrap(out, flags[i].help, FLAG_COLUMN);
    }
}

static void write_method(const struct verb *verb, FILE *out)
{
    const struct catalog_method *m = verb->method;
    const ProtobufCMessageDescriptor *type = m->method->input;
    const char *comment = docs_method(m->service, m->method);
    const char *example = strstr(comment, "Example:");
    char text[1024];
    snprintf(text, sizeof text, "%.*s", (int)(example ? example - comment : (ptrdiff_t)strlen(comment)), comment);
    wrap(out, text, 0);
    fprintf(out, "\nUsage: improve %s", verb->words);
    for (unsigned i = 0; i < type->n_fields; i++) {
        if (!docs_marks(type, &type->fields[i]).required)
            continue;
        fputc(' ', out);
        for (const char *p = type->fields[i].name; *p; p++)
            fputc(toupper((unsigned char)*p), out);
        fputs(type->fields[i].label == PROTOBUF_C_LABEL_REPEATED ? "…" : "", out);
    }
    fputs(" [FLAGS]\n\n", out);
    if (write_examples(out, comment, true))
        fputc('\n', out);
    if (type->n_fields)
        fputs("Flags:\n", out);
    for (unsigned i = 0; i < type->n_fields; i++)
        write_field(type, &type->fields[i], out);
    fputs(type->n_fields ? "\nAnswers with:\n" : "Answers with:\n", out);
    for (unsigned i = 0; i < m->row->n_fields; i++) {
        left(out, m->row->fields[i].name, FLAG_COLUMN);
        wrap(out, docs_marks(m->row, &m->row->fields[i]).text, FLAG_COLUMN);
    }
    write_flags(out);
    fprintf(out, "\nCalls %s\n", m->full_name);
}

void help_verb(const struct verb *verb, FILE *out)
{
    if (verb->method) {
        write_method(verb, out);
        return;
    }
    const struct command *c = verb->command;
    wrap(out, c->summary, 0);
    fprintf(out, "\nUsage: improve %s%s%s\n", c->words, *c->usage ? " " : "", c->usage);
    if (*c->examples) {
        fputc('\n', out);
        write_examples(out, c->examples, true);
    }
    write_flags(out);
}
