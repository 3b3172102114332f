// faults [F…]: the faults named, or all; see tests/torture/run.
#include "tests/torture/faults.h"
#include "tests/support/figures.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    void (*run)(void);
    bool small; // one of those that every build goes through
} faults[] = {
    {"STEPS", fault_steps, true},
    {"POWER", fault_power, false}, // torture_check_test plants faults in every build
    {"F1", fault_f1, false},       // STEPS has its like
    {"F2", fault_f2, true},
    {"F3", fault_f3, false},
    {"F5", fault_f5, false},
    {"F6", fault_f6, false},
    {"F7", fault_f7, true},
    {"F14", fault_f14, true},
    {"F15", fault_f15, false},
    {"F18", fault_f18, false},
    {"F20", fault_f20, true},
    {"F23", fault_f23, false},
    {"F24", fault_f24, false},
};

enum { FAULTS = sizeof faults / sizeof *faults };

static bool run(const char *name)
{
    for (int i = 0; i < FAULTS; i++)
        if (strcmp(faults[i].name, name) == 0) {
            faults[i].run();
            return true;
        }
    fprintf(stderr, "faults: there is no %s\n", name);
    return false;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (!run(argv[i]))
            return 2;
    for (int i = 0; argc == 1 && i < FAULTS; i++)
        if (figures_full() || faults[i].small)
            faults[i].run();
    return figures_bad() ? 1 : 0;
}
