#include "client/audit_chain.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HASH = crypto_hash_sha256_BYTES, SALT = 16, HASH_HEX = 2 * HASH, SALT_HEX = 2 * SALT };

// A piece of the text.
struct span {
    const char *at;
    size_t n;
};

// One entry's line, taken apart.
struct entry {
    struct span hash, canonical, salt, content;
    long number;
    char digest[AUDIT_HASH_TEXT]; // that the content must have
};

struct check {
    struct span left; // of the text, not yet read
    struct entry *entries;
    size_t n, room;
    char authority[8], previous[AUDIT_HASH_TEXT];
    long first;
    struct audit_verdict *verdict;
};

static bool fault(struct check *c, long number, const char *why)
{
    c->verdict->good = false;
    c->verdict->first_broken = number;
    if (number)
        snprintf(c->verdict->why, sizeof c->verdict->why, "entry %ld: %s", number, why);
    else
        snprintf(c->verdict->why, sizeof c->verdict->why, "%s", why);
    return false;
}

static bool next_line(struct check *c, struct span *line)
{
    const char *end = c->left.n ? memchr(c->left.at, '\n', c->left.n) : NULL;
    if (!end)
        return false;
    *line = (struct span){c->left.at, (size_t)(end - c->left.at)};
    c->left.n -= line->n + 1;
    c->left.at = end + 1;
    return true;
}

// take cuts text off the beginning of a span; false when it begins otherwise.
static bool take(struct span *s, const char *text)
{
    size_t n = strlen(text);
    if (s->n < n || memcmp(s->at, text, n) != 0)
        return false;
    s->at += n;
    s->n -= n;
    return true;
}

// take_until cuts off what comes before text, and text itself.
static bool take_until(struct span *s, const char *text, struct span *before)
{
    const char *found = memmem(s->at, s->n, text, strlen(text));
    if (!found)
        return false;
    *before = (struct span){s->at, (size_t)(found - s->at)};
    s->n -= before->n;
    s->at = found;
    return take(s, text);
}

static bool is_hex(struct span s, size_t n)
{
    return s.n == n && strspn(s.at, "0123456789abcdef") >= n;
}

// hash_of writes SHA-256 over bytes given in hexadecimal and a text.
static void hash_of(struct span hex, struct span text, char out[AUDIT_HASH_TEXT])
{
    unsigned char bytes[HASH], hash[HASH];
    size_t n = 0;
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    sodium_hex2bin(bytes, sizeof bytes, hex.at, hex.n, NULL, &n, NULL);
    crypto_hash_sha256_update(&state, bytes, n);
    crypto_hash_sha256_update(&state, (const unsigned char *)text.at, text.n);
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(out, AUDIT_HASH_TEXT, hash, sizeof hash);
}

// read_header takes the first line; every other way to write the same values is refused.
static bool read_header(struct check *c)
{
    struct span line, authority, first, previous;
    char number[24];
    bool good = next_line(c, &line) && take(&line, "{\"improve_audit\":1,\"authority\":\"") &&
                take_until(&line, "\",\"first\":", &authority) && take_until(&line, ",\"previous\":\"", &first) &&
                take_until(&line, "\"}", &previous) && line.n == 0;
    if (!good || authority.n != 3 || strspn(authority.at, "0123456789") < 3 || first.n > 18 ||
        !is_hex(previous, HASH_HEX))
        return fault(c, 0, "the first line is no header of an audit export");
    snprintf(c->authority, sizeof c->authority, "%.3s", authority.at);
    snprintf(c->previous, sizeof c->previous, "%.64s", previous.at);
    c->first = strtol(first.at, NULL, 10);
    int length = snprintf(number, sizeof number, "%ld", c->first);
    if (c->first < 1 || (size_t)length != first.n || memcmp(number, first.at, first.n) != 0)
        return fault(c, 0, "the header's first number is none");
    if (c->first == 1 && strspn(c->previous, "0") != HASH_HEX)
        return fault(c, 1, "the header gives a hash before the first entry");
    return true;
}

