#include "clients/cli/session.h"

#include <ostream>

#include "google/protobuf/util/json_util.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

namespace handrail::cli {
namespace {

// How long a server that does not answer is tried: long enough for one that
// just restarts.
constexpr std::chrono::seconds kConnectPatience{2};
constexpr int kReconnectMs = 200;

// Of the server's own messages; a page of 500 records can be larger than
// gRPC's default of 4 MiB.
constexpr int kMessageBytesMax = 64 << 20;

// Of one answer's headers and trailers.
constexpr int kMetadataBytesMax = 64 << 10;

void PrintDetails(const grpc::Status& status, std::ostream& err) {
  google::rpc::Status rich;
  if (!rich.ParseFromString(status.error_details())) return;
  for (const google::protobuf::Any& detail : rich.details()) {
    google::rpc::BadRequest bad;
    google::rpc::ErrorInfo info;
    if (detail.UnpackTo(&bad)) {
      for (const auto& violation : bad.field_violations()) {
        err << "  " << violation.field() << ": " << violation.description()
            << "\n";
      }
    } else if (detail.UnpackTo(&info)) {
      err << "  reason: " << info.reason() << "\n";
    }
  }
}

}  // namespace

std::shared_ptr<grpc::Channel> Session::Channel() {
  if (channel_ == nullptr) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
    // Errors with all their details are larger than gRPC's 8 KiB at times.
    arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMs);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kReconnectMs);
    channel_ = grpc::CreateCustomChannel(
        server, grpc::InsecureChannelCredentials(), arguments);
    // Where this is in vain, the call that follows says why.
    channel_->WaitForConnected(std::chrono::system_clock::now() +
                               kConnectPatience);
  }
  return channel_;
}

void Session::Show(const google::protobuf::Message& message,
                   const std::function<std::string()>& view) {
  if (output == OutputFormat::kJson) {
    PrintJson(message);
  } else {
    *out << view();
  }
}

void Session::PrintJson(const google::protobuf::Message& message) {
  *out << ToJson(message, /*pretty=*/true);
}

ExitCode Session::Fail(const grpc::Status& status) {
  const ExitCode code = ExitCodeOf(status);
  *err << "handrail: " << status.error_message();
  if (code == ExitCode::kUnavailable) *err << " (server " << server << ")";
  *err << "\n";
  PrintDetails(status, *err);
  return code;
}

ExitCode Session::Usage(const std::string& what) {
  *err << "handrail: " << what << "\n";
  return ExitCode::kUsage;
}

std::string ToJson(const google::protobuf::Message& message, bool pretty) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = pretty;
  options.always_print_primitive_fields = true;
  std::string json;
  // Fails only for an Any of an unknown type; our messages have none.
  (void)google::protobuf::util::MessageToJsonString(message, &json, options);
  if (json.empty() || json.back() != '\n') json.push_back('\n');
  return json;
}

}  // namespace handrail::cli
