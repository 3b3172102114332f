#include "server/local.h"

#include "common/field.h"
#include "google/protobuf/descriptor.pb-c.h"
#include "health.pb-c.h"
#include "reflection.pb-c.h"
#include "server.pb-c.h"
#include "server/admin/schema_version.h"
#include "server/clock.h"
#include "server/loop.h"
#include "server/mail/postman.h"

#include <stdlib.h>
#include <string.h>

static uint64_t began_ms;
static Google__Protobuf__FileDescriptorSet
    *files; // as long-lived as the process; NULL if the build's bytes cannot be read

typedef void local_fn(struct call *call);

static void *answer(struct call *call)
{
    call->answer = field_new(call->method->method->output, &call->answer_arena.allocator);
    return call->answer;
}

static bool known_service(const char *name)
{
    for (size_t i = 0; i < catalog_count(); i++)
        if (strcmp(catalog_at(i)->service->name, name) == 0)
            return true;
    return false;
}

static void check_health(struct call *call)
{
    const Grpc__Health__V1__HealthCheckRequest *request = (const void *)call->request;
    if (request->service && *request->service && !known_service(request->service)) {
        call_fail(call, STATUS_NOT_FOUND, "NO_SUCH_SERVICE", "There is no such service.");
        return;
    }
    Grpc__Health__V1__HealthCheckResponse *reply = answer(call);
    if (!reply)
        return;
    reply->has_status = 1;
    reply->status = loop_serves() ? GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING
                                  : GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING;
}

static void server_info(struct call *call)
{
    Improve__V1__GetServerInfoReply *reply = answer(call);
    if (!reply)
        return;
    reply->version = arena_strndup(&call->answer_arena, IMPROVE_VERSION, strlen(IMPROVE_VERSION));
    reply->mail = arena_strndup(&call->answer_arena, postman_state(), strlen(postman_state()));
    reply->has_schema_from = reply->has_schema_to = reply->has_uptime_seconds = 1;
    reply->schema_from = reply->schema_to = schema_version_known();
    reply->uptime_seconds = (int64_t)((clock_ms() - began_ms) / 1000);
}

// declares tells whether a file declares a symbol: a service, one of its methods, a message or an enum.
static bool declares(const Google__Protobuf__FileDescriptorProto *file, const char *symbol)
{
    size_t package = file->package ? strlen(file->package) : 0;
    if (strncmp(symbol, file->package ? file->package : "", package) != 0 || symbol[package] != '.')
        return false;
    const char *name = symbol + package + 1;
    size_t first = strcspn(name, ".");
    for (size_t i = 0; i < file->n_message_type; i++)
        if (strlen(file->message_type[i]->name) == first && strncmp(file->message_type[i]->name, name, first) == 0)
            return true;
    for (size_t i = 0; i < file->n_enum_type; i++)
        if (strcmp(file->enum_type[i]->name, name) == 0)
            return true;
    for (size_t i = 0; i < file->n_service; i++)
        if (strlen(file->service[i]->name) == first && strncmp(file->service[i]->name, name, first) == 0)
            return true;
    return false;
}

static const Google__Protobuf__FileDescriptorProto *find_file(
    const Grpc__Reflection__V1__ServerReflectionRequest *request)
{
    bool by_name = request->message_request_case ==
                   GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME;
    for (size_t i = 0; files && i < files->n_file; i++)
        if (by_name ? strcmp(files->file[i]->name, request->file_by_filename) == 0
                    : declares(files->file[i], request->file_containing_symbol))
            return files->file[i];
    return NULL;
}

static void reflect_file(struct call *call, Grpc__Reflection__V1__ServerReflectionResponse *reply,
    const Grpc__Reflection__V1__ServerReflectionRequest *request)
{
    const Google__Protobuf__FileDescriptorProto *file = find_file(request);
    if (!file) {
        call_fail(call, STATUS_NOT_FOUND, "NO_SUCH_SYMBOL", "No file has that name or declares that symbol.");
        return;
    }
    struct arena *a = &call->answer_arena;
    Grpc__Reflection__V1__FileDescriptorResponse *response = arena_alloc(a, sizeof *response);
    ProtobufCBinaryData *data = arena_alloc(a, sizeof *data);
    size_t size = google__protobuf__file_descriptor_proto__get_packed_size(file);
    uint8_t *bytes = arena_alloc(a, size);
    if (!response || !data || !bytes)
        return;
    *data = (ProtobufCBinaryData){.len = google__protobuf__file_descriptor_proto__pack(file, bytes), .data = bytes};
    grpc__reflection__v1__file_descriptor_response__init(response);
    response->n_file_descriptor_proto = 1;
    response->file_descriptor_proto = data;
    reply->message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE;
    reply->file_descriptor_response = response;
}

static void reflect_services(struct call *call, Grpc__Reflection__V1__ServerReflectionResponse *reply)
{
    struct arena *a = &call->answer_arena;
    Grpc__Reflection__V1__ListServiceResponse *response = arena_alloc(a, sizeof *response);
    Grpc__Reflection__V1__ServiceResponse **all = arena_calloc(a, catalog_count() * sizeof(void *));
    if (!response || !all)
        return;
    grpc__reflection__v1__list_service_response__init(response);
    response->service = all;
    const ProtobufCServiceDescriptor *last = NULL;
    for (size_t i = 0; i < catalog_count(); i++) {
        const ProtobufCServiceDescriptor *service = catalog_at(i)->service;
        Grpc__Reflection__V1__ServiceResponse *one = service == last ? NULL : arena_alloc(a, sizeof *one);
        last = service;
        if (!one)
            continue;
        grpc__reflection__v1__service_response__init(one);
        one->name = arena_strndup(a, service->name, strlen(service->name));
        all[response->n_service++] = one;
    }
    reply->message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE;
    reply->list_services_response = response;
}

static void reflect(struct call *call)
{
    Grpc__Reflection__V1__ServerReflectionRequest *request = (void *)call->request;
    Grpc__Reflection__V1__ServerReflectionResponse *reply = answer(call);
    if (!reply)
        return;
    reply->original_request = request;
    switch (request->message_request_case) {
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES:
        reflect_services(call, reply);
        break;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME:
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL:
        reflect_file(call, reply, request);
        break;
    default:
        call_fail(call, STATUS_INVALID_ARGUMENT, "FIELD_REQUIRED",
            "Ask one of file_by_filename, file_containing_symbol, list_services.");
    }
}

static const struct {
    const char *name;
    local_fn *answer;
} locals[] = {
    {"/grpc.health.v1.Health/Check", check_health},
    {"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", reflect},
    {"/improve.v1.Server/GetServerInfo", server_info},
};

static local_fn *find(const struct catalog_method *method)
{
    for (size_t i = 0; i < sizeof locals / sizeof *locals; i++)
        if (strcmp(locals[i].name, method->full_name) == 0)
            return locals[i].answer;
    return NULL;
}

bool local_serves(const struct catalog_method *method)
{
    return find(method) != NULL;
}

bool local_answer(struct call *call)
{
    local_fn *fn = find(call->method);
    if (fn)
        fn(call);
    return fn != NULL;
}

void local_init(void)
{
    size_t size;
    const unsigned char *bytes = catalog_descriptor_set(&size);
    files = google__protobuf__file_descriptor_set__unpack(NULL, size, bytes);
    began_ms = clock_ms();
}
