#include "server/admin/tls_client.h"

#include "server/admin/command.h"
#include "server/admin/openssl.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 512, NAME_BYTES = 64, PEM_BYTES = 16384 };

static const char config_text[] =
    "[req]\nprompt = no\ndistinguished_name = subject\n[subject]\nCN = improve\n"
    "[client]\nbasicConstraints = critical,CA:FALSE\nkeyUsage = critical,digitalSignature\nextendedKeyUsage = "
    "clientAuth\nsubjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n";

// struct paths is the files that are read and written: those of the CA, what is made, and what it is made of.
struct paths {
    char ca[PATH_BYTES], ca_key[PATH_BYTES], pem[PATH_BYTES], key[PATH_BYTES], certificate[PATH_BYTES],
        fresh[PATH_BYTES], config[PATH_BYTES];
};

static bool find_paths(struct paths *p, const char *directory, const char *name)
{
    const struct {
        char *path;
        const char *stem, *end;
    } files[] = {{p->ca, "ca", ".crt"}, {p->ca_key, "ca", ".key"}, {p->pem, name, ".pem"}, {p->key, name, ".pem.key"},
        {p->certificate, name, ".pem.crt"}, {p->fresh, name, ".pem.new"}, {p->config, name, ".pem.cnf"}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (snprintf(files[i].path, PATH_BYTES, "%s/%s%s", directory, files[i].stem, files[i].end) >= PATH_BYTES) {
            fprintf(stderr, ADMIN ": %s: too long a path\n", directory);
            return false;
        }
    return true;
}

// A name is a file's and a certificate's: nothing in it leads elsewhere or means something to openssl.
static bool is_name(const char *name)
{
    size_t n = strlen(name);
    return n > 0 && n <= NAME_BYTES && isalnum((unsigned char)*name) &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") == n;
}

static bool stands(const struct paths *p)
{
    return openssl_lasts(p->pem) && OPENSSL(true, "verify", "-purpose", "sslclient", "-CAfile", p->ca, p->pem);
}

static bool append(FILE *to, const char *path)
{
    char text[PEM_BYTES];
    FILE *from = fopen(path, "re");
    size_t n = from ? fread(text, 1, sizeof text, from) : 0;
    bool ok = n > 0 && n < sizeof text && fwrite(text, 1, n, to) == n;
    explicit_bzero(text, sizeof text);
    if (from)
        fclose(from);
    return ok;
}

// join puts certificate and key into one file, which takes its place only when it is whole.
static bool join(const struct paths *p)
{
    FILE *f = fopen(p->fresh, "we");
    bool ok = f && append(f, p->certificate) && append(f, p->key);
    ok = f && fclose(f) == 0 && ok && rename(p->fresh, p->pem) == 0;
    if (!ok)
        fprintf(stderr, ADMIN ": %s: %s\n", p->pem, strerror(errno));
    return ok;
}

int tls_client_make(const char *directory, const char *name)
{
    struct paths p;
    char subject[NAME_BYTES + 8];
    if (!is_name(name)) {
        fprintf(stderr,
            ADMIN ": --client: \"%s\" is no name for a certificate: up to %d letters, digits, dots, dashes and "
                  "underlines, beginning with a letter or digit\n",
            name, NAME_BYTES);
        return 2;
    }
    if (!find_paths(&p, directory, name))
        return 1;
    if (access(p.ca, R_OK) != 0 || access(p.ca_key, R_OK) != 0) {
        fprintf(stderr, ADMIN ": --client: %s has no CA (ca.crt, ca.key): " ADMIN " tls --out %s makes one\n",
            directory, directory);
        return 1;
    }
    if (stands(&p)) {
        printf("the client's certificate with its key is there already: %s\n", p.pem);
        return 0;
    }
    snprintf(subject, sizeof subject, "/CN=%s", name);
    mode_t before = umask(077);
    bool ok = openssl_write_text(p.config, config_text) && openssl_make_key(p.key) &&
              OPENSSL(false, "req", "-x509", "-new", "-sha256", "-config", p.config, "-extensions", "client", "-subj",
                  subject, "-days", LEAF_DAYS, "-CA", p.ca, "-CAkey", p.ca_key, "-key", p.key, "-out", p.certificate) &&
              join(&p);
    umask(before);
    unlink(p.config);
    unlink(p.key);
    unlink(p.certificate);
    unlink(p.fresh);
    if (ok)
        printf("made the client's certificate with its key: %s\n", p.pem);
    return ok ? 0 : 1;
}
