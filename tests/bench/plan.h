#ifndef TESTS_BENCH_PLAN_H
#define TESTS_BENCH_PLAN_H

#ifdef __cplusplus
extern "C" {
#endif

// What a load is to be: the flags that the load generators share, the reference's in C++ among them.

// Who calls: an authority, a token of its, and the URNs of its schools, which follow each other.
struct caller {
    char authority[8], token[128];
    long first_urn, schools;
};

struct plan {
    const char *url, *ca_file;
    const char *method, *json;
    struct caller *callers;
    int caller_count;
    int links, in_flight;
    long from, sessions;  // number of the first call; sessions of each authority
    double seconds, rate; // rate: calls a second of an open loop; 0: closed
};

extern const char plan_usage[];

// plan_read reads the arguments; it ends the program where they are at fault.
void plan_read(struct plan *plan, int argc, char **argv);

// plan_die ends the program.
void plan_die(const char *why) __attribute__((noreturn));

// plan_caller, plan_urn and plan_session say who makes the n-th call, for which school and which session: neighbours
// differ in all three as far as there are several.
const struct caller *plan_caller(const struct plan *plan, long n);
long plan_urn(const struct plan *plan, long n);
long plan_session(const struct plan *plan, long n);

#ifdef __cplusplus
}
#endif

#endif
