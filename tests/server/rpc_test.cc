// The server over real sockets, in this process: errors with their details,
// limits, deadlines, health, reflection, draining, loads side by side, and a
// log that holds nothing a caller said.
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/security/credentials.h"
#include "handrail/v1/directory_service.grpc.pb.h"
#include "handrail/v1/ingest_service.grpc.pb.h"
#include "handrail/v1/match_service.grpc.pb.h"
#include "server/logging/call_log.h"
#include "server/rpc/rpc_server.h"
#include "tests/server/loading.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::IsOk;
using handrail::testing::NamesField;

// What an error on the wire says beside its code.
struct Details {
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad_request;
};

Details DetailsOf(const grpc::Status& status) {
  google::rpc::Status rich;
  EXPECT_TRUE(rich.ParseFromString(status.error_details()));
  Details details;
  for (const google::protobuf::Any& any : rich.details()) {
    any.UnpackTo(&details.info);
    any.UnpackTo(&details.bad_request);
  }
  return details;
}

class RpcTest : public ::testing::Test {
 protected:
  RpcTest() { Start({}); }

  void Start(RpcOptions options) {
    server_.reset();
    auto started = RpcServer::Start(options, *directory_);
    ASSERT_THAT(started, IsOk());
    server_ = *std::move(started);
    channel_ = Channel(server_->address());
    directory_stub_ = v1::DirectoryService::NewStub(channel_);
    match_stub_ = v1::MatchService::NewStub(channel_);
    ingest_stub_ = v1::IngestService::NewStub(channel_);
  }

  static std::shared_ptr<grpc::Channel> Channel(const std::string& address) {
    return grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  }

  grpc::Status Load(const LoadOptions& options,
                    const std::vector<v1::Row>& rows,
                    v1::LoadReport* report = nullptr) {
    grpc::ClientContext context;
    auto stream = ingest_stub_->BulkLoad(&context);
    for (const auto& message : LoadMessages(options, rows)) {
      if (!stream->Write(message)) break;
    }
    stream->WritesDone();
    v1::BulkLoadResponse response;
    while (stream->Read(&response)) {
      if (report != nullptr && response.has_report()) {
        *report = response.report();
      }
    }
    return stream->Finish();
  }

  // The status of an empty message to any method.
  static grpc::StatusCode Probe(const std::string& address,
                                const std::string& method) {
    grpc::GenericStub stub(Channel(address));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(5));
    grpc::CompletionQueue queue;
    grpc::ByteBuffer request;
    grpc::Slice empty("", 0);
    request = grpc::ByteBuffer(&empty, 1);
    grpc::ByteBuffer response;
    grpc::Status status;
    auto call = stub.PrepareUnaryCall(&context, method, request, &queue);
    call->StartCall();
    call->Finish(&response, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    return status.error_code();
  }

  TestDirectory directory_;
  std::unique_ptr<RpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::DirectoryService::Stub> directory_stub_;
  std::unique_ptr<v1::MatchService::Stub> match_stub_;
  std::unique_ptr<v1::IngestService::Stub> ingest_stub_;
};

TEST_F(RpcTest, LoadsThenAnswersOverTheSocket) {
  v1::LoadReport report;
  ASSERT_TRUE(Load({}, SampleRows("Nook"), &report).ok());
  EXPECT_EQ(report.added(), 9);
  grpc::ClientContext context;
  v1::MatchResponse answer;
  ASSERT_TRUE(match_stub_->Match(&context, SampleQuestion(), &answer).ok());
  EXPECT_EQ(answer.needs(0).options_size(), 4);
  grpc::ClientContext explain_context;
  v1::ExplainRequest explain;
  explain.set_listing_id(answer.needs(0).options(0).listing().id());
  *explain.mutable_request() = SampleQuestion();
  v1::ExplainResponse explained;
  ASSERT_TRUE(match_stub_->Explain(&explain_context, explain, &explained).ok());
  EXPECT_TRUE(explained.needs(0).candidate());
}

