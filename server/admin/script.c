#include "server/admin/script.h"

#include "common/strbuf.h"

#include <errno.h>
#include <glob.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX_BYTES = 4 * 1024 * 1024, SCRIPTS_MAX = 1000, HEADER_LINES = 5, PATH_BYTES = 512 };

#define SQL_FILE(n, name) extern const char sql_file_##n[];
#include "sql_bundle.inc"
#undef SQL_FILE

#define SQL_FILE(n, name) {.path = name, .text = sql_file_##n},
static const struct script bundle[] = {
#include "sql_bundle.inc"
};
#undef SQL_FILE

static const char migrate_room[] = "migrate/";

// struct memory is the names and texts of files that were read: freed together.
struct memory {
    struct memory *next;
    char text[];
};

static char *keep(struct script_list *list, const char *bytes, size_t n)
{
    struct memory *m = malloc(sizeof *m + n + 1);
    if (!m)
        return NULL;
    memcpy(m->text, bytes, n);
    m->text[n] = '\0';
    m->next = list->memory;
    list->memory = m;
    return m->text;
}

static char *read_file(struct script_list *list, const char *directory, const char *path)
{
    char full[PATH_BYTES];
    struct strbuf text;
    strbuf_init(&text, FILE_MAX_BYTES);
    FILE *f = NULL;
    char *result = NULL;
    if (snprintf(full, sizeof full, "%s/%s", directory, path) >= (int)sizeof full || !(f = fopen(full, "re")))
        goto out;
    char chunk[8192];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
        strbuf_add(&text, chunk, n);
    if (ferror(f) || text.failed || memchr(strbuf_text(&text), '\0', text.length))
        goto out;
    result = keep(list, strbuf_text(&text), text.length);
out:
    if (!result)
        fprintf(stderr, "improved migrate: %s/%s cannot be read%s%s\n", directory, path, f ? "" : ": ",
            f ? "" : strerror(errno));
    if (f)
        fclose(f);
    strbuf_release(&text);
    return result;
}

static bool append_file(struct script_list *list, const char *directory, const char *path)
{
    if (list->count == SCRIPTS_MAX) {
        fprintf(stderr, "improved migrate: more than %d files\n", SCRIPTS_MAX);
        return false;
    }
    struct script *s = &list->scripts[list->count];
    *s = (struct script){.path = keep(list, path, strlen(path)), .text = read_file(list, directory, path)};
    if (!s->path || !s->text)
        return false;
    list->count++;
    return true;
}

static bool load_migrations(struct script_list *list, const char *directory)
{
    char pattern[PATH_BYTES];
    glob_t found;
    if (snprintf(pattern, sizeof pattern, "%s/%s*.sql", directory, migrate_room) >= (int)sizeof pattern ||
        glob(pattern, 0, NULL, &found)) {
        fprintf(stderr, "improved migrate: no migrations in %s/%s\n", directory, migrate_room);
        return false;
    }
    bool ok = true;
    for (size_t i = 0; ok && i < found.gl_pathc; i++)
        ok = append_file(list, directory, found.gl_pathv[i] + strlen(directory) + 1);
    globfree(&found);
    return ok;
}

static bool load_replaceables(struct script_list *list, const char *directory)
{
    char *names = read_file(list, directory, "replaceable.list"), *rest = NULL;
    if (!names)
        return false;
    for (char *name = strtok_r(names, "\r\n", &rest); name; name = strtok_r(NULL, "\r\n", &rest))
        if (name[0] != '#' && !append_file(list, directory, name))
            return false;
    return true;
}

static void hash_hex(char *to, crypto_hash_sha256_state *state)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(state, digest);
    sodium_bin2hex(to, SCRIPT_HASH_TEXT, digest, sizeof digest);
}

static void hash_add(crypto_hash_sha256_state *state, const char *text)
{
    crypto_hash_sha256_update(state, (const unsigned char *)text, strlen(text) + 1);
}

static void read_header(struct script *s)
{
    static const char contract[] = "-- contract: ", drops[] = "-- drops: replaceable";
    const char *line = s->text;
    for (int i = 0; i < HEADER_LINES && strncmp(line, "--", 2) == 0; i++) {
        if (strncmp(line, contract, sizeof contract - 1) == 0)
            s->contract = (int)strtol(line + sizeof contract - 1, NULL, 10);
        if (strncmp(line, drops, sizeof drops - 1) == 0)
            s->drops_replaceable = true;
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
}

static bool read_migration(struct script *s)
{
    char *end;
    s->version = (int)strtol(s->path + strlen(migrate_room), &end, 10);
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    hash_add(&state, s->text);
    hash_hex(s->hash, &state);
    read_header(s);
    if (s->version < 1 || end != s->path + strlen(migrate_room) + 4 || *end != '_' || s->contract < 0 ||
        s->contract > s->version) {
        fprintf(stderr,
            "improved migrate: sql/%s: a migration is called NNNN_name.sql, and its contract is no later than itself\n",
            s->path);
        return false;
    }
    return true;
}

// Numbers and hashes of what was loaded. Two migrations of one number are refused; a number left out is only remarked
// on, since what matters is whether a database lacks one (migrate.c).
static bool read_all(struct script_list *list)
{
    crypto_hash_sha256_state all;
    crypto_hash_sha256_init(&all);
    for (size_t i = 0; i < list->count; i++) {
        struct script *s = &list->scripts[i];
        if (strncmp(s->path, migrate_room, strlen(migrate_room)) != 0) {
            hash_add(&all, s->path);
            hash_add(&all, s->text);
            continue;
        }
        if (!read_migration(s))
            return false;
        if (i > 0 && s[-1].version >= s->version) {
            fprintf(stderr, "improved migrate: %s and %s have one number\n", s[-1].path, s->path);
            return false;
        }
        int expected = i > 0 ? s[-1].version + 1 : 1;
        if (s->version != expected)
            fprintf(stderr, "improved migrate: note: no migration is numbered %04d\n", expected);
        list->migrations = i + 1;
    }
    hash_hex(list->replaceable_hash, &all);
    return true;
}

bool script_list_load(struct script_list *list, const char *directory)
{
    *list = (struct script_list){.scripts = calloc(SCRIPTS_MAX, sizeof *list->scripts)};
    bool ok = list->scripts && sodium_init() >= 0;
    if (ok && directory) {
        ok = load_migrations(list, directory) && load_replaceables(list, directory);
    } else if (ok) {
        _Static_assert(sizeof bundle / sizeof *bundle <= SCRIPTS_MAX, "too many SQL files");
        memcpy(list->scripts, bundle, sizeof bundle);
        list->count = sizeof bundle / sizeof *bundle;
    }
    ok = ok && read_all(list);
    if (!ok)
        script_list_release(list);
    return ok;
}

void script_list_release(struct script_list *list)
{
    for (struct memory *m = list->memory, *next; m; m = next) {
        next = m->next;
        free(m);
    }
    free(list->scripts);
    *list = (struct script_list){0};
}

void script_name(const struct script *script, char *to, size_t size)
{
    const char *name = script->path + strlen(migrate_room);
    snprintf(to, size, "%.*s", (int)(strlen(name) - strlen(".sql")), name);
}
