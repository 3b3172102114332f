#ifndef SERVER_MAILBOX_H
#define SERVER_MAILBOX_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

// A queue from any thread to one, that wakes the one: each end of the way between transport and loop.

// What is sent begins with this.
struct mail {
    struct mail *next;
};

struct mailbox {
    pthread_mutex_t lock;
    struct mail *first, *last;
    int wake;          // eventfd: readable when there may be mail
    atomic_bool awake; // the eventfd is set, or the reader is about to look
};

// mailbox_init makes it ready; false without a descriptor. It lives as long as the process.
bool mailbox_init(struct mailbox *box);

// mailbox_send gives mail to the reader. Any thread; does not block.
void mailbox_send(struct mailbox *box, struct mail *mail);

// mailbox_wake wakes the reader though there is no mail. Any thread.
void mailbox_wake(struct mailbox *box);

// mailbox_take takes all the mail there is, in the order it came, and clears the eventfd. The reader's thread.
struct mail *mailbox_take(struct mailbox *box);

#endif
