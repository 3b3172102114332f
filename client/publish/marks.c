#include "client/publish/marks.h"

#include "common/docs.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { STATEMENT_MAX = 256 };

const char *marks_line(const struct catalog_method *method)
{
    const char *line = strstr(docs_method(method->service, method->method), "\nPublish: ");
    return line ? line + strlen("\nPublish: ") : NULL;
}

__attribute__((format(printf, 2, 3))) static bool wrong(struct marks *m, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(m->why, sizeof m->why, format, list);
    va_end(list);
    return false;
}

// find_column finds a column by name; false, and why filled, when there is none.
static bool find_column(struct marks *m, const char *name, unsigned *column)
{
    for (*column = 0; *column < m->row->n_fields; ++*column)
        if (strcmp(m->row->fields[*column].name, name) == 0)
            return true;
    return wrong(m, "there is no column %s", name);
}

static bool set_kind(struct marks *m, char *names, enum mark_kind kind)
{
    char *rest;
    unsigned column;
    for (char *name = strtok_r(names, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        if (!find_column(m, name, &column))
            return false;
        if (m->kind[column] != MARK_LABEL)
            return wrong(m, "%s is marked twice", name);
        m->kind[column] = kind;
    }
    return true;
}

static bool read_total(struct marks *m, char *text)
{
    char *as = strstr(text, " as "), *rest;
    snprintf(m->total, sizeof m->total, "%.63s", as ? as + strlen(" as ") : "Total");
    if (as)
        *as = '\0';
    for (char *name = strtok_r(text, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        if (m->n_dimensions == MARKS_DIMENSIONS)
            return wrong(m, "totals over more than %d columns", MARKS_DIMENSIONS);
        if (!find_column(m, name, &m->dimension[m->n_dimensions++]))
            return false;
    }
    return true;
}

// read_beside reads "REPORT by a as b".
static bool read_beside(struct marks *m, char *text)
{
    char *rest, *words[5] = {NULL};
    size_t n = 0;
    for (char *word = strtok_r(text, " ", &rest); word && n < 5; word = strtok_r(NULL, " ", &rest))
        words[n++] = word;
    if (n != 5 || strcmp(words[1], "by") != 0 || strcmp(words[3], "as") != 0)
        return wrong(m, "beside is said as in: beside REPORT by a as b");
    snprintf(m->beside, sizeof m->beside, "%.63s", words[0]);
    snprintf(m->beside_column, sizeof m->beside_column, "%.63s", words[4]);
    return find_column(m, words[2], &m->beside_by);
}

static bool read_within(struct marks *m, char *names)
{
    char *rest;
    unsigned column;
    for (char *name = strtok_r(names, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        if (!find_column(m, name, &column))
            return false;
        m->within[column] = true;
    }
    return true;
}

// read_equation reads "a = b + c - d + rest": what stands left of the sign is what the others add up to.
static bool read_equation(struct marks *m, char *text)
{
    struct marks_equation *e = &m->equation[m->n_equations];
    int sign = 1;
    char *rest;
    unsigned column;
    if (m->n_equations++ == MARKS_EQUATIONS)
        return wrong(m, "more than %d equations", MARKS_EQUATIONS);
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        if (strcmp(word, "=") == 0 || strcmp(word, "+") == 0)
            sign = -1;
        else if (strcmp(word, "-") == 0)
            sign = 1;
        else if (strcmp(word, "rest") == 0)
            e->rest = true;
        else if (find_column(m, word, &column))
            e->sign[column] = sign;
        else
            return false;
    }
    return true;
}

static bool read_derived(struct marks *m, char *text, char *of)
{
    char *rest, copy[STATEMENT_MAX];
    bool all = strcmp(of, "all") == 0;
    unsigned column, from;
    for (char *name = strtok_r(text, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        char *inner;
        if (!find_column(m, name, &column))
            return false;
        m->kind[column] = MARK_DERIVED;
        m->from_all[column] = all;
        snprintf(copy, sizeof copy, "%s", all ? "" : of);
        for (char *word = strtok_r(copy, " ", &inner); word; word = strtok_r(NULL, " ", &inner)) {
            if (!find_column(m, word, &from))
                return false;
            m->from[column][from] = true;
        }
    }
    return true;
}

static bool read_statement(struct marks *m, char *text)
{
    static const struct {
        const char *word;
        enum mark_kind kind;
    } lists[] = {{"counts ", MARK_COUNT}, {"open ", MARK_OPEN}, {"shown ", MARK_SHOWN}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strncmp(text, lists[i].word, strlen(lists[i].word)) == 0)
            return set_kind(m, text + strlen(lists[i].word), lists[i].kind);
    if (strncmp(text, "total ", 6) == 0)
        return read_total(m, text + 6);
    if (strncmp(text, "beside ", 7) == 0)
        return read_beside(m, text + 7);
    if (strncmp(text, "within ", 7) == 0)
        return read_within(m, text + 7);
    if (strncmp(text, "except ", 7) == 0) {
        snprintf(m->except, sizeof m->except, "%.63s", text + 7);
        return true;
    }
    if (strstr(text, " = "))
        return read_equation(m, text);
    char *of = strstr(text, " of ");
    if (!of)
        return wrong(m, "\"%.80s\" is no statement", text);
    *of = '\0';
    return read_derived(m, text, of + strlen(" of "));
}

// fits tells whether what is added up is counted, and what is computed is computed from counts.
static bool fits(struct marks *m)
{
    for (unsigned c = 0; c < m->row->n_fields; c++) {
        bool counts = m->kind[c] == MARK_COUNT || m->kind[c] == MARK_OPEN;
        ProtobufCType type = m->row->fields[c].type;
        if (counts && type != PROTOBUF_C_TYPE_INT32 && type != PROTOBUF_C_TYPE_INT64)
            return wrong(m, "%s holds no whole numbers", m->row->fields[c].name);
        for (size_t e = 0; e < m->n_equations; e++)
            if (m->equation[e].sign[c] && !counts)
                return wrong(m, "%s is in an equation, and not counted", m->row->fields[c].name);
        for (unsigned d = 0; d < m->row->n_fields; d++)
            if (m->from[d][c] && !counts)
                return wrong(
                    m, "%s is computed from %s, which is not counted", m->row->fields[d].name, m->row->fields[c].name);
    }
    return true;
}

bool marks_read(struct marks *m, const struct catalog_method *method)
{
    const char *line = marks_line(method);
    *m = (struct marks){.row = method->row};
    if (!line)
        return wrong(m, "it is not marked for publication");
    if (m->row->n_fields > MARKS_COLUMNS)
        return wrong(m, "it has more than %d columns", MARKS_COLUMNS);
    for (const char *end = line + strcspn(line, "\n"); line < end;) {
        char text[STATEMENT_MAX];
        size_t n = strcspn(line, ";\n");
        snprintf(text, sizeof text, "%.*s", (int)n, line);
        if (!read_statement(m, text))
            return false;
        line += n;
        line += strspn(line, "; ");
    }
    return fits(m);
}
