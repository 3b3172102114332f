#include "server/mail/smtp.h"

#include "common/log.h"
#include "server/mail/compose.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PASSWORD_MAX = 256, CLOSING = 421 };

struct smtp {
    const struct options *o;
    CURL *curl;
    bool began;               // the mail's envelope was sent: from then on the mail server speaks of the mail
    bool over;                // we have said goodbye
    int code;                 // of the mail server's last line; 0 while it has said nothing
    char said[SMTP_SAID_MAX]; // that line
};

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

// read_password reads the first line of a file. False when there is none.
static bool read_password(const char *path, char to[PASSWORD_MAX])
{
    FILE *file = fopen(path, "re");
    bool good = file && fgets(to, PASSWORD_MAX, file);
    if (good)
        to[strcspn(to, "\r\n")] = '\0';
    if (file)
        fclose(file);
    return good && *to;
}

static bool wrong(const char *why)
{
    log_line(LOG_ERROR, "mail: %s", why);
    return false;
}

static bool check_password(const struct options *o)
{
    char password[PASSWORD_MAX];
    if (!*o->smtp_user)
        return *o->smtp_password_file ? wrong("smtp_password_file is set, and smtp_user is not") : true;
    if (strcmp(o->smtp_tls, "none") == 0 && !starts(o->smtp_url, "smtps://"))
        return wrong("smtp_tls is none: a password would be sent in the clear");
    bool good = read_password(o->smtp_password_file, password);
    explicit_bzero(password, sizeof password);
    return good || wrong("smtp_password_file cannot be read, or its first line is empty");
}

bool smtp_check(const struct options *o)
{
    if (strcmp(o->smtp_tls, "required") != 0 && strcmp(o->smtp_tls, "none") != 0)
        return wrong("smtp_tls is neither required nor none");
    if (!*o->smtp_url)
        return true;
    if (!starts(o->smtp_url, "smtp://") && !starts(o->smtp_url, "smtps://"))
        return wrong("smtp_url is neither smtp://HOST:PORT nor smtps://HOST:PORT");
    if (strchr(o->smtp_url, '@'))
        return wrong("smtp_url names a user: smtp_user and smtp_password_file do");
    if (!check_password(o))
        return false;
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK || wrong("libcurl does not start");
}

struct smtp *smtp_new(const struct options *o)
{
    struct smtp *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->o = o;
    s->curl = curl_easy_init();
    if (s->curl)
        return s;
    free(s);
    return NULL;
}

// on_line takes a line that the mail server said.
static size_t on_line(char *bytes, size_t size, size_t n, void *data)
{
    struct smtp *s = data;
    size_t length = size * n;
    if (s->over)
        return length;
    while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r'))
        length--;
    snprintf(s->said, sizeof s->said, "%.*s", (int)length, bytes);
    s->code = (int)strtol(s->said, NULL, 10);
    return size * n;
}

// on_talk follows how far the mail has come. What we send may be a password: only the first word is looked at.
static int on_talk(CURL *curl, curl_infotype type, char *bytes, size_t n, void *data)
{
    struct smtp *s = data;
    (void)curl;
    if (type == CURLINFO_HEADER_OUT && n >= 4 && memcmp(bytes, "MAIL", 4) == 0)
        s->began = true;
    else if (type == CURLINFO_HEADER_OUT && n >= 4 && memcmp(bytes, "QUIT", 4) == 0)
        s->over = true;
    return 0;
}

