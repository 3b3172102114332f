#ifndef CLIENT_PUBLISH_KERNEL_H
#define CLIENT_PUBLISH_KERNEL_H

#include "client/publish/suppress.h"

// kernel_prove sets safe[i] of each cell that readers do not see and for which there is proof that they cannot work it
// out: a change in whole numbers of unseen cells that leaves every sum as it is, takes none below suppress_least, and
// changes this one. What is set is certain; a cell may be safe and not be found to be. False when memory lacks.
bool kernel_prove(const struct suppress *s, bool *safe);

#endif
