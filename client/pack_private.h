#ifndef CLIENT_PACK_PRIVATE_H
#define CLIENT_PACK_PRIVATE_H

#include "client/dates.h"
#include "client/publish/publish.h"
#include "client/session.h"
#include "common/strbuf.h"

#include <limits.h>

// What pack.c (what is in a pack) and pack_call.c (the calls and their files) share.

enum { PACK_TEXT_MAX = 600 };

struct pack {
    struct session *session;
    const char *folder, *paper, *as_of;
    char title[PACK_TEXT_MAX], body[PACK_TEXT_MAX], meeting[DATE_SHORT_SIZE], authors[PACK_TEXT_MAX];
    int item_type;
    struct publish_rule rule; // by which small numbers are hidden, where the pack is for publication
    bool found;               // the paper
    struct strbuf list;       // the reports, for the first page
};

// pack_path writes the path of a file of the pack. False when it is too long.
bool pack_path(const struct pack *p, const char *name, const char *ending, char path[PATH_MAX]);

// pack_trouble says what errno is about a path, and is the exit code for it.
enum exit_code pack_trouble(const char *path);

// pack_ask makes a call, of a request in JSON that the client made itself, and writes its answer into NAME.html and
// NAME.csv; without a name it only looks in the answer for the pack's paper.
enum exit_code pack_ask(struct pack *p, const char *method, const char *json, const char *name);

#endif
