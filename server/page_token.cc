#include "server/page_token.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "server/limits.h"
#include "storage/base/hash.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

// First byte of every token: the layout of the rest.
constexpr char kLayout = '1';
// Hexadecimal digits of the query's hash that a token carries.
constexpr size_t kHashDigits = 16;

std::string Head(std::string_view query) {
  return kLayout + Sha256Hex(query).substr(0, kHashDigits);
}

}  // namespace

std::string MakePageToken(std::string_view query, std::string_view last_id) {
  std::string bytes = Head(query);
  bytes += last_id;
  return absl::WebSafeBase64Escape(bytes);
}

absl::StatusOr<std::string> ReadPageToken(std::string_view query,
                                          std::string_view token) {
  if (token.empty()) return std::string();
  const std::string head = Head(query);
  std::string bytes;
  if (token.size() > kPageTokenBytesMax ||
      !absl::WebSafeBase64Unescape(
          absl::string_view(token.data(), token.size()), &bytes) ||
      bytes.size() <= head.size() || bytes.compare(0, head.size(), head) != 0) {
    return InvalidArgument(v1::ERROR_REASON_PAGE_TOKEN_INVALID,
                           "page_token is not one of this query: begin again "
                           "with an empty page_token",
                           {{"field", "page_token"}});
  }
  return bytes.substr(head.size());
}

absl::StatusOr<int32_t> ReadPageSize(int32_t asked) {
  if (asked < 0) {
    return InvalidField("page_size", "must be 0 (the default) or more");
  }
  return asked == 0 ? kPageSizeDefault : std::min(asked, kPageSizeMax);
}

}  // namespace handrail::server
