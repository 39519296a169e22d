// Following over real sockets, in this process: followers take no threads from
// other calls, a drain ends them with a reason, and who does not read costs a
// bounded amount.
#include <malloc.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "handrail/v1/directory_service.grpc.pb.h"
#include "server/rpc/rpc_server.h"
#include "tests/server/directory_copy.h"
#include "tests/server/loading.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::DirectoryCopy;
using handrail::testing::IsOk;

std::string ReasonOn(const grpc::Status& status) {
  google::rpc::Status rich;
  EXPECT_TRUE(rich.ParseFromString(status.error_details()));
  google::rpc::ErrorInfo info;
  for (const google::protobuf::Any& any : rich.details()) any.UnpackTo(&info);
  return info.reason();
}

// One watch over a connection of its own.
struct Watch {
  explicit Watch(const std::string& address, absl::Duration deadline = {}) {
    grpc::ChannelArguments arguments;
    arguments.SetInt("handrail.test", ++count);
    stub = v1::DirectoryService::NewStub(grpc::CreateCustomChannel(
        address, grpc::InsecureChannelCredentials(), arguments));
    if (deadline > absl::ZeroDuration()) {
      context.set_deadline(absl::ToChronoTime(absl::Now() + deadline));
    }
    stream = stub->WatchChanges(&context, {});
  }
  ~Watch() {
    if (stream != nullptr) {
      context.TryCancel();
      (void)stream->Finish();
    }
  }

  // The next message; false where there is none.
  bool Read() {
    v1::WatchChangesResponse message;
    if (!stream->Read(&message)) return false;
    copy.Apply(message);
    return true;
  }
  bool ReadUntil(uint64_t revision) {
    while (!copy.caught_up() || copy.revision() < revision) {
      if (!Read()) return false;
    }
    return true;
  }
  grpc::Status Finish() {
    while (Read()) continue;
    const grpc::Status status = stream->Finish();
    stream = nullptr;
    return status;
  }

  static inline int count = 0;
  grpc::ClientContext context;
  std::unique_ptr<v1::DirectoryService::Stub> stub;
  std::unique_ptr<grpc::ClientReader<v1::WatchChangesResponse>> stream;
  DirectoryCopy copy;
};

class FollowRpcTest : public ::testing::Test {
 protected:
  FollowRpcTest() { Start({}); }

  void Start(const RpcOptions& options) {
    server_.reset();
    auto started = RpcServer::Start(options, *directory_);
    ASSERT_THAT(started, IsOk());
    server_ = *std::move(started);
    stub_ = v1::DirectoryService::NewStub(grpc::CreateChannel(
        server_->address(), grpc::InsecureChannelCredentials()));
  }

  grpc::Status GetDirectory() {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(5)));
    v1::GetDirectoryResponse response;
    return stub_->GetDirectory(&context, {}, &response);
  }

  TestDirectory directory_;
  std::unique_ptr<RpcServer> server_;
  std::unique_ptr<v1::DirectoryService::Stub> stub_;
};

TEST_F(FollowRpcTest, StreamsAndThenTellsWhatChanges) {
  ASSERT_THAT(directory_.Load({}, SampleRows("Nook")).status, IsOk());
  grpc::ClientContext context;
  auto stream = stub_->StreamListings(&context, {});
  DirectoryCopy streamed;
  v1::StreamListingsResponse message;
  while (stream->Read(&message)) streamed.Apply(message);
  ASSERT_TRUE(stream->Finish().ok());
  EXPECT_EQ(streamed.listings().size(), 4u);
  Watch watch(server_->address());
  ASSERT_TRUE(watch.ReadUntil(streamed.revision()));
  EXPECT_EQ(watch.copy.Bytes() == streamed.Bytes(), true);
  std::vector<v1::Row> rows = SampleRows("Nook");
  rows.pop_back();
  const LoadOutcome done = directory_.Load({.replace = true}, rows);
  ASSERT_THAT(done.status, IsOk());
  ASSERT_TRUE(watch.ReadUntil(done.report.revision()));
  EXPECT_EQ(watch.copy.listings().size(), 3u);
}

TEST_F(FollowRpcTest, FollowersLeaveThreadsForOthers) {
  Start({.threads_max = 16});
  std::vector<std::unique_ptr<Watch>> watches;
  for (int i = 0; i < 4; ++i) {
    watches.push_back(std::make_unique<Watch>(server_->address()));
    ASSERT_TRUE(watches.back()->ReadUntil(1)) << i;
  }
  Watch late(server_->address());
  const grpc::Status refused = late.Finish();
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOn(refused), "LIMIT_EXCEEDED");
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(GetDirectory().ok());
  // Who leaves makes room, as soon as the server has seen it.
  watches.pop_back();
  bool room = false;
  for (int i = 0; i < 100 && !room; ++i) {
    Watch next(server_->address());
    room = next.ReadUntil(1);
    absl::SleepFor(absl::Milliseconds(20));
  }
  EXPECT_TRUE(room);
}

