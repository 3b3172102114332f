// The reference's load: as load.c, with the same flags and the same line printed, over gRPC's asynchronous client.
// METHOD is one of the two that the reference serves, whose requests are made by hand; JSON is not looked at. Closed
// loop only.
#include "cpd.grpc.pb.h"
#include "schools.grpc.pb.h"
#include "tests/bench/plan.h"
#include "tests/bench/samples.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <grpcpp/grpcpp.h>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace v1 = improve::v1;

namespace
{
plan wanted;
std::atomic<long> number;
std::atomic<int> running;
std::atomic<bool> over;

// A UUID of random bits, as the client's library of improved makes one for each call.
std::string uuid()
{
    static thread_local std::mt19937_64 random{std::random_device{}()};
    char text[40];
    unsigned long long a = random(), b = random();
    std::snprintf(text, sizeof text, "%08llx-%04llx-4%03llx-a%03llx-%012llx", a >> 32, a >> 16 & 0xffff, a & 0xfff,
        b >> 48 & 0xfff, b & 0xffffffffffffull);
    return text;
}

// One of the calls in flight.
class Lane
{
  public:
    virtual ~Lane() = default;
    virtual void begin() = 0;
    // ended takes the call's end and begins the next one, or none when the load is over.
    void ended(bool ok)
    {
        samples_add(began_us_);
        if (!ok || !status_.ok())
            samples_fail(status_.error_code(), status_.error_message().c_str());
        if (over)
            running--;
        else
            begin();
    }

  protected:
    long prepare()
    {
        long n = number++;
        const caller *who = plan_caller(&wanted, n);
        began_us_ = samples_now();
        context_ = std::make_unique<grpc::ClientContext>();
        context_->AddMetadata("authorization", std::string("Bearer ") + who->token);
        context_->AddMetadata("authority-code", who->authority);
        context_->AddMetadata("request-id", uuid());
        context_->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
        status_ = grpc::Status();
        return n;
    }

    uint64_t began_us_ = 0;
    std::unique_ptr<grpc::ClientContext> context_;
    grpc::Status status_;
};

class ReadLane : public Lane
{
  public:
    ReadLane(std::shared_ptr<grpc::Channel> channel, grpc::CompletionQueue *queue)
        : stub_(v1::Schools::NewStub(channel)), queue_(queue)
    {
    }
    void begin() override
    {
        v1::GetSchoolRequest request;
        long n = prepare();
        request.set_urn(static_cast<int>(plan_urn(&wanted, n)));
        reader_ = stub_->AsyncGetSchool(context_.get(), request, queue_);
        reader_->Finish(&reply_, &status_, this);
    }

  private:
    std::unique_ptr<v1::Schools::Stub> stub_;
    grpc::CompletionQueue *queue_;
    v1::GetSchoolReply reply_;
    std::unique_ptr<grpc::ClientAsyncResponseReader<v1::GetSchoolReply>> reader_;
};

class WriteLane : public Lane
{
  public:
    WriteLane(std::shared_ptr<grpc::Channel> channel, grpc::CompletionQueue *queue)
        : stub_(v1::Cpd::NewStub(channel)), queue_(queue)
    {
    }
    void begin() override
    {
        v1::BookPlacesRequest request;
        long n = prepare();
        request.set_session_id("se-" + std::to_string(plan_session(&wanted, n)));
        request.set_school_urn(static_cast<int>(plan_urn(&wanted, n)));
        request.add_delegates()->set_name("Delegate " + std::to_string(n));
        reader_ = stub_->AsyncBookPlaces(context_.get(), request, queue_);
        reader_->Finish(&reply_, &status_, this);
    }

  private:
    std::unique_ptr<v1::Cpd::Stub> stub_;
    grpc::CompletionQueue *queue_;
    v1::BookPlacesReply reply_;
    std::unique_ptr<grpc::ClientAsyncResponseReader<v1::BookPlacesReply>> reader_;
};

std::shared_ptr<grpc::Channel> open()
{
    grpc::ChannelArguments own; // a connection of its own for each channel
    own.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
    if (wanted.ca_file) {
        std::ifstream in(wanted.ca_file);
        std::stringstream text;
        text << in.rdbuf();
        credentials = grpc::SslCredentials({text.str(), "", ""});
    }
    auto channel = grpc::CreateCustomChannel(wanted.url, credentials, own);
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(5)))
        plan_die("the reference does not answer");
    return channel;
}
} // namespace

int main(int argc, char **argv)
{
    plan_read(&wanted, argc, argv);
    number = wanted.from;
    grpc::CompletionQueue queue;
    std::vector<std::shared_ptr<grpc::Channel>> channels;
    for (int i = 0; i < wanted.links; i++)
        channels.push_back(open());
    std::vector<std::unique_ptr<Lane>> lanes;
    const bool reads = std::string(wanted.method) == "/improve.v1.Schools/GetSchool";
    for (int i = 0; i < wanted.in_flight; i++) {
        const auto &channel = channels[i % wanted.links];
        if (reads)
            lanes.push_back(std::make_unique<ReadLane>(channel, &queue));
        else
            lanes.push_back(std::make_unique<WriteLane>(channel, &queue));
    }
    samples_begin();
    running = wanted.in_flight;
    std::thread completions([&queue] {
        void *tag;
        bool ok;
        while (queue.Next(&tag, &ok))
            static_cast<Lane *>(tag)->ended(ok);
    });
    for (auto &lane : lanes)
        lane->begin();
    usleep(static_cast<useconds_t>(wanted.seconds * 1e6));
    over = true;
    while (running > 0)
        usleep(1000);
    _exit(samples_report());
}
