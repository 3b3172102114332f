#ifndef SERVER_SEALER_H
#define SERVER_SEALER_H

#include "server/options.h"

#include <stdbool.h>

// The sealer gives committed audit rows (and, later, event rows) their numbers, and links the audit rows' hashes
// (sql/audit/seal.sql). It runs on a thread and a connection of its own; where several servers run, the database lets
// one of them seal at a time.

// sealer_start starts the thread, which seals every seal_interval_ms and is never stopped: what it leaves, the next
// server seals. o must outlive it. False, with the reason in the log, when there is no memory or no thread to be had.
bool sealer_start(const struct options *o);

#endif
