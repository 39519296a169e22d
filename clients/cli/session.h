// What every command needs: where the server is, how to ask it, how to print,
// and the streams. One per process; commands run one at a time.
//
//   v1::GetLoadRequest request;
//   request.set_id(id);
//   return session.Ask(&v1::IngestService::Stub::GetLoad, request,
//                      [&](const v1::GetLoadResponse& response) {
//                        return ViewLoad(response.load(), session.columns);
//                      });
#pragma once

#include <chrono>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

#include "clients/cli/exit_code.h"
#include "google/protobuf/message.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

namespace handrail::cli {

enum class OutputFormat { kTable, kJson };

// Longest wait for one unary answer, and for a whole load or export.
inline constexpr std::chrono::seconds kUnaryDeadline{10};
inline constexpr std::chrono::minutes kStreamDeadline{60};

// A unary method as gRPC generates it: &v1::MatchService::Stub::Match.
template <typename Stub, typename Request, typename Response>
using Method = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&,
                                      Response*);

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

  // One unary call, which gets kUnaryDeadline. `response` counts where it is
  // OK; nothing is printed. For commands that go on after a failure.
  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(Method<Stub, Request, Response> method,
                    const Request& request, Response& response);

  // A whole command: calls, then shows the answer as `view(response)` words it,
  // or fails.
  template <typename Stub, typename Request, typename Response, typename View>
  ExitCode Ask(Method<Stub, Request, Response> method, const Request& request,
               const View& view);
  // The same for an answer that is JSON whatever `output` says.
  template <typename Stub, typename Request, typename Response>
  ExitCode AskForJson(Method<Stub, Request, Response> method,
                      const Request& request);

  // Prints the message as JSON or, where `output` is a table, what `view`
  // gives. REQUIRES: `out` is set.
  void Show(const google::protobuf::Message& message,
            const std::function<std::string()>& view);
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

template <typename Stub, typename Request, typename Response>
grpc::Status Session::Call(Method<Stub, Request, Response> method,
                           const Request& request, Response& response) {
  Stub stub(Channel());
  const auto context = CallContext(kUnaryDeadline);
  return (stub.*method)(context.get(), request, &response);
}

template <typename Stub, typename Request, typename Response, typename View>
ExitCode Session::Ask(Method<Stub, Request, Response> method,
                      const Request& request, const View& view) {
  Response response;
  const grpc::Status status = Call(method, request, response);
  if (!status.ok()) return Fail(status);
  Show(response, [&] { return view(response); });
  return ExitCode::kOk;
}

template <typename Stub, typename Request, typename Response>
ExitCode Session::AskForJson(Method<Stub, Request, Response> method,
                             const Request& request) {
  Response response;
  const grpc::Status status = Call(method, request, response);
  if (!status.ok()) return Fail(status);
  PrintJson(response);
  return ExitCode::kOk;
}

// The JSON text that PrintJson prints, on one line where `pretty` is false.
std::string ToJson(const google::protobuf::Message& message, bool pretty);

}  // namespace handrail::cli
