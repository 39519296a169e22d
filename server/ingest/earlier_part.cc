#include "server/ingest/earlier_part.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "storage/base/hash.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

uint64_t Short(const RecordKey& key) {
  return StableHash64(
      absl::StrCat(static_cast<int>(key.first), "/", key.second));
}

bool Differ(const storage::FullChange& change) {
  return RecordBytes(change.before->record()) !=
         RecordBytes(change.after->record());
}

}  // namespace

absl::StatusOr<EarlierPart> EarlierPart::Read(
    const storage::DirectoryView& view, const v1::Load& load) {
  EarlierPart part;
  for (uint64_t at = load.before_revision() + 1; at <= load.report().revision();
       ++at) {
    HANDRAIL_ASSIGN_OR_RETURN(const auto commit,
                              view.FindCommit(at, "load", load.id()));
    if (!commit.has_value()) continue;
    for (const storage::FullChange& change : commit->records) {
      const uint64_t key = Short(KeyOf(change.ref));
      if (!change.before.has_value()) {
        part.added_.insert(key);
      } else if (!change.after.has_value()) {
        ++part.retired_;
      } else if (Differ(change)) {
        part.changed_.insert(key);
      }
    }
  }
  return part;
}

bool EarlierPart::Added(const RecordKey& key) const {
  return added_.contains(Short(key));
}

bool EarlierPart::Changed(const RecordKey& key) const {
  return changed_.contains(Short(key));
}

}  // namespace handrail::server
