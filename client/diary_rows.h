#ifndef CLIENT_DIARY_ROWS_H
#define CLIENT_DIARY_ROWS_H

#include "client/session.h"

#include <time.h>

// The visits of a diary, as Self/ListDiary and Visits/ListVisits give them.

struct diary_row {
    time_t starts, ends;
    const char *authority; // "" from Visits/ListVisits
    const char *visit_id, *school, *purpose, *mode, *place, *status;
    const char *partner_id, *partner; // "" from Self/ListDiary
    int version;
};

struct diary_rows {
    struct diary_row *rows; // in the arena
    size_t n, room;
    const struct catalog_method *method;
    bool readable;
    struct arena arena; // owned
};

// diary_fetch asks a method for the visits from a day on, up to a day ("" for no end), both ISO. EXIT_DONE, or the code
// of the refusal, said on stderr. The caller releases the rows in any case.
enum exit_code diary_fetch(
    struct session *s, const char *method, const char *from, const char *to, struct diary_rows *rows);

// diary_release frees rows.
void diary_release(struct diary_rows *rows);

#endif
