#include "server/mailbox.h"

#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool mailbox_init(struct mailbox *box)
{
    pthread_mutex_init(&box->lock, NULL);
    box->first = box->last = NULL;
    atomic_store(&box->awake, false);
    box->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return box->wake >= 0;
}

void mailbox_wake(struct mailbox *box)
{
    if (!atomic_exchange(&box->awake, true)) {
        ssize_t written = write(box->wake, &(uint64_t){1}, sizeof(uint64_t));
        (void)written; // full only if it is set already
    }
}

void mailbox_send(struct mailbox *box, struct mail *mail)
{
    mail->next = NULL;
    pthread_mutex_lock(&box->lock);
    if (box->last)
        box->last->next = mail;
    else
        box->first = mail;
    box->last = mail;
    pthread_mutex_unlock(&box->lock);
    mailbox_wake(box);
}

struct mail *mailbox_take(struct mailbox *box)
{
    uint64_t count;
    if (atomic_load(&box->awake)) {
        ssize_t got = read(box->wake, &count, sizeof count);
        (void)got;
        atomic_store(&box->awake, false); // before the look: mail that comes later sets the eventfd again
    }
    pthread_mutex_lock(&box->lock);
    struct mail *first = box->first;
    box->first = box->last = NULL;
    pthread_mutex_unlock(&box->lock);
    return first;
}
