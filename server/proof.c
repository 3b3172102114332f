#include "server/proof.h"

#include <sodium.h>
#include <string.h>

static const char *server_names = "";

void proof_init(const char *names)
{
    server_names = names;
}

static bool signed_for(struct call *call, const char *name)
{
    uint8_t message[PROOF_MESSAGE_MAX];
    const ProtobufCBinaryData *key = proof_field(call->request, "public_key"),
                              *signature = proof_field(call->request, "signature");
    size_t size = proof_message(call->request, call->method->full_name, name, message);
    return size && crypto_sign_verify_detached(signature->data, message, size, key->data) == 0;
}

void proof_look(struct call *call)
{
    if (!proof_is_carried(call->method->method->input))
        return;
    const ProtobufCBinaryData *key = proof_field(call->request, "public_key"),
                              *signature = proof_field(call->request, "signature");
    if (key->len != PROOF_KEY_SIZE || signature->len != PROOF_SIGNATURE_SIZE)
        return;
    memcpy(call->proof_key, key->data, PROOF_KEY_SIZE);
    for (const char *name = server_names; *name && !call->proved;) {
        char one[256];
        name += strspn(name, ", ");
        size_t n = strcspn(name, ", ");
        if (n > 0 && n < sizeof one) {
            memcpy(one, name, n);
            one[n] = '\0';
            call->proved = signed_for(call, one);
        }
        name += n;
    }
}
