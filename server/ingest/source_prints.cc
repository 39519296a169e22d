#include "server/ingest/source_prints.h"

#include <algorithm>
#include <utility>

#include "server/curation/field_path.h"
#include "server/ingest/fingerprint.h"
#include "server/ingest/record_key.h"
#include "server/proto_time.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

using storage::FullChange;
using storage::v1::ConfirmedField;
using storage::v1::StoredRecord;

// Changes of one edited record that are looked at.
constexpr size_t kChangesMax = 200;

void AddPrint(const v1::Record& record, std::vector<uint64_t>& prints) {
  const uint64_t print = Fingerprint(record);
  if (print == 0 || std::count(prints.begin(), prints.end(), print) > 0) return;
  prints.push_back(print);
}

bool Confirms(const StoredRecord& record, const std::string& field) {
  return std::any_of(
      record.confirmed().begin(), record.confirmed().end(),
      [&](const ConfirmedField& other) { return other.field() == field; });
}

// The record before somebody edited or confirmed the field; null: not kept.
const v1::Record* BeforeEdit(const std::vector<FullChange>& history,
                             const std::string& field) {
  for (const FullChange& change : history) {
    if (!change.before.has_value()) return nullptr;
    if (!Confirms(*change.before, field)) return &change.before->record();
  }
  return nullptr;
}

// The newest word of the feed about the field; null: it never said otherwise.
const v1::Conflict* LastConflict(const std::vector<v1::Conflict>& conflicts,
                                 const std::string& field) {
  const v1::Conflict* last = nullptr;
  for (const v1::Conflict& conflict : conflicts) {
    if (conflict.field() != field || conflict.feed_json().empty()) continue;
    if (last == nullptr ||
        FromProto(last->found_at()) <= FromProto(conflict.found_at())) {
      last = &conflict;
    }
  }
  return last;
}

}  // namespace

absl::StatusOr<SourcePrints> PrintsOf(const storage::DirectoryView& view,
                                      const StoredRecord& record) {
  SourcePrints was;
  AddPrint(record.record(), was.prints);
  if (was.prints.empty() || record.confirmed().empty()) return was;

  const v1::RecordRef ref = RefOf(KeyOf(record.record()));
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<FullChange> history,
                            view.FullHistory(ref, kChangesMax));
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<v1::Conflict> conflicts,
                            view.ConflictsOf(ref));
  v1::Record before = record.record();
  v1::Record said = record.record();
  v1::Record before_or_said = record.record();
  for (const ConfirmedField& confirmed : record.confirmed()) {
    const auto path = FieldPath::Parse(ref.type(), confirmed.field());
    if (!path.ok() || !path->HasHolder(before)) continue;
    const v1::Record* const earlier = BeforeEdit(history, confirmed.field());
    if (earlier == nullptr) {
      was.whole = false;
    } else {
      path->Copy(*earlier, before);
      path->Copy(*earlier, before_or_said);
    }
    const v1::Conflict* const word = LastConflict(conflicts, confirmed.field());
    if (word == nullptr) continue;
    // What does not parse any more is no word to find it by.
    (void)path->SetJson(word->feed_json(), said);
    (void)path->SetJson(word->feed_json(), before_or_said);
  }
  AddPrint(before, was.prints);
  AddPrint(said, was.prints);
  AddPrint(before_or_said, was.prints);
  return was;
}

}  // namespace handrail::server
