// What nng puts around a message.
#include "server/transport/wire.h"
#include "tests/support/run.h"

#include <stdlib.h>
#include <string.h>

START_TEST(only_a_req_is_greeted)
{
    uint8_t hello[WIRE_HELLO_SIZE] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};
    ck_assert(wire_is_req(hello));
    for (size_t i = 0; i < sizeof hello; i++) {
        hello[i] ^= 1;
        ck_assert(!wire_is_req(hello));
        hello[i] ^= 1;
    }
}
END_TEST

START_TEST(a_head_reads_as_it_was_written)
{
    static const uint64_t sizes[] = {0, 1, 255, 256, 524288, UINT64_C(1) << 62, UINT64_MAX};
    for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++) {
        uint8_t head[WIRE_HEAD_MAX];
        bool local = i % 2;
        uint64_t size = 0;
        ck_assert_uint_eq(wire_write_head(head, local, sizes[i / 2]), wire_head_size(local));
        ck_assert(wire_read_head(head, local, &size));
        ck_assert(size == sizes[i / 2]);
        head[0] ^= 2; // on a local socket: another type
        ck_assert(wire_read_head(head, local, &size) != local);
    }
}
END_TEST

START_TEST(ids_end_with_the_requests_own)
{
    uint8_t message[64] = {0};
    for (size_t ids = 1; ids <= 10; ids++) {
        memset(message, 0, sizeof message);
        message[4 * (ids - 1)] = 0x80;
        for (size_t n = 0; n <= sizeof message; n++)
            ck_assert_uint_eq(wire_trace(message, n), ids * 4 <= n && ids * 4 <= WIRE_TRACE_MAX ? ids * 4 : 0);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("wire");
    TCase *t = tcase_create("wire");
    tcase_add_test(t, only_a_req_is_greeted);
    tcase_add_test(t, a_head_reads_as_it_was_written);
    tcase_add_test(t, ids_end_with_the_requests_own);
    suite_add_tcase(s, t);
    return run_suite(s);
}
