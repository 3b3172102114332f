#ifndef SERVER_CONTRACT_H
#define SERVER_CONTRACT_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

// contract_check holds the .proto files against the database: for every method the SQL function of its name with its
// parameters, types, columns, volatility and a grant, one function a name, and a schema version that this server
// serves. Logs each mismatch, and returns whether there was none. Makes the statements (see statement.h) and learns the
// constraints' refusals. Before threads start; blocks.
bool contract_check(const char *database);

// contract_is_recursive tells whether a message of this type can hold another of it, or is nested too deep: protobuf-c
// would unpack it until the stack ends. Thread-safe.
bool contract_is_recursive(const ProtobufCMessageDescriptor *type);

#endif
