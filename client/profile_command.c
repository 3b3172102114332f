#include "client/profile_command.h"

#include "client/command_line.h"
#include "client/profile.h"

#include <stdlib.h>
#include <string.h>

enum { TOKEN_MAX = 1024 };

static enum exit_code outcome(bool done, const char *why)
{
    if (done)
        return EXIT_DONE;
    fprintf(stderr, "improve: %s\n", why);
    return EXIT_REFUSED;
}

enum exit_code profile_list_command(const struct command *self, int argc, char **argv)
{
    struct arena arena;
    struct args args;
    enum exit_code code;
    char why[512];
    if (!command_line(self, &args, &arena, NULL, 0, 0, 0, argc, argv, &code))
        return code;
    arena_release(&arena);
    return outcome(profile_list(stdout, why, sizeof why), why);
}

enum exit_code profile_use_command(const struct command *self, int argc, char **argv)
{
    struct arena arena;
    struct args args;
    enum exit_code code;
    char why[512];
    if (!command_line(self, &args, &arena, NULL, 0, 1, 1, argc, argv, &code))
        return code;
    code = outcome(profile_use(args.words[0], why, sizeof why), why);
    arena_release(&arena);
    return code;
}

// read_token reads one line from standard input, so that a token never stands on a command line.
static char *read_token(void)
{
    char text[TOKEN_MAX];
    if (!fgets(text, sizeof text, stdin))
        return NULL;
    text[strcspn(text, " \t\r\n")] = '\0';
    char *token = *text ? strdup(text) : NULL;
    explicit_bzero(text, sizeof text);
    return token;
}

static char *keep(const char *text)
{
    return text && *text ? strdup(text) : NULL;
}

// keep_path makes a path absolute, so that the profile works from every folder.
static char *keep_path(const char *path)
{
    char *full = path ? realpath(path, NULL) : NULL;
    return full ? full : keep(path);
}

enum exit_code profile_add_command(const struct command *self, int argc, char **argv)
{
    bool token_stdin = false;
    const struct args_flag flags[] = {
        {"token-stdin", 0, NULL, "read the token from standard input", NULL, &token_stdin}};
    struct arena arena;
    struct args args;
    enum exit_code code;
    char why[512] = "";
    struct profile p = {0};
    if (!command_line(self, &args, &arena, flags, 1, 1, 1, argc, argv, &code))
        return code;
    if (!args.globals.url) {
        fputs("--url is required: tls+tcp://HOST:PORT or ipc://PATH\nSee: improve profile add --help\n", stderr);
        arena_release(&arena);
        return EXIT_USAGE;
    }
    snprintf(p.name, sizeof p.name, "%s", args.words[0]);
    p.url = keep(args.globals.url);
    p.ca = keep_path(args.globals.ca);
    p.server_name = keep(args.globals.server_name);
    p.authority = keep(args.globals.authority);
    bool read = true;
    if (token_stdin) {
        read = (p.token = read_token()) != NULL;
        snprintf(why, sizeof why, "no token on standard input");
    } else if (args.globals.token_file) {
        read = (p.token = profile_read_token(args.globals.token_file, why, sizeof why)) != NULL;
    }
    code = outcome(read && profile_add(&p, why, sizeof why), why);
    profile_release(&p);
    arena_release(&arena);
    return code;
}
