#include "client/describe.h"

#include "client/command_line.h"
#include "client/help.h"
#include "client/listing.h"
#include "client/suggest.h"
#include "client/verbs.h"
#include "common/docs.h"
#include "common/names.h"

#include <stdio.h>
#include <string.h>

enum { TYPES_MAX = 1024 };

static enum exit_code list(const struct args *args, bool reports)
{
    static const char *const names[] = {"words", "method", "summary"}, *const report_names[] = {"report", "summary"};
    struct listing *l = reports ? listing_open(report_names, 2, args->globals.form, stdout)
                                : listing_open(names, 3, args->globals.form, stdout);
    for (size_t i = 0; l && i < catalog_count(); i++) {
        const struct catalog_method *m = catalog_at(i);
        char words[VERB_WORDS_MAX], summary[300];
        struct verb verb = {.method = m};
        if (reports && strcmp(names_last(m->service->name), "Reports") != 0)
            continue;
        verbs_derive(m, words);
        help_summary(&verb, summary, sizeof summary);
        const char *cells[] = {verbs_of(m), m->full_name, summary},
                   *report_cells[] = {words + strlen("report "), summary};
        listing_add(l, reports ? report_cells : cells);
    }
    if (l)
        listing_close(l);
    return l ? EXIT_DONE : EXIT_REFUSED;
}

static enum exit_code run_list(const struct command *self, int argc, char **argv, bool reports)
{
    struct arena arena;
    struct args args;
    enum exit_code code;
    if (!command_line(self, &args, &arena, NULL, 0, 0, 0, argc, argv, &code))
        return code;
    code = list(&args, reports);
    arena_release(&arena);
    return code;
}

enum exit_code describe_methods(const struct command *self, int argc, char **argv)
{
    return run_list(self, argc, argv, false);
}

enum exit_code describe_reports(const struct command *self, int argc, char **argv)
{
    return run_list(self, argc, argv, true);
}

enum exit_code describe_version(const struct command *self, int argc, char **argv)
{
    struct arena arena;
    struct args args;
    enum exit_code code;
    if (!command_line(self, &args, &arena, NULL, 0, 0, 0, argc, argv, &code))
        return code;
    arena_release(&arena);
    puts("improve " IMPROVE_VERSION);
    return EXIT_DONE;
}

static void write_comment(const char *text, const char *indent)
{
    while (*text) {
        int n = (int)strcspn(text, "\n");
        printf("%s// %.*s\n", indent, n, text);
        text += n;
        text += *text == '\n';
    }
}

static const char *type_name(const ProtobufCFieldDescriptor *field)
{
    static const char *const names[] = {[PROTOBUF_C_TYPE_INT32] = "int32",
        [PROTOBUF_C_TYPE_SINT32] = "sint32",
        [PROTOBUF_C_TYPE_SFIXED32] = "sfixed32",
        [PROTOBUF_C_TYPE_INT64] = "int64",
        [PROTOBUF_C_TYPE_SINT64] = "sint64",
        [PROTOBUF_C_TYPE_SFIXED64] = "sfixed64",
        [PROTOBUF_C_TYPE_UINT32] = "uint32",
        [PROTOBUF_C_TYPE_FIXED32] = "fixed32",
        [PROTOBUF_C_TYPE_UINT64] = "uint64",
        [PROTOBUF_C_TYPE_FIXED64] = "fixed64",
        [PROTOBUF_C_TYPE_FLOAT] = "float",
        [PROTOBUF_C_TYPE_DOUBLE] = "double",
        [PROTOBUF_C_TYPE_BOOL] = "bool",
        [PROTOBUF_C_TYPE_STRING] = "string",
        [PROTOBUF_C_TYPE_BYTES] = "bytes"};
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return names_last(((const ProtobufCMessageDescriptor *)field->descriptor)->name);
    if (field->type == PROTOBUF_C_TYPE_ENUM)
        return names_last(((const ProtobufCEnumDescriptor *)field->descriptor)->name);
    return names[field->type];
}

static void describe_enum(const ProtobufCEnumDescriptor *e)
{
    write_comment(docs_enum(e), "");
    printf("enum %s {\n", names_last(e->name));
    for (unsigned i = 0; i < e->n_values; i++) {
        write_comment(docs_enum_value(e, &e->values[i]), "  ");
        printf("  %s = %d;\n", e->values[i].name, e->values[i].value);
    }
    puts("}");
}

