#include "common/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SMALLEST = 64 };

void strbuf_init(struct strbuf *b, size_t maximum)
{
    *b = (struct strbuf){.maximum = maximum};
}

char *strbuf_reserve(struct strbuf *b, size_t n)
{
    if (b->failed || n > b->maximum - b->length) {
        b->failed = true;
        return NULL;
    }
    size_t needed = b->length + n + 1;
    if (needed > b->capacity) {
        size_t capacity = b->capacity ? b->capacity * 2 : SMALLEST;
        if (capacity < needed)
            capacity = needed;
        if (capacity > b->maximum + 1)
            capacity = b->maximum + 1;
        char *text = realloc(b->text, capacity);
        if (!text) {
            b->failed = true;
            return NULL;
        }
        b->text = text;
        b->capacity = capacity;
    }
    return b->text + b->length;
}

void strbuf_add(struct strbuf *b, const void *bytes, size_t n)
{
    char *to = strbuf_reserve(b, n);
    if (!to)
        return;
    if (n)
        memcpy(to, bytes, n);
    b->length += n;
    b->text[b->length] = '\0';
}

void strbuf_adds(struct strbuf *b, const char *text)
{
    strbuf_add(b, text, strlen(text));
}

void strbuf_addc(struct strbuf *b, char c)
{
    strbuf_add(b, &c, 1);
}

void strbuf_addf(struct strbuf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *to = n < 0 ? NULL : strbuf_reserve(b, (size_t)n);
    if (to) {
        vsnprintf(to, (size_t)n + 1, format, again);
        b->length += (size_t)n;
    }
    va_end(again);
}

void strbuf_clear(struct strbuf *b)
{
    b->length = 0;
    b->failed = false;
    if (b->text)
        b->text[0] = '\0';
}

void strbuf_release(struct strbuf *b)
{
    free(b->text);
    strbuf_init(b, b->maximum);
}

const char *strbuf_text(const struct strbuf *b)
{
    return b->text ? b->text : "";
}
