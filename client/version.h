#ifndef CLIENT_VERSION_H
#define CLIENT_VERSION_H

// Version of the client, sent with every call. The build may give another.
#ifndef IMPROVE_VERSION
#define IMPROVE_VERSION "0.1.0"
#endif

#endif
