// A follower as another agency would run it: keeps a copy of the directory in a
// folder of its own, through kills and restarts of either side.
//
//   e2e_follower FOLDER ADDRESS_FILE STOP_FILE
//
// Every message it applied stands in FOLDER/log, so that after a kill it goes
// on where it was; what a kill cut off at the end of the log is dropped. Where
// the server says that the revision is gone or not reached it begins again.
// When STOP_FILE is there it catches up once more, writes the copy to
// FOLDER/copy and ends.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "handrail/v1/directory_service.grpc.pb.h"
#include "tests/server/directory_copy.h"

namespace handrail::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kPause(50);
// A watch is begun again so often, to see whether it is time to stop.
constexpr std::chrono::milliseconds kWatchTime(700);

std::string Slurp(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

uint64_t Number(std::string_view bytes) {
  uint64_t number = 0;
  for (const char c : bytes) {
    number = number << 8 | static_cast<unsigned char>(c);
  }
  return number;
}

std::string Eight(uint64_t number) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(number >> shift & 0xFF));
  }
  return bytes;
}

// The messages applied so far, each as kind, length, sum and bytes.
class Log {
 public:
  enum Kind : char { kStreamed = 's', kChanged = 'c' };

  explicit Log(fs::path path) : path_(std::move(path)) {}

  // Shows what is whole and drops the rest.
  void Replay(const std::function<void(Kind, const std::string&)>& show) {
    const std::string bytes = Slurp(path_);
    size_t at = 0;
    while (at + kHead <= bytes.size()) {
      const uint64_t size = Number(std::string_view(bytes).substr(at + 1, 8));
      const uint64_t sum = Number(std::string_view(bytes).substr(at + 9, 8));
      if (bytes.size() - at - kHead < size) break;
      const std::string body = bytes.substr(at + kHead, size);
      if (std::hash<std::string>()(body) != sum) break;
      show(static_cast<Kind>(bytes[at]), body);
      at += kHead + size;
    }
    if (fs::exists(path_)) fs::resize_file(path_, at);
    out_.open(path_, std::ios::binary | std::ios::app);
  }

  void Add(Kind kind, const std::string& body) {
    out_.put(kind);
    out_ << Eight(body.size()) << Eight(std::hash<std::string>()(body)) << body
         << std::flush;
  }

  void BeginAgain() {
    out_.close();
    out_.open(path_, std::ios::binary | std::ios::trunc);
  }

 private:
  static constexpr size_t kHead = 17;
  const fs::path path_;
  std::ofstream out_;
};

class Follower {
 public:
  Follower(fs::path folder, fs::path address_file, fs::path stop_file)
      : folder_(std::move(folder)),
        address_file_(std::move(address_file)),
        stop_file_(std::move(stop_file)),
        log_(folder_ / "log") {
    log_.Replay([this](Log::Kind kind, const std::string& body) {
      if (kind == Log::kStreamed) {
        v1::StreamListingsResponse message;
        message.ParseFromString(body);
        Apply(message);
      } else {
        v1::WatchChangesResponse message;
        message.ParseFromString(body);
        copy_.Apply(message);
      }
    });
  }

  int Run() {
    while (true) {
      const bool last = fs::exists(stop_file_);
      stub_ = v1::DirectoryService::NewStub(grpc::CreateChannel(
          Slurp(address_file_), grpc::InsecureChannelCredentials()));
      const grpc::Status status = whole_ ? Watch(last) : Stream();
      if (status.error_code() == grpc::StatusCode::FAILED_PRECONDITION ||
          status.error_code() == grpc::StatusCode::OUT_OF_RANGE) {
        BeginAgain();
      } else if (last && whole_ && status.ok() && copy_.caught_up()) {
        std::ofstream(folder_ / "copy", std::ios::binary) << copy_.Bytes();
        return 0;
      }
      if (!status.ok()) std::this_thread::sleep_for(kPause);
    }
  }

 private:
  void Apply(const v1::StreamListingsResponse& message) {
    copy_.Apply(message);
    whole_ = message.has_listing_count();
  }

  void BeginAgain() {
    log_.BeginAgain();
    copy_ = DirectoryCopy();
    whole_ = false;
  }

  grpc::Status Stream() {
    BeginAgain();
    grpc::ClientContext context;
    auto stream = stub_->StreamListings(&context, {});
    v1::StreamListingsResponse message;
    while (stream->Read(&message)) {
      log_.Add(Log::kStreamed, message.SerializeAsString());
      Apply(message);
    }
    return stream->Finish();
  }

  grpc::Status Watch(bool until_caught_up) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         (until_caught_up ? kWatchTime * 40 : kWatchTime));
    v1::WatchChangesRequest request;
    request.set_from_revision(copy_.revision());
    request.set_until_caught_up(until_caught_up);
    auto stream = stub_->WatchChanges(&context, request);
    v1::WatchChangesResponse message;
    while (stream->Read(&message)) {
      log_.Add(Log::kChanged, message.SerializeAsString());
      copy_.Apply(message);
    }
    return stream->Finish();
  }

  const fs::path folder_;
  const fs::path address_file_;
  const fs::path stop_file_;
  Log log_;
  DirectoryCopy copy_;
  // All listings were streamed.
  bool whole_ = false;
  std::unique_ptr<v1::DirectoryService::Stub> stub_;
};

}  // namespace
}  // namespace handrail::testing

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  return handrail::testing::Follower(argv[1], argv[2], argv[3]).Run();
}
