#include "client/csvfile_source.h"

#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PACKED_SIZE = 64 * 1024, UNPACK_MEMORY = 80 * 1024 * 1024 };

struct csvfile_source {
    int fd;
    off_t size; // 0: not known
    off_t taken;
    bool packed, ended;
    lzma_stream lzma;  // when packed
    size_t have, used; // of bytes
    uint8_t bytes[PACKED_SIZE];
};

static bool refill(struct csvfile_source *s)
{
    ssize_t n;
    do
        n = read(s->fd, s->bytes, sizeof s->bytes);
    while (n < 0 && errno == EINTR);
    s->have = n > 0 ? (size_t)n : 0;
    s->used = 0;
    s->taken += n > 0 ? n : 0;
    s->ended = n == 0;
    return n >= 0;
}

struct csvfile_source *csvfile_source_open(const char *path, char *why, size_t why_size)
{
    struct stat st;
    struct csvfile_source *s = calloc(1, sizeof *s);
    if (!s) {
        snprintf(why, why_size, "out of memory");
        return NULL;
    }
    s->fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (s->fd < 0 || fstat(s->fd, &st) != 0 || S_ISDIR(st.st_mode) || !refill(s)) {
        snprintf(why, why_size, "cannot read %s: %s", path,
            s->fd >= 0 && S_ISDIR(st.st_mode) ? "it is a folder" : strerror(errno));
        csvfile_source_close(s);
        return NULL;
    }
    s->size = S_ISREG(st.st_mode) ? st.st_size : 0;
    s->packed = s->have >= 6 && memcmp(s->bytes,
                                    "\xfd"
                                    "7zXZ\0",
                                    6) == 0;
    if (s->packed && lzma_stream_decoder(&s->lzma, UNPACK_MEMORY, LZMA_CONCATENATED) != LZMA_OK) {
        snprintf(why, why_size, "out of memory");
        csvfile_source_close(s);
        return NULL;
    }
    return s;
}

static long read_plain(struct csvfile_source *s, char *to, size_t size, char *why, size_t why_size)
{
    if (s->used == s->have && !s->ended && !refill(s)) {
        snprintf(why, why_size, "%s", strerror(errno));
        return -1;
    }
    size_t n = s->have - s->used < size ? s->have - s->used : size;
    memcpy(to, s->bytes + s->used, n);
    s->used += n;
    return (long)n;
}

static long read_packed(struct csvfile_source *s, char *to, size_t size, char *why, size_t why_size)
{
    lzma_ret ret = LZMA_OK;
    s->lzma.next_out = (uint8_t *)to;
    s->lzma.avail_out = size;
    while (s->lzma.avail_out > 0 && ret == LZMA_OK) {
        if (s->used == s->have && !s->ended && !refill(s)) {
            snprintf(why, why_size, "%s", strerror(errno));
            return -1;
        }
        s->lzma.next_in = s->bytes + s->used;
        s->lzma.avail_in = s->have - s->used;
        ret = lzma_code(&s->lzma, s->ended ? LZMA_FINISH : LZMA_RUN);
        s->used = s->have - s->lzma.avail_in;
    }
    if (ret == LZMA_OK || ret == LZMA_STREAM_END)
        return (long)(size - s->lzma.avail_out);
    snprintf(why, why_size, "the .xz file is %s",
        ret == LZMA_BUF_ERROR        ? "cut short"
        : ret == LZMA_MEMLIMIT_ERROR ? "packed with a level that needs more than 80 MiB to unpack"
                                     : "damaged");
    return -1;
}

long csvfile_source_read(struct csvfile_source *s, char *to, size_t size, char *why, size_t why_size)
{
    return s->packed ? read_packed(s, to, size, why, why_size) : read_plain(s, to, size, why, why_size);
}

double csvfile_source_progress(const struct csvfile_source *s)
{
    return s->size > 0 ? (double)(s->taken - (off_t)(s->have - s->used)) / (double)s->size : 0;
}

void csvfile_source_close(struct csvfile_source *s)
{
    if (!s)
        return;
    if (s->packed)
        lzma_end(&s->lzma);
    if (s->fd >= 0)
        close(s->fd);
    free(s);
}
