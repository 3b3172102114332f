// Names, base64, UTF-8, fields and JSON: text ↔ message, and what is refused.
#include "common/arena.h"
#include "common/base64.h"
#include "common/catalog.h"
#include "common/check.h"
#include "common/json.h"
#include "common/names.h"
#include "cpd.pb-c.h"
#include "health.pb-c.h"
#include "partners.pb-c.h"
#include "sla.pb-c.h"
#include "tests/support/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

START_TEST(names_are_separated)
{
    static const struct {
        const char *name, *snake;
    } cases[] = {{"ListSchools", "list_schools"}, {"GetURN", "get_urn"}, {"URNList", "urn_list"},
        {"page_size", "page_size"}, {"A", "a"}, {"SlaTakeUp", "sla_take_up"}};
    char to[32];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_uint_gt(names_separate(cases[i].name, '_', to, sizeof to), 0);
        ck_assert_str_eq(to, cases[i].snake);
    }
    ck_assert_uint_eq(names_separate("LongName", '_', to, 5), 0);
    ck_assert_str_eq(names_last("improve.v1.Cpd"), "Cpd");
}
END_TEST

START_TEST(distance_counts_edits)
{
    ck_assert_int_eq(names_distance("school", "school", 3), 0);
    ck_assert_int_eq(names_distance("shcool", "school", 3), 1);
    ck_assert_int_eq(names_distance("scool", "school", 3), 1);
    ck_assert_int_eq(names_distance("School", "sCHOOLS", 3), 1);
    ck_assert_int_eq(names_distance("abc", "xyz", 2), 3);
    ck_assert_int_eq(names_distance("", "", 2), 0);
}
END_TEST

START_TEST(base64_round_trips)
{
    unsigned seed = (unsigned)(getenv("SEED") ? strtoul(getenv("SEED"), NULL, 10) : 1);
    srandom(seed);
    for (size_t n = 0; n < 200; n++) {
        uint8_t bytes[200], back[256];
        size_t size;
        struct strbuf text;
        strbuf_init(&text, 1024);
        for (size_t i = 0; i < n; i++)
            bytes[i] = (uint8_t)random();
        base64_write(&text, bytes, n);
        ck_assert_uint_le(base64_read_size(text.length), sizeof back + 48);
        ck_assert(base64_read(back, &size, strbuf_text(&text), text.length));
        ck_assert_uint_eq(size, n);
        ck_assert_mem_eq(back, bytes, n);
        strbuf_release(&text);
    }
    uint8_t back[16];
    size_t size;
    ck_assert(!base64_read(back, &size, "abc", 3));
    ck_assert(!base64_read(back, &size, "a=bc", 4));
    ck_assert(!base64_read(back, &size, "ab!c", 4));
}
END_TEST

