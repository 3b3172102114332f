#include "server/admin/archive_key.h"

#include "server/admin/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { HEX = 2 * 32 + 1 };

static bool trouble(const char *file, const char *why)
{
    fprintf(stderr, ADMIN ": %s: %s\n", file, why);
    return false;
}

// read_half reads 32 bytes in hexadecimal.
static bool read_half(const char *file, unsigned char half[32])
{
    char text[HEX + 1] = "";
    size_t n = 0;
    FILE *f = fopen(file, "r");
    bool read = f && fgets(text, sizeof text, f);
    int error = errno;
    if (f)
        fclose(f);
    if (!read)
        return trouble(file, f ? "is empty" : strerror(error));
    text[strcspn(text, "\n")] = '\0';
    bool good = sodium_hex2bin(half, 32, text, strlen(text), NULL, &n, NULL) == 0 && n == 32;
    sodium_memzero(text, sizeof text);
    return good || trouble(file, "holds no key: 64 hexadecimal digits");
}

static bool write_half(const char *file, mode_t mode, const unsigned char half[32])
{
    char text[HEX];
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    if (!f)
        return trouble(file, strerror(errno));
    bool written = fprintf(f, "%s\n", sodium_bin2hex(text, sizeof text, half, 32)) > 0;
    written = fclose(f) == 0 && written;
    sodium_memzero(text, sizeof text);
    return written || trouble(file, strerror(errno));
}

bool archive_key_load(const char *file, unsigned char public_half[crypto_sign_PUBLICKEYBYTES],
    unsigned char secret[crypto_sign_SECRETKEYBYTES])
{
    unsigned char seed[crypto_sign_SEEDBYTES];
    char beside[4096];
    bool good = true;
    if (access(file, F_OK) != 0) {
        snprintf(beside, sizeof beside, "%s.pub", file);
        randombytes_buf(seed, sizeof seed);
        crypto_sign_seed_keypair(public_half, secret, seed);
        good = write_half(file, 0600, seed) && write_half(beside, 0644, public_half);
        if (good)
            printf("made a signing key: importers need %s\n", beside);
    } else {
        good = read_half(file, seed) && crypto_sign_seed_keypair(public_half, secret, seed) == 0;
    }
    sodium_memzero(seed, sizeof seed);
    return good;
}

bool archive_key_public(const char *file, unsigned char public_half[crypto_sign_PUBLICKEYBYTES])
{
    return read_half(file, public_half);
}
