#ifndef SERVER_PROOF_H
#define SERVER_PROOF_H

#include "common/proof.h"
#include "server/call.h"

// Proof that a caller holds a key, which PostgreSQL cannot verify. Any request type with the fields public_key, nonce
// and signature carries one: there is no list to forget.

// proof_init keeps the names that callers may have signed for, parted by commas (o->server_names); names must outlive
// the server. Before the first call.
void proof_init(const char *names);

// proof_look verifies the signature of a call whose request carries one, and notes in call->proved and call->proof_key
// whose it was. A wrong one is no refusal yet: the SQL function refuses it as it refuses all else that is wrong, after
// the same work. Loop thread; takes about 0.1 ms for a request with a proof and nothing for the others.
void proof_look(struct call *call);

#endif
