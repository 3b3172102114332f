// The reference: a synchronous gRPC server with a pool of libpq connections, which serves one read and one write by the
// same SQL as improved, in a transaction of four round trips: BEGIN, gate, function, COMMIT.
//
//   reference --database CONNINFO --gate SQL --read SQL --write SQL --socket PATH --port N --certificate FILE --key
//   FILE
//     --ready FILE [--connections N]
#include "cpd.grpc.pb.h"
#include "pool.h"
#include "schools.grpc.pb.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>
#include <iostream>
#include <map>
#include <openssl/sha.h>
#include <sstream>
#include <unistd.h>

namespace v1 = improve::v1;

namespace
{
std::string hex(const std::string &bytes)
{
    static const char digits[] = "0123456789abcdef";
    std::string text = "\\x";
    for (unsigned char byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::string sha256(const std::string &text)
{
    std::string to(SHA256_DIGEST_LENGTH, '\0');
    SHA256(reinterpret_cast<const unsigned char *>(text.data()), text.size(),
        reinterpret_cast<unsigned char *>(to.data()));
    return to;
}

std::string json_of(const google::protobuf::Message &message)
{
    static const google::protobuf::util::JsonPrintOptions names = [] {
        google::protobuf::util::JsonPrintOptions o;
        o.preserve_proto_field_names = true;
        return o;
    }();
    std::string text;
    if (!google::protobuf::util::MessageToJsonString(message, &text, names).ok())
        throw std::runtime_error("the request cannot be written as JSON");
    return text;
}

std::string metadata(const grpc::ServerContext &context, const char *name)
{
    auto found = context.client_metadata().find(name);
    return found == context.client_metadata().end() ? "" : std::string(found->second.data(), found->second.size());
}

std::string time_left(const grpc::ServerContext &context)
{
    auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(context.deadline() - std::chrono::system_clock::now());
    return std::to_string(std::min<long>(left.count(), 600000));
}

struct Method {
    const char *full_name, *function;
    bool write;
};

// begin lets the call in, by the gate.
void begin(Transaction &transaction, const grpc::ServerContext &context, const Method &method)
{
    const std::string bearer = metadata(context, "authorization"), authority = metadata(context, "authority-code"),
                      request_id = metadata(context, "request-id"), left = time_left(context);
    const std::string token = bearer.rfind("Bearer ", 0) == 0 ? hex(sha256(bearer.substr(7))) : "";
    transaction.run(
        "gate", {token.empty() ? nullptr : token.c_str(), authority.c_str(), method.full_name, method.function,
                    method.write ? "t" : "f", request_id.empty() ? nullptr : request_id.c_str(), left.c_str(), "f",
                    nullptr, nullptr, nullptr});
}

// in_transaction runs the work of a call and says what became of it.
template <typename Work>
grpc::Status in_transaction(Pool &pool, const grpc::ServerContext &context, const Method &method, Work work)
{
    try {
        Pool::Lease lease(pool);
        Transaction transaction(lease.get());
        begin(transaction, context, method);
        work(transaction);
        transaction.commit();
        return grpc::Status::OK;
    } catch (const Refused &refused) {
        int code = refused.sqlstate.compare(0, 2, "IM") == 0 ? std::atoi(refused.sqlstate.c_str() + 2) : 0;
        return {code > 0 ? static_cast<grpc::StatusCode>(code) : grpc::StatusCode::INTERNAL, refused.what()};
    } catch (const std::exception &error) {
        return {grpc::StatusCode::INTERNAL, error.what()};
    }
}

// A row of a result: each column goes to a setter, unless it is null.
class Row
{
  public:
    explicit Row(const PGresult *result) : result_(result)
    {
    }
    template <typename Set> void text(int column, Set set) const
    {
        if (!PQgetisnull(result_, 0, column))
            set(PQgetvalue(result_, 0, column), PQgetlength(result_, 0, column));
    }
    template <typename Set> void number(int column, Set set) const
    {
        if (!PQgetisnull(result_, 0, column))
            set(std::atoi(PQgetvalue(result_, 0, column)));
    }
    template <typename Set> void flag(int column, Set set) const
    {
        if (!PQgetisnull(result_, 0, column))
            set(*PQgetvalue(result_, 0, column) == 't');
    }

  private:
    const PGresult *result_;
};

#define TEXT(column, field) row.text(column, [&](const char *v, int n) { reply->set_##field(v, n); })
#define NUMBER(column, field) row.number(column, [&](int v) { reply->set_##field(v); })
#define FLAG(column, field) row.flag(column, [&](bool v) { reply->set_##field(v); })

class Schools final : public v1::Schools::Service
{
  public:
    explicit Schools(Pool &pool) : pool_(pool)
    {
    }

    grpc::Status GetSchool(
        grpc::ServerContext *context, const v1::GetSchoolRequest *request, v1::GetSchoolReply *reply) override
    {
        static const Method method = {"/improve.v1.Schools/GetSchool", "schools.get_school", false};
        return in_transaction(pool_, *context, method, [&](Transaction &transaction) {
            const std::string urn = std::to_string(request->urn());
            Result result = transaction.run("read",
                {request->has_urn() ? urn.c_str() : nullptr, request->has_as_of() ? request->as_of().c_str() : nullptr,
                    request->has_known_at() ? request->known_at().c_str() : nullptr});
            fill(reply, Row(result.get()));
        });
    }

  private:
    static void fill(v1::GetSchoolReply *reply, const Row &row)
    {
        NUMBER(0, urn);
        NUMBER(1, school_id);
        TEXT(2, name);
        TEXT(3, authority);
        TEXT(4, authority_name);
        TEXT(5, establishment_number);
        TEXT(6, phase);
        TEXT(7, phase_group);
        TEXT(8, type);
        TEXT(9, type_group);
        TEXT(10, status);
        FLAG(11, is_open);
        FLAG(12, maintained);
        NUMBER(13, low_age);
        NUMBER(14, high_age);
        TEXT(15, open_date);
        TEXT(16, close_date);
        TEXT(17, trust);
        TEXT(18, ukprn);
        TEXT(19, street);
        TEXT(20, town);
        TEXT(21, postcode);
        TEXT(22, website);
        NUMBER(23, number_on_roll);
        TEXT(24, counted_on);
        TEXT(25, valid_from);
        TEXT(26, valid_to);
        TEXT(27, recorded_at);
    }

    Pool &pool_;
};

class Cpd final : public v1::Cpd::Service
{
  public:
    explicit Cpd(Pool &pool) : pool_(pool)
    {
    }

    grpc::Status BookPlaces(
        grpc::ServerContext *context, const v1::BookPlacesRequest *request, v1::BookPlacesReply *reply) override
    {
        static const Method method = {"/improve.v1.Cpd/BookPlaces", "cpd.book_places", true};
        return in_transaction(pool_, *context, method, [&](Transaction &transaction) {
            const std::string urn = std::to_string(request->school_urn()), delegates = delegates_of(*request),
                              fingerprint = hex(sha256(method.full_name + request->SerializeAsString())),
                              json = json_of(*request);
            Result result =
                transaction.run("write", {request->has_session_id() ? request->session_id().c_str() : nullptr,
                                             request->has_school_urn() ? urn.c_str() : nullptr, delegates.c_str(),
                                             request->has_discount_code() ? request->discount_code().c_str() : nullptr,
                                             request->has_together() ? (request->together() ? "t" : "f") : nullptr,
                                             fingerprint.c_str(), json.c_str()});
            take_answer(reply, PQgetvalue(result.get(), 0, 0));
        });
    }

  private:
    static std::string delegates_of(const v1::BookPlacesRequest &request)
    {
        std::string text = "[";
        for (const auto &delegate : request.delegates())
            text += (text.size() > 1 ? "," : "") + json_of(delegate);
        return text + "]";
    }

    static void take_answer(v1::BookPlacesReply *reply, const std::string &rows)
    {
        google::protobuf::util::JsonParseOptions lenient;
        lenient.ignore_unknown_fields = true;
        if (!google::protobuf::util::JsonStringToMessage("{\"rows\":" + rows + "}", reply, lenient).ok())
            throw std::runtime_error("the answer cannot be read");
    }

    Pool &pool_;
};

std::string file(const std::string &path)
{
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}
} // namespace

int main(int argc, char **argv)
{
    std::map<std::string, std::string> flags = {{"--connections", "16"}};
    for (int i = 1; i + 1 < argc; i += 2)
        flags[argv[i]] = argv[i + 1];
    try {
        Pool pool(flags["--database"], std::stoi(flags["--connections"]),
            {flags["--gate"], flags["--read"], flags["--write"]});
        Schools schools(pool);
        Cpd cpd(pool);
        grpc::SslServerCredentialsOptions tls;
        tls.pem_key_cert_pairs.push_back({file(flags["--key"]), file(flags["--certificate"])});
        grpc::ServerBuilder builder;
        builder.AddListeningPort("unix:" + flags["--socket"], grpc::InsecureServerCredentials());
        builder.AddListeningPort("127.0.0.1:" + flags["--port"], grpc::SslServerCredentials(tls));
        builder.RegisterService(&schools);
        builder.RegisterService(&cpd);
        std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
        if (!server)
            return 1;
        std::ofstream(flags["--ready"]) << getpid() << std::endl;
        server->Wait();
    } catch (const std::exception &error) {
        std::cerr << "reference: " << error.what() << std::endl;
        return 1;
    }
}
