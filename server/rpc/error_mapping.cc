#include "server/rpc/error_mapping.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "google/rpc/status.pb.h"
#include "storage/base/status.h"

namespace handrail::server {

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status rich;
  rich.set_code(static_cast<int>(status.code()));
  rich.set_message(MessageOf(status));
  std::vector<std::pair<std::string, std::string>> payloads;
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& bytes) {
    if (!absl::StartsWith(url, "type.googleapis.com/google.rpc.")) return;
    payloads.emplace_back(std::string(url.data(), url.size()),
                          std::string(bytes));
  });
  // The order of payloads is not said; the bytes of an error are fixed.
  std::sort(payloads.begin(), payloads.end());
  for (auto& [url, bytes] : payloads) {
    google::protobuf::Any& detail = *rich.add_details();
    detail.set_type_url(url);
    detail.set_value(std::move(bytes));
  }
  // absl's codes and gRPC's have the same numbers.
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      rich.message(), rich.SerializeAsString());
}

}  // namespace handrail::server
