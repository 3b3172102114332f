#ifndef DEMO_CALLS_H
#define DEMO_CALLS_H

#include "demo/model.h"

#include <stdbool.h>

// calls_write writes to directory the requests of what the authorities sell, who their partners are and what schools
// booked: step by step, a file of JSON lines for `improve call -`. References are made by the server, so a request
// names a thing of an earlier step as "@word", and the line that made it has "@": "word". Dates lie around today. False
// when a file cannot be written.
bool calls_write(const struct model *m, const char *directory, day today);

#endif
