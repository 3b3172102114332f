#include "server/admin/command.h"
#include "server/admin/openssl.h"
#include "server/admin/tls_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A private CA and one server certificate. Certificates for clients: tls_client.c.

enum { PATH_BYTES = 512, NAMES_BYTES = 2048, CONFIG_BYTES = 8192 };

// The names that clients may call the server by, as subject alternative names. mbedTLS 2.28 compares an address with
// DNS names only, so an address is written as both. False when a name is not fit for a certificate, or there are too
// many.
static bool add_names(char *to, size_t size, const char *names)
{
    for (const char *name = names; *name;) {
        size_t n = strcspn(name, ","), used = strlen(to);
        char one[256];
        struct in6_addr address;
        if (n == 0 || n >= sizeof one)
            return false;
        snprintf(one, sizeof one, "%.*s", (int)n, name);
        if (strspn(one, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:*") != n)
            return false;
        bool is_address = inet_pton(AF_INET, one, &address) == 1 || inet_pton(AF_INET6, one, &address) == 1;
        int wrote = snprintf(to + used, size - used, "%sDNS:%s%s%s", used ? "," : "", one, is_address ? ",IP:" : "",
            is_address ? one : "");
        if (wrote < 0 || (size_t)wrote >= size - used)
            return false;
        name += n + (name[n] == ',');
    }
    return true;
}

static bool text_is(const char *path, const char *text)
{
    char found[NAMES_BYTES];
    FILE *f = fopen(path, "re");
    size_t n = f ? fread(found, 1, sizeof found - 1, f) : 0;
    found[n] = '\0';
    if (f)
        fclose(f);
    return f && strcmp(found, text) == 0;
}

// struct room is the files of one directory.
struct room {
    const char *directory;
    char ca_key[PATH_BYTES], ca[PATH_BYTES], key[PATH_BYTES], certificate[PATH_BYTES], names[PATH_BYTES],
        config[PATH_BYTES];
};

static bool room_open(struct room *r, const char *directory)
{
    const struct {
        char *path;
        const char *name;
    } files[] = {{r->ca_key, "ca.key"}, {r->ca, "ca.crt"}, {r->key, "server.key"}, {r->certificate, "server.crt"},
        {r->names, "server.names"}, {r->config, "openssl.cnf"}};
    r->directory = directory;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (snprintf(files[i].path, PATH_BYTES, "%s/%s", directory, files[i].name) >= PATH_BYTES) {
            fprintf(stderr, ADMIN ": %s: too long a path\n", directory);
            return false;
        }
    if (mkdir(directory, 0755) != 0 && errno != EEXIST) {
        fprintf(stderr, ADMIN ": %s: %s\n", directory, strerror(errno));
        return false;
    }
    return true;
}

static bool write_config(const struct room *r, const char *names)
{
    char text[CONFIG_BYTES];
    snprintf(text, sizeof text,
        "[req]\nprompt = no\ndistinguished_name = subject\nstring_mask = utf8only\n[subject]\nCN = improve\n"
        "[ca]\nbasicConstraints = critical,CA:TRUE,pathlen:0\nkeyUsage = "
        "critical,keyCertSign,cRLSign\nsubjectKeyIdentifier = hash\n"
        "[server]\nbasicConstraints = critical,CA:FALSE\nkeyUsage = critical,digitalSignature\nextendedKeyUsage = "
        "serverAuth\n"
        "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\nsubjectAltName = %s\n",
        names);
    return openssl_write_text(r->config, text);
}

static bool make_ca(const struct room *r)
{
    return openssl_make_key(r->ca_key) &&
           OPENSSL(false, "req", "-x509", "-new", "-sha256", "-config", r->config, "-extensions", "ca", "-subj",
               "/CN=improve private CA", "-days", CA_DAYS, "-key", r->ca_key, "-out", r->ca) &&
           chmod(r->ca, 0644) == 0;
}

static bool make_server(const struct room *r)
{
    return openssl_make_key(r->key) &&
           OPENSSL(false, "req", "-x509", "-new", "-sha256", "-config", r->config, "-extensions", "server", "-subj",
               "/CN=improve server", "-days", LEAF_DAYS, "-CA", r->ca, "-CAkey", r->ca_key, "-key", r->key, "-out",
               r->certificate) &&
           chmod(r->certificate, 0644) == 0;
}

// Makes what is absent, about to end, or for other names. A new CA needs a new server certificate, and its clients the
// new ca.crt.
static int make(const struct room *r, const char *names)
{
    bool had_ca = access(r->ca, F_OK) == 0;
    bool ca_good = access(r->ca_key, R_OK) == 0 && openssl_lasts(r->ca);
    bool server_good =
        ca_good && access(r->key, R_OK) == 0 && openssl_lasts(r->certificate) && text_is(r->names, names);
    if (server_good)
        return 0;
    mode_t before = umask(077);
    bool ok =
        write_config(r, names) && (ca_good || make_ca(r)) && make_server(r) && openssl_write_text(r->names, names);
    umask(before);
    unlink(r->config);
    if (!ok)
        return 1;
    if (!ca_good)
        printf("made a private CA: clients need %s%s\n", r->ca, had_ca ? " anew" : "");
    printf("made the server's certificate: %s\n", r->certificate);
    return 0;
}

int tls_make(int argc, char **argv)
{
    static const struct option known[] = {{"out", required_argument, NULL, 'o'}, {"name", required_argument, NULL, 'n'},
        {"client", required_argument, NULL, 'c'}, {0}};
    const char *directory = NULL, *client = NULL;
    char names[NAMES_BYTES] = "";
    bool ok = add_names(names, sizeof names, "localhost,127.0.0.1,::1"), named = false;
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c == 'o')
            directory = optarg;
        else if (c == 'c')
            client = optarg;
        else if (c != 'n')
            return 2;
        else if (!(named = add_names(names, sizeof names, optarg))) {
            fprintf(stderr, ADMIN ": --name: \"%s\" is no list of host names or addresses\n", optarg);
            ok = false;
        }
    }
    if (!ok || !directory || optind < argc || (client && named))
        return 2;
    if (client)
        return tls_client_make(directory, client);
    struct room r;
    return room_open(&r, directory) ? make(&r, names) : 1;
}
