#include "client/diary.h"

#include "client/command_line.h"
#include "client/dates.h"
#include "client/diary_rows.h"
#include "client/private_file.h"
#include "common/ical.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_HEX = 2 * crypto_generichash_KEYBYTES + 1, NAME_BYTES = 20, DAYS_BACK = 366 };

static const char own_method[] = "/improve.v1.Self/ListDiary", visits_method[] = "/improve.v1.Visits/ListVisits";

static enum exit_code trouble(const char *path, const char *why)
{
    fprintf(stderr, "improve: %s: %s\n", path, why);
    return EXIT_REFUSED;
}

// since gives the day from which diaries are written out: a year back.
static void since(char iso[DATE_ISO_SIZE])
{
    struct tm day = dates_today();
    day.tm_mday -= DAYS_BACK;
    day.tm_hour = 12;
    mktime(&day);
    strftime(iso, DATE_ISO_SIZE, "%Y-%m-%d", &day);
}

// plain writes a code such as in_person as words.
static void plain(const char *code, char *to, size_t size)
{
    snprintf(to, size, "%s", code);
    for (char *c = to; *c; c++)
        *c = *c == '_' ? ' ' : *c;
}

static bool add_visit(struct ical *calendar, const struct diary_row *row, const char *authority)
{
    char uid[96], summary[256], purpose[64], mode[32];
    plain(row->purpose, purpose, sizeof purpose);
    plain(row->mode, mode, sizeof mode);
    snprintf(uid, sizeof uid, "%.3s-%.40s@improve", *row->authority ? row->authority : authority, row->visit_id);
    snprintf(summary, sizeof summary, "%.120s: %.60s (%.30s)", row->school, purpose, mode);
    return ical_add(calendar, &(struct ical_event){.uid = uid,
                                  .sequence = row->version - 1,
                                  .starts = row->starts,
                                  .ends = row->ends,
                                  .summary = summary,
                                  .location = *row->place ? row->place : row->school,
                                  .categories = purpose,
                                  .tentative = strcmp(row->status, "planned") == 0});
}

// spell writes the rows of one partner (all, where partner is NULL) as a calendar, which the caller frees.
static char *spell(const struct diary_rows *rows, const char *partner, const char *name, const char *authority)
{
    struct ical *calendar = ical_new(name);
    bool good = calendar != NULL;
    for (size_t i = 0; good && i < rows->n; i++)
        if (!partner || strcmp(rows->rows[i].partner_id, partner) == 0)
            good = add_visit(calendar, &rows->rows[i], authority);
    char *text = good ? ical_text(calendar) : NULL;
    ical_free(calendar);
    if (!text)
        fputs("improve: cannot make a calendar: this computer knows no time zone Europe/London, or lacks memory\n",
            stderr);
    return text;
}

enum exit_code diary_export_command(const struct command *self, int argc, char **argv)
{
    struct arena arena;
    struct args args;
    struct session s;
    struct diary_rows rows = {0};
    char from[DATE_ISO_SIZE], why[512], *text = NULL;
    enum exit_code code;
    if (!command_line(self, &args, &arena, NULL, 0, 1, 1, argc, argv, &code))
        return code;
    since(from);
    if ((code = session_open(&s, &args.globals)) == EXIT_DONE) {
        if ((code = diary_fetch(&s, own_method, from, "", &rows)) == EXIT_DONE &&
            !(text = spell(&rows, NULL, "Visits", "000")))
            code = EXIT_REFUSED;
        if (text && strcmp(args.words[0], "-") == 0)
            fputs(text, stdout);
        else if (text && !private_file_put(args.words[0], text, why, sizeof why))
            code = trouble(args.words[0], why);
        free(text);
        diary_release(&rows);
        session_close(&s);
    }
    arena_release(&arena);
    return code;
}

// folder_key reads the folder's key, or makes it.
static bool folder_key(const char *folder, char key[KEY_HEX], char *why, size_t size)
{
    char path[PATH_MAX];
    uint8_t bytes[crypto_generichash_KEYBYTES];
    snprintf(path, sizeof path, "%s/.key", folder);
    if (access(path, F_OK) == 0)
        return private_file_read(path, key, KEY_HEX, why, size);
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(key, KEY_HEX, bytes, sizeof bytes);
    return private_file_make(path, key, why, size);
}

// feed_name writes the name of a partner's file: nobody can guess it without the key, and it stays.
static void feed_name(const char *key, const char *authority, const char *partner, char *to, size_t size)
{
    char named[128];
    uint8_t hash[NAME_BYTES];
    snprintf(named, sizeof named, "%.3s/%.100s", authority, partner);
    crypto_generichash(hash, sizeof hash, (const uint8_t *)named, strlen(named), (const uint8_t *)key, strlen(key));
    sodium_bin2hex(to, size, hash, sizeof hash);
}

// put_feed writes a file that the web server may read, in the place of the one that is there, where it differs.
static bool put_feed(const char *path, const char *text)
{
    char fresh[PATH_MAX + 8];
    size_t n = strlen(text);
    snprintf(fresh, sizeof fresh, "%s.new", path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    bool good = fd >= 0 && write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return good && rename(fresh, path) == 0;
}

static bool is_first(const struct diary_rows *rows, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(rows->rows[k].partner_id, rows->rows[i].partner_id) == 0)
            return false;
    return true;
}

static enum exit_code publish(const struct diary_rows *rows, const char *folder, const char *authority)
{
    char key[KEY_HEX + 2], why[512];
    if (!folder_key(folder, key, why, sizeof why))
        return trouble(folder, why);
    for (size_t i = 0; i < rows->n; i++) {
        char name[2 * NAME_BYTES + 1], path[PATH_MAX], title[160];
        const struct diary_row *row = &rows->rows[i];
        if (!is_first(rows, i))
            continue;
        feed_name(key, authority, row->partner_id, name, sizeof name);
        snprintf(path, sizeof path, "%.3800s/%s.ics", folder, name);
        snprintf(title, sizeof title, "Visits of %.100s (%.3s)", row->partner, authority);
        char *text = spell(rows, row->partner_id, title, authority);
        bool good = text && put_feed(path, text);
        free(text);
        if (!good)
            return trouble(path, strerror(errno));
        printf("%s\t%s\t%s.ics\n", row->partner_id, row->partner, name);
    }
    return EXIT_DONE;
}

enum exit_code diary_publish_command(const struct command *self, int argc, char **argv)
{
    const char *folder = NULL;
    const struct args_flag flags[] = {{"to", 0, "FOLDER", "where the files are kept", &folder, NULL}};
    struct arena arena;
    struct args args;
    struct session s;
    struct diary_rows rows = {0};
    struct stat found;
    char from[DATE_ISO_SIZE];
    enum exit_code code;
    if (!command_line(self, &args, &arena, flags, 1, 0, 0, argc, argv, &code))
        return code;
    since(from);
    if (!folder || stat(folder, &found) != 0 || !S_ISDIR(found.st_mode)) {
        fprintf(
            stderr, "improve: --to: %s. Accepted: a folder that is there.\n", folder ? "no such folder" : "is missing");
        code = EXIT_USAGE;
    } else if ((code = session_open(&s, &args.globals)) == EXIT_DONE) {
        code = diary_fetch(&s, visits_method, from, "", &rows);
        if (code == EXIT_DONE)
            code = publish(&rows, folder, s.authority ? s.authority : "000");
        diary_release(&rows);
        session_close(&s);
    }
    arena_release(&arena);
    return code;
}
