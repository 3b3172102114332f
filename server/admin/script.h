#ifndef SERVER_ADMIN_SCRIPT_H
#define SERVER_ADMIN_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

// The SQL files that make a database: those inside the program, or, while developing, those of a directory.

enum { SCRIPT_HASH_TEXT = 65 }; // SHA-256 in hexadecimal, and NUL

// struct script is one SQL file.
struct script {
    const char *path; // below sql/: migrate/0001_roles.sql, base/gate.sql
    const char *text; // NUL-terminated, UTF-8
    char hash[SCRIPT_HASH_TEXT];
    int version;            // of a migration; 0 for a replaceable file
    int contract;           // "-- contract: NNNN": servers that know less can no longer serve; 0 when it says nothing
    bool drops_replaceable; // "-- drops: replaceable": the replaceable parts must be out of the way while it runs
};

// struct script_list is all of them: migrations by number, then the replaceable files in the order in which they are
// made.
struct script_list {
    struct script *scripts; // owned
    size_t count;
    size_t migrations;                       // the first so many are migrations
    char replaceable_hash[SCRIPT_HASH_TEXT]; // over the names and texts of all replaceable files
    void *memory; // owned: what a directory's names and texts were read into; NULL for the program's own
};

// script_list_load fills the list from the program (directory NULL) or from a directory laid out as sql/ is.
// On failure says why on stderr and returns false. script_list_release frees what it holds.
bool script_list_load(struct script_list *list, const char *directory);
void script_list_release(struct script_list *list);

// script_name is a migration's path without room and ending: 0001_roles. Writes at most size bytes, NUL included.
void script_name(const struct script *script, char *to, size_t size);

#endif
