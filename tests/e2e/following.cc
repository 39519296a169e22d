#include "tests/e2e/following.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"
#include "handrail/v1/directory_service.grpc.pb.h"

namespace handrail::testing {
namespace {

constexpr absl::Duration kFinishTime = absl::Minutes(1);

// Replaces a file in one step: the other process reads it whole or not at all.
void WriteWhole(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::path aside = path;
  aside += ".part";
  std::ofstream(aside, std::ios::binary) << text;
  std::filesystem::rename(aside, path);
}

}  // namespace

FollowerProcess::FollowerProcess(std::filesystem::path folder)
    : folder_(std::move(folder)) {
  std::filesystem::create_directories(folder_);
}

FollowerProcess::~FollowerProcess() {
  if (pid_ > 0) Kill();
}

void FollowerProcess::PointTo(const std::string& address) {
  WriteWhole(folder_ / "address", address);
}

void FollowerProcess::Start() {
  const std::string program = absl::StrCat(HANDRAIL_BIN_DIR, "/e2e_follower");
  const std::string folder = folder_.string();
  const std::string address = (folder_ / "address").string();
  const std::string stop = (folder_ / "stop").string();
  pid_ = fork();
  if (pid_ == 0) {
    execl(program.c_str(), program.c_str(), folder.c_str(), address.c_str(),
          stop.c_str(), nullptr);
    _exit(127);
  }
}

void FollowerProcess::Kill() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string FollowerProcess::Finish() {
  WriteWhole(folder_ / "stop", "now");
  const absl::Time end = absl::Now() + kFinishTime;
  int status = 0;
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    if (absl::Now() > end) {
      Kill();
      return "";
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
  pid_ = -1;
  std::filesystem::remove(folder_ / "stop");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return "";
  std::ifstream copy(folder_ / "copy", std::ios::binary);
  return {std::istreambuf_iterator<char>(copy), {}};
}

DirectoryCopy ListingsOf(const std::string& address) {
  auto stub = v1::DirectoryService::NewStub(
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  auto stream = stub->StreamListings(&context, {});
  DirectoryCopy copy;
  int64_t count = -1;
  v1::StreamListingsResponse message;
  while (stream->Read(&message)) {
    copy.Apply(message);
    if (message.has_listing_count()) count = message.listing_count();
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(count, static_cast<int64_t>(copy.listings().size()));
  return copy;
}

}  // namespace handrail::testing
