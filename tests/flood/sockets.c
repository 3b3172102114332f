#include "tests/flood/sockets.h"

#include "tests/support/harness.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

const uint8_t sp_hello[SP_HELLO_SIZE] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};

int sockets_ipc(const char *url)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.100s", url + strlen("ipc://"));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

int sockets_tcp(int port, unsigned source)
{
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f010000u + source)};
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    bool bound = fd >= 0 && (!source || bind(fd, (struct sockaddr *)&from, sizeof from) == 0);
    if (bound && connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

void sockets_patience(int fd, long ms)
{
    struct timeval time = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

void sockets_end(int fd, bool half, bool abrupt)
{
    struct linger linger = {.l_onoff = abrupt, .l_linger = 0};
    if (half)
        shutdown(fd, SHUT_WR);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    close(fd);
}

bool sockets_hello(int fd)
{
    uint8_t answer[SP_HELLO_SIZE];
    return send(fd, sp_hello, sizeof sp_hello, MSG_NOSIGNAL) == SP_HELLO_SIZE &&
           recv(fd, answer, sizeof answer, MSG_WAITALL) == SP_HELLO_SIZE;
}

size_t sockets_head(uint8_t *to, bool ipc, uint64_t size, uint32_t id)
{
    size_t n = 0;
    if (ipc)
        to[n++] = 1;
    for (int b = 0; b < 8; b++)
        to[n++] = (uint8_t)((size + 4) >> (8 * (7 - b)));
    id = htonl(id | 0x80000000u);
    memcpy(to + n, &id, 4);
    return n + 4;
}

bool sockets_closed(int fd, long ms)
{
    static char dropped[65536];
    for (uint64_t until = harness_ms() + (uint64_t)ms; harness_ms() < until;) {
        struct pollfd one = {.fd = fd, .events = POLLIN};
        if (poll(&one, 1, 50) > 0 && recv(fd, dropped, sizeof dropped, MSG_DONTWAIT) <= 0)
            return true;
    }
    return false;
}
