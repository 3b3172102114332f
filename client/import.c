#include "client/import.h"
enum exit_code import_schools(const struct command *self, int argc, char **argv)
{
    (void)self;
    (void)argc;
    (void)argv;
    return EXIT_REFUSED;
}
enum exit_code import_links(const struct command *self, int argc, char **argv)
{
    (void)self;
    (void)argc;
    (void)argv;
    return EXIT_REFUSED;
}
enum exit_code import_groups(const struct command *self, int argc, char **argv)
{
    (void)self;
    (void)argc;
    (void)argv;
    return EXIT_REFUSED;
}
enum exit_code import_inspections(const struct command *self, int argc, char **argv)
{
    (void)self;
    (void)argc;
    (void)argv;
    return EXIT_REFUSED;
}
