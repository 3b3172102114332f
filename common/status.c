#include "common/status.h"

const char *status_name(enum status code)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(&improve__rpc__code__descriptor, (int)code);
    return value ? value->name : "UNKNOWN";
}
