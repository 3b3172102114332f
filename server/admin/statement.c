#include "server/admin/statement.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static const char *skip_line(const char *at)
{
    return at + strcspn(at, "\n");
}

static const char *skip_comment(const char *at)
{
    int depth = 0;
    while (*at) {
        if (at[0] == '/' && at[1] == '*') {
            depth++;
            at += 2;
        } else if (at[0] == '*' && at[1] == '/') {
            at += 2;
            if (--depth == 0)
                return at;
        } else {
            at++;
        }
    }
    return at;
}

static const char *skip_quoted(const char *at, bool backslashes)
{
    char quote = *at++;
    for (; *at; at++) {
        if (backslashes && *at == '\\' && at[1])
            at++;
        else if (*at == quote && at[1] == quote)
            at++;
        else if (*at == quote)
            return at + 1;
    }
    return at;
}

// A dollar quote from at ("$$" or "$word$"), or one character when it is none ("$1").
static const char *skip_dollar(const char *at)
{
    const char *tag_end = at + 1;
    if (isdigit((unsigned char)*tag_end))
        return at + 1;
    while (is_word(*tag_end))
        tag_end++;
    if (*tag_end != '$')
        return at + 1;
    size_t n = (size_t)(tag_end + 1 - at);
    for (const char *close = strchr(tag_end + 1, '$'); close; close = strchr(close + 1, '$'))
        if (strncmp(close, at, n) == 0)
            return close + n;
    return at + strlen(at);
}

static const char *skip_blank(const char *at)
{
    for (;;) {
        if (isspace((unsigned char)*at) || *at == ';')
            at++;
        else if (at[0] == '-' && at[1] == '-')
            at = skip_line(at);
        else if (at[0] == '/' && at[1] == '*')
            at = skip_comment(at);
        else
            return at;
    }
}

// struct nesting is what must close before a semicolon ends the statement.
struct nesting {
    int parentheses;
    int bodies; // of `begin atomic`, with the cases inside
    bool begin; // the last word was `begin`
};

static bool word_is(const char *word, size_t n, const char *name)
{
    return strlen(name) == n && strncasecmp(word, name, n) == 0;
}

static const char *skip_word(const char *at, struct nesting *in)
{
    const char *word = at;
    while (is_word(*at) || *at == '$')
        at++;
    size_t n = (size_t)(at - word);
    if (*at == '\'')
        return skip_quoted(at, word_is(word, n, "e"));
    if (in->begin && word_is(word, n, "atomic"))
        in->bodies++;
    else if (in->bodies && word_is(word, n, "case"))
        in->bodies++;
    else if (in->bodies && word_is(word, n, "end"))
        in->bodies--;
    in->begin = word_is(word, n, "begin");
    return at;
}

static const char *skip_token(const char *at, struct nesting *in)
{
    if (at[0] == '-' && at[1] == '-')
        return skip_line(at);
    if (at[0] == '/' && at[1] == '*')
        return skip_comment(at);
    if (*at == '\'' || *at == '"')
        return skip_quoted(at, false);
    if (*at == '$')
        return skip_dollar(at);
    if (is_word(*at))
        return skip_word(at, in);
    if (*at == '(')
        in->parentheses++;
    else if (*at == ')')
        in->parentheses--;
    return at + 1;
}

const char *statement_next(const char *at, const char **end)
{
    at = skip_blank(at);
    if (!*at)
        return NULL;
    const char *start = at;
    struct nesting in = {0};
    while (*at && (*at != ';' || in.parentheses > 0 || in.bodies > 0))
        at = skip_token(at, &in);
    *end = *at ? at + 1 : at;
    return start;
}

static int line_of(const char *text, const char *place)
{
    int line = 1;
    for (; text < place; text++)
        line += *text == '\n';
    return line;
}

int statement_line(const char *text, size_t n)
{
    const char *last = text, *start, *end = text;
    for (size_t i = 0; i <= n && (start = statement_next(end, &end)); i++)
        last = start;
    return line_of(text, last);
}

int statement_line_at(const char *text, size_t character)
{
    const char *at = text;
    for (size_t seen = 1; *at && seen < character; at++)
        seen += ((unsigned char)at[1] & 0xc0) != 0x80;
    return line_of(text, at);
}
