#include "server/rpc/error_mapping.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/limits.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

// `text`, or its beginning where it is longer than `most` bytes.
std::string Cut(const std::string& text, size_t most) {
  if (text.size() <= most) return text;
  constexpr std::string_view kMore = "…";
  size_t end = most - kMore.size();
  // Not in the middle of a character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  return text.substr(0, end) + std::string(kMore);
}

std::string BoundedInfo(const std::string& bytes) {
  google::rpc::ErrorInfo info;
  if (!info.ParseFromString(bytes)) return bytes;
  for (auto& [key, value] : *info.mutable_metadata()) {
    value = Cut(value, kErrorTextBytesMax);
  }
  return info.SerializeAsString();
}

std::string BoundedViolations(const std::string& bytes) {
  google::rpc::BadRequest all;
  if (!all.ParseFromString(bytes)) return bytes;
  google::rpc::BadRequest some;
  int told = 0;
  for (const auto& violation : all.field_violations()) {
    auto& added = *some.add_field_violations();
    added.set_field(Cut(violation.field(), kErrorTextBytesMax));
    added.set_description(Cut(violation.description(), kErrorTextBytesMax));
    if (told == kViolationsMax || some.ByteSizeLong() > kViolationBytesMax) {
      added.clear_field();
      added.set_description("and " +
                            std::to_string(all.field_violations_size() - told) +
                            " more: correct those listed first");
      break;
    }
    ++told;
  }
  return some.SerializeAsString();
}

std::string Bounded(const std::string& url, const std::string& bytes) {
  if (url == kErrorInfoUrl) return BoundedInfo(bytes);
  if (url == kBadRequestUrl) return BoundedViolations(bytes);
  return bytes;
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status rich;
  rich.set_code(static_cast<int>(status.code()));
  rich.set_message(Cut(MessageOf(status), kErrorTextBytesMax));
  std::vector<std::pair<std::string, std::string>> payloads;
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& bytes) {
    if (!absl::StartsWith(url, "type.googleapis.com/google.rpc.")) return;
    const std::string type(url.data(), url.size());
    payloads.emplace_back(type, Bounded(type, std::string(bytes)));
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
