#include "server/admin/schema_version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SQL_FILE(n, name) name,
static const char *const names[] = {
#include "sql_bundle.inc"
};
#undef SQL_FILE

int schema_version_known(void)
{
    static const char room[] = "migrate/";
    int highest = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int version = strncmp(names[i], room, sizeof room - 1) == 0 ? atoi(names[i] + sizeof room - 1) : 0;
        if (version > highest)
            highest = version;
    }
    return highest;
}

bool schema_version_served(int version, int contract, char *why, size_t size)
{
    int known = schema_version_known();
    if (version < known)
        snprintf(why, size,
            "the database is at schema version %d and this server needs %d or later: run improved migrate", version,
            known);
    else if (contract > known)
        snprintf(why, size,
            "the database serves only servers that know schema version %d, and this one knows %d: install the newer "
            "server",
            contract, known);
    else
        return true;
    return false;
}