static bool read_entry(struct check *c, struct span line, struct entry *e)
{
    long number = c->first + (long)c->n;
    bool cut = take(&line, "{\"hash\":\"") && take_until(&line, "\",\"entry\":", &e->hash) &&
               take_until(&line, "],\"salt\":\"", &e->canonical) && take_until(&line, "\",\"content\":", &e->salt) &&
               line.n > 1 && line.at[line.n - 1] == '}';
    if (!cut || !is_hex(e->hash, HASH_HEX) || !is_hex(e->salt, SALT_HEX))
        return fault(c, number, "the line is not as it was written");
    e->canonical.n++; // its closing bracket
    e->content = (struct span){line.at, line.n - 1};
    json_t *canonical = json_loadb(e->canonical.at, e->canonical.n, 0, NULL);
    const char *digest = json_string_value(json_array_get(canonical, json_array_size(canonical) - 1));
    e->number = (long)json_integer_value(json_array_get(canonical, 1));
    bool same = json_integer_value(json_array_get(canonical, 0)) == strtol(c->authority, NULL, 10);
    snprintf(e->digest, sizeof e->digest, "%s", digest ? digest : "");
    json_decref(canonical);
    if (!same)
        return fault(c, number, "it is another authority's");
    return true;
}

static bool grow(struct check *c)
{
    if (c->n < c->room)
        return true;
    size_t room = c->room ? 2 * c->room : 256;
    struct entry *more = reallocarray(c->entries, room, sizeof *more);
    if (!more)
        return fault(c, 0, "no memory");
    c->entries = more;
    c->room = room;
    return true;
}

// read_footer checks the last line against what came before it.
static bool read_footer(struct check *c, struct span line)
{
    char expected[128];
    snprintf(expected, sizeof expected, "{\"entries\":%zu,\"head\":\"%s\"}", c->n, c->verdict->head);
    if (line.n != strlen(expected) || memcmp(line.at, expected, line.n) != 0)
        return fault(c, c->first + (long)c->n, "the last line tells of other entries than those before it");
    if (c->left.n)
        return fault(c, 0, "something follows the last line");
    return true;
}

// read_all takes all lines and follows the chain of hashes.
static bool read_all(struct check *c)
{
    struct span line;
    char hash[AUDIT_HASH_TEXT];
    snprintf(c->verdict->head, sizeof c->verdict->head, "%s", c->previous);
    while (next_line(c, &line)) {
        if (line.n > 10 && memcmp(line.at, "{\"entries\"", 10) == 0)
            return read_footer(c, line);
        if (!grow(c) || !read_entry(c, line, &c->entries[c->n]))
            return false;
        const struct entry *e = &c->entries[c->n];
        long number = c->first + (long)c->n;
        if (e->number != number)
            return fault(c, number, "another entry stands in its place");
        hash_of((struct span){c->verdict->head, HASH_HEX}, e->canonical, hash);
        if (memcmp(hash, e->hash.at, HASH_HEX) != 0)
            return fault(c, number, "it is not what was hashed");
        memcpy(c->verdict->head, hash, sizeof hash);
        c->verdict->entries = (long)++c->n;
    }
    return fault(c, c->first + (long)c->n, "the file ends before its last line");
}

// take_erasures notes the digests that an entry gives to earlier ones from which a person was erased. The latest
// counts: entries are taken from the last to the first, and *set says which have one already.
static void take_erasures(struct check *c, const struct entry *from, bool *set)
{
    size_t i;
    json_t *change, *content = memmem(from->content.at, from->content.n, "\"audit.entry\"", 13)
                                   ? json_loadb(from->content.at, from->content.n, 0, NULL)
                                   : NULL;
    json_array_foreach(json_object_get(content, "changes"), i, change)
    {
        const char *table = json_string_value(json_object_get(change, "table"));
        long number = (long)json_integer_value(json_object_get(json_object_get(change, "key"), "number"));
        const char *digest = json_string_value(json_object_get(json_object_get(change, "after"), "digest"));
        size_t k = (size_t)(number - c->first);
        if (!table || strcmp(table, "audit.entry") != 0 || !digest || number < c->first || number >= from->number ||
            set[k])
            continue;
        set[k] = true;
        snprintf(c->entries[k].digest, sizeof c->entries[k].digest, "%s", digest);
    }
    json_decref(content);
}

// check_contents compares every content with the digest it must have, from the last to the first.
static bool check_contents(struct check *c)
{
    bool *set = calloc(c->n + 1, sizeof *set), good = true;
    char digest[AUDIT_HASH_TEXT];
    if (!set)
        return fault(c, 0, "no memory");
    for (size_t i = c->n; i-- > 0;) {
        const struct entry *e = &c->entries[i];
        hash_of(e->salt, e->content, digest);
        if (strcmp(digest, e->digest) == 0)
            take_erasures(c, e, set);
        else
            good = fault(c, e->number, "its content is not what was hashed");
    }
    free(set);
    return good;
}

void audit_chain_check(const char *text, size_t n, struct audit_verdict *verdict)
{
    struct check c = {.left = {text, n}, .verdict = verdict};
    *verdict = (struct audit_verdict){.good = true};
    if (read_header(&c) && read_all(&c))
        check_contents(&c);
    free(c.entries);
}
