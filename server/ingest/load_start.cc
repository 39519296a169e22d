#include "server/ingest/load_start.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "server/limits.h"
#include "server/proto_time.h"
#include "storage/base/hash.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

// Name space of load ids. A random UUID, drawn once; reaches the disk.
constexpr char kLoadNamespace[] = "2f8d0c7e-54a9-4a0e-9d0b-6f1f8f3f7a61";

bool IsSourceName(std::string_view name) {
  return !name.empty() && name.size() <= kSourceNameBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

}  // namespace

absl::Status CheckLoadStart(const v1::LoadStart& start, absl::Time now) {
  std::vector<FieldViolation> wrong;
  if (!IsSourceName(start.source())) {
    wrong.push_back(
        {"start.source", "must be 1 to 64 characters of a-z 0-9 - _ ."});
  }
  if (!IsUuid(start.request_id())) {
    wrong.push_back({"start.request_id", "must be a UUID"});
  }
  if (start.has_as_of() && !IsTimestamp(start.as_of())) {
    wrong.push_back({"start.as_of", "must be a time from year 1 to year 9999"});
  } else if (start.has_as_of() &&
             FromProto(start.as_of()) > now + kAsOfAheadMax) {
    wrong.push_back({"start.as_of",
                     "must not be in the future: it is the day on which the "
                     "source's data were checked"});
  }
  if (start.files_size() > kFilesPerLoadMax) {
    wrong.push_back(
        {"start.files", "must be at most " + std::to_string(kFilesPerLoadMax)});
  }
  if (start.has_allow_retire_percent() &&
      (start.allow_retire_percent() < 0 ||
       start.allow_retire_percent() > 100)) {
    wrong.push_back({"start.allow_retire_percent", "must be from 0 to 100"});
  }
  return wrong.empty() ? absl::OkStatus() : InvalidFields(wrong);
}

std::string LoadIdOf(const v1::LoadStart& start) {
  return UuidV5(kLoadNamespace, start.source() + "/" + start.request_id());
}

}  // namespace handrail::server
