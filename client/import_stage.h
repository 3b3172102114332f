#ifndef CLIENT_IMPORT_STAGE_H
#define CLIENT_IMPORT_STAGE_H

#include "client/csvfile.h"
#include "client/session.h"

#include <pthread.h>

// Staging: a file's rows on their way to the server, the wanted columns only, in chunks.

enum {
    STAGE_ROWS_MOST = 1000,        // in a chunk
    STAGE_BYTES_MOST = 400 * 1024, // of a chunk; well under FRAME_REQUEST_MAX
    STAGE_IN_FLIGHT = 4,           // chunks at once
    STAGE_TIMEOUT_MS = 120000,     // of a chunk
    STAGE_ARENA = 4 * 1024 * 1024, // of a chunk being made
};

struct import_stage {
    // The caller's to fill.
    struct session *session;
    const struct catalog_method *method; // StageRows
    struct csvfile *file;
    const char *import_id;
    const int32_t *wanted; // places of the columns to send, from 0
    size_t n_wanted;
    char *const *header; // the file's column names
    size_t n_header;
    // What was done.
    uint32_t rows;             // sent, bad ones included
    struct link_reply failure; // the first refusal; its header is NULL while there is none
    // While it works.
    pthread_mutex_t mutex;
    pthread_cond_t came;
    size_t flying;
};

// import_stage_run sends all rows. False when a chunk was refused (failure is filled; the caller releases it), or when
// the file could not be read or memory lacks (why is filled).
bool import_stage_run(struct import_stage *s, bool progress, char *why, size_t why_size);

#endif
