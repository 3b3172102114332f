#ifndef CLIENT_ARGS_H
#define CLIENT_ARGS_H

#include "client/exits.h"
#include "client/globals.h"
#include "common/arena.h"
#include "common/catalog.h"

// The command line: flags made from a request's fields, flags of a command's own, and those that every command takes.

// A flag that is no request field.
struct args_flag {
    const char *name;  // without dashes
    char letter;       // its short form, or 0
    const char *value; // what its value is called in help, or NULL when it takes none
    const char *help;
    const char **text; // where its value goes; NULL when it takes none
    bool *on;          // what it sets when it takes none
};

// One command line to read. The first group is the caller's to fill, the second is what was read.
struct args {
    const char *command;                    // its words, for messages: "school list"
    const ProtobufCMessageDescriptor *type; // the request's, or NULL
    const struct args_flag *flags;          // of the command's own
    size_t n_flags;
    struct arena *arena; // gives the memory of all that is read

    struct globals globals;
    ProtobufCMessage *request; // NULL without type
    const char **words;        // bare words; with type, they have gone into the required fields
    size_t n_words;
};

// args_parse reads what follows the command's words. EXIT_USAGE, with a message on stderr that names the flag, what was
// given and what would be accepted, when it is wrong. With --help only globals.help is sure to be set.
enum exit_code args_parse(struct args *a, int argc, char **argv);

// args_flag_name writes a field's flag without dashes: page_size → page-size.
void args_flag_name(const char *field, char *to, size_t size);

// args_globals gives the flags of every command, for help and for finding a command's words among flags.
size_t args_globals(const struct args_flag **flags);

// args_takes_value tells whether a word of the command line is a flag of every command that its value follows.
bool args_takes_value(const char *flag);

#endif
