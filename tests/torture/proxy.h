#ifndef TESTS_TORTURE_PROXY_H
#define TESTS_TORTURE_PROXY_H

#include <stdbool.h>
#include <stdint.h>

// A proxy between a client and the server's local socket, that cuts connections, holds what goes over them, or delays
// it. On threads of its own.
struct proxy;

enum proxy_way { PROXY_REQUEST, PROXY_REPLY };

// proxy_start listens at a socket's path and passes on to another's. It lives as long as the process.
struct proxy *proxy_start(const char *path, const char *to);

// proxy_cut cuts the next connection when so many bytes have gone this way; proxy_was_cut tells whether it has.
void proxy_cut(struct proxy *p, enum proxy_way way, long offset);
bool proxy_was_cut(const struct proxy *p);

// proxy_passed is the number of bytes that the last connection to end took each way.
long proxy_passed(const struct proxy *p, enum proxy_way way);

// proxy_hold lets nothing through, nor any connection's end, until it is let go (a partition).
void proxy_hold(struct proxy *p, bool hold);

// proxy_delay keeps each piece back for `ms`, give or take `jitter_ms`.
void proxy_delay(struct proxy *p, long ms, long jitter_ms);

#endif
