#include "pool.h"

namespace
{
const char options[] = "-c statement_timeout=10000 -c idle_in_transaction_session_timeout=10000 -c DateStyle=ISO "
                       "-c TimeZone=Europe/London -c client_min_messages=notice -c search_path=public "
                       "-c default_transaction_isolation=read\\ committed -c jit=off "
                       "-c plan_cache_mode=force_generic_plan"; // its better choice: both statements go by keys

PGconn *connect(const std::string &database, const Statements &statements)
{
    const char *const names[] = {"dbname", "options", "application_name", "client_encoding", nullptr};
    const char *const values[] = {database.c_str(), options, "reference", "UTF8", nullptr};
    PGconn *pg = PQconnectdbParams(names, values, 1);
    if (PQstatus(pg) != CONNECTION_OK)
        throw std::runtime_error(PQerrorMessage(pg));
    const std::pair<const char *, const std::string *> all[] = {
        {"gate", &statements.gate}, {"read", &statements.read}, {"write", &statements.write}};
    for (const auto &[name, text] : all) {
        Result r(PQprepare(pg, name, text->c_str(), 0, nullptr), PQclear);
        if (PQresultStatus(r.get()) != PGRES_COMMAND_OK)
            throw std::runtime_error(PQerrorMessage(pg));
    }
    return pg;
}
} // namespace

Pool::Pool(const std::string &database, int size, const Statements &statements)
{
    for (int i = 0; i < size; i++)
        idle_.push_back(connect(database, statements));
}

Pool::Lease::Lease(Pool &pool) : pool_(pool)
{
    std::unique_lock<std::mutex> lock(pool_.mutex_);
    pool_.any_.wait(lock, [this] { return !pool_.idle_.empty(); });
    connection_ = pool_.idle_.back();
    pool_.idle_.pop_back();
}

Pool::Lease::~Lease()
{
    {
        std::lock_guard<std::mutex> lock(pool_.mutex_);
        pool_.idle_.push_back(connection_);
    }
    pool_.any_.notify_one();
}

Transaction::Transaction(PGconn *connection) : connection_(connection)
{
    check(PQexec(connection_, "BEGIN"));
}

Transaction::~Transaction()
{
    if (open_)
        PQclear(PQexec(connection_, "ROLLBACK"));
}

Result Transaction::check(PGresult *result)
{
    Result r(result, PQclear);
    ExecStatusType status = PQresultStatus(r.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return r;
    const char *sqlstate = PQresultErrorField(r.get(), PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(r.get(), PG_DIAG_MESSAGE_PRIMARY);
    throw Refused(message ? message : PQerrorMessage(connection_), sqlstate ? sqlstate : "");
}

Result Transaction::run(const char *statement, const std::vector<const char *> &values)
{
    return check(
        PQexecPrepared(connection_, statement, static_cast<int>(values.size()), values.data(), nullptr, nullptr, 0));
}

void Transaction::commit()
{
    open_ = false;
    check(PQexec(connection_, "COMMIT"));
}
