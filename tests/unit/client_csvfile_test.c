// Files as they come: line ends, quotes, encodings, packed ones, and what is no CSV file at all.
#include "client/csvfile.h"
#include "tests/support/run.h"

#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/improve-csv-XXXXXX";

static void write_file(const char *bytes, size_t n)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

static struct csvfile *open_text(const char *text)
{
    char why[200] = "";
    write_file(text, strlen(text));
    struct csvfile *f = csvfile_open(path, why, sizeof why);
    ck_assert_msg(f != NULL, "%s", why);
    return f;
}

// same reads one text and compares: rows as "line:cell|cell;", a bad one as "line!;".
static void same(const char *text, const char *wanted)
{
    struct csvfile *f = open_text(text);
    struct csvfile_row row;
    char got[2000] = "";
    while (csvfile_next(f, &row)) {
        size_t n = strlen(got);
        n += (size_t)snprintf(got + n, sizeof got - n, "%u%s", row.line, row.bad ? "!" : ":");
        for (size_t i = 0; i < row.width; i++)
            n += (size_t)snprintf(got + n, sizeof got - n, "%s%s", i ? "|" : "", row.cells[i].text);
        snprintf(got + n, sizeof got - n, ";");
    }
    ck_assert_ptr_null(csvfile_error(f));
    csvfile_close(f);
    ck_assert_str_eq(got, wanted);
}

START_TEST(rows_are_read)
{
    same("a,b\n1,2\n", "1:a|b;2:1|2;");
    same("a,b\r\n1,2\r\n", "1:a|b;2:1|2;");
    same("a,b\n1,2", "1:a|b;2:1|2;");
    same("\"a\",\"b\"\r\n1,\"2\"", "1:a|b;2:1|2;");
    same("\xef\xbb\xbf"
         "a,b\n",
        "1:a|b;");
    same("a\n\n\r\nb\n", "1:a;4:b;");
    same("a,,\n,\n", "1:a||;2:|;");
    same("\"a, \"\"b\"\"\",c\n", "1:a, \"b\"|c;");
    same("x\n\"a\nb\",c\nd,e\n", "1:x;2:a\nb|c;4:d|e;");
    same("say \"hi\",b\n", "1:say \"hi\"|b;");
    same("a,b\n1,2,3\n4\n", "1:a|b;2:1|2|3;3:4;");
    same("\"\",\"\"\n", "1:|;");
}
END_TEST

START_TEST(a_bad_row_spoils_no_other)
{
    same("a\n\"b\"c,d\ne\n", "1:a;2!;3:e;");
    same("a\n\"b,c\nd,e\nf,g\n", "1:a;2!;3:d|e;4:f|g;");
    same("a\n\"b", "1:a;2!;");
    same("a\n\"b\nc,\"d\"\ne,\"f\"x\ng,h\n", "1:a;2!;3:c|d;4!;5:g|h;");
}
END_TEST

START_TEST(a_nul_in_a_row_is_bad)
{
    static char text[20000]; // past what is looked at to know a binary file
    memset(text, 'x', sizeof text);
    memcpy(text, "a,b\n", 4);
    text[9000] = '\n';
    text[15000] = '\0';
    text[16000] = '\n';
    write_file(text, sizeof text);
    char why[200];
    struct csvfile *f = csvfile_open(path, why, sizeof why);
    struct csvfile_row row;
    ck_assert(csvfile_next(f, &row) && !row.bad);
    ck_assert(csvfile_next(f, &row) && !row.bad);
    ck_assert(csvfile_next(f, &row) && row.bad);
    ck_assert_uint_eq(row.line, 3);
    ck_assert(csvfile_next(f, &row) && !row.bad);
    ck_assert(!csvfile_next(f, &row));
    csvfile_close(f);
}
END_TEST

START_TEST(long_rows_end)
{
    static char text[700 * 1024];
    memset(text, 'y', sizeof text - 1);
    memcpy(text, "a\n", 2);
    memcpy(text + 600 * 1024, "\nb,c\n", 5);
    text[600 * 1024 + 5] = '\0';
    char got[3] = "";
    struct csvfile *f = open_text(text);
    struct csvfile_row row;
    for (int i = 0; i < 3 && csvfile_next(f, &row); i++)
        got[i] = row.bad ? '!' : row.cells[0].text[0];
    ck_assert_int_eq(got[0], 'a');
    ck_assert_int_eq(got[1], '!');
    csvfile_close(f);
}
END_TEST

