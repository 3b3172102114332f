#include "server/contract.h"

#include "common/docs.h"
#include "common/log.h"
#include "common/strbuf.h"
#include "server/admin/schema_version.h"
#include "server/db/query.h"
#include "server/local.h"
#include "server/outcome.h"
#include "server/statement.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATEMENT_MAX = 64 * 1024, DEEPEST = 16 }; // DEEPEST: messages within messages

// One SQL function, as the catalogue has it.
struct function {
    struct function *next;
    char *name; // schema.function
    bool is_volatile;
    bool granted;   // to a persona
    bool ambiguous; // another function has the same name
    double cost;
    json_t *arguments; // [[mode, name, type], …]: mode i is a parameter, t a column
};

static struct statement *statements; // one a method of the catalogue; as long-lived as the process

static const char functions_sql[] =
    "select n.nspname || '.' || p.proname, p.provolatile = 'v',"
    "  exists (select from pg_catalog.pg_roles r where r.rolname like 'persona\\_%'"
    "    and pg_catalog.has_function_privilege(r.oid, p.oid, 'execute')),"
    "  count(*) over (partition by n.nspname, p.proname) > 1, p.procost,"
    "  coalesce((select pg_catalog.json_agg(pg_catalog.json_build_array(coalesce(p.proargmodes[a.i], 'i'), "
    "p.proargnames[a.i],"
    "      pg_catalog.format_type(a.type, null)) order by a.i)"
    "    from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality a (type, i)), '[]')"
    " from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace"
    " where n.nspname not in ('pg_catalog', 'information_schema', 'public') and p.prokind = 'f'";

// What a field's type may be in SQL.
static bool fits(const ProtobufCFieldDescriptor *field, const char *type, bool is_column)
{
    static const struct {
        ProtobufCType field;
        const char *sql;
    } pairs[] = {
        {PROTOBUF_C_TYPE_STRING, "text"},
        {PROTOBUF_C_TYPE_STRING, "date"},
        {PROTOBUF_C_TYPE_STRING, "uuid"},
        {PROTOBUF_C_TYPE_STRING, "timestamp with time zone"},
        {PROTOBUF_C_TYPE_STRING, "time without time zone"},
        {PROTOBUF_C_TYPE_ENUM, "text"},
        {PROTOBUF_C_TYPE_BOOL, "boolean"},
        {PROTOBUF_C_TYPE_DOUBLE, "double precision"},
        {PROTOBUF_C_TYPE_DOUBLE, "numeric"},
        {PROTOBUF_C_TYPE_INT32, "integer"},
        {PROTOBUF_C_TYPE_INT64, "bigint"},
    };
    if (field->label == PROTOBUF_C_LABEL_REPEATED || field->type == PROTOBUF_C_TYPE_MESSAGE)
        return strcmp(type, "jsonb") == 0;
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return !is_column && strcmp(type, "bytea") == 0;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i].field == field->type && strcmp(pairs[i].sql, type) == 0)
            return true;
    return false;
}

static bool take_function(void *data, int columns, char *const *values)
{
    struct function **all = data, *f = calloc(1, sizeof *f);
    if (!f || columns != 6)
        return false;
    *f = (struct function){.next = *all,
        .name = strdup(values[0]),
        .is_volatile = *values[1] == 't',
        .granted = *values[2] == 't',
        .ambiguous = *values[3] == 't',
        .cost = strtod(values[4], NULL),
        .arguments = json_loads(values[5], 0, NULL)};
    *all = f;
    return true;
}

static void free_functions(struct function *all)
{
    for (struct function *f = all, *next; f; f = next) {
        next = f->next;
        free(f->name);
        json_decref(f->arguments);
        free(f);
    }
}

// argument gives the type of the function's parameter ('i') or column ('t') of this name, or NULL.
static const char *argument(const struct function *f, char mode, const char *name)
{
    size_t i;
    json_t *one;
    json_array_foreach(f->arguments, i, one)
    {
        const char *its_name = json_string_value(json_array_get(one, 1));
        if (*json_string_value(json_array_get(one, 0)) == mode && its_name && strcmp(its_name, name) == 0)
            return json_string_value(json_array_get(one, 2));
    }
    return NULL;
}

