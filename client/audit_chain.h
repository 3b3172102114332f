#ifndef CLIENT_AUDIT_CHAIN_H
#define CLIENT_AUDIT_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

// The chain of hashes of an exported audit trail, checked without a server (sql/audit/seal.sql makes it).
//
// An export is lines, each ended by a newline:
//   {"improve_audit":1,"authority":"929","first":1,"previous":"<hash before the first>"}
//   {"hash":"<64 hex>","entry":[929,1,…,"<digest>"],"salt":"<32 hex>","content":{…}}     one an entry
//   {"entries":<how many>,"head":"<the last hash>"}
// hash is SHA-256 over the previous hash and the text of entry; digest is SHA-256 over salt and the text of content. Of
// an entry from which a person was erased, content is as a later entry's changes say: {"table":"audit.entry",
// "key":{"number":…},"after":{"digest":…}}.

enum { AUDIT_HASH_TEXT = 65, AUDIT_WHY_MAX = 160 };

// What a check came to.
struct audit_verdict {
    bool good;
    long entries;               // lines of entries in the file
    long first_broken;          // number of the first entry that does not hold; 0 when the fault is elsewhere
    char why[AUDIT_WHY_MAX];    // what is wrong, for people; "" when good
    char head[AUDIT_HASH_TEXT]; // the last entry's hash
};

// audit_chain_check checks an export of n bytes in memory. Every byte of it counts: none can be changed, and no line
// removed, moved or added, without a verdict that is not good. Not good, too, when memory lacks. Any thread;
// sodium_init comes first.
void audit_chain_check(const char *text, size_t n, struct audit_verdict *verdict);

#endif
