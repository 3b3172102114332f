#include "server/mail/header.h"

#include "common/check.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { WORD_BYTES = 39, PLAIN_MAX = 60, ADDRESS_MAX = 254, BASE64_MAX = 64 }; // a line has 76 characters at most

static bool is_clean(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++)
        if (*at < ' ' || *at == 0x7f || (*at == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0))
            return false;
    return check_utf8(text, strlen(text));
}

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

// word_end gives how many bytes of a text fit into one encoded word: whole characters only.
static size_t word_end(const char *text)
{
    size_t n = strnlen(text, WORD_BYTES);
    while (text[n] && n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    return n;
}

// add_words appends a text as encoded words, each on a line of its own.
static void add_words(struct strbuf *to, const char *text)
{
    char base64[BASE64_MAX];
    for (size_t n; (n = word_end(text)) > 0; text += n) {
        sodium_bin2base64(base64, sizeof base64, (const unsigned char *)text, n, sodium_base64_VARIANT_ORIGINAL);
        strbuf_addf(to, "=?UTF-8?B?%s?=%s", base64, text[n] ? "\r\n " : "");
    }
}

// is_plain tells whether a text may stand in a header as it is: short, and no encoded word itself.
static bool is_plain(const char *text)
{
    return strlen(text) <= PLAIN_MAX && is_ascii(text) && !strstr(text, "=?");
}

bool header_text(struct strbuf *to, const char *name, const char *text)
{
    if (!is_clean(text))
        return false;
    strbuf_addf(to, "%s: ", name);
    if (is_plain(text))
        strbuf_adds(to, text);
    else
        add_words(to, text);
    return true;
}

bool header_is_address(const char *text)
{
    const char *at = strchr(text, '@');
    if (!at || at == text || strlen(text) > ADDRESS_MAX)
        return false;
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    char local[128], host[128];
    snprintf(local, sizeof local, "%s.!#$%%&'*+/=?^_`{|}~-", letters);
    snprintf(host, sizeof host, "%s.-", letters);
    return strspn(text, local) == (size_t)(at - text) && at[1] && strspn(at + 1, host) == strlen(at + 1);
}

// add_person appends a person's name: as it is where it has letters and spaces only, in quotes, or as encoded words.
static void add_person(struct strbuf *to, const char *person)
{
    if (!is_plain(person)) {
        add_words(to, person);
        return;
    }
    strbuf_addc(to, '"');
    for (; *person; person++) {
        if (*person == '"' || *person == '\\')
            strbuf_addc(to, '\\');
        strbuf_addc(to, *person);
    }
    strbuf_addc(to, '"');
}

bool header_address(struct strbuf *to, const char *name, const char *person, const char *address)
{
    if (!is_clean(person) || !header_is_address(address))
        return false;
    strbuf_addf(to, "%s: ", name);
    if (*person)
        add_person(to, person);
    strbuf_addf(to, *person ? "\r\n <%s>" : "<%s>", address);
    return true;
}

void header_date(struct strbuf *to, const char *name, time_t at)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}, *const months[] = {"Jan",
                                                                                             "Feb", "Mar", "Apr", "May",
                                                                                             "Jun", "Jul", "Aug", "Sep",
                                                                                             "Oct", "Nov", "Dec"};
    struct tm t;
    gmtime_r(&at, &t);
    strbuf_addf(to, "%s: %s, %d %s %d %02d:%02d:%02d +0000", name, days[t.tm_wday], t.tm_mday, months[t.tm_mon],
        t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}
