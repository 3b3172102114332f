#include "tests/bench/samples.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { SAMPLES_MOST = 8 << 20 };

static uint32_t *samples; // µs
static atomic_long taken, failed;
static uint64_t began_us;
static double began_cpu_us;

uint64_t samples_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static double cpu_us(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

void samples_begin(void)
{
    if (!samples && !(samples = malloc(SAMPLES_MOST * sizeof *samples)))
        abort();
    began_us = samples_now();
    began_cpu_us = cpu_us();
}

void samples_add(uint64_t call_began_us)
{
    uint64_t took = samples_now() - call_began_us;
    long i = atomic_fetch_add(&taken, 1);
    if (i < SAMPLES_MOST)
        samples[i] = (uint32_t)took;
}

void samples_fail(int code, const char *why)
{
    if (atomic_fetch_add(&failed, 1) == 0)
        fprintf(stderr, "load: %d %s\n", code, why ? why : "");
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

int samples_report(void)
{
    double seconds = (double)(samples_now() - began_us) / 1e6, cpu = cpu_us() - began_cpu_us;
    long n = atomic_load(&taken), kept = n < SAMPLES_MOST ? n : SAMPLES_MOST;
    qsort(samples, (size_t)kept, sizeof *samples, by_size);
    double at[] = {0.5, 0.99, 0.999, 1};
    printf("%.0f", (double)n / seconds);
    for (size_t i = 0; i < sizeof at / sizeof *at; i++)
        printf("\t%.3f", kept ? (double)samples[(long)((double)(kept - 1) * at[i])] / 1000 : 0);
    printf("\t%.1f\t%ld\n", cpu / (double)(n ? n : 1), atomic_load(&failed));
    fflush(NULL);
    return atomic_load(&failed) > 0;
}