TEST_F(RpcTest, ErrorsSayWhyAndNameTheFields) {
  grpc::ClientContext context;
  v1::GetRecordRequest request;
  request.mutable_ref()->set_type(v1::SERVICE);
  request.mutable_ref()->set_id("none");
  v1::GetRecordResponse response;
  grpc::Status status =
      directory_stub_->GetRecord(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  Details details = DetailsOf(status);
  EXPECT_EQ(details.info.domain(), "handrail");
  EXPECT_EQ(details.info.reason(), "RECORD_NOT_FOUND");
  EXPECT_EQ(details.info.metadata().at("id"), "none");

  grpc::ClientContext second;
  v1::MatchResponse answer;
  status = match_stub_->Match(&second, {}, &answer);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  details = DetailsOf(status);
  ASSERT_GE(details.bad_request.field_violations_size(), 1);
  EXPECT_EQ(details.bad_request.field_violations(0).field(), "needs");
}

TEST_F(RpcTest, MessageOverTheLimitIsRefusedWithTheLimit) {
  grpc::ClientContext context;
  v1::GetRecordRequest request;
  request.mutable_ref()->set_id(std::string(kMessageBytesMax + 1, 'x'));
  v1::GetRecordResponse response;
  const grpc::Status status =
      directory_stub_->GetRecord(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(status.error_message().find("4194304"), std::string::npos);
  EXPECT_EQ(DetailsOf(status).info.reason(), "LIMIT_EXCEEDED");

  grpc::ClientContext second;
  auto stream = ingest_stub_->BulkLoad(&second);
  v1::BulkLoadRequest batch = LoadMessages({}, SampleRows("Nook"))[1];
  ASSERT_TRUE(stream->Write(LoadMessages({}, {}).front()));
  batch.mutable_batch()->mutable_rows(0)->mutable_origin()->set_file(
      std::string(kMessageBytesMax, 'x'));
  stream->Write(batch);
  v1::BulkLoadResponse told;
  while (stream->Read(&told)) continue;
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);

  // Far more is not even read.
  grpc::ClientContext third;
  request.mutable_ref()->set_id(std::string(2 * kMessageBytesMax + 1, 'x'));
  const grpc::Status far =
      directory_stub_->GetRecord(&third, request, &response);
  EXPECT_EQ(far.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_NE(far.error_message().find("larger than max"), std::string::npos);
}

TEST_F(RpcTest, ManyViolationsArriveAsWhatTheyAre) {
  v1::MatchRequest request;
  for (int need = 0; need < 8; ++need) {
    v1::Need& wrong = *request.add_needs();
    for (int term = 0; term < 12; ++term) {
      wrong.add_terms("no-such-term-" + std::string(80, 'x') +
                      std::to_string(need * 100 + term));
    }
  }
  grpc::ClientContext context;
  v1::MatchResponse answer;
  const grpc::Status status = match_stub_->Match(&context, request, &answer);
  ASSERT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT)
      << status.error_message();
  const google::rpc::BadRequest told = DetailsOf(status).bad_request;
  ASSERT_GE(told.field_violations_size(), 5);
  EXPECT_NE(told.field_violations(0).field().find("needs[0]"),
            std::string::npos);
  const auto& last = told.field_violations(told.field_violations_size() - 1);
  EXPECT_NE(last.description().find("more"), std::string::npos);
}

TEST_F(RpcTest, LongIdsAreRefusedByName) {
  grpc::ClientContext context;
  v1::GetListingRequest request;
  request.set_id(std::string(20'000, 'x'));
  v1::GetListingResponse response;
  const grpc::Status status =
      directory_stub_->GetListing(&context, request, &response);
  ASSERT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(DetailsOf(status).bad_request.field_violations(0).field(), "id");
}

TEST_F(RpcTest, FieldsOfANewerCallerAreRefusedNotIgnored) {
  ASSERT_TRUE(Load({}, SampleRows("Nook")).ok());
  v1::MatchRequest request = SampleQuestion();
  v1::Need& need = *request.mutable_needs(0);
  need.GetReflection()->MutableUnknownFields(&need)->AddVarint(777, 1);
  grpc::ClientContext context;
  v1::MatchResponse answer;
  const grpc::Status status = match_stub_->Match(&context, request, &answer);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(DetailsOf(status).info.reason(), "NOT_IMPLEMENTED");
  EXPECT_EQ(DetailsOf(status).info.metadata().at("field"),
            "needs[0].field 777");
  v1::ExplainRequest explain;
  explain.set_listing_id("any");
  *explain.mutable_request() = request;
  grpc::ClientContext second;
  v1::ExplainResponse explained;
  EXPECT_EQ(match_stub_->Explain(&second, explain, &explained).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(RpcTest, ALoadWhoseCallerWentAwayIsLoggedAsCancelled) {
  ::testing::internal::CaptureStderr();
  {
    grpc::ClientContext context;
    auto stream = ingest_stub_->BulkLoad(&context);
    ASSERT_TRUE(stream->Write(LoadMessages({}, {}).front()));
    v1::BulkLoadResponse response;
    ASSERT_TRUE(stream->Read(&response));
    context.TryCancel();
    (void)stream->Finish();
  }
  server_->Drain(absl::Seconds(5));
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("CANCELLED"), std::string::npos) << log;
  EXPECT_EQ(log.find("DEADLINE_EXCEEDED"), std::string::npos) << log;
}

TEST_F(RpcTest, CallWithoutDeadlineGetsOurs) {
  Start({.unary_deadline = absl::Milliseconds(200)});
  grpc::ClientContext context;
  v1::MatchRequest request = SampleQuestion();
  request.set_min_revision(1'000'000);
  v1::MatchResponse answer;
  const absl::Time start = absl::Now();
  EXPECT_FALSE(match_stub_->Match(&context, request, &answer).ok());
  EXPECT_LT(absl::Now() - start, absl::Seconds(4));
}

TEST_F(RpcTest, SilentLoadIsEndedAtItsDeadline) {
  Start({.bulk_deadline = absl::Milliseconds(300)});
  grpc::ClientContext context;
  auto stream = ingest_stub_->BulkLoad(&context);
  ASSERT_TRUE(stream->Write(LoadMessages({}, {}).front()));
  v1::BulkLoadResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_FALSE(stream->Finish().ok());
}

TEST_F(RpcTest, OneLoadOfASourceAtATime) {
  grpc::ClientContext context;
  auto first = ingest_stub_->BulkLoad(&context);
  ASSERT_TRUE(first->Write(LoadMessages({}, {}).front()));
  v1::BulkLoadResponse response;
  ASSERT_TRUE(first->Read(&response));
  const grpc::Status second = Load({}, SampleRows("Nook"));
  EXPECT_EQ(second.error_code(), grpc::StatusCode::ABORTED);
  const Details details = DetailsOf(second);
  EXPECT_EQ(details.info.reason(), "LOAD_IN_PROGRESS");
  EXPECT_EQ(details.info.metadata().at("load_id"),
            response.started().load_id());
  // Another source is not held up.
  EXPECT_TRUE(Load({.source = "other"}, SampleRows("Nook")).ok());
  context.TryCancel();
  (void)first->Finish();
}

TEST_F(RpcTest, LoadsOfTwoSourcesSideBySideBothArrive) {
  std::vector<std::thread> threads;
  grpc::Status statuses[2];
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] {
      statuses[i] = Load({.source = "source" + std::to_string(i),
                          .request_id = "11111111-2222-4333-8444-55555555550" +
                                        std::to_string(i),
                          .rows_per_batch = 1},
                         SampleRows("Nook"));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(statuses[0].ok()) << statuses[0].error_message();
  EXPECT_TRUE(statuses[1].ok()) << statuses[1].error_message();
  grpc::ClientContext context;
  v1::GetDirectoryResponse told;
  ASSERT_TRUE(directory_stub_->GetDirectory(&context, {}, &told).ok());
  EXPECT_EQ(told.listing_count(), 8);
}

TEST_F(RpcTest, ReflectionAndNoDirectoryOnTheOperatorPort) {
  constexpr char kReflection[] =
      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  constexpr char kHealth[] = "/grpc.health.v1.Health/Check";
  constexpr char kDirectory[] = "/handrail.v1.DirectoryService/GetDirectory";
  const auto kUnimplemented = grpc::StatusCode::UNIMPLEMENTED;
  EXPECT_EQ(Probe(server_->address(), kReflection), kUnimplemented);
  EXPECT_NE(Probe(server_->operator_address(), kReflection), kUnimplemented);
  EXPECT_EQ(Probe(server_->address(), kHealth), grpc::StatusCode::OK);
  EXPECT_EQ(Probe(server_->operator_address(), kHealth), grpc::StatusCode::OK);
  EXPECT_EQ(Probe(server_->address(), kDirectory), grpc::StatusCode::OK);
  EXPECT_EQ(Probe(server_->operator_address(), kDirectory), kUnimplemented);
}

TEST_F(RpcTest, DrainingRefusesNewCallsAndLetsRunningOnesEnd) {
  grpc::ClientContext context;
  auto stream = ingest_stub_->BulkLoad(&context);
  const auto messages = LoadMessages({}, SampleRows("Nook"));
  ASSERT_TRUE(stream->Write(messages[0]));
  v1::BulkLoadResponse response;
  ASSERT_TRUE(stream->Read(&response));
  std::thread drain([&] { server_->Drain(absl::Seconds(20)); });
  // Drain has begun once a new call is refused.
  grpc::Status refused;
  do {
    grpc::ClientContext second;
    second.set_deadline(std::chrono::system_clock::now() +
                        std::chrono::seconds(2));
    v1::GetDirectoryResponse told;
    refused = directory_stub_->GetDirectory(&second, {}, &told);
  } while (refused.ok());
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::UNAVAILABLE);
  ASSERT_TRUE(stream->Write(messages[1]));
  ASSERT_TRUE(stream->Read(&response));
  ASSERT_TRUE(stream->Write(messages[2]));
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.report().added(), 9);
  EXPECT_TRUE(stream->Finish().ok());
  drain.join();
}

TEST_F(RpcTest, LogHoldsNothingThatACallerSaid) {
  ::testing::internal::CaptureStderr();
  ASSERT_TRUE(Load({}, SampleRows("Canary77")).ok());
  v1::MatchRequest request = SampleQuestion();
  request.mutable_needs(0)->set_words("Canary88 shelter");
  request.mutable_person()->set_gender("Canary88");
  for (int i = 0; i < 2; ++i) {
    grpc::ClientContext context;
    v1::MatchResponse answer;
    (void)match_stub_->Match(&context, request, &answer);
    request.clear_person();
  }
  for (const char* term : {"", "Canary88"}) {
    v1::SearchRequest search;
    search.set_words("Canary88");
    search.mutable_serves()->set_county("Canary88");
    if (*term != 0) search.add_terms(term);
    grpc::ClientContext context;
    v1::SearchResponse found;
    EXPECT_EQ(directory_stub_->Search(&context, search, &found).ok(),
              *term == 0);
  }
  grpc::ClientContext context;
  v1::GetListingRequest get;
  get.set_id("Canary88");
  v1::GetListingResponse got;
  EXPECT_FALSE(directory_stub_->GetListing(&context, get, &got).ok());
  server_->Drain(absl::Seconds(1));
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("\"method\":\"Match\""), std::string::npos) << log;
  EXPECT_NE(log.find("\"method\":\"Search\""), std::string::npos) << log;
  EXPECT_NE(log.find("RECORD_NOT_FOUND"), std::string::npos);
  EXPECT_EQ(log.find("Canary"), std::string::npos) << log;
}

TEST(AddressTest, OnlyLoopbackMayBeListenedOn) {
  for (const char* good :
       {"127.0.0.1:0", "127.9.8.7:7460", "localhost:1", "[::1]:65535"}) {
    EXPECT_THAT(CheckLoopback("--listen", good), IsOk()) << good;
  }
  for (const char* bad :
       {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "example.org:1", "127.0.0.1",
        "127.0.0.1:65536", ":1", "", "127.0.0.1:x", "127.1:1", "*:1",
        "127.0.0.1.example.org:1", "1270.0.0.1:1"}) {
    EXPECT_THAT(CheckLoopback("--listen", bad), NamesField("--listen")) << bad;
  }
}

TEST(AddressTest, PortInUseIsAnError) {
  TestDirectory directory;
  const auto first = RpcServer::Start({}, *directory);
  ASSERT_THAT(first, IsOk());
  EXPECT_FALSE(
      RpcServer::Start({.listen = (*first)->address()}, *directory).ok());
}

}  // namespace
}  // namespace handrail::server
