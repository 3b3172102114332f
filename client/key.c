#include "client/key.h"

#include "client/private_file.h"
#include "common/proof.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { SALT = crypto_pwhash_SALTBYTES, NONCE = crypto_secretbox_NONCEBYTES, SEED = crypto_sign_SEEDBYTES };
enum { TEXT_MAX = 1024 };

_Static_assert(SALT + NONCE + crypto_secretbox_MACBYTES + SEED == KEY_SEALED_SIZE, "what a sealed key is made of");
_Static_assert(crypto_sign_PUBLICKEYBYTES == KEY_PUBLIC_SIZE, "Ed25519");

static const char form[] = "improve device key 1\npublic %64[0-9a-f]\n%7[a-z] %255[0-9a-f]\n";

static bool take_seed(struct key *k, const uint8_t seed[SEED])
{
    uint8_t public_key[KEY_PUBLIC_SIZE];
    k->secret = sodium_malloc(crypto_sign_SECRETKEYBYTES);
    if (!k->secret)
        return false;
    crypto_sign_seed_keypair(public_key, k->secret, seed);
    memcpy(k->public_key, public_key, sizeof public_key);
    return true;
}

bool key_make(struct key *k)
{
    uint8_t seed[SEED];
    *k = (struct key){0};
    randombytes_buf(seed, sizeof seed);
    bool made = take_seed(k, seed);
    sodium_memzero(seed, sizeof seed);
    return made;
}

// stretch makes a box's key of a passphrase.
static bool stretch(uint8_t key[crypto_secretbox_KEYBYTES], const char *passphrase, const uint8_t salt[SALT])
{
    return crypto_pwhash(key, crypto_secretbox_KEYBYTES, passphrase, strlen(passphrase), salt,
               crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

static bool seal(uint8_t sealed[KEY_SEALED_SIZE], const uint8_t seed[SEED], const char *passphrase)
{
    uint8_t box_key[crypto_secretbox_KEYBYTES];
    randombytes_buf(sealed, SALT + NONCE);
    bool done = stretch(box_key, passphrase, sealed) &&
                crypto_secretbox_easy(sealed + SALT + NONCE, seed, SEED, sealed + SALT, box_key) == 0;
    sodium_memzero(box_key, sizeof box_key);
    return done;
}

bool key_save(const struct key *k, const char *path, const char *passphrase, char *why, size_t why_size)
{
    uint8_t seed[SEED], sealed[KEY_SEALED_SIZE];
    char public_hex[2 * KEY_PUBLIC_SIZE + 1], hex[2 * KEY_SEALED_SIZE + 1], text[TEXT_MAX];
    bool sealing = passphrase && *passphrase;
    crypto_sign_ed25519_sk_to_seed(seed, k->secret);
    bool ready = !sealing || seal(sealed, seed, passphrase);
    sodium_bin2hex(public_hex, sizeof public_hex, k->public_key, KEY_PUBLIC_SIZE);
    sodium_bin2hex(hex, sizeof hex, sealing ? sealed : seed, sealing ? (size_t)KEY_SEALED_SIZE : (size_t)SEED);
    snprintf(
        text, sizeof text, "improve device key 1\npublic %s\n%s %s\n", public_hex, sealing ? "sealed" : "plain", hex);
    if (!ready)
        snprintf(why, why_size, "not enough memory to seal the key");
    else
        ready = private_file_make(path, text, why, why_size);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(hex, sizeof hex);
    sodium_memzero(text, sizeof text);
    return ready;
}

// read_key reads a key from its file's text.
static bool read_key(struct key *k, const char *text)
{
    char public_hex[65] = "", how[8] = "", hex[256] = "";
    uint8_t bytes[KEY_SEALED_SIZE];
    size_t n = 0;
    bool good = sscanf(text, form, public_hex, how, hex) == 3 &&
                sodium_hex2bin(k->public_key, KEY_PUBLIC_SIZE, public_hex, strlen(public_hex), NULL, NULL, NULL) == 0 &&
                sodium_hex2bin(bytes, sizeof bytes, hex, strlen(hex), NULL, &n, NULL) == 0;
    k->is_sealed = strcmp(how, "sealed") == 0;
    if (good && k->is_sealed) {
        good = n == KEY_SEALED_SIZE;
        memcpy(k->sealed, bytes, sizeof bytes);
    } else if (good) {
        good = n == SEED && strcmp(how, "plain") == 0 && take_seed(k, bytes);
    }
    sodium_memzero(hex, sizeof hex);
    sodium_memzero(bytes, sizeof bytes);
    return good;
}

bool key_load(struct key *k, const char *path, char *why, size_t why_size)
{
    char text[TEXT_MAX];
    *k = (struct key){0};
    if (!private_file_read(path, text, sizeof text, why, why_size))
        return false;
    bool good = read_key(k, text);
    sodium_memzero(text, sizeof text);
    if (!good) {
        snprintf(why, why_size, "%s holds no device key", path);
        key_release(k);
    }
    return good;
}

bool key_unlock(struct key *k, const char *passphrase)
{
    uint8_t box_key[crypto_secretbox_KEYBYTES], seed[SEED];
    bool opened = stretch(box_key, passphrase, k->sealed) &&
                  crypto_secretbox_open_easy(
                      seed, k->sealed + SALT + NONCE, KEY_SEALED_SIZE - SALT - NONCE, k->sealed + SALT, box_key) == 0 &&
                  take_seed(k, seed);
    sodium_memzero(box_key, sizeof box_key);
    sodium_memzero(seed, sizeof seed);
    return opened;
}

bool key_sign(
    const struct key *k, ProtobufCMessage *request, const char *method, const char *server_name, uint8_t signature[64])
{
    uint8_t message[PROOF_MESSAGE_MAX];
    proof_set(request, "public_key", k->public_key, KEY_PUBLIC_SIZE);
    size_t size = proof_message(request, method, server_name, message);
    if (!size || crypto_sign_detached(signature, NULL, message, size, k->secret) != 0)
        return false;
    proof_set(request, "signature", signature, PROOF_SIGNATURE_SIZE);
    return true;
}

void key_release(struct key *k)
{
    if (k->secret)
        sodium_free(k->secret);
    *k = (struct key){0};
}
