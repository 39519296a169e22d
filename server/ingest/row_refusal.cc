#include "server/ingest/row_refusal.h"

#include <map>
#include <utility>

#include "server/service_references.h"
#include "storage/base/status.h"
#include "storage/normalise/uuid.h"

namespace handrail::server {
namespace {

using storage::v1::StoredRecord;

std::string KindOf(const RecordKey& key) {
  return std::string(storage::KindName(key.first));
}

// What a service refers to, and the HSDS field that does.
std::vector<std::pair<std::string, RecordKey>> ReferencesOf(
    const v1::Service& service) {
  std::vector<std::pair<std::string, RecordKey>> references;
  const auto add = [&](std::string field, v1::RecordType type,
                       const std::string& id) {
    if (!id.empty()) references.push_back({std::move(field), {type, id}});
  };
  add("organization_id", v1::ORGANIZATION, service.organization_id());
  add("program_id", v1::PROGRAM, service.program_id());
  for (int i = 0; i < service.service_at_locations_size(); ++i) {
    add("service_at_locations[" + std::to_string(i) + "].location.id",
        v1::LOCATION, LocationIdOf(service.service_at_locations(i)));
  }
  return references;
}

std::optional<Refusal> RefuseReused(const std::vector<v1::Record>& records,
                                    const RowSurroundings& around) {
  std::map<RecordKey, std::string> in_row;
  for (const v1::Record& record : records) {
    const RecordKey key = KeyOf(record);
    const std::string hash = ContentHash(record);
    const auto [beside, added] = in_row.try_emplace(key, hash);
    if (beside->second == hash && !around.seen.HasOtherContent(key, hash)) {
      continue;
    }
    return Refusal{
        .reason = "id-reused",
        .field = KindOf(key) + ".id",
        .value_class = "id",
        .message =
            "another record of this load has the same id and other content",
        .hint = "give each record an id of its own, and one content"};
  }
  return std::nullopt;
}

// Normalising gives another source's ids away to nobody; this is the second
// lock on that door.
absl::StatusOr<std::optional<Refusal>> RefuseForeign(
    const std::vector<v1::Record>& records, const RowSurroundings& around) {
  for (const v1::Record& record : records) {
    const RecordKey key = KeyOf(record);
    HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord* const found,
                              around.staging.FindFull(key));
    if (found == nullptr || found->info().source() == around.source) {
      continue;
    }
    return std::optional<Refusal>(
        {.reason = "id-owned-by-another-source",
         .field = KindOf(key) + ".id",
         .value_class = "id",
         .message = "a record of this id belongs to another source",
         .hint = "load it under the source that owns it"});
  }
  return std::optional<Refusal>();
}

absl::StatusOr<bool> IsThere(const RecordKey& key,
                             const std::vector<v1::Record>& records,
                             const RowSurroundings& around) {
  for (const v1::Record& record : records) {
    if (KeyOf(record) == key) return true;
  }
  if (around.seen.Contains(key)) return true;
  HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord* const found,
                            around.staging.FindFull(key));
  return found != nullptr && found->info().source() == around.source;
}

absl::StatusOr<std::optional<Refusal>> RefuseDangling(
    const std::vector<v1::Record>& records, const RowSurroundings& around) {
  for (const v1::Record& record : records) {
    if (!record.has_service()) continue;
    for (const auto& [field, key] : ReferencesOf(record.service())) {
      HANDRAIL_ASSIGN_OR_RETURN(const bool there,
                                IsThere(key, records, around));
      if (there) continue;
      const std::string kind = KindOf(key);
      return std::optional<Refusal>(
          {.reason = "dangling-reference",
           .field = "service." + field,
           .value_class = "id",
           .message = "no " + kind + " of this source has this id",
           .hint = "send the " + kind + " in the same row or before it"});
    }
  }
  return std::optional<Refusal>();
}

}  // namespace

absl::StatusOr<std::optional<Refusal>> RefuseRow(
    const std::vector<v1::Record>& records, const RowSurroundings& around) {
  std::optional<Refusal> refusal = RefuseReused(records, around);
  if (refusal.has_value()) return refusal;
  HANDRAIL_ASSIGN_OR_RETURN(refusal, RefuseForeign(records, around));
  if (refusal.has_value()) return refusal;
  return RefuseDangling(records, around);
}

v1::Finding SkippedBecause(const Refusal& refusal,
                           const v1::RowOrigin& origin) {
  v1::Finding finding;
  finding.set_severity(v1::ROW_SKIPPED);
  *finding.mutable_origin() = origin;
  finding.set_field(refusal.field);
  finding.set_reason(refusal.reason);
  finding.set_value_class(refusal.value_class);
  finding.set_message(refusal.message);
  finding.set_hint(refusal.hint);
  finding.set_count(1);
  return finding;
}

}  // namespace handrail::server
