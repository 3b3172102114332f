#include "tests/bench/plan.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLERS_MOST = 1000, LINE = 256 };

const char plan_usage[] =
    "--url URL [--ca FILE] (--callers FILE | --authority CODE --token TOKEN) [--links N] [--in-flight N]\n"
    "  [--rate CALLS_A_SECOND] [--seconds S] [--from N] [--sessions N] METHOD JSON";

void plan_die(const char *why)
{
    fprintf(stderr, "load: %s\n", why);
    exit(2);
}

static struct caller *another(struct plan *plan)
{
    if (!plan->callers && !(plan->callers = calloc(CALLERS_MOST, sizeof *plan->callers)))
        plan_die("out of memory");
    if (plan->caller_count == CALLERS_MOST)
        plan_die("too many callers");
    struct caller *c = &plan->callers[plan->caller_count++];
    c->first_urn = c->schools = 1;
    return c;
}

// read_callers reads lines of authority, token, first URN and number of schools.
static void read_callers(struct plan *plan, const char *path)
{
    char line[LINE];
    FILE *file = fopen(path, "r");
    if (!file)
        plan_die("the file of callers cannot be read");
    while (fgets(line, sizeof line, file)) {
        struct caller *c = another(plan);
        if (sscanf(line, "%7s %127s %ld %ld", c->authority, c->token, &c->first_urn, &c->schools) != 4 ||
            c->schools < 1)
            plan_die("a caller is: authority, token, first URN, number of schools");
    }
    fclose(file);
}

void plan_read(struct plan *plan, int argc, char **argv)
{
    static const struct option names[] = {{"url", 1, NULL, 'u'}, {"ca", 1, NULL, 'c'}, {"token", 1, NULL, 't'},
        {"authority", 1, NULL, 'a'}, {"callers", 1, NULL, 'w'}, {"links", 1, NULL, 'l'}, {"in-flight", 1, NULL, 'n'},
        {"rate", 1, NULL, 'r'}, {"seconds", 1, NULL, 's'}, {"from", 1, NULL, 'f'}, {"sessions", 1, NULL, 'e'},
        {NULL, 0, NULL, 0}};
    const char *token = "", *authority = "";
    *plan = (struct plan){.links = 1, .in_flight = 64, .seconds = 5, .sessions = 1};
    for (int o; (o = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        switch (o) {
        case 'u':
            plan->url = optarg;
            break;
        case 'c':
            plan->ca_file = optarg;
            break;
        case 't':
            token = optarg;
            break;
        case 'a':
            authority = optarg;
            break;
        case 'w':
            read_callers(plan, optarg);
            break;
        case 'l':
            plan->links = atoi(optarg);
            break;
        case 'n':
            plan->in_flight = atoi(optarg);
            break;
        case 'r':
            plan->rate = atof(optarg);
            break;
        case 's':
            plan->seconds = atof(optarg);
            break;
        case 'f':
            plan->from = atol(optarg);
            break;
        case 'e':
            plan->sessions = atol(optarg);
            break;
        default:
            exit(2);
        }
    }
    if (optind + 2 != argc || !plan->url || plan->links < 1 || plan->in_flight < 1 || plan->sessions < 1) {
        fprintf(stderr, "usage: %s %s\n", argv[0], plan_usage);
        exit(2);
    }
    plan->method = argv[optind];
    plan->json = argv[optind + 1];
    if (plan->caller_count == 0) {
        struct caller *c = another(plan);
        snprintf(c->authority, sizeof c->authority, "%s", authority);
        snprintf(c->token, sizeof c->token, "%s", token);
    }
}

const struct caller *plan_caller(const struct plan *plan, long n)
{
    return &plan->callers[n % plan->caller_count];
}

long plan_urn(const struct plan *plan, long n)
{
    const struct caller *c = plan_caller(plan, n);
    return c->first_urn + n / plan->caller_count % c->schools;
}

long plan_session(const struct plan *plan, long n)
{
    return n / plan->caller_count % plan->sessions + 1;
}
