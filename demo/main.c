#include "demo/calls.h"
#include "demo/files.h"
#include "demo/words.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// improve-demo writes the demonstration's files: see README.md beside this file.

enum { PATH_BYTES = 512, OFFER_EDITION = 3 };

static const char usage[] =
    "Usage: improve-demo --to DIR [--seed N] [--today YYYY-MM-DD]\n"
    "Writes five fictional authorities' schools, inspections, partners, subscriptions and bookings to DIR.\n";

struct output {
    const char *directory;
    const struct model *model;
    FILE *imports; // imports.tsv: command, file, effective date, and whether the file is complete
    bool failed;
};

static FILE *open_file(struct output *o, const char *name)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", o->directory, name);
    FILE *f = fopen(path, "we");
    if (!f) {
        perror(path);
        o->failed = true;
    }
    return f;
}

static void close_file(struct output *o, FILE *f)
{
    if (f)
        o->failed = ferror(f) | fclose(f) || o->failed;
}

static void list_import(struct output *o, const char *command, const char *file, day on, const char *complete)
{
    char text[DAY_TEXT];
    fprintf(o->imports, "%s\t%s\t%s\t%s\n", command, file, day_write(on, "%Y-%m-%d", text, sizeof text), complete);
}

static int edition_year(int edition)
{
    return day_parts(editions[edition]).tm_year + 1900;
}

static void write_inspections(struct output *o, int edition, int authority, const char *name)
{
    FILE *f = open_file(o, name);
    if (f)
        files_inspections(f, o->model, edition, authority);
    close_file(o, f);
    list_import(o, "import-inspections", name, editions[edition], "-");
}

// The first edition has all authorities; only Northmoor's history goes on.
static void write_edition(struct output *o, int edition)
{
    char name[64];
    int authority = edition == 0 ? -1 : NORTHMOOR;
    snprintf(name, sizeof name, "schools-%d.csv", edition_year(edition));
    FILE *f = open_file(o, name);
    if (f)
        files_schools(f, o->model, edition, authority);
    close_file(o, f);
    list_import(o, "import", name, editions[edition], edition == 0 ? "-" : "complete");
    snprintf(name, sizeof name, "inspections-%d.csv", edition_year(edition));
    write_inspections(o, edition, authority, name);
}

static bool write_all(const char *directory, const struct model *m, day today)
{
    struct output o = {.directory = directory, .model = m};
    FILE *f = open_file(&o, "authorities.tsv");
    if (f)
        files_authorities(f);
    close_file(&o, f);
    f = open_file(&o, "links.csv");
    if (f)
        files_links(f, m);
    close_file(&o, f);
    o.imports = open_file(&o, "imports.tsv");
    for (int e = 0; o.imports && e < EDITIONS; e++)
        write_edition(&o, e);
    if (o.imports) // Thornhithe's of the year of its offer
        write_inspections(&o, OFFER_EDITION, THORNHITHE, "inspections-2020-002.csv");
    if (o.imports)
        list_import(&o, "import-links", "links.csv", editions[EDITIONS - 1], "-");
    close_file(&o, o.imports);
    if (o.failed || !calls_write(m, directory, today))
        return false;
    f = open_file(&o, "words.json"); // the last: with it the directory is whole
    if (f)
        words_write(f, m, today);
    close_file(&o, f);
    return !o.failed;
}

static bool read_day(const char *text, day *to)
{
    struct tm t = {0};
    const char *end = strptime(text, "%Y-%m-%d", &t);
    *to = end && !*end ? day_of(t.tm_year + 1900, t.tm_mon + 1, t.tm_mday) : DAY_NONE;
    return *to != DAY_NONE;
}

int main(int argc, char **argv)
{
    static const struct option known[] = {{"seed", required_argument, NULL, 's'}, {"to", required_argument, NULL, 't'},
        {"today", required_argument, NULL, 'd'}, {"help", no_argument, NULL, 'h'}, {0}};
    static struct model model;
    uint64_t seed = 1;
    const char *directory = NULL;
    bool good = true;
    setenv("TZ", "Europe/London", 1);
    tzset();
    day today = (day)(time(NULL) / (24 * 60 * 60));
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c == 'h')
            return fputs(usage, stdout) < 0;
        if (c == 's')
            seed = strtoull(optarg, NULL, 10);
        else if (c == 't')
            directory = optarg;
        else
            good = c == 'd' && read_day(optarg, &today) && good;
    }
    if (!good || !directory || optind < argc) {
        fputs(usage, stderr);
        return 2;
    }
    if (mkdir(directory, 0755) != 0 && errno != EEXIST) {
        perror(directory);
        return 1;
    }
    model_build(&model, seed);
    return write_all(directory, &model, today) ? 0 : 1;
}
