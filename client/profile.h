#ifndef CLIENT_PROFILE_H
#define CLIENT_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

// Profiles: which server to call, as whom, for which authority. An INI file, $IMPROVE_CONFIG or
// ~/.config/improve/config:
//
//   default = cumbria
//   [profile cumbria]
//   url = tls+tcp://improve.example:4433
//   ca = /etc/improve/ca.pem
//   server_name = improve.example
//   token_file = cumbria.token      (or token = …)
//   authority = 942
//   key_file = cumbria.key            (the device's key; this name unless given)
//   certificate = cumbria.pem         (client certificate with its key, where the authority's gate asks for one)
//
// The file and the token files must be readable by their owner only. A relative path is relative to the file's folder.

struct profile {
    char name[64];
    char *url, *ca, *server_name, *token, *authority, *key_file, *certificate; // owned; NULL when not given
};

// profile_path writes the path of the configuration file. False when neither a file nor a home is known, or it does not
// fit.
bool profile_path(char *to, size_t size);

// profile_load reads the named profile, or the default one when name is NULL; the caller releases it. With neither name
// nor default it is left empty. False, and why filled with what to do, when it is missing, malformed, or readable by
// others.
bool profile_load(struct profile *p, const char *name, char *why, size_t why_size);

// profile_read_token reads a token from a file that only its owner may read; the caller frees it. NULL, and why filled,
// otherwise.
char *profile_read_token(const char *path, char *why, size_t why_size);

// profile_key_path writes where a profile's device key is kept: what key_file says, else NAME.key beside the
// configuration. False when that is not known or does not fit.
bool profile_key_path(const struct profile *p, char *to, size_t size);

// profile_release frees what a profile holds.
void profile_release(struct profile *p);

// profile_list writes the profiles' names, one a line, the default one marked with a star. False and why filled when
// the file is at fault.
bool profile_list(FILE *out, char *why, size_t why_size);

// profile_use makes a profile the default one. False, and why filled, when there is none of that name.
bool profile_use(const char *name, char *why, size_t why_size);

// profile_add writes a new profile, with its token, to the file (made with mode 0600 when it is new); the first becomes
// the default. False, and why filled, when one of that name exists or a value cannot be kept in the file.
bool profile_add(const struct profile *p, char *why, size_t why_size);

#endif