static size_t count_arguments(const struct function *f, char mode)
{
    size_t i, n = 0;
    json_t *one;
    json_array_foreach(f->arguments, i, one) n += *json_string_value(json_array_get(one, 0)) == mode;
    return n;
}

static bool complain(const struct catalog_method *m, const char *what, const char *which)
{
    log_line(LOG_ERROR, "contract: %s (%s): %s %s", m->full_name, m->function_name, what, which);
    return false;
}

static bool check_parameters(const struct catalog_method *m, const struct function *f, bool paged)
{
    bool good = true;
    const ProtobufCMessageDescriptor *input = m->method->input;
    for (unsigned i = 0; i < input->n_fields; i++) {
        char name[CATALOG_NAME_MAX];
        snprintf(name, sizeof name, "p_%s", input->fields[i].name);
        const char *type = argument(f, 'i', name);
        if (!type)
            good = complain(m, "the function lacks the parameter", name);
        else if (!fits(&input->fields[i], type, false))
            good = complain(m, "the field's type does not fit the parameter", name);
    }
    if (count_arguments(f, 'i') != input->n_fields + (paged ? 1u : 0u))
        good = complain(m, "the function has parameters that the request lacks", "");
    if (input->n_fields + 3 > STATEMENT_PARAMETERS_MAX)
        good = complain(m, "the request has too many fields", "");
    return good;
}

static bool check_columns(const struct catalog_method *m, const struct function *f, bool paged)
{
    bool good = true;
    for (unsigned i = 0; i < m->row->n_fields; i++) {
        const char *type = argument(f, 't', m->row->fields[i].name);
        if (!type)
            good = complain(m, "the function lacks the column", m->row->fields[i].name);
        else if (!fits(&m->row->fields[i], type, true))
            good = complain(m, "the field's type does not fit the column", m->row->fields[i].name);
    }
    if (count_arguments(f, 't') != m->row->n_fields + (paged ? 1u : 0u))
        good = complain(m, "the function has columns that the reply lacks", "");
    if (paged && f->is_volatile)
        good = complain(m, "a write cannot be paged", "");
    return good;
}

// recursive tells whether a message type can hold itself, which protobuf-c unpacks until the stack ends.
static bool recursive(const ProtobufCMessageDescriptor *type, const ProtobufCMessageDescriptor **path, int depth)
{
    for (int i = 0; i < depth; i++)
        if (path[i] == type)
            return true;
    if (depth == DEEPEST)
        return true;
    path[depth] = type;
    for (unsigned i = 0; i < type->n_fields; i++)
        if (type->fields[i].type == PROTOBUF_C_TYPE_MESSAGE && recursive(type->fields[i].descriptor, path, depth + 1))
            return true;
    return false;
}

static void write_call(struct strbuf *sql, const struct statement *s, const struct function *f)
{
    const ProtobufCMessageDescriptor *input = s->method->method->input, *row = s->method->row;
    strbuf_adds(sql, "select ");
    for (unsigned i = 0; i < row->n_fields; i++) {
        const char *name = row->fields[i].name, *type = argument(f, 't', name);
        bool instant = strcmp(type, "timestamp with time zone") == 0; // ISO 8601, as JSON has it
        strbuf_addf(sql, instant && !s->write ? "%sto_char(\"%s\", 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM')" : "%s\"%s\"",
            i ? ", " : "", name);
    }
    if (s->paged)
        strbuf_addf(sql, "%srow_cursor", row->n_fields ? ", " : "");
    strbuf_addf(sql, " from %s(", s->method->function_name);
    for (unsigned i = 0; i < input->n_fields; i++)
        strbuf_addf(sql, "%sp_%s => $%u", i ? ", " : "", input->fields[i].name, i + 1);
    if (s->paged)
        strbuf_addf(sql, "%sp_cursor => $%u", input->n_fields ? ", " : "", input->n_fields + 1);
    strbuf_adds(sql, ")");
}

// write_secrets writes the reply's fields that are shown once and kept nowhere, as an array of text.
static void write_secrets(struct strbuf *sql, const ProtobufCMessageDescriptor *row)
{
    const char *before = "'{";
    for (unsigned i = 0; i < row->n_fields; i++)
        if (docs_marks(row, &row->fields[i]).secret) {
            strbuf_addf(sql, "%s%s", before, row->fields[i].name);
            before = ",";
        }
    strbuf_addf(sql, "%s}'", *before == ',' ? "" : before);
}

