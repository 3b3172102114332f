// Dates, and the words of a command line into every request. The first byte chooses the method; each further line is a
// bare word, or NAME=TEXT for a field's flag.
#include "client/args_value.h"
#include "client/dates.h"
#include "common/catalog.h"
#include "common/check.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

enum { WORDS_MOST = 64 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    catalog_init();
    return 0;
}

static void read_date(const char *text, const struct tm *today)
{
    char iso[DATE_ISO_SIZE], again[DATE_ISO_SIZE], shown[64];
    dates_short(text, shown, sizeof shown);
    if (!dates_read(text, today, iso))
        return;
    fuzz_must(dates_read(iso, today, again) && strcmp(iso, again) == 0, "a date that was read can be read");
    dates_short(iso, shown, sizeof shown);
    fuzz_must(dates_read(shown, today, again) && strcmp(iso, again) == 0, "a date as shown can be read");
}

// take takes one line as a field's flag, and tells whether it was one.
static bool take(struct args_values *values, char *line)
{
    char *equals = strchr(line, '=');
    if (!equals)
        return false;
    *equals = '\0';
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(values->type, line);
    *equals = '=';
    if (field)
        args_values_add(values, field, equals + 1);
    return field != NULL;
}

static void build(struct args_values *values, const char *const *words, size_t n)
{
    char why[512] = "";
    struct field_error error = {0};
    ProtobufCMessage *request = args_values_build(values, words, n, why, sizeof why);
    fuzz_must(request || *why, "a refusal says why");
    fuzz_must(!request || check_message(request, &error), "what is sent passes the server's checks");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *words[WORDS_MOST];
    size_t n = 0;
    struct arena arena;
    if (size < 1)
        return 0;
    arena_init(&arena, FUZZ_CALL_MEMORY);
    struct args_values values = {.arena = &arena, .type = catalog_at(data[0] % catalog_count())->method->input};
    struct tm today = {.tm_year = 126, .tm_mon = 1, .tm_mday = 28};
    char *text = arena_strndup(&arena, (const char *)data + 1, size - 1);
    for (char *line; text && (line = strsep(&text, "\n"));) {
        read_date(line, &today);
        if (check_utf8(line, strlen(line)) && !take(&values, line) && n < WORDS_MOST)
            words[n++] = line;
    }
    build(&values, words, n);
    arena_release(&arena);
    return 0;
}
