// What a device keeps, and how codes and server names are read.
#include "client/key.h"
#include "client/private_file.h"
#include "client/secret.h"
#include "client/sign_in.h"
#include "tests/support/run.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/improve-key-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

START_TEST(a_key_comes_back_from_its_file)
{
    struct key made, read;
    char why[256];
    struct stat st;
    ck_assert(key_make(&made));
    ck_assert(key_save(&made, in_folder("plain"), NULL, why, sizeof why));
    ck_assert(stat(in_folder("plain"), &st) == 0 && (st.st_mode & 0777) == 0600);
    ck_assert(!key_save(&made, in_folder("plain"), NULL, why, sizeof why)); // never written over
    ck_assert(key_load(&read, in_folder("plain"), why, sizeof why));
    ck_assert(!read.is_sealed && memcmp(made.secret, read.secret, 64) == 0);
    ck_assert(memcmp(made.public_key, read.public_key, KEY_PUBLIC_SIZE) == 0);
    key_release(&read);
    ck_assert(chmod(in_folder("plain"), 0640) == 0);
    ck_assert(!key_load(&read, in_folder("plain"), why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "chmod 600"));
    key_release(&made);
}
END_TEST

START_TEST(a_sealed_key_opens_with_its_passphrase_only)
{
    struct key made, read;
    char why[256];
    ck_assert(key_make(&made));
    ck_assert(key_save(&made, in_folder("sealed"), "my long words", why, sizeof why));
    ck_assert(key_load(&read, in_folder("sealed"), why, sizeof why));
    ck_assert(read.is_sealed && !read.secret);
    ck_assert(!key_unlock(&read, "My long words"));
    ck_assert_ptr_null(read.secret);
    ck_assert(key_unlock(&read, "my long words"));
    ck_assert(memcmp(made.secret, read.secret, 64) == 0);
    key_release(&read);
    key_release(&made);
}
END_TEST

START_TEST(what_is_no_key_is_refused)
{
    static const char *const texts[] = {"", "improve device key 1\n", "improve device key 1\npublic 00\nplain 00\n",
        "improve device key 2\npublic 00\nplain 00\n", "something else altogether\n"};
    struct key k;
    char why[256];
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ck_assert(private_file_put(in_folder("odd"), texts[i], why, sizeof why));
        ck_assert_msg(!key_load(&k, in_folder("odd"), why, sizeof why), "%s", texts[i]);
    }
    ck_assert(!key_load(&k, in_folder("none"), why, sizeof why));
}
END_TEST

START_TEST(a_code_is_read_as_people_type_it)
{
    char code[SECRET_CODE_SIZE], plain[SECRET_CODE_SIZE], again[SECRET_CODE_SIZE];
    secret_code_plain(" OIL0a-bcdef\t", plain);
    ck_assert_str_eq(plain, "0110abcdef");
    secret_code_plain("a string that is much longer than any code could be", plain);
    ck_assert_uint_eq(strlen(plain), SECRET_CODE_SIZE - 1);
    secret_code(code);
    ck_assert_uint_eq(strlen(code), 29);
    secret_code_plain(code, plain);
    ck_assert_uint_eq(strlen(plain), 25);
    secret_code(again);
    ck_assert_str_ne(code, again);
    char token[SECRET_TOKEN_SIZE];
    secret_token("impr_", token);
    ck_assert_uint_eq(strlen(token), 5 + 43); // 256 bits in base64
}
END_TEST

START_TEST(a_server_is_signed_in_to_by_the_name_of_its_certificate)
{
    static const struct {
        const char *url, *name, *wanted;
    } cases[] = {{"tls+tcp://improve.example:4433", NULL, "improve.example"},
        {"tls+tcp://[2001:db8::1]:4433", NULL, "2001:db8::1"},
        {"tls+tcp://10.0.0.1:4433", "improve.example", "improve.example"},
        {"ipc:///run/improve/s.sock", NULL, "localhost"}, {"tls+tcp://host", NULL, "host"}};
    char name[SIGN_IN_NAME_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sign_in_server_name(cases[i].url, cases[i].name, name);
        ck_assert_str_eq(name, cases[i].wanted);
    }
}
END_TEST

int main(void)
{
    if (sodium_init() < 0 || !mkdtemp(folder))
        return 1;
    Suite *suite = suite_create("key");
    TCase *tests = tcase_create("key");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, a_key_comes_back_from_its_file);
    tcase_add_test(tests, a_sealed_key_opens_with_its_passphrase_only);
    tcase_add_test(tests, what_is_no_key_is_refused);
    tcase_add_test(tests, a_code_is_read_as_people_type_it);
    tcase_add_test(tests, a_server_is_signed_in_to_by_the_name_of_its_certificate);
    suite_add_tcase(suite, tests);
    int failed = run_suite(suite);
    unlink(in_folder("plain"));
    unlink(in_folder("sealed"));
    unlink(in_folder("odd"));
    rmdir(folder);
    return failed;
}
