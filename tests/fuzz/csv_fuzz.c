// A file into the reader of imports, plain or .xz, to its end.
#include "client/csvfile.h"
#include "common/check.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ROWS_MOST = 20000 }; // of a packed bomb

static void read_rows(struct csvfile *f)
{
    struct csvfile_row row;
    struct arena arena;
    uint32_t line = 0;
    for (int n = 0; n < ROWS_MOST && csvfile_next(f, &row); n++) {
        fuzz_must(row.line > line, "each row begins on a later line");
        fuzz_must(row.bad ? row.width == 0 : row.width > 0, "a row is bad or has cells");
        line = row.line;
        arena_init(&arena, FUZZ_CALL_MEMORY);
        for (size_t i = 0; i < row.width; i++) {
            unsigned char byte;
            const char *text = csvfile_text(&row.cells[i], &arena, &byte);
            fuzz_must(strlen(row.cells[i].text) == row.cells[i].size, "a cell ends with NUL");
            fuzz_must(text ? check_utf8(text, strlen(text)) : byte || arena.exhausted, "a cell is text, or says why");
        }
        arena_release(&arena);
    }
    double progress = csvfile_progress(f);
    fuzz_must(progress >= 0 && progress <= 1, "progress is from 0 to 1");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    char path[32], why[256] = "";
    if (fd < 0)
        fd = memfd_create("csv", MFD_CLOEXEC);
    if (ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        return 0;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct csvfile *f = csvfile_open(path, why, sizeof why);
    fuzz_must(f || *why, "a refusal says why");
    if (!f)
        return 0;
    read_rows(f);
    csvfile_close(f);
    return 0;
}
