#include "client/export/export.h"
#include "client/verbs.h"
#include "common/field.h"

#include <ctype.h>
#include <string.h>

// The command that asks for an answer again.

enum { TEXT_MAX = 64 * 1024 };

// add_word appends a word as a shell reads it.
static void add_word(struct strbuf *b, const char *word)
{
    bool plain = *word != '\0';
    for (const char *p = word; *p; p++)
        plain = plain && (isalnum((unsigned char)*p) || strchr("-_./:,@", *p));
    if (plain) {
        strbuf_adds(b, word);
        return;
    }
    strbuf_addc(b, '\'');
    for (const char *p = word; *p; p++)
        strbuf_adds(b, *p == '\'' ? "'\\''" : (char[]){*p, '\0'});
    strbuf_addc(b, '\'');
}

void export_asked(
    struct export *e, const ProtobufCMessage *request, const char *authority, const struct globals *globals)
{
    struct strbuf b, value;
    strbuf_init(&b, TEXT_MAX);
    strbuf_init(&value, TEXT_MAX);
    strbuf_addf(&b, "improve %s", verbs_of(e->method));
    if (authority && *authority)
        strbuf_addf(&b, " --authority %s", authority);
    for (unsigned i = 0; i < request->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &request->descriptor->fields[i];
        bool is_set = field_is_set(request, field);
        e->day_is_open = e->day_is_open || (!is_set && strcmp(field->name, "as_of") == 0);
        if (!is_set || strcmp(field->name, "page_size") == 0)
            continue;
        strbuf_adds(&b, " --");
        for (const char *p = field->name; *p; p++)
            strbuf_addc(&b, *p == '_' ? '-' : *p);
        strbuf_addc(&b, ' ');
        strbuf_clear(&value);
        field_write(&value, request, field);
        add_word(&b, strbuf_text(&value));
    }
    if (globals->columns)
        strbuf_addf(&b, " --columns %s", globals->columns);
    if (globals->publish)
        strbuf_adds(&b, " --publish");
    if (globals->limit)
        strbuf_addf(&b, " --limit %ld", globals->limit);
    e->asked = export_keep(e, strbuf_text(&b), b.length);
    strbuf_release(&b);
    strbuf_release(&value);
}

const char *export_command(struct export *e)
{
    if (!e->day_is_open || !e->day)
        return e->asked;
    const char *text = arena_printf(&e->arena, "%s --as-of %s", e->asked, e->day);
    return text ? text : e->asked;
}
