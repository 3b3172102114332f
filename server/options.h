#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

// The server's settings. One table in options.c gives each its name, default, bounds and help: --help, the sample file
// and the check of what an operator wrote all come from it.
struct options {
    char *listen;              // URLs, comma-separated: tls+tcp://HOST:PORT and ipc://PATH
    char *database;            // libpq connection string
    char *tls_certificate;     // PEM file: certificate chain
    char *gates;               // CODE=URL=CA_FILE, comma-separated: authorities whose clients must show a certificate
    char *tls_key;             // PEM file: private key
    char *server_names;        // names that callers sign in to, comma-separated
    char *ready_file;          // written when the server serves; "" for none
    char *smtp_url;            // mail server; "" for none: notices stay where they are
    char *smtp_tls;            // required or none
    char *smtp_ca_file;        // PEM file: who signs its certificate; "" for the system's
    char *smtp_user;           // to sign in with; "" for nobody
    char *smtp_password_file;  // its first line
    long read_connections;     // connections for reads
    long write_connections;    // for writes
    long bulk_connections;     // for reports and imports
    long pipeline_depth;       // calls on one connection at once
    long queue_length;         // calls that wait in one lane
    long shared_calls;         // calls under way in a lane that authorities share when several are about
    long authority_rate;       // calls a second that one authority may make; 0 for no limit
    long authority_burst;      // calls that one authority may make at once beyond its rate
    long calls_per_pipe;       // calls of one client connection at once
    long default_timeout_ms;   // for a call that names none
    long bulk_timeout_ms;      // for a report or import that names none
    long max_timeout_ms;       // longest that a call may ask for
    long send_timeout_ms;      // for a client to take its reply
    long handshake_timeout_ms; // for a new connection to say hello
    long idle_timeout_ms;      // for a silent client connection
    long seal_interval_ms;     // between two rounds of the sealer
    long drain_timeout_ms;     // for calls in flight when stopping
    long smtp_timeout_ms;      // for one notice to be sent
    long notice_interval_ms;   // between two looks into an empty outbox
    long notice_retry_ms;      // before a second attempt
    long notice_attempts;      // before a notice is given up
    long notice_remind_ms;     // between two looks for reminders that are due
    long call_memory;          // bytes one call may use
    long log_level;            // 3 errors … 7 debug
};

// options_load fills o from defaults, then a file (--config FILE), then --set name=value and --name value arguments.
// False, with what is wrong on stderr, when a name is unknown, a value is out of bounds, or the arguments make no
// sense. Free with options_release.
bool options_load(struct options *o, int argc, char **argv);

// options_release frees what options_load took.
void options_release(struct options *o);

// options_help writes every setting with its default, bounds and meaning.
void options_help(FILE *to);

// options_sample writes a configuration file with every setting at its default, commented.
void options_sample(FILE *to);

#endif
