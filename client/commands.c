#include "client/commands.h"

#include "client/audit.h"
#include "client/booking_import.h"
#include "client/call.h"
#include "client/can_i.h"
#include "client/certificate.h"
#include "client/complete.h"
#include "client/describe.h"
#include "client/diary.h"
#include "client/import.h"
#include "client/login.h"
#include "client/pack.h"
#include "client/profile_command.h"
#include "client/shown_once.h"

#include <stddef.h>

const struct command commands[] = {
    {"school import", "FILE [--complete] [--effective-on DATE] [--strict]",
        "Import establishments from a GIAS file, plain or .xz. --complete: schools that are not in the file have "
        "closed. --strict: refuse "
        "the whole file for one bad row.",
        "Example: improve school import edubasealldata.csv --dry-run\nExample: improve school import "
        "edubasealldata.csv.xz --complete "
        "--effective-on 1/9/2026",
        import_schools, false},
    {"school import-links", "FILE [--strict]",
        "Import links between establishments (predecessors and successors) from a GIAS links file.",
        "Example: improve school import-links links_edubasealldata.csv", import_links, false},
    {"school import-groups", "FILE [--strict]",
        "Import groups (trusts, federations) and their members from a GIAS groups file.",
        "Example: improve school import-groups alllinksdata.csv", import_groups, false},
    {"school import-inspections", "FILE [--effective-on DATE] [--strict]",
        "Import inspections from Ofsted's management information; --effective-on is the day the file describes.",
        "Example: improve school import-inspections management_information.csv --effective-on 31/8/2020",
        import_inspections, false},
    {"booking import", "FILE [--keep-going] [--together] [--request-id-seed TEXT]",
        "Book the rows of a CSV file, each one delegate on one session, all of them or none. Columns: session_id, "
        "school_urn, name, email, meets_prerequisites, discount_code. A school's rows are one order, with one answer "
        "of its budget holder where that is asked; --together makes those on one session a group. What cannot be "
        "booked is named by line and column; --keep-going books the others.",
        "Example: improve booking import delegates.csv --dry-run\nExample: improve booking import delegates.csv "
        "--keep-going --request-id-seed spring-2027",
        booking_import_command, false},
    {"certificate get", "NUMBER [--to FILE]",
        "Write a certificate as a page (FILE.html, or standard output) or as a tagged PDF (FILE.pdf).",
        "Example: improve certificate get ce-7k2q9mx4td --to ann-lee.pdf", certificate_command, false},
    {"report list", "", "List the reports with what each tells.", "Example: improve report list", describe_reports,
        false},
    {"pack make", "FOLDER REPORT... [--paper PAPER] [--as-of DATE] [--publish]",
        "Write a folder of reports for a meeting: each as a page, a PDF and a CSV, with a page that lists them; "
        "--paper "
        "adds what a paper recommends, who may vote on it, and what is due back; --publish leaves small numbers out.",
        "Example: improve pack make forum sla-take-up commitments reserve --paper pp-7k2q9mx4td --as-of 31/3/2026",
        pack_make_command, false},
    {"audit export", "FILE [--from-number N]",
        "Write the authority's audit trail with its hashes into a file (- for standard output), a line of JSON an "
        "entry, to be checked anywhere.",
        "Example: improve audit export audit.jsonl", audit_export_command, false},
    {"audit verify", "[FILE] [--head HASH]",
        "Check the chain of hashes: of an exported file, without a server, or of the server's own trail. --head: the "
        "hash in which it must end.",
        "Example: improve audit verify audit.jsonl\nExample: improve audit verify", audit_verify_command, false},
    {"diary month", "[MONTH]", "Show a month of your visits, in all your authorities, as a grid.",
        "Example: improve diary month\nExample: improve diary month 2026-11", diary_month_command, false},
    {"diary export", "FILE",
        "Write your visits, in all your authorities, as an iCalendar file (- for standard output).",
        "Example: improve diary export visits.ics", diary_export_command, false},
    {"diary publish", "--to FOLDER",
        "Keep one iCalendar file a partner of the authority in a folder that a web server offers, under names that "
        "nobody "
        "can guess and that stay. Prints partner and name.",
        "Example: improve diary publish --to feeds", diary_publish_command, false},
    {"profile list", "", "List the profiles of this computer; the default one has a star.",
        "Example: improve profile list", profile_list_command, false},
    {"profile use", "NAME", "Make a profile the default one.", "Example: improve profile use northumberland",
        profile_use_command, false},
    {"profile add", "NAME --url URL [--ca FILE] [--server-name NAME] [--authority CODE] [--token-stdin]",
        "Add a profile: a server, and how to call it. --token-stdin reads the token from standard input.",
        "Example: improve profile add northumberland --url tls+tcp://improve.example:4433 --ca ca.pem --authority 929 "
        "--token-stdin < token",
        profile_add_command, false},
    {"login", "[--code-stdin] [--passphrase-stdin] [--device-name NAME]",
        "Sign in with this device's key. The first time, and to join a further authority, give the enrolment code from "
        "your administrator: on the terminal, or with --code-stdin. With --url and --profile it makes the profile.",
        "Example: improve login --profile work --url tls+tcp://improve.example:4433 --ca ca.pem --authority 929\n"
        "Example: improve login --code-stdin < code",
        login_command, false},
    {"logout", "", "Close this device's session; its key stays, for the next login.", "Example: improve logout",
        logout_command, false},
    {"can-i", "METHOD", "Tell whether you may call a method, and as what: exit 0 yes, 4 no.",
        "Example: improve can-i partner assign\nExample: improve can-i /improve.v1.Partners/AssignPartner",
        can_i_command, false},
    {"member invite", "--persona PERSONA --name NAME [--school-urn URN] [--out FILE]",
        "Invite somebody by an enrolment code, shown once; with --person-id, a further device of a colleague.",
        "Example: improve member invite --persona officer --name \"Sam Hill\"", shown_once_command, false},
    {"partner invite", "PARTNER [--ends-on DATE] [--out FILE]",
        "Invite a partner to sign in as themselves, by an enrolment code that is shown once. Who works for another "
        "authority redeems it with the device they have.",
        "Example: improve partner invite pt-7k2q9mx4td", shown_once_command, false},
    {"device invite", "[--out FILE]", "Make an enrolment code for a further device of yours, shown once.",
        "Example: improve device invite", shown_once_command, false},
    {"token create", "NAME --persona PERSONA [--days N] [--out FILE]",
        "Make a service token for a script of the authority, shown once.",
        "Example: improve token create \"Reports script\" --persona reporter --days 90 --out reports.token",
        shown_once_command, false},
    {"call", "METHOD JSON | METHOD - | -",
        "Call any method with a request in JSON. -: one request a line from standard input, several in flight, answers "
        "in order; without "
        "METHOD each line is {\"method\":…,\"authority\":…,\"request\":{…}}. --request-id-seed TEXT makes a repeated "
        "load harmless; "
        "--keep-going does not stop at the first failure; --in-flight N says how many calls at once (8).",
        "Example: improve call /improve.v1.Server/GetServerInfo '{}'\nExample: improve call "
        "/improve.v1.Partners/AddPartner - < partners.jsonl",
        call_command, false},
    {"list-methods", "", "List every method with the words that call it.", "Example: improve list-methods",
        describe_methods, false},
    {"describe", "NAME", "Show a method, service or message with its comments.",
        "Example: improve describe Partners/AssignPartner\nExample: improve describe Partner", describe_command, false},
    {"completion", "bash|zsh|fish", "Write what your shell reads to complete improve's words with the Tab key.",
        "Example: improve completion bash > ~/.local/share/bash-completion/completions/improve",
        complete_script_command, false},
    {"__complete", "WORD...", "Write what the last word may become.", "", complete_words_command, true},
    {"version", "", "Show the version of this program.", "Example: improve version", describe_version, false},
    {.words = NULL},
};
