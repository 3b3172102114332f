#include "server/admin/admin.h"

#include "server/admin/command.h"

#include <stdio.h>
#include <string.h>

struct command {
    const char *noun, *verb; // verb is NULL where the noun says all
    int (*run)(int argc, char **argv);
    const char *usage;
};

static const struct command commands[] = {
    {"token", "create", token_create,
        "--name LABEL [--instance] [--authority CODE[,CODE …] --persona PERSONA[,PERSONA …] [--school URN[,URN …]]]\n"
        "      [--days N] [--stdout | --out FILE] [--database CONNINFO]\n"
        "      makes a script's account and prints its token, once; --instance makes it an operator of the instance "
        "too"},
    {"token", "list", token_list, "[--database CONNINFO]"},
    {"token", "revoke", token_revoke,
        "ID [--database CONNINFO]\n      ID as `token list` prints it; the next call with it is refused"},
    {"authority", "create", authority_create, "CODE NAME [--database CONNINFO]"},
    {"authority", "export", authority_export,
        "CODE --to FILE --key FILE [--database CONNINFO]\n"
        "      writes all of an authority's rows, signed; the key is made, with FILE.pub beside it, where there is "
        "none"},
    {"authority", "import", authority_import,
        "FILE --trust FILE.pub [--database CONNINFO]\n"
        "      puts an exported authority into a database that has nothing of it; its schools must be in the register"},
    {"authority", "delete", authority_delete,
        "CODE --confirm CODE [--database CONNINFO]\n"
        "      deletes all of an authority's rows, and prints what went and that the others' are unchanged"},
    {"erasures", "list", erasures_list,
        "[--database CONNINFO]\n      prints who was erased, without a word about them: keep it outside the backups"},
    {"erasures", "apply", erasures_apply,
        "FILE [--database CONNINFO]\n      erases again, after an older backup was restored, whom the list names"},
    {"tls", NULL, tls_make,
        "--out DIR [--name HOST[,HOST …] | --client NAME]\n"
        "      makes or renews ca.crt, ca.key, server.crt and server.key in DIR, for localhost and the hosts named;\n"
        "      --client makes NAME.pem there, a client's certificate with its key, signed by that CA, for a gate"},
};

static void print_usage(FILE *to)
{
    fputs("Usage:\n", to);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(to, "  " ADMIN " %s %s%s%s\n", commands[i].noun, commands[i].verb ? commands[i].verb : "",
            commands[i].verb ? " " : "", commands[i].usage);
}

static const struct command *find(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const struct command *c = &commands[i];
        if (argc > 1 && strcmp(argv[1], c->noun) == 0 && (!c->verb || (argc > 2 && strcmp(argv[2], c->verb) == 0)))
            return c;
    }
    return NULL;
}

int admin_main(int argc, char **argv)
{
    const struct command *c = find(argc, argv);
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
        print_usage(stdout);
        return 0;
    }
    int words = c && c->verb ? 2 : 1;
    int code = c ? c->run(argc - words, argv + words) : 2;
    if (code == 2)
        print_usage(stderr);
    return code;
}
