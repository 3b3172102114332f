#ifndef SERVER_TRANSPORT_PROBE_H
#define SERVER_TRANSPORT_PROBE_H

#include <stdbool.h>

enum { PROBE_LIFE_S = 10 }; // a probe ends by then, whatever hangs

// probe_run calls the health method at a URL of ours as a client would, and tells whether any answer came within
// timeout_ms. A process of its own does it: to end a TLS connection inside the server can hang nng 1.5.2. Blocks. The
// certificate is not checked: it is ourselves we call, to see that we answer.
bool probe_run(const char *url, int timeout_ms);

// probe_main is that process: `improved probe URL TIMEOUT_MS`. Exits 0 when it was answered.
int probe_main(int argc, char **argv);

#endif
