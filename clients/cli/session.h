// What every command needs: where the server is, how to print, and the
// streams. One per process; commands run one at a time.
#pragma once

#include <chrono>
#include <iosfwd>
#include <memory>
#include <string>

#include "clients/cli/exit_code.h"
#include "google/protobuf/message.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"

namespace handrail::cli {

enum class OutputFormat { kTable, kJson };

// Longest wait for one unary answer, and for a whole load or export.
inline constexpr std::chrono::seconds kUnaryDeadline{10};
inline constexpr std::chrono::minutes kStreamDeadline{10};

// Data goes to `out`, progress and errors to `err`.
struct Session {
  std::string server = "127.0.0.1:7460";
  OutputFormat output = OutputFormat::kTable;
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
  std::istream* in = nullptr;
  // True where `err` is a terminal, so that a line may be redrawn.
  bool terminal = false;
  // Width of the table view in columns.
  int columns = 80;

  // The channel to `server`, made at first use.
  std::shared_ptr<grpc::Channel> Channel();

  // Prints a message in protobuf's JSON form: lowerCamelCase names, default
  // values printed. REQUIRES: `out` is set.
  void PrintJson(const google::protobuf::Message& message);

  // Says what failed, with the wrong fields one per line, and gives the exit
  // code. REQUIRES: !status.ok().
  ExitCode Fail(const grpc::Status& status);
  // Says what is wrong with the command line.
  ExitCode Usage(const std::string& what);

 private:
  std::shared_ptr<grpc::Channel> channel_;
};

// A call context with a deadline from now.
template <typename Duration>
std::unique_ptr<grpc::ClientContext> CallContext(Duration deadline) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + deadline);
  return context;
}

// The JSON text that PrintJson prints, on one line where `pretty` is false.
std::string ToJson(const google::protobuf::Message& message, bool pretty);

}  // namespace handrail::cli