START_TEST(utf8_is_told_from_other_bytes)
{
    static const char *const good[] = {"", "plain", "St Aidan\xe2\x80\x99s", "\xf0\x9f\x98\x88", "\xed\x9f\xbf"};
    static const char *const bad[] = {
        "\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x80", "\x80", "a\x92s"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        ck_assert(check_utf8(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert(!check_utf8(bad[i], strlen(bad[i])));
}
END_TEST

START_TEST(json_round_trips)
{
    static const char json[] = "{\"session_id\":\"se-1 \\\"x\\\" \xe2\x80\x99\",\"school_urn\":122345,"
                               "\"delegates\":[{\"name\":\"Ann\",\"email\":\"a@b\"},{\"name\":\"Bo\"}]}";
    struct arena a;
    struct field_error error = {0};
    struct strbuf text;
    arena_init(&a, 1 << 16);
    strbuf_init(&text, 4096);
    ProtobufCMessage *m = field_new(&improve__v1__book_places_request__descriptor, &a.allocator);
    ck_assert_msg(json_read_message(m, json, strlen(json), &a.allocator, &error), "%s %s", error.field, error.message);
    json_write_message(&text, m);
    ck_assert_str_eq(text.text, json);
    strbuf_release(&text);
    arena_release(&a);
}
END_TEST

static void refused(const ProtobufCMessageDescriptor *type, const char *json, const char *field, const char *accepted)
{
    struct arena a;
    struct field_error error = {0};
    arena_init(&a, 1 << 16);
    ProtobufCMessage *m = field_new(type, &a.allocator);
    ck_assert_msg(!json_read_message(m, json, strlen(json), &a.allocator, &error), "%s was accepted", json);
    ck_assert_str_eq(error.field, field);
    ck_assert_msg(strstr(error.accepted, accepted) != NULL, "%s: %s", json, error.accepted);
    arena_release(&a);
}

START_TEST(json_that_does_not_fit_is_refused)
{
    const ProtobufCMessageDescriptor *book = &improve__v1__book_places_request__descriptor;
    refused(book, "{\"school\":1}", "school", "school_urn");
    refused(book, "{\"school_urn\":\"x\"}", "school_urn", "whole number");
    refused(book, "{\"school_urn\":1.5}", "school_urn", "whole number");
    refused(book, "{\"school_urn\":3000000000}", "school_urn", "smaller");
    refused(book, "{\"school_urn\":[1]}", "school_urn", "one value");
    refused(book, "{\"delegates\":{}}", "delegates", "list");
    refused(book, "{\"delegates\":[{\"nmae\":\"x\"}]}", "delegates.nmae", "name");
    refused(book, "{\"session_id\":\"a\\u0000b\"}", "", "valid JSON");
    refused(book, "[]", "", "object");
    refused(book, "{", "", "valid JSON");
    refused(&grpc__health__v1__health_check_response__descriptor, "{\"status\":\"GOOD\"}", "status", "SERVING");
}
END_TEST

START_TEST(unknown_enum_values_are_refused)
{
    Grpc__Health__V1__HealthCheckResponse m = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
    struct field_error error = {0};
    m.has_status = 1;
    m.status = 1;
    ck_assert(check_message(&m.base, &error));
    m.status = 99;
    ck_assert(!check_message(&m.base, &error));
    ck_assert_str_eq(error.field, "status");
}
END_TEST

START_TEST(doubles_are_finite_and_zero_has_one_form)
{
    Improve__V1__SetPriceRequest m = IMPROVE__V1__SET_PRICE_REQUEST__INIT;
    struct field_error error = {0};
    struct strbuf text;
    m.has_vat_percent = 1;
    m.vat_percent = NAN; // JSON has no form for it, and the ledger keeps requests as JSON
    ck_assert(!check_message(&m.base, &error));
    ck_assert_str_eq(error.field, "vat_percent");
    m.vat_percent = -INFINITY;
    ck_assert(!check_message(&m.base, &error));
    m.vat_percent = -0.0; // "-0" would be read back as a whole number
    ck_assert(check_message(&m.base, &error));
    strbuf_init(&text, 256);
    json_write_message(&text, &m.base);
    ck_assert_str_eq(text.text, "{\"vat_percent\":0}");
    strbuf_release(&text);
}
END_TEST

START_TEST(the_catalogue_knows_every_method)
{
    catalog_init();
    ck_assert_uint_gt(catalog_count(), 20);
    for (size_t i = 0; i < catalog_count(); i++) {
        ck_assert_ptr_eq(catalog_find(catalog_at(i)->full_name), catalog_at(i));
        ck_assert_uint_eq(catalog_index(catalog_at(i)), i);
    }
    const struct catalog_method *m = catalog_find("improve.v1.Cpd/BookPlaces");
    ck_assert_str_eq(m->function_name, "cpd.book_places");
    ck_assert_int_eq(m->shape, REPLY_ROWS);
    ck_assert_ptr_null(catalog_find("/improve.v1.Cpd/Nothing"));
    size_t size;
    ck_assert_ptr_nonnull(catalog_descriptor_set(&size));
    ck_assert_uint_gt(size, 1000);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("text");
    TCase *t = tcase_create("text");
    tcase_add_test(t, names_are_separated);
    tcase_add_test(t, distance_counts_edits);
    tcase_add_test(t, base64_round_trips);
    tcase_add_test(t, utf8_is_told_from_other_bytes);
    tcase_add_test(t, json_round_trips);
    tcase_add_test(t, json_that_does_not_fit_is_refused);
    tcase_add_test(t, unknown_enum_values_are_refused);
    tcase_add_test(t, doubles_are_finite_and_zero_has_one_form);
    tcase_add_test(t, the_catalogue_knows_every_method);
    suite_add_tcase(s, t);
    return run_suite(s);
}
