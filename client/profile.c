#include "client/profile.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TOKEN_MAX = 4096 };

static const char prefix[] = "profile ";

__attribute__((format(printf, 3, 4))) static bool refuse(char *why, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(why, size, format, args);
    va_end(args);
    return false;
}

bool profile_path(char *to, size_t size)
{
    const char *file = getenv("IMPROVE_CONFIG"), *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    int n;
    if (file && *file)
        n = snprintf(to, size, "%s", file);
    else if (xdg && *xdg)
        n = snprintf(to, size, "%s/improve/config", xdg);
    else if (home && *home)
        n = snprintf(to, size, "%s/.config/improve/config", home);
    else
        return false;
    return n > 0 && (size_t)n < size;
}

// open_private opens a file that only its owner may read. NULL and why filled otherwise; *missing tells that there is
// none.
static FILE *open_private(const char *path, bool *missing, char *why, size_t size)
{
    struct stat st;
    FILE *f = fopen(path, "re");
    *missing = !f && errno == ENOENT;
    if (!f) {
        refuse(why, size, "cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) == 0)
        return f;
    fclose(f);
    if (!S_ISREG(st.st_mode))
        refuse(why, size, "%s is no file", path);
    else
        refuse(why, size, "%s may be read by others (mode %04o): run chmod 600 %s", path, st.st_mode & 07777, path);
    return NULL;
}

char *profile_read_token(const char *path, char *why, size_t why_size)
{
    bool missing;
    FILE *f = open_private(path, &missing, why, why_size);
    if (!f)
        return NULL;
    char text[TOKEN_MAX] = "";
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    text[strcspn(text, " \t\r\n")] = '\0';
    char *token = *text ? strdup(text) : NULL;
    explicit_bzero(text, sizeof text);
    if (!token)
        refuse(why, why_size, "%s holds no token", path);
    return token;
}

// What one reading of the file looks for.
struct reading {
    const char *wanted;   // name of the profile, or NULL when only names and the default are asked for
    struct profile *into; // where its settings go
    char chosen[64];      // the default's name
    bool found;
    bool listing;
    FILE *out;
    char *token_file; // owned
    const char *path;
    char *why;
    size_t why_size;
    char listed[64]; // the last name that was listed
};

static bool set(char **to, const char *value)
{
    free(*to);
    return (*to = strdup(value)) != NULL;
}

// resolve makes a path of the file absolute: from the home for ~/, from the file's folder otherwise. The caller frees
// it.
static char *resolve(const char *config, const char *path)
{
    char full[PATH_MAX];
    const char *home = getenv("HOME"), *slash = strrchr(config, '/');
    if (path[0] == '/' || (!slash && path[0] != '~'))
        return strdup(path);
    if (path[0] == '~' && path[1] == '/' && home)
        snprintf(full, sizeof full, "%s%s", home, path + 1);
    else
        snprintf(full, sizeof full, "%.*s/%s", (int)(slash ? slash - config : 1), slash ? config : ".", path);
    return strdup(full);
}

static int on_setting(void *data, const char *section, const char *key, const char *value)
{
    struct reading *r = data;
    if (!*section) {
        if (strcmp(key, "default") == 0)
            return snprintf(r->chosen, sizeof r->chosen, "%s", value) > 0;
        refuse(
            r->why, r->why_size, "%s: \"%s\" is no setting; before the first profile only default= is", r->path, key);
        return 0;
    }
    if (strncmp(section, prefix, sizeof prefix - 1) != 0) {
        refuse(r->why, r->why_size, "%s: [%s] is no section; a profile begins with [profile NAME]", r->path, section);
        return 0;
    }
    const char *name = section + sizeof prefix - 1;
    if (r->listing && strcmp(r->listed, name) != 0) {
        snprintf(r->listed, sizeof r->listed, "%s", name);
        fprintf(r->out, "%s%s\n", strcmp(name, r->chosen) == 0 ? "* " : "  ", name);
    }
    if (!r->wanted || strcmp(name, r->wanted) != 0)
        return 1;
    r->found = true;
    struct profile *p = r->into;
    if (!p)
        return 1;
    if (strcmp(key, "ca") == 0) {
        free(p->ca);
        return (p->ca = resolve(r->path, value)) != NULL;
    }
    if (strcmp(key, "token_file") == 0) {
        free(r->token_file);
        return (r->token_file = resolve(r->path, value)) != NULL;
    }
    if (strcmp(key, "key_file") == 0) {
        free(p->key_file);
        return (p->key_file = resolve(r->path, value)) != NULL;
    }
    if (strcmp(key, "certificate") == 0) {
        free(p->certificate);
        return (p->certificate = resolve(r->path, value)) != NULL;
    }
    char **to = strcmp(key, "url") == 0           ? &p->url
                : strcmp(key, "server_name") == 0 ? &p->server_name
                : strcmp(key, "token") == 0       ? &p->token
                : strcmp(key, "authority") == 0   ? &p->authority
                                                  : NULL;
    if (to)
        return set(to, value);
    refuse(r->why, r->why_size,
        "%s: \"%s\" is no setting of a profile; url, ca, server_name, certificate, token, token_file, key_file and "
        "authority are",
        r->path, key);
    return 0;
}

// read_file reads the configuration once. True with *missing set when there is none.
static bool read_file(struct reading *r, bool *missing)
{
    FILE *f = open_private(r->path, missing, r->why, r->why_size);
    if (!f)
        return *missing;
    *r->why = '\0';
    int line = ini_parse_file(f, on_setting, r);
    fclose(f);
    if (line == 0)
        return true;
    return *r->why ? false : refuse(r->why, r->why_size, "%s: line %d is malformed, or too long", r->path, line);
}

bool profile_load(struct profile *p, const char *name, char *why, size_t why_size)
{
    char path[PATH_MAX];
    bool missing = true;
    struct reading r = {.path = path, .why = why, .why_size = why_size};
    *p = (struct profile){0};
    if (profile_path(path, sizeof path) && !read_file(&r, &missing))
        return false;
    if (!name && !r.chosen[0])
        return true;
    if (missing)
        return refuse(
            why, why_size, "no profile \"%s\": there is no file %s yet; make it with improve profile add", name, path);
    snprintf(p->name, sizeof p->name, "%s", name ? name : r.chosen);
    r.wanted = p->name;
    r.into = p;
    bool read = read_file(&r, &missing);
    if (read && !r.found)
        read =
            refuse(why, why_size, "no profile \"%s\" in %s; improve profile list shows those there are", p->name, path);
    if (read && r.token_file && !p->token)
        read = (p->token = profile_read_token(r.token_file, why, why_size)) != NULL;
    free(r.token_file);
    if (!read)
        profile_release(p);
    return read;
}

bool profile_key_path(const struct profile *p, char *to, size_t size)
{
    char config[PATH_MAX];
    if (p->key_file)
        return (size_t)snprintf(to, size, "%s", p->key_file) < size;
    if (!profile_path(config, sizeof config))
        return false;
    const char *slash = strrchr(config, '/');
    int n =
        snprintf(to, size, "%.*s%s.key", (int)(slash ? slash - config + 1 : 0), config, *p->name ? p->name : "default");
    return n > 0 && (size_t)n < size;
}

void profile_release(struct profile *p)
{
    free(p->url);
    free(p->ca);
    free(p->server_name);
    if (p->token)
        explicit_bzero(p->token, strlen(p->token));
    free(p->token);
    free(p->authority);
    free(p->key_file);
    free(p->certificate);
    *p = (struct profile){0};
}

bool profile_list(FILE *out, char *why, size_t why_size)
{
    char path[PATH_MAX];
    bool missing = true;
    struct reading r = {.path = path, .why = why, .why_size = why_size, .listing = true, .out = out};
    return !profile_path(path, sizeof path) || read_file(&r, &missing);
}

// make_folders makes the folders that a path lies in, for their owner only.
static void make_folders(const char *path)
{
    char part[PATH_MAX];
    snprintf(part, sizeof part, "%s", path);
    for (char *p = strchr(part + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = '\0';
        mkdir(part, 0700);
        *p = '/';
    }
}

// rewrite copies the file with its default= line set to chosen (or as it was when NULL) and added at its end, and puts
// the copy in its place: a reader sees the old file or the new one.
static bool rewrite(const char *path, const char *chosen, const char *added, char *why, size_t why_size)
{
    char copy[PATH_MAX];
    if ((size_t)snprintf(copy, sizeof copy, "%s.XXXXXX", path) >= sizeof copy)
        return refuse(why, why_size, "the path %s is too long", path);
    make_folders(path);
    int fd = mkstemp(copy); // mode 0600
    FILE *to = fd >= 0 ? fdopen(fd, "w") : NULL, *from = fopen(path, "re");
    if (!to) {
        refuse(why, why_size, "cannot write %s: %s", copy, strerror(errno));
        if (fd >= 0)
            close(fd);
        if (from)
            fclose(from);
        return false;
    }
    char *line = NULL;
    size_t capacity = 0;
    bool in_section = false;
    if (chosen)
        fprintf(to, "default = %s\n", chosen);
    while (from && getline(&line, &capacity, from) > 0) {
        in_section = in_section || line[strspn(line, " \t")] == '[';
        if (!in_section && chosen && strncmp(line, "default", 7) == 0)
            continue;
        fputs(line, to);
    }
    free(line);
    if (from)
        fclose(from);
    if (added)
        fputs(added, to);
    bool written = fflush(to) == 0 && fsync(fd) == 0;
    written = fclose(to) == 0 && written && rename(copy, path) == 0;
    if (!written) {
        refuse(why, why_size, "cannot write %s: %s", path, strerror(errno));
        unlink(copy);
    }
    return written;
}

static bool exists(const char *path, const char *name, bool *found, bool *any_default, char *why, size_t why_size)
{
    bool missing;
    struct reading r = {.path = path, .why = why, .why_size = why_size, .wanted = name};
    if (!read_file(&r, &missing))
        return false;
    *found = r.found;
    *any_default = r.chosen[0] != '\0';
    return true;
}

bool profile_use(const char *name, char *why, size_t why_size)
{
    char path[PATH_MAX];
    bool found = false, chosen;
    if (!profile_path(path, sizeof path))
        return refuse(why, why_size, "no home folder: set IMPROVE_CONFIG");
    if (!exists(path, name, &found, &chosen, why, why_size))
        return false;
    if (!found)
        return refuse(why, why_size, "no profile \"%s\" in %s; improve profile list shows those there are", name, path);
    return rewrite(path, name, NULL, why, why_size);
}

// is_keepable tells whether a value survives in the file: on one line, not beginning or ending with blanks, without a
// comment mark.
static bool is_keepable(const char *value)
{
    size_t n = strlen(value);
    return n > 0 && n < 160 && strcspn(value, "\r\n;\"") == n && value[0] != ' ' && value[n - 1] != ' ';
}

bool profile_add(const struct profile *p, char *why, size_t why_size)
{
    char path[PATH_MAX], text[2048];
    bool found = false, chosen = false;
    if (!profile_path(path, sizeof path))
        return refuse(why, why_size, "no home folder: set IMPROVE_CONFIG");
    if (!is_keepable(p->name) || strcspn(p->name, "[] =") != strlen(p->name))
        return refuse(why, why_size, "\"%s\" cannot be a profile's name: letters, digits, - and _ can", p->name);
    if (!exists(path, p->name, &found, &chosen, why, why_size))
        return false;
    if (found)
        return refuse(why, why_size, "there is a profile \"%s\" already in %s", p->name, path);
    const struct {
        const char *key, *value;
    } settings[] = {{"url", p->url}, {"ca", p->ca}, {"server_name", p->server_name}, {"token", p->token},
        {"authority", p->authority}};
    int n = snprintf(text, sizeof text, "\n[profile %s]\n", p->name);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (!settings[i].value)
            continue;
        if (!is_keepable(settings[i].value))
            return refuse(why, why_size,
                "the profile's %s cannot be kept: it is too long, or holds a line end, ; or \"", settings[i].key);
        n += snprintf(text + n, sizeof text - (size_t)n, "%s = %s\n", settings[i].key, settings[i].value);
    }
    bool added = rewrite(path, chosen ? NULL : p->name, text, why, why_size);
    explicit_bzero(text, sizeof text);
    return added;
}