static void describe_message(const ProtobufCMessageDescriptor *m)
{
    write_comment(docs_message(m), "");
    printf("message %s {\n", names_last(m->name));
    for (unsigned i = 0; i < m->n_fields; i++) {
        write_comment(docs_field(m, &m->fields[i]), "  ");
        printf("  %s %s %s = %u;\n", m->fields[i].label == PROTOBUF_C_LABEL_REPEATED ? "repeated" : "optional",
            type_name(&m->fields[i]), m->fields[i].name, m->fields[i].id);
    }
    puts("}");
    for (unsigned i = 0; i < m->n_fields; i++) {
        if (m->fields[i].type == PROTOBUF_C_TYPE_MESSAGE && m->fields[i].descriptor != m) {
            puts("");
            describe_message(m->fields[i].descriptor);
        } else if (m->fields[i].type == PROTOBUF_C_TYPE_ENUM) {
            puts("");
            describe_enum(m->fields[i].descriptor);
        }
    }
}

static void write_rpc(const struct catalog_method *m, const char *indent)
{
    write_comment(docs_method(m->service, m->method), indent);
    printf("%srpc %s(%s) returns (%s);\n", indent, m->method->name, names_last(m->method->input->name),
        names_last(m->method->output->name));
}

static void describe_method(const struct catalog_method *m)
{
    write_rpc(m, "");
    printf("// Called as improve call %s, or improve %s\n\n", m->full_name, verbs_of(m));
    describe_message(m->method->input);
    puts("");
    describe_message(m->method->output);
}

// is_named tells whether a full name is the one asked for, whole or from one of its dots or slashes on.
static bool is_named(const char *full, const char *asked)
{
    size_t n = strlen(full), k = strlen(asked);
    if (*asked == '/')
        return strcmp(full, asked) == 0;
    return k <= n && strcmp(full + n - k, asked) == 0 && (k == n || full[n - k - 1] == '.' || full[n - k - 1] == '/');
}

static bool describe_service(const char *name)
{
    bool found = false;
    for (size_t i = 0; i < catalog_count(); i++) {
        const struct catalog_method *m = catalog_at(i);
        if (!is_named(m->service->name, name))
            continue;
        if (!found) {
            write_comment(docs_service(m->service), "");
            printf("service %s {\n", names_last(m->service->name));
        }
        found = true;
        write_rpc(m, "  ");
    }
    if (found)
        puts("}");
    return found;
}

// The message types that calls use, each once.
struct types {
    const ProtobufCMessageDescriptor *all[TYPES_MAX];
    size_t n;
};

static void collect(struct types *t, const ProtobufCMessageDescriptor *m)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->all[i] == m)
            return;
    if (t->n == TYPES_MAX)
        return;
    t->all[t->n++] = m;
    for (unsigned i = 0; i < m->n_fields; i++)
        if (m->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
            collect(t, m->fields[i].descriptor);
}

static enum exit_code unknown(const char *name, const struct types *types)
{
    struct suggest near;
    suggest_init(&near, name);
    for (size_t i = 0; i < types->n; i++)
        suggest_offer(&near, names_last(types->all[i]->name));
    for (size_t i = 0; i < catalog_count(); i++) {
        suggest_offer(&near, catalog_at(i)->method->name);
        suggest_offer(&near, names_last(catalog_at(i)->service->name));
    }
    fprintf(stderr, "improve: there is no service, method or message \"%.60s\".", name);
    if (near.names[0])
        fprintf(stderr, " Did you mean %s%s%s?", near.names[0], near.names[1] ? " or " : "",
            near.names[1] ? near.names[1] : "");
    fputs("\nSee: improve list-methods\n", stderr);
    return EXIT_USAGE;
}

static enum exit_code describe(const char *name)
{
    static struct types types;
    const struct verb *verb = verbs_find(name);
    if (verb && verb->method) {
        describe_method(verb->method);
        return EXIT_DONE;
    }
    for (size_t i = 0; i < catalog_count(); i++) {
        if (is_named(catalog_at(i)->full_name, name)) {
            describe_method(catalog_at(i));
            return EXIT_DONE;
        }
        collect(&types, catalog_at(i)->method->input);
        collect(&types, catalog_at(i)->method->output);
    }
    if (describe_service(name))
        return EXIT_DONE;
    for (size_t i = 0; i < types.n; i++)
        if (is_named(types.all[i]->name, name)) {
            describe_message(types.all[i]);
            return EXIT_DONE;
        }
    return unknown(name, &types);
}

enum exit_code describe_command(const struct command *self, int argc, char **argv)
{
    struct arena arena;
    struct args args;
    enum exit_code code;
    char name[VERB_WORDS_MAX];
    if (!command_line(self, &args, &arena, NULL, 0, 1, 2, argc, argv, &code))
        return code;
    snprintf(name, sizeof name, "%.45s%s%.45s", args.words[0], args.n_words > 1 ? " " : "",
        args.n_words > 1 ? args.words[1] : "");
    code = describe(args.n_words > 1 ? name : args.words[0]);
    arena_release(&arena);
    return code;
}