static void set_connection(struct smtp *s)
{
    const struct options *o = s->o;
    char password[PASSWORD_MAX];
    curl_easy_setopt(s->curl, CURLOPT_URL, o->smtp_url);
    curl_easy_setopt(s->curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(s->curl, CURLOPT_PROXY, ""); // whatever the environment says
    curl_easy_setopt(s->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(s->curl, CURLOPT_TIMEOUT_MS, o->smtp_timeout_ms);
    curl_easy_setopt(
        s->curl, CURLOPT_USE_SSL, (long)(strcmp(o->smtp_tls, "none") == 0 ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(s->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (*o->smtp_ca_file)
        curl_easy_setopt(s->curl, CURLOPT_CAINFO, o->smtp_ca_file);
    if (*o->smtp_user && read_password(o->smtp_password_file, password)) { // read anew: it may have been changed
        curl_easy_setopt(s->curl, CURLOPT_USERNAME, o->smtp_user);
        curl_easy_setopt(s->curl, CURLOPT_PASSWORD, password);
        explicit_bzero(password, sizeof password);
    }
    curl_easy_setopt(s->curl, CURLOPT_HEADERFUNCTION, on_line);
    curl_easy_setopt(s->curl, CURLOPT_HEADERDATA, s);
    curl_easy_setopt(s->curl, CURLOPT_DEBUGFUNCTION, on_talk);
    curl_easy_setopt(s->curl, CURLOPT_DEBUGDATA, s);
    curl_easy_setopt(s->curl, CURLOPT_VERBOSE, 1L); // to on_talk, and nowhere else
}

static bool add_part(
    curl_mime *mime, const char *bytes, size_t n, const char *type, const char *encoding, const char *file)
{
    curl_mimepart *part = curl_mime_addpart(mime);
    return part && curl_mime_data(part, bytes, n) == CURLE_OK && curl_mime_type(part, type) == CURLE_OK &&
           curl_mime_encoder(part, encoding) == CURLE_OK && (!file || curl_mime_filename(part, file) == CURLE_OK);
}

static curl_mime *mime_of(CURL *curl, const struct composed *c, bool cancel)
{
    curl_mime *mime = curl_mime_init(curl);
    if (mime &&
        add_part(mime, strbuf_text(&c->body), c->body.length, "text/plain; charset=utf-8", "quoted-printable", NULL) &&
        (!c->calendar ||
            add_part(mime, c->calendar, strlen(c->calendar),
                cancel ? "text/calendar; charset=utf-8; method=CANCEL" : "text/calendar; charset=utf-8; method=REQUEST",
                "base64", "invite.ics")))
        return mime;
    curl_mime_free(mime);
    return NULL;
}

static bool append(struct curl_slist **list, const char *text)
{
    struct curl_slist *longer = curl_slist_append(*list, text);
    if (longer)
        *list = longer;
    return longer != NULL;
}

// transfer hands a composed mail to libcurl.
static CURLcode transfer(struct smtp *s, const struct mail *m, const struct composed *c)
{
    char from[300];
    struct curl_slist *headers = NULL, *to = NULL;
    curl_easy_reset(s->curl); // the connection stays
    curl_mime *mime = mime_of(s->curl, c, m->entry.cancel);
    CURLcode code = CURLE_OUT_OF_MEMORY;
    bool good = mime && append(&to, m->to_address);
    for (int i = 0; good && i < c->n; i++)
        good = append(&headers, strbuf_text(&c->headers[i]));
    if (good) {
        set_connection(s);
        snprintf(from, sizeof from, "<%.256s>", m->sender);
        curl_easy_setopt(s->curl, CURLOPT_MAIL_FROM, from);
        curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, to);
        curl_easy_setopt(s->curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(s->curl, CURLOPT_MIMEPOST, mime);
        code = curl_easy_perform(s->curl);
    }
    curl_easy_setopt(s->curl, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, NULL);
    curl_easy_setopt(s->curl, CURLOPT_MIMEPOST, NULL);
    curl_slist_free_all(headers);
    curl_slist_free_all(to);
    curl_mime_free(mime);
    return code;
}

// is_ours tells the codes that ask the operator for something: TLS, a password, another way of signing in.
static bool is_ours(int code)
{
    return code == 530 || code == 534 || code == 535 || code == 538;
}

static enum smtp_outcome judge(const struct smtp *s, CURLcode code)
{
    if (code == CURLE_OK)
        return SMTP_SENT;
    if (!s->began || s->code == CLOSING || is_ours(s->code))
        return SMTP_AWAY;
    return s->code >= 500 && s->code < 600 ? SMTP_REFUSED : SMTP_LATER;
}

enum smtp_outcome smtp_send(struct smtp *s, const struct mail *m, struct smtp_reason *reason)
{
    struct composed c;
    enum smtp_outcome outcome = SMTP_LATER;
    *reason = (struct smtp_reason){.what = "no memory"};
    enum compose_result made = compose(&c, m);
    if (made == COMPOSE_UNFIT) {
        reason->what = "it cannot stand in a mail";
        outcome = SMTP_REFUSED;
    } else if (made == COMPOSE_DONE) {
        s->began = s->over = false;
        s->code = 0;
        s->said[0] = '\0';
        CURLcode code = transfer(s, m, &c);
        outcome = judge(s, code);
        reason->code = s->code;
        reason->what = curl_easy_strerror(code);
    }
    // A refusal is in the mail server's own words; what it said before a connection broke off is none.
    snprintf(reason->said, sizeof reason->said, "%.390s", reason->code >= 400 ? s->said : reason->what);
    compose_release(&c);
    return outcome;
}
