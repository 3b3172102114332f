#include "common/catalog.h"

#include "common/names.h"
#include "services.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const unsigned char improve_descriptor_set[];
extern const unsigned char improve_descriptor_set_end[];

static const ProtobufCServiceDescriptor *const services[] = {
#define SERVICE(descriptor) &descriptor,
#include "services.inc"
#undef SERVICE
};

static struct catalog_method *methods; // never freed: as long-lived as the process
static struct catalog_method **by_name;
static size_t count;

static int compare_names(const void *a, const void *b)
{
    const struct catalog_method *const *x = a, *const *y = b;
    return strcmp((*x)->full_name, (*y)->full_name);
}

static void describe(struct catalog_method *m, const ProtobufCServiceDescriptor *service, unsigned i)
{
    m->service = service;
    m->method = &service->methods[i];
    int n = snprintf(m->full_name, sizeof m->full_name, "/%s/%s", service->name, m->method->name);
    assert(n > 0 && (size_t)n < sizeof m->full_name);
    size_t schema = names_separate(names_last(service->name), '_', m->function_name, sizeof m->function_name / 2);
    assert(schema > 0);
    m->function_name[schema] = '.';
    size_t function =
        names_separate(m->method->name, '_', m->function_name + schema + 1, sizeof m->function_name - schema - 1);
    assert(function > 0);

    const ProtobufCMessageDescriptor *output = m->method->output;
    const ProtobufCFieldDescriptor *only = output->n_fields == 1 ? &output->fields[0] : NULL;
    if (only && only->label == PROTOBUF_C_LABEL_REPEATED && only->type == PROTOBUF_C_TYPE_MESSAGE &&
        strcmp(only->name, "rows") == 0) {
        m->shape = REPLY_ROWS;
        m->row = only->descriptor;
    } else {
        m->shape = REPLY_FIELDS;
        m->row = output;
    }
}

void catalog_init(void)
{
    if (methods)
        return;
    size_t total = 0;
    for (size_t s = 0; s < sizeof services / sizeof *services; s++)
        total += services[s]->n_methods;
    methods = calloc(total, sizeof *methods);
    by_name = calloc(total, sizeof(struct catalog_method *));
    if (!methods || !by_name)
        abort();
    for (size_t s = 0; s < sizeof services / sizeof *services; s++)
        for (unsigned i = 0; i < services[s]->n_methods; i++, count++) {
            describe(&methods[count], services[s], i);
            by_name[count] = &methods[count];
        }
    qsort(by_name, count, sizeof(struct catalog_method *), compare_names);
}

size_t catalog_count(void)
{
    return count;
}

const struct catalog_method *catalog_at(size_t i)
{
    assert(i < count);
    return &methods[i];
}

size_t catalog_index(const struct catalog_method *method)
{
    return (size_t)(method - methods);
}

const struct catalog_method *catalog_find(const char *full_name)
{
    if (*full_name == '/')
        full_name++;
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(full_name, by_name[middle]->full_name + 1);
        if (order == 0)
            return by_name[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const unsigned char *catalog_descriptor_set(size_t *size)
{
    *size = (size_t)(improve_descriptor_set_end - improve_descriptor_set);
    return improve_descriptor_set;
}