TEST_F(FollowRpcTest, WatchGoesOnBeyondTheDeadlinesOfOtherCalls) {
  Start({.unary_deadline = absl::Milliseconds(100),
         .bulk_deadline = absl::Milliseconds(100)});
  Watch watch(server_->address());
  ASSERT_TRUE(watch.ReadUntil(1));
  absl::SleepFor(absl::Milliseconds(500));
  const LoadOutcome done = directory_.Load({}, SampleRows("Nook"));
  ASSERT_THAT(done.status, IsOk());
  EXPECT_TRUE(watch.ReadUntil(done.report.revision()));
}

TEST_F(FollowRpcTest, WatchEndsAtItsCallersDeadline) {
  Watch watch(server_->address(), absl::Milliseconds(200));
  EXPECT_EQ(watch.Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST_F(FollowRpcTest, DrainEndsWatchesAtOnceAndSaysWhy) {
  Watch watch(server_->address());
  ASSERT_TRUE(watch.ReadUntil(1));
  const absl::Time start = absl::Now();
  std::thread drain([&] { server_->Drain(absl::Seconds(30)); });
  const grpc::Status status = watch.Finish();
  drain.join();
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOn(status), "DRAINING");
}

// Services with much text, all of them changed in every round.
LoadOutcome LoadLarge(TestDirectory& directory, int round) {
  std::vector<v1::Row> rows;
  for (int i = 0; i < 40; ++i) {
    rows.push_back(MakeRow(absl::StrCat(
        "records { service { id: 's", i, "' name: 'Pantry ", round,
        "' status: ACTIVE x_handrail { terms { term: 'food' } } } }")));
    rows.back().mutable_records(0)->mutable_service()->set_description(
        std::string(20'000, static_cast<char>('a' + round % 26)));
  }
  return directory.Load({.rows_per_batch = 1}, rows);
}

// What this process has allocated and not freed.
size_t BytesInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

TEST_F(FollowRpcTest, WhoDoesNotReadHoldsUpNeitherEditsNorDrain) {
  ASSERT_THAT(LoadLarge(directory_, 0).status, IsOk());
  Watch slow(server_->address());
  ASSERT_TRUE(slow.Read());
  Watch quick(server_->address());
  // 2,000 edits, 1.6 GB if each were told by itself.
  uint64_t newest = 0;
  for (int round = 1; round <= 50; ++round) {
    const LoadOutcome done = LoadLarge(directory_, round);
    ASSERT_THAT(done.status, IsOk());
    newest = done.report.revision();
  }
  ASSERT_TRUE(quick.ReadUntil(newest));
  ASSERT_TRUE(slow.ReadUntil(newest));
  EXPECT_EQ(slow.copy.Bytes() == quick.copy.Bytes(), true);

  // And again with nobody who reads, until the end.
  Watch silent(server_->address());
  ASSERT_THAT(LoadLarge(directory_, 99).status, IsOk());
  absl::SleepFor(absl::Milliseconds(300));
  const absl::Time start = absl::Now();
  server_->Drain(absl::Seconds(30));
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
}

TEST_F(FollowRpcTest, WhoDoesNotReadTakesNoMoreMemoryTheMoreIsEdited) {
  ASSERT_THAT(LoadLarge(directory_, 0).status, IsOk());
  const auto edit = [&](int from, int to) {
    for (int round = from; round < to; ++round) {
      ASSERT_THAT(LoadLarge(directory_, round).status, IsOk());
    }
  };
  // The journal in memory grows with each edit, so the growth with followers
  // who do not read is held against the growth without.
  edit(1, 6);
  size_t before = BytesInUse();
  edit(6, 26);
  const size_t without = BytesInUse() - before;
  std::vector<std::unique_ptr<Watch>> silent;
  for (int i = 0; i < 8; ++i) {
    silent.push_back(std::make_unique<Watch>(server_->address()));
    ASSERT_TRUE(silent.back()->Read());
  }
  // Their connections fill up first.
  edit(26, 31);
  before = BytesInUse();
  edit(31, 51);
  const size_t with = BytesInUse() - before;
  // 8 followers times 800 changes of 20 kB would be 128 MB more.
  EXPECT_LT(with, without + (32u << 20));
}

}  // namespace
}  // namespace handrail::server