static void refused(const char *bytes, size_t n, const char *word)
{
    char why[200] = "";
    write_file(bytes, n);
    struct csvfile *f = csvfile_open(path, why, sizeof why);
    ck_assert_ptr_null(f);
    ck_assert_msg(strstr(why, word) != NULL, "%s", why);
}

START_TEST(what_is_no_csv_file_is_refused)
{
    refused("", 0, "empty");
    refused("PK\3\4abc", 7, "ZIP");
    refused("\xff\xfe"
            "a\0b\0",
        6, "UTF-16");
    refused("a,b\0c", 5, "binary");
    refused("\x1f\x8b\x08", 3, "gzip");
    char why[200] = "";
    ck_assert_ptr_null(csvfile_open("/nonexistent/file.csv", why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "/nonexistent/file.csv"));
    ck_assert_ptr_null(csvfile_open("/tmp", why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "folder"));
}
END_TEST

START_TEST(packed_files_are_read)
{
    const char text[] = "URN,Name\n1,\"One\"\n2,Two\n";
    uint8_t packed[2000];
    size_t n = 0;
    ck_assert_int_eq(lzma_easy_buffer_encode(
                         6, LZMA_CHECK_CRC64, NULL, (const uint8_t *)text, sizeof text - 1, packed, &n, sizeof packed),
        LZMA_OK);
    write_file((char *)packed, n);
    char why[200];
    struct csvfile *f = csvfile_open(path, why, sizeof why);
    struct csvfile_row row;
    ck_assert_ptr_nonnull(f);
    ck_assert(csvfile_next(f, &row) && row.width == 2);
    ck_assert(csvfile_next(f, &row) && strcmp(row.cells[1].text, "One") == 0);
    ck_assert(csvfile_next(f, &row) && row.line == 3);
    ck_assert(!csvfile_next(f, &row));
    ck_assert_ptr_null(csvfile_error(f));
    csvfile_close(f);
    refused((char *)packed, n - 20, "cut short");
    packed[30] ^= 0xff;
    refused((char *)packed, n, "damaged");
}
END_TEST

START_TEST(texts_become_utf8)
{
    static const struct {
        const char *bytes, *text;
        unsigned char byte;
    } cases[] = {{"plain", "plain", 0}, {"St Th\xc3\xa9r\xc3\xa8se", "St Th\xc3\xa9r\xc3\xa8se", 0},
        {"St Aidan\x92s", "St Aidan\xe2\x80\x99s", 0}, {"caf\xe9", "caf\xc3\xa9", 0}, {"180\xb0", "180\xc2\xb0", 0},
        {"\x80"
         "5",
            "\xe2\x82\xac"
            "5",
            0},
        {"a\x81", NULL, 0x81}, {"\x8d", NULL, 0x8d}, {"\x8f", NULL, 0x8f}, {"\x90", NULL, 0x90}, {"\x9d", NULL, 0x9d},
        {"", "", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct csvfile_cell cell = {cases[i].bytes, strlen(cases[i].bytes)};
        unsigned char byte;
        arena_init(&arena, 4096);
        char *text = csvfile_text(&cell, &arena, &byte);
        ck_assert_uint_eq(byte, cases[i].byte);
        if (cases[i].text)
            ck_assert_str_eq(text, cases[i].text);
        else
            ck_assert_ptr_null(text);
        arena_release(&arena);
    }
}
END_TEST

int main(void)
{
    int fd = mkstemp(path);
    if (fd < 0)
        return EXIT_FAILURE;
    close(fd);
    Suite *suite = suite_create("client csvfile");
    TCase *t = tcase_create("csvfile");
    tcase_add_test(t, rows_are_read);
    tcase_add_test(t, a_bad_row_spoils_no_other);
    tcase_add_test(t, a_nul_in_a_row_is_bad);
    tcase_add_test(t, long_rows_end);
    tcase_add_test(t, what_is_no_csv_file_is_refused);
    tcase_add_test(t, packed_files_are_read);
    tcase_add_test(t, texts_become_utf8);
    suite_add_tcase(suite, t);
    int failed = run_suite(suite);
    unlink(path);
    return failed;
}
