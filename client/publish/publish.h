#ifndef CLIENT_PUBLISH_PUBLISH_H
#define CLIENT_PUBLISH_PUBLISH_H

#include "client/session.h"
#include "common/arena.h"

// Tables for publication (REP-5): an answer is kept whole, its small numbers are hidden as [c], and then it is printed.
//
// It is done here, and nowhere else. Who may run a report may see its figures: hidden they are for those who read what
// is printed, and it is the client that prints. Only there a table stands whole, and a cell can hold "[c]" where the
// answer has a number. What is small is the authority's to say: the server keeps that (PublicationPolicy).

#define PUBLISH_MARK "[c]" // as the Government Statistical Service has it: confidential

struct publish_rule {
    bool known; // the server was asked
    int32_t below;
    bool hide_zeros;
};

struct publish; // a table that is being published

struct publish_row {
    const ProtobufCMessage *message;
    const bool *hidden; // of each column
};

// publish_refuse says on stderr that a method's answers are not published, and which are. EXIT_DONE when they are.
enum exit_code publish_refuse(const struct catalog_method *method);

// publish_ask asks the server for the authority's rule. Another code than EXIT_DONE, said on stderr, when it cannot.
enum exit_code publish_ask(const struct session *s, struct publish_rule *rule);

// publish_open begins a table; NULL when memory lacks. publish_close ends it (NULL is none).
struct publish *publish_open(const struct catalog_method *method, const struct publish_rule *rule);
void publish_close(struct publish *p);

// publish_add keeps a copy of a row. False when memory lacks.
bool publish_add(struct publish *p, const ProtobufCMessage *row);

// publish_ask_beside asks for the report that stands beside this one, where its marks name one, with the same request:
// both are decided together. Another code than EXIT_DONE, said on stderr, when it cannot; publish_decide refuses then.
// publish_add_beside keeps a reply of it.
enum exit_code publish_ask_beside(const struct session *s, struct publish *p, const ProtobufCMessage *request);
bool publish_add_beside(struct publish *p, const ProtobufCMessage *reply);

// publish_decide decides what is hidden, once all rows are there. False, with *why to tell, when the table cannot be
// published: its rows do not add up, or no proof is found that what is hidden stays so.
bool publish_decide(struct publish *p, const char **why);

// publish_count and publish_at give the rows, in their order; publish_note the sentence that stands beside them.
size_t publish_count(const struct publish *p);
struct publish_row publish_at(const struct publish *p, size_t i);
const char *publish_note(const struct publish *p);

#endif
