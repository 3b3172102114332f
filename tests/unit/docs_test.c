// Comments of the .proto files, as the client's help reads them.
#include "common/catalog.h"
#include "common/docs.h"
#include "tests/support/run.h"

#include <stdlib.h>
#include <string.h>

START_TEST(comments_are_found)
{
    const struct catalog_method *m = catalog_find("/improve.v1.Server/GetServerInfo");
    ck_assert_ptr_nonnull(m);
    ck_assert_str_eq(docs_service(m->service), "About the server itself; needs no token.");
    ck_assert_ptr_nonnull(strstr(docs_method(m->service, m->method), "\nExample: improve server info"));
    ck_assert_str_eq(docs_message(m->method->output), "Which server answered.");
    ck_assert_str_eq(docs_field(m->method->output, &m->method->output->fields[0]), "Version of improved.");
}
END_TEST

START_TEST(nested_enums_are_found)
{
    const struct catalog_method *m = catalog_find("/grpc.health.v1.Health/Check");
    ck_assert_ptr_nonnull(m);
    const ProtobufCEnumDescriptor *serving = m->method->output->fields[0].descriptor;
    ck_assert_str_eq(docs_enum(serving), "What a service can be.");
    ck_assert_str_eq(docs_enum_value(serving, &serving->values[0]), "");
}
END_TEST

// Everything a person may meet has a comment.
START_TEST(everything_has_a_comment)
{
    for (size_t i = 0; i < catalog_count(); i++) {
        const struct catalog_method *m = catalog_at(i);
        ck_assert_msg(*docs_service(m->service), "service %s has no comment", m->service->name);
        ck_assert_msg(*docs_method(m->service, m->method), "%s has no comment", m->full_name);
        const ProtobufCMessageDescriptor *both[] = {m->method->input, m->method->output, m->row};
        for (size_t k = 0; k < 3; k++) {
            ck_assert_msg(*docs_message(both[k]), "message %s has no comment", both[k]->name);
            for (unsigned f = 0; f < both[k]->n_fields; f++)
                ck_assert_msg(*docs_field(both[k], &both[k]->fields[f]), "field %s of %s has no comment",
                    both[k]->fields[f].name, both[k]->name);
        }
    }
}
END_TEST

START_TEST(marks_are_read)
{
    const struct catalog_method *m = catalog_find("/improve.v1.Partners/AssignPartner");
    ck_assert_ptr_nonnull(m);
    const ProtobufCMessageDescriptor *in = m->method->input;
    struct docs_marks urn = docs_marks(in, protobuf_c_message_descriptor_get_field_by_name(in, "school_urn"));
    ck_assert(urn.required && !urn.date);
    ck_assert_str_eq(urn.text, "URN of the school.");
    struct docs_marks starts = docs_marks(in, protobuf_c_message_descriptor_get_field_by_name(in, "starts_on"));
    ck_assert(starts.date && !starts.required);
}
END_TEST

int main(void)
{
    catalog_init();
    Suite *suite = suite_create("docs");
    TCase *t = tcase_create("docs");
    tcase_add_test(t, comments_are_found);
    tcase_add_test(t, nested_enums_are_found);
    tcase_add_test(t, everything_has_a_comment);
    tcase_add_test(t, marks_are_read);
    suite_add_tcase(suite, t);
    return run_suite(suite);
}
