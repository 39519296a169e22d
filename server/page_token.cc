#include "server/page_token.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/limits.h"
#include "storage/base/hash.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

// First byte of every token: the layout of the rest.
constexpr char kLayout = '2';
// Hexadecimal digits of the query's hash that a token carries.
constexpr size_t kHashDigits = 16;
// Hexadecimal digits of the revision, which follow.
constexpr size_t kRevisionDigits = 16;

std::string Head(std::string_view query) {
  return kLayout + Sha256Hex(query).substr(0, kHashDigits);
}

absl::Status Refused(std::string_view why) {
  return InvalidArgument(v1::ERROR_REASON_PAGE_TOKEN_INVALID,
                         "page_token " + std::string(why) +
                             ": begin again with an empty page_token",
                         {{"field", "page_token"}});
}

}  // namespace

absl::Status PageTokenOfAnotherQuery() {
  return Refused("is not one of this query");
}

std::string MakePageToken(std::string_view query, const PageStart& start) {
  return absl::WebSafeBase64Escape(absl::StrCat(
      Head(query), absl::Hex(start.revision, absl::kZeroPad16), start.after));
}

absl::StatusOr<PageStart> ReadPageToken(std::string_view query,
                                        uint64_t revision,
                                        std::string_view token) {
  if (token.empty()) return PageStart{.after = "", .revision = revision};
  const std::string head = Head(query);
  std::string bytes;
  if (token.size() > kPageTokenBytesMax ||
      !absl::WebSafeBase64Unescape(
          absl::string_view(token.data(), token.size()), &bytes) ||
      bytes.size() <= head.size() + kRevisionDigits ||
      bytes.compare(0, head.size(), head) != 0) {
    return PageTokenOfAnotherQuery();
  }
  PageStart start;
  if (!absl::SimpleHexAtoi(bytes.substr(head.size(), kRevisionDigits),
                           &start.revision)) {
    return PageTokenOfAnotherQuery();
  }
  if (start.revision > revision) {
    return Refused("is of a revision that this server has not reached");
  }
  start.after = bytes.substr(head.size() + kRevisionDigits);
  return start;
}

absl::StatusOr<int32_t> ReadPageSize(int32_t asked) {
  if (asked < 0) {
    return InvalidField("page_size", "must be 0 (the default) or more");
  }
  return asked == 0 ? kPageSizeDefault : std::min(asked, kPageSizeMax);
}

}  // namespace handrail::server
