#ifndef SERVER_MAIL_MAIL_H
#define SERVER_MAIL_MAIL_H

#include <stdbool.h>
#include <time.h>

// One notice, as the outbox gives it (sql/notices/send.sql). All texts are in UTF-8 and not the struct's.
struct mail {
    const char *authority; // its code: 001
    const char *notice_id, *claim, *kind;
    const char *message_id; // with its angle brackets
    const char *sender, *sender_name, *reply_to;
    const char *to_address, *to_name;
    const char *subject, *body;
    int attempts;     // with this one
    time_t queued_at; // when it was written: it says so itself
    // The calendar entry that goes with it; uid is "" where none does.
    struct {
        const char *uid;
        int sequence;
        bool cancel;
        time_t starts, ends;
        const char *summary, *location;
    } entry;
};

#endif
