// A session that has expired is renewed once for all the calls that find it so, and they are sent again.
#include "client/link_private.h"

#include <sodium.h>
#include <string.h>

static void *run(void *data)
{
    struct link *l = data;
    char token[LINK_TOKEN_SIZE] = "";
    bool renewed = l->renew(l, l->renew_data, token);
    pthread_mutex_lock(&l->mutex);
    if (renewed) {
        memcpy(l->token, token, sizeof token);
        l->token_edition++;
    }
    l->renew_failed = !renewed || l->token_edition == LINK_RENEWALS_MAX;
    l->renewing = false;
    if (--l->working == 0)
        pthread_cond_broadcast(&l->quiet);
    pthread_mutex_unlock(&l->mutex);
    sodium_memzero(token, sizeof token);
    return NULL;
}

// begin starts the renewal; the link counts it as work, so that it does not close under it. The link's mutex is held.
static bool begin(struct link *l)
{
    pthread_t thread;
    l->renewing = true;
    l->working++;
    if (pthread_create(&thread, NULL, run, l) == 0) {
        pthread_detach(thread);
        return true;
    }
    l->working--;
    l->renewing = false;
    return false;
}

bool link_renews(struct call *c, const struct link_reply *reply)
{
    struct link *l = c->link;
    const char *reason = reply->header->reason;
    if (!l->renew || !c->header.token || c->once || link_status(reply) != STATUS_UNAUTHENTICATED || !reason ||
        strcmp(reason, "SESSION_EXPIRED") != 0)
        return false;
    pthread_mutex_lock(&l->mutex);
    bool renews = c->token_edition < l->token_edition || l->renewing || (!l->renew_failed && begin(l));
    pthread_mutex_unlock(&l->mutex);
    return renews;
}

bool link_is_renewing(struct link *l)
{
    pthread_mutex_lock(&l->mutex);
    bool renewing = l->renewing;
    pthread_mutex_unlock(&l->mutex);
    return renewing;
}

void link_take_token(struct call *c)
{
    struct link *l = c->link;
    pthread_mutex_lock(&l->mutex);
    if (c->header.token && c->token_edition < l->token_edition) {
        char *token = arena_strndup(&c->arena, l->token, strlen(l->token));
        c->header.token = token ? token : c->header.token;
        c->token_edition = l->token_edition;
    }
    pthread_mutex_unlock(&l->mutex);
}
