#include "storage/journal/append_plan.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "storage/base/status.h"
#include "storage/journal/limits.h"
#include "storage/journal/timestamps.h"

namespace handrail::storage {
namespace {

using Versions = absl::flat_hash_map<std::string_view, uint64_t>;

absl::Status LimitExceeded(const char* limit, size_t maximum,
                           std::string_view what) {
  return InvalidArgument(
      handrail::v1::ERROR_REASON_LIMIT_EXCEEDED,
      absl::StrCat(std::string(what), ": at most ", maximum, " in one append"),
      {{"limit", limit}, {"maximum", std::to_string(maximum)}});
}

bool IsStreamName(std::string_view name) {
  if (name.empty() || name.size() > kStreamNameBytesMax) return false;
  for (const char c : name) {
    const bool letter = c >= 'a' && c <= 'z';
    const bool digit = c >= '0' && c <= '9';
    if (!letter && !digit && c != '-' && c != '_' && c != '.') return false;
  }
  return true;
}

absl::Status CheckKeys(const AppendRequest& request) {
  absl::flat_hash_set<std::string_view> seen;
  seen.reserve(request.mutations.size());
  size_t bytes = 0;
  for (size_t i = 0; i < request.mutations.size(); ++i) {
    const Mutation& mutation = request.mutations[i];
    if (mutation.key.empty() || mutation.key.size() > kKeyBytesMax) {
      return InvalidField(
          absl::StrCat("mutations[", i, "].key"),
          absl::StrCat("must be 1 to ", kKeyBytesMax, " bytes long"));
    }
    if (!seen.insert(mutation.key).second) {
      return InvalidField(absl::StrCat("mutations[", i, "].key"),
                          "must be named once in an append");
    }
    bytes += mutation.key.size();
    if (mutation.value.has_value()) bytes += mutation.value->size();
  }
  if (bytes > kAppendBytesMax) {
    return LimitExceeded("kAppendBytesMax", kAppendBytesMax,
                         "bytes of keys and values");
  }
  return absl::OkStatus();
}

absl::Status Conflict(const std::string& stream, uint64_t expected,
                      uint64_t actual, std::optional<size_t> index) {
  ErrorMetadata metadata = {{"stream", stream},
                            {"expected", std::to_string(expected)},
                            {"actual", std::to_string(actual)}};
  if (index.has_value()) metadata["index"] = std::to_string(*index);
  return Aborted(handrail::v1::ERROR_REASON_VERSION_CONFLICT,
                 absl::StrCat("changed meanwhile: expected version ", expected,
                              ", found ", actual, "; read again and retry"),
                 metadata);
}

// Compares every expected version with the latest one. `known` holds the
// versions of the keys that the append changes; others are read here.
absl::Status CheckExpected(const AppendRequest& request, const Versions& known,
                           const JournalSnapshot& now) {
  for (size_t i = 0; i < request.expected.size(); ++i) {
    const KeyVersion& expected = request.expected[i];
    uint64_t actual = 0;
    if (const auto found = known.find(expected.key); found != known.end()) {
      actual = found->second;
    } else {
      HANDRAIL_ASSIGN_OR_RETURN(const std::optional<VersionedValue> value,
                                now.Get(request.stream, expected.key));
      if (value.has_value()) actual = value->version;
    }
    if (actual != expected.version) {
      return Conflict(request.stream, expected.version, actual, i);
    }
  }
  return absl::OkStatus();
}

// What the keys to be changed hold now. What the caller has read is taken from
// the request as long as the stream is where it was.
absl::StatusOr<std::vector<std::optional<VersionedValue>>> ReadBefore(
    AppendRequest& request, uint64_t position, const JournalSnapshot& now) {
  const bool as_read = request.read_at == position;
  std::vector<std::optional<VersionedValue>> before(request.mutations.size());
  std::vector<std::string> unread;
  std::vector<size_t> places;
  for (size_t i = 0; i < request.mutations.size(); ++i) {
    Mutation& mutation = request.mutations[i];
    if (as_read && mutation.before.has_value()) {
      before[i] = std::move(mutation.before->value);
      continue;
    }
    unread.push_back(mutation.key);
    places.push_back(i);
  }
  HANDRAIL_ASSIGN_OR_RETURN(std::vector<std::optional<VersionedValue>> values,
                            now.GetMany(request.stream, unread));
  for (size_t i = 0; i < places.size(); ++i) {
    before[places[i]] = std::move(values[i]);
  }
  return before;
}

}  // namespace

absl::Status CheckAppend(const AppendRequest& request) {
  if (!IsStreamName(request.stream)) {
    return InvalidField("stream", "must be 1 to 64 of a-z 0-9 - _ .");
  }
  if (request.request_id.size() > kRequestIdBytesMax) {
    return InvalidField(
        "request_id",
        absl::StrCat("must be at most ", kRequestIdBytesMax, " bytes long"));
  }
  if (request.note.size() > kNoteBytesMax) {
    return InvalidField(
        "note", absl::StrCat("must be at most ", kNoteBytesMax, " bytes long"));
  }
  if (request.mutations.size() > kMutationsPerAppendMax) {
    return LimitExceeded("kMutationsPerAppendMax", kMutationsPerAppendMax,
                         "keys changed");
  }
  if (request.expected.size() > kExpectedPerAppendMax) {
    return LimitExceeded("kExpectedPerAppendMax", kExpectedPerAppendMax,
                         "versions expected");
  }
  if (request.audit.size() > kAuditRowsPerAppendMax) {
    return LimitExceeded("kAuditRowsPerAppendMax", kAuditRowsPerAppendMax,
                         "audit rows");
  }
  return CheckKeys(request);
}

absl::StatusOr<PlannedAppend> PlanAppend(AppendRequest request,
                                         const JournalSnapshot& now) {
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t position,
                            now.Position(request.stream));
  if (request.expected_position.has_value() &&
      *request.expected_position != position) {
    return Conflict(request.stream, *request.expected_position, position, {});
  }
  HANDRAIL_ASSIGN_OR_RETURN(std::vector<std::optional<VersionedValue>> before,
                            ReadBefore(request, position, now));
  Versions known;
  known.reserve(before.size());
  for (size_t i = 0; i < before.size(); ++i) {
    known.emplace(request.mutations[i].key,
                  before[i].has_value() ? before[i]->version : 0);
  }
  HANDRAIL_RETURN_IF_ERROR(CheckExpected(request, known, now));

