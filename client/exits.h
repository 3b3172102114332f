#ifndef CLIENT_EXITS_H
#define CLIENT_EXITS_H

// What the program's exit says. People's scripts rely on these numbers.
enum exit_code {
    EXIT_DONE = 0,
    EXIT_REFUSED = 1,     // refused, or failed: the message is on stderr
    EXIT_USAGE = 2,       // the command line is wrong
    EXIT_UNREACHED = 3,   // no server
    EXIT_NOT_ALLOWED = 4, // not signed in, or not allowed
    EXIT_NOT_FOUND = 5,
    EXIT_LATE = 6, // the deadline passed
};

#endif
