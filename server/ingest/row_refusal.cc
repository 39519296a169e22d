#include "server/ingest/row_refusal.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "server/service_references.h"
#include "storage/base/status.h"
#include "storage/normalise/uuid.h"

namespace handrail::server {
namespace {

using storage::v1::StoredRecord;

std::string KindOf(const RecordKey& key) {
  return std::string(storage::KindName(key.first));
}

// What a service refers to.
struct Reference {
  RecordKey key;
  // Of the service_at_location that does; -1: the service itself.
  int link = -1;
};

std::vector<Reference> ReferencesOf(const v1::Service& service) {
  std::vector<Reference> references;
  const auto add = [&](v1::RecordType type, const std::string& id, int link) {
    if (!id.empty()) references.push_back({{type, id}, link});
  };
  add(v1::ORGANIZATION, service.organization_id(), -1);
  add(v1::PROGRAM, service.program_id(), -1);
  for (int i = 0; i < service.service_at_locations_size(); ++i) {
    add(v1::LOCATION, LocationIdOf(service.service_at_locations(i)), i);
  }
  return references;
}

// The HSDS field that refers to it.
std::string FieldOf(const Reference& reference) {
  if (reference.link < 0) return KindOf(reference.key) + "_id";
  return "service_at_locations[" + std::to_string(reference.link) +
         "].location.id";
}

std::optional<Refusal> RefuseReused(const std::vector<RecordPrint>& prints,
                                    const RowSurroundings& around) {
  absl::flat_hash_map<RecordKey, Sha256Half> in_row;
  for (const RecordPrint& print : prints) {
    const auto [beside, added] = in_row.try_emplace(print.key, print.content);
    if (beside->second == print.content &&
        !around.seen.HasOtherContent(print)) {
      continue;
    }
    return Refusal{
        .reason = "id-reused",
        .field = KindOf(print.key) + ".id",
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
    const std::vector<RecordPrint>& prints, const RowSurroundings& around) {
  for (const RecordPrint& print : prints) {
    HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord* const found,
                              around.staging.FindFull(print.key));
    if (found == nullptr || found->info().source() == around.source) {
      continue;
    }
    return std::optional<Refusal>(
        {.reason = "id-owned-by-another-source",
         .field = KindOf(print.key) + ".id",
         .value_class = "id",
         .message = "a record of this id belongs to another source",
         .hint = "load it under the source that owns it"});
  }
  return std::optional<Refusal>();
}

absl::StatusOr<bool> IsThere(const RecordKey& key,
                             const std::vector<RecordPrint>& prints,
                             const RowSurroundings& around) {
  for (const RecordPrint& print : prints) {
    if (print.key == key) return true;
  }
  if (around.seen.Contains(key)) return true;
  HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord* const found,
                            around.staging.FindFull(key));
  return found != nullptr && found->info().source() == around.source;
}

absl::StatusOr<std::optional<Refusal>> RefuseDangling(
    const std::vector<v1::Record>& records,
    const std::vector<RecordPrint>& prints, const RowSurroundings& around) {
  for (const v1::Record& record : records) {
    if (!record.has_service()) continue;
    for (const Reference& reference : ReferencesOf(record.service())) {
      const RecordKey& key = reference.key;
      HANDRAIL_ASSIGN_OR_RETURN(const bool there, IsThere(key, prints, around));
      if (there) continue;
      const std::string kind = KindOf(key);
      return std::optional<Refusal>(
          {.reason = "dangling-reference",
           .field = "service." + FieldOf(reference),
           .value_class = "id",
           .message = "no " + kind + " of this source has this id",
           .hint = "send the " + kind + " in the same row or before it"});
    }
  }
  return std::optional<Refusal>();
}

}  // namespace

absl::StatusOr<std::optional<Refusal>> RefuseRow(
    const std::vector<v1::Record>& records,
    const std::vector<RecordPrint>& prints, const RowSurroundings& around) {
  std::optional<Refusal> refusal = RefuseReused(prints, around);
  if (refusal.has_value()) return refusal;
  HANDRAIL_ASSIGN_OR_RETURN(refusal, RefuseForeign(prints, around));
  if (refusal.has_value()) return refusal;
  return RefuseDangling(records, prints, around);
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
