#ifndef TESTS_FLOOD_SOCKETS_H
#define TESTS_FLOOD_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Plain sockets that speak as much of nng's protocol, and of TLS, as an attacker pleases.

enum { SP_HELLO_SIZE = 8, IPC_HEAD_SIZE = 13, TLS_HEAD_SIZE = 12 };

extern const uint8_t sp_hello[SP_HELLO_SIZE]; // what a REQ socket says first

// sockets_ipc connects to an ipc URL; sockets_tcp to a port of 127.0.0.1, from 127.0.0.1 or, where source is not 0,
// from the loopback address 127.1.0.0 + source. -1 when it is refused.
int sockets_ipc(const char *url);
int sockets_tcp(int port, unsigned source);

// sockets_patience bounds reads and writes in time.
void sockets_patience(int fd, long ms);

// sockets_end closes: with RST where abrupt, after FIN where half.
void sockets_end(int fd, bool half, bool abrupt);

// sockets_hello exchanges hellos on a connection. False when it does not come to that.
bool sockets_hello(int fd);

// sockets_head writes what goes before a request of this many bytes: nng's length and the request's id (the type byte
// too on ipc). Returns its size.
size_t sockets_head(uint8_t *to, bool ipc, uint64_t size, uint32_t id);

// sockets_closed waits until the other side has closed, dropping what it sends. False when it has not within ms.
bool sockets_closed(int fd, long ms);

// A TLS connection as a client, that checks no certificate.
struct tls;

// tls_open makes the handshake on a socket, having sent at most most bytes in all (negative: as many as it likes).
// NULL when that did not go through; the socket is the caller's in any case.
struct tls *tls_open(int fd, long most);

// tls_write and tls_read move n bytes; false when they could not.
bool tls_write(struct tls *t, const void *bytes, size_t n);
bool tls_read(struct tls *t, void *bytes, size_t n);

// tls_flip inverts one bit of what is next sent, counted from its start (negative: none).
void tls_flip(struct tls *t, long bit);

// tls_sent is how many bytes were put on the wire so far.
long tls_sent(const struct tls *t);

// tls_release frees the connection's state and leaves the socket as it is, open and silent.
void tls_release(struct tls *t);

#endif
