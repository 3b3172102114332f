#ifndef COMMON_CATALOG_H
#define COMMON_CATALOG_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

// The catalogue of every call there is, from the descriptors that the build generates. Made once, then read-only and
// thread-safe.

enum { CATALOG_NAME_MAX = 128 };

// How a reply is made of rows.
enum reply_shape {
    REPLY_FIELDS, // one row: its columns are the reply's own fields
    REPLY_ROWS,   // the reply has one field, a repeated message `rows`: its columns are that message's fields
};

struct catalog_method {
    char full_name[CATALOG_NAME_MAX];     // /improve.v1.Cpd/BookPlaces
    char function_name[CATALOG_NAME_MAX]; // cpd.book_places: the SQL function that serves it
    const ProtobufCServiceDescriptor *service;
    const ProtobufCMethodDescriptor *method;
    enum reply_shape shape;
    const ProtobufCMessageDescriptor *row; // what one row fills: method->output, or the message of `rows`
};

// catalog_init fills the catalogue. Call once, before threads start. Aborts if a name is longer than CATALOG_NAME_MAX.
void catalog_init(void);

// catalog_count is how many methods there are; catalog_at gives the i-th, in the order of service and method.
size_t catalog_count(void);
const struct catalog_method *catalog_at(size_t i);

// catalog_index is the place of a method in the catalogue: catalog_at(catalog_index(m)) == m.
size_t catalog_index(const struct catalog_method *method);

// catalog_find gives the method of this full name ("/improve.v1.Cpd/BookPlaces"; the leading slash may be missing), or
// NULL.
const struct catalog_method *catalog_find(const char *full_name);

// catalog_descriptor_set gives the FileDescriptorSet of every .proto, comments included, as bytes.
const unsigned char *catalog_descriptor_set(size_t *size);

#endif
