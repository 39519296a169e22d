#include "server/source_ttls.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "matcher/matcher.h"
#include "server/limits.h"
#include "storage/base/hash.h"

namespace handrail::server {
namespace {

constexpr int kDaysMax = 3650;
constexpr absl::Duration kDay = absl::Hours(24);

constexpr std::array<std::pair<std::string_view, v1::FactTtl>, 7> kClasses = {
    {{"capacity", v1::TTL_CAPACITY},
     {"waitlist", v1::TTL_WAITLIST},
     {"accepting-new", v1::TTL_ACCEPTING_NEW},
     {"policy", v1::TTL_POLICY},
     {"meeting-time", v1::TTL_MEETING_TIME},
     {"eligibility", v1::TTL_ELIGIBILITY},
     {"address", v1::TTL_ADDRESS}}};

absl::Status Wrong(const std::string& entry, std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("--ttl ", entry, ": ", std::string(why)));
}

bool IsSourceName(std::string_view name) {
  return !name.empty() && name.size() <= kSourceNameBytesMax &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") ==
             std::string_view::npos;
}

std::string ClassNames() {
  std::string names;
  for (const auto& [name, ttl] : kClasses) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", std::string(name));
  }
  return names;
}

}  // namespace

absl::StatusOr<matcher::TtlTable> ReadSourceTtls(
    const std::vector<std::string>& entries) {
  matcher::TtlTable table;
  for (const std::string& entry : entries) {
    const size_t colon = entry.find(':');
    const size_t equals = entry.find('=');
    if (colon == std::string::npos || equals == std::string::npos ||
        equals < colon) {
      return Wrong(entry, "must be SOURCE:CLASS=DAYS, like bchd:policy=365");
    }
    const std::string source = entry.substr(0, colon);
    const std::string name = entry.substr(colon + 1, equals - colon - 1);
    if (!IsSourceName(source)) {
      return Wrong(entry,
                   "the source must be 1 to 64 characters of a-z 0-9 - _ .");
    }
    const auto found =
        std::find_if(kClasses.begin(), kClasses.end(),
                     [&](const auto& known) { return known.first == name; });
    if (found == kClasses.end()) {
      return Wrong(entry, "the class must be one of " + ClassNames());
    }
    int days = 0;
    if (!absl::SimpleAtoi(entry.substr(equals + 1), &days) || days < 1 ||
        days > kDaysMax) {
      return Wrong(entry, absl::StrCat("the days must be a whole number from "
                                       "1 to ",
                                       kDaysMax));
    }
    table.by_source[source][found->second] = days * kDay;
  }
  return table;
}

std::string ScorerVersionWith(const matcher::TtlTable& ttls) {
  const std::string& version = matcher::ScorerVersion();
  if (ttls.by_source.empty()) return version;
  std::string all = version;
  for (const auto& [source, classes] : ttls.by_source) {
    for (const auto& [ttl, duration] : classes) {
      absl::StrAppend(&all, "\n", source, ":", static_cast<int>(ttl), "=",
                      absl::ToInt64Hours(duration));
    }
  }
  return Sha256Hex(all).substr(0, version.size());
}

}  // namespace handrail::server