static bool make_statement(struct statement *s, const struct catalog_method *m, const struct function *f)
{
    s->method = m;
    s->write = f->is_volatile;
    s->paged = argument(f, 't', "row_cursor") != NULL;
    s->watch = strncmp(m->method->name, "Watch", strlen("Watch")) == 0;
    s->across = strncmp(m->function_name, "self.", strlen("self.")) == 0;
    s->lane = f->cost >= BULK_COST ? LANE_BULK : s->write ? LANE_WRITE : LANE_READ;
    snprintf(s->name, sizeof s->name, "m%zu", catalog_index(m));
    s->parameters = (int)m->method->input->n_fields + s->paged + (s->write ? 2 : 0);
    struct strbuf sql;
    strbuf_init(&sql, STATEMENT_MAX);
    if (s->write)
        strbuf_adds(&sql, "with r as materialized (");
    write_call(&sql, s, f);
    if (s->write) {
        strbuf_addf(&sql,
            "), a as (select coalesce(jsonb_agg(to_jsonb(r)), '[]'::jsonb) as answer from r)"
            " select rpc.record(a.answer, $%d, $%d, ",
            s->parameters - 1, s->parameters);
        write_secrets(&sql, m->row);
        strbuf_adds(&sql, ") from a");
    }
    s->text = sql.failed ? NULL : sql.text;
    return s->text != NULL;
}

bool contract_is_recursive(const ProtobufCMessageDescriptor *type)
{
    const ProtobufCMessageDescriptor *path[DEEPEST];
    return recursive(type, path, 0);
}

static bool check_method(const struct catalog_method *m, const struct function *all)
{
    if (contract_is_recursive(m->method->input))
        return complain(m, "the request's type is recursive, or nested too deep", m->method->input->name);
    if (local_serves(m))
        return true;
    const struct function *f = all;
    while (f && strcmp(f->name, m->function_name) != 0)
        f = f->next;
    if (!f)
        return complain(m, "there is no such SQL function", "");
    if (f->ambiguous)
        return complain(m, "several SQL functions have the name", "");
    if (!f->granted)
        return complain(m, "no persona may call the SQL function: a GRANT is missing", "");
    bool paged = argument(f, 't', "row_cursor") != NULL;
    if (strncmp(m->method->name, "Watch", strlen("Watch")) == 0 && (!paged || f->is_volatile))
        return complain(m, "a watch is STABLE and paged", "");
    if (paged != (argument(f, 'i', "p_cursor") != NULL))
        return complain(m, "a paged function has both p_cursor and row_cursor", "");
    bool parameters = check_parameters(m, f, paged), columns = check_columns(m, f, paged);
    return parameters && columns && make_statement(&statements[catalog_index(m)], m, f);
}

static bool take_version(void *data, int columns, char *const *values)
{
    char why[256];
    bool served = columns == 2 && schema_version_served(atoi(values[0]), atoi(values[1]), why, sizeof why);
    if (!served)
        log_line(LOG_ERROR, "contract: %s", why);
    *(bool *)data = true;
    return served;
}

static bool take_constraint(void *data, int columns, char *const *values)
{
    (void)data;
    if (columns == 3)
        outcome_constraint(values[0], values[1], values[2]);
    return true;
}

bool contract_check(const char *database)
{
    struct function *functions = NULL;
    bool versioned = false;
    statements = calloc(catalog_count(), sizeof *statements);
    if (!statements)
        return false;
    if (!query_run(database, "select version, contract from migrate.schema_version", take_version, &versioned) ||
        !versioned ||
        !query_run(database, "select table_schema, constraint_name, refusal from errors.constraint_message",
            take_constraint, NULL) ||
        !query_run(database, functions_sql, take_function, &functions))
        return false;
    bool good = true;
    for (size_t i = 0; i < catalog_count(); i++)
        good = check_method(catalog_at(i), functions) && good;
    free_functions(functions);
    return good;
}

const struct statement *statement_for(const struct catalog_method *method)
{
    const struct statement *s = &statements[catalog_index(method)];
    return s->text ? s : NULL;
}
