// Turns, shares and rates: against a small reference model, with random commands (SEED prints and repeats).
#include "server/fair.h"
#include "server/rate.h"
#include "tests/support/run.h"

#include <stdio.h>
#include <stdlib.h>

static struct call *make(int fair_class, uint64_t deadline_ms)
{
    struct call *call = call_new(1024);
    call->fair_class = fair_class;
    call->deadline_ms = deadline_ms;
    return call;
}

static void end(struct call *call)
{
    call->state = CALL_ANSWERED;
    call_free(call);
}

static bool anyone(void *data, int fair_class)
{
    (void)data;
    (void)fair_class;
    return true;
}

static bool not_this(void *data, int fair_class)
{
    return fair_class != *(int *)data;
}

START_TEST(a_quiet_class_is_served_next)
{
    struct fair *f = fair_new(1000);
    for (int i = 0; i < 400; i++)
        ck_assert(fair_push(f, make(929, 0)));
    ck_assert(fair_push(f, make(926, 0)));
    int first = -1;
    for (int i = 0; i < 401; i++) {
        struct call *call = fair_pop(f, anyone, NULL);
        if (call->fair_class == 926 && first < 0)
            first = i;
        end(call);
    }
    ck_assert_int_le(first, 1);
    ck_assert_ptr_null(fair_pop(f, anyone, NULL));
    free(f);
}
END_TEST

START_TEST(no_class_holds_more_than_half)
{
    struct fair *f = fair_new(100);
    int held = 0;
    while (held < 200) {
        struct call *call = make(929, 0);
        if (!fair_push(f, call)) {
            end(call);
            break;
        }
        held++;
    }
    ck_assert_int_eq(held, 51);
    ck_assert(fair_push(f, make(926, 0)));
    for (struct call *call; (call = fair_pop(f, anyone, NULL));)
        end(call);
    free(f);
}
END_TEST

START_TEST(a_class_that_may_not_send_waits_and_the_others_go)
{
    struct fair *f = fair_new(100);
    int barred = 929;
    fair_push(f, make(929, 0));
    fair_push(f, make(926, 0));
    struct call *call = fair_pop(f, not_this, &barred);
    ck_assert_int_eq(call->fair_class, 926);
    end(call);
    ck_assert_ptr_null(fair_pop(f, not_this, &barred));
    ck_assert_int_eq(fair_waiting(f), 1);
    end(fair_pop(f, anyone, NULL));
    free(f);
}
END_TEST

// Random pushes, pops, returns and expiries: within a class the order is kept, and nothing is lost or given twice.
START_TEST(it_agrees_with_its_model)
{
    enum { CLASSES = 7, STEPS = 20000 };
    unsigned seed = (unsigned)(getenv("SEED") ? strtoul(getenv("SEED"), NULL, 10) : (unsigned long)random());
    uint64_t next[CLASSES] = {0}, expected[CLASSES] = {0};
    struct fair *f = fair_new(64);
    int in = 0, out = 0;
    printf("it_agrees_with_its_model: SEED=%u\n", seed);
    srandom(seed);
    for (int i = 0; i < STEPS; i++) {
        int c = (int)(random() % CLASSES);
        if (random() % 2) {
            struct call *call = make(c, 1);
            call->received_ms = next[c];
            if (fair_push(f, call)) {
                next[c]++;
                in++;
            } else {
                end(call);
            }
            continue;
        }
        struct call *call = random() % 8 ? fair_pop(f, anyone, NULL) : fair_take_expired(f, 2);
        if (!call)
            continue;
        ck_assert_uint_eq(call->received_ms, expected[call->fair_class]);
        if (random() % 5 == 0) {
            fair_return(f, call);
            continue;
        }
        expected[call->fair_class]++;
        out++;
        end(call);
    }
    ck_assert_int_eq(fair_waiting(f), in - out);
    for (struct call *call; (call = fair_take_expired(f, UINT64_MAX)); out++)
        end(call);
    ck_assert_int_eq(in, out);
    free(f);
}
END_TEST

START_TEST(a_rate_is_kept)
{
    uint32_t wait = 0;
    rate_init(100, 5);
    for (int i = 0; i < 5; i++)
        ck_assert(rate_take(1, 1000, &wait));
    ck_assert(!rate_take(1, 1000, &wait));
    ck_assert_uint_ge(wait, 10);
    ck_assert(rate_take(2, 1000, &wait)); // another's bucket
    ck_assert(rate_take(1, 1000 + wait, &wait));
    ck_assert(!rate_take(1, 1005, &wait)); // time that runs back gives nothing
    rate_init(0, 1);
    for (int i = 0; i < 1000; i++)
        ck_assert(rate_take(1, 1000, &wait));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fair");
    TCase *t = tcase_create("fair");
    tcase_add_test(t, a_quiet_class_is_served_next);
    tcase_add_test(t, no_class_holds_more_than_half);
    tcase_add_test(t, a_class_that_may_not_send_waits_and_the_others_go);
    tcase_add_test(t, it_agrees_with_its_model);
    tcase_add_test(t, a_rate_is_kept);
    suite_add_tcase(s, t);
    return run_suite(s);
}
