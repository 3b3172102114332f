#ifndef COMMON_STRBUF_H
#define COMMON_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

// struct strbuf is bytes that grow, up to a maximum given at birth. text is always NUL-terminated once anything was
// added. A failed addition (maximum reached, or no memory) leaves what was there and sets failed, which stays set until
// clear: callers may add many times and look once. Not thread-safe.
struct strbuf {
    char *text; // owned; NULL while empty
    size_t length;
    size_t capacity;
    size_t maximum; // most bytes it may hold
    bool failed;
};

// strbuf_init makes an empty buffer that may hold at most maximum bytes.
void strbuf_init(struct strbuf *b, size_t maximum);

// strbuf_add appends n bytes. strbuf_adds appends a string, strbuf_addc one character, strbuf_addf formatted text.
void strbuf_add(struct strbuf *b, const void *bytes, size_t n);
void strbuf_adds(struct strbuf *b, const char *text);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_addf(struct strbuf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

// strbuf_reserve makes room for n bytes more and returns where they go (the caller then adds to length), or NULL.
char *strbuf_reserve(struct strbuf *b, size_t n);

// strbuf_clear empties the buffer and keeps its memory; strbuf_release frees it.
void strbuf_clear(struct strbuf *b);
void strbuf_release(struct strbuf *b);

// strbuf_text is the text, "" while empty. Valid until the next addition.
const char *strbuf_text(const struct strbuf *b);

#endif
