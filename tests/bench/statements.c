// The statements that improved sends for a method, the very text, so that others can be measured with it:
//
//   statements CONNINFO METHOD gate|function
#include "common/catalog.h"
#include "server/contract.h"
#include "server/db/connection.h"
#include "server/statement.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    catalog_init();
    if (argc != 4 || !catalog_find(argv[2]))
        return 2;
    if (strcmp(argv[3], "gate") == 0) {
        puts(connection_gate);
        return 0;
    }
    if (!contract_check(argv[1]))
        return 1;
    puts(statement_for(catalog_find(argv[2]))->text);
    return 0;
}
