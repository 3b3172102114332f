// A pool of connections to PostgreSQL, as services of this kind have one: who wants a connection and finds none waits.
#pragma once

#include <condition_variable>
#include <libpq-fe.h>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

struct Statements {
    std::string gate, read, write;
};

class Pool
{
  public:
    Pool(const std::string &database, int size, const Statements &statements);

    // A connection that goes back to the pool at the end of its scope.
    class Lease
    {
      public:
        explicit Lease(Pool &pool);
        ~Lease();
        Lease(const Lease &) = delete;
        Lease &operator=(const Lease &) = delete;
        PGconn *get() const
        {
            return connection_;
        }

      private:
        Pool &pool_;
        PGconn *connection_;
    };

  private:
    std::mutex mutex_;
    std::condition_variable any_;
    std::vector<PGconn *> idle_;
};

// What the database refused.
class Refused : public std::runtime_error
{
  public:
    Refused(const std::string &message, std::string sqlstate)
        : std::runtime_error(message), sqlstate(std::move(sqlstate))
    {
    }
    const std::string sqlstate;
};

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

// A transaction: rolled back unless it is committed.
class Transaction
{
  public:
    explicit Transaction(PGconn *connection);
    ~Transaction();
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;
    Result run(const char *statement, const std::vector<const char *> &values);
    void commit();

  private:
    Result check(PGresult *result);
    PGconn *connection_;
    bool open_ = true;
};
