// Arena, strbuf and frame: everything has a limit, and the limit is tripped here.
#include "common/arena.h"
#include "common/frame.h"
#include "common/strbuf.h"
#include "envelope.pb-c.h"
#include "tests/support/run.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

START_TEST(arena_gives_aligned_memory_up_to_its_budget)
{
    struct arena a;
    arena_init(&a, 10000);
    size_t given = 0;
    for (size_t n = 1;; n = n % 97 + 1) {
        char *p = arena_alloc(&a, n);
        if (!p)
            break;
        ck_assert_uint_eq((uintptr_t)p % alignof(max_align_t), 0);
        memset(p, 0xa5, n);
        given += n;
    }
    ck_assert(a.exhausted);
    ck_assert_uint_le(given, 10000);
    ck_assert_uint_gt(given, 5000);
    arena_release(&a);
    ck_assert(!a.exhausted);
    ck_assert_ptr_nonnull(arena_alloc(&a, 9000));
    ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX));
    arena_release(&a);
}
END_TEST

START_TEST(arena_copies_text)
{
    struct arena a;
    arena_init(&a, 4096);
    ck_assert_str_eq(arena_strndup(&a, "abcdef", 3), "abc");
    ck_assert_str_eq(arena_printf(&a, "%d-%s", 7, "x"), "7-x");
    ck_assert_int_eq(*(int *)arena_calloc(&a, sizeof(int)), 0);
    arena_release(&a);
}
END_TEST

START_TEST(strbuf_fails_at_its_maximum_and_keeps_what_it_had)
{
    struct strbuf b;
    strbuf_init(&b, 10);
    ck_assert_str_eq(strbuf_text(&b), "");
    strbuf_adds(&b, "12345");
    strbuf_addf(&b, "%d", 678);
    strbuf_adds(&b, "too long");
    ck_assert(b.failed);
    ck_assert_str_eq(b.text, "12345678");
    strbuf_addc(&b, 'x'); // a failed buffer takes nothing more
    ck_assert_str_eq(b.text, "12345678");
    strbuf_clear(&b);
    strbuf_add(&b, "1234567890", 10);
    ck_assert(!b.failed);
    ck_assert_uint_eq(b.length, 10);
    strbuf_release(&b);
}
END_TEST

START_TEST(frames_split_as_they_were_joined)
{
    Improve__Rpc__CallHeader header = IMPROVE__RPC__CALL_HEADER__INIT;
    char token[400];
    memset(token, 't', sizeof token);
    for (size_t n = 0; n < sizeof token; n += 57) { // headers of one and of two length bytes
        token[n] = '\0';
        header.token = token;
        size_t size = frame_size(&header.base, 3), header_size, payload_size;
        uint8_t *bytes = malloc(size);
        const uint8_t *h, *p;
        memcpy(frame_join(&header.base, bytes), "abc", 3);
        ck_assert(frame_split(bytes, size, &h, &header_size, &p, &payload_size));
        ck_assert_uint_eq(payload_size, 3);
        ck_assert_mem_eq(p, "abc", 3);
        Improve__Rpc__CallHeader *read = improve__rpc__call_header__unpack(NULL, header_size, h);
        ck_assert_ptr_nonnull(read);
        ck_assert_str_eq(read->token, token);
        improve__rpc__call_header__free_unpacked(read, NULL);
        free(bytes);
        token[n] = 't';
    }
}
END_TEST

START_TEST(frames_that_lie_are_refused)
{
    const uint8_t *h, *p;
    size_t hn, pn;
    ck_assert(!frame_split((const uint8_t *)"", 0, &h, &hn, &p, &pn));
    ck_assert(!frame_split((const uint8_t *)"\x80\x80\x80\x80\x01", 5, &h, &hn, &p, &pn)); // overlong length
    ck_assert(!frame_split((const uint8_t *)"\x05"
                                            "abc",
        4, &h, &hn, &p, &pn));                                                     // header beyond the frame
    ck_assert(!frame_split((const uint8_t *)"\xff\xff\x7f", 3, &h, &hn, &p, &pn)); // larger than a header may be
    ck_assert(frame_split((const uint8_t *)"\0", 1, &h, &hn, &p, &pn));
    ck_assert_uint_eq(hn + pn, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("memory");
    TCase *t = tcase_create("memory");
    tcase_add_test(t, arena_gives_aligned_memory_up_to_its_budget);
    tcase_add_test(t, arena_copies_text);
    tcase_add_test(t, strbuf_fails_at_its_maximum_and_keeps_what_it_had);
    tcase_add_test(t, frames_split_as_they_were_joined);
    tcase_add_test(t, frames_that_lie_are_refused);
    suite_add_tcase(s, t);
    return run_suite(s);
}
