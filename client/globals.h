#ifndef CLIENT_GLOBALS_H
#define CLIENT_GLOBALS_H

#include <stdbool.h>
#include <stdint.h>

enum output_form { OUTPUT_AUTO, OUTPUT_TABLE, OUTPUT_JSON, OUTPUT_CSV, OUTPUT_HTML, OUTPUT_XLSX };

// What the flags that every command takes were set to. Texts are the command line's: not owned; NULL when not given.
struct globals {
    const char *authority;
    const char *output; // as given; form is what it means
    enum output_form form;
    const char *request_id;
    const char *timeout; // as given; timeout_ms is what it means
    uint32_t timeout_ms; // 0: not given
    const char *profile;
    const char *url;
    const char *ca;
    const char *server_name;
    const char *token_file;
    const char *columns; // names, parted by commas
    const char *limit_text;
    long limit; // rows at most; 0: not given
    bool dry_run;
    bool publish; // small numbers are hidden
    bool quiet;
    bool verbose;
    bool help;
};

#endif