  PlannedAppend planned;
  planned.versions_before.reserve(before.size());
  v1::JournalEntry& entry = planned.entry;
  entry.set_stream(request.stream);
  entry.set_position(position + 1);
  *entry.mutable_at() = ToTimestamp(request.at);
  entry.set_request_id(request.request_id);
  entry.set_note(std::move(request.note));
  entry.mutable_mutations()->Reserve(static_cast<int>(before.size()));
  for (size_t i = 0; i < before.size(); ++i) {
    v1::JournalMutation& mutation = *entry.add_mutations();
    mutation.set_key(std::move(request.mutations[i].key));
    if (request.mutations[i].value.has_value()) {
      mutation.set_value(*std::move(request.mutations[i].value));
    }
    planned.versions_before.push_back(before[i].has_value() ? before[i]->version
                                                            : 0);
    if (before[i].has_value()) {
      mutation.set_before(std::move(before[i]->value));
    }
  }
  for (v1::AuditRow& row : request.audit) {
    if (!row.has_at()) *row.mutable_at() = entry.at();
    *entry.add_audit() = std::move(row);
  }
  return planned;
}

absl::Status RevisionGone(uint64_t revision, uint64_t earliest) {
  return FailedPrecondition(
      handrail::v1::ERROR_REASON_REVISION_GONE,
      absl::StrCat("changes after revision ", revision,
                   " are no longer kept; the earliest to go on from is ",
                   earliest),
      {{"revision", std::to_string(revision)},
       {"earliest", std::to_string(earliest)}});
}

std::string DeterministicBytes(const google::protobuf::MessageLite& message) {
  std::string bytes;
  bytes.reserve(message.ByteSizeLong());
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    message.SerializeWithCachedSizes(&out);
  }
  return bytes;
}

std::string PrefixEnd(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty()) {
    const auto last = static_cast<unsigned char>(end.back());
    if (last != 0xff) {
      end.back() = static_cast<char>(last + 1);
      return end;
    }
    end.pop_back();
  }
  return end;
}

}  // namespace handrail::storage
