#include "server/ingest/keep_confirmed.h"

#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/curation/dates.h"
#include "server/curation/field_path.h"
#include "server/ingest/record_key.h"
#include "server/proto_time.h"
#include "storage/base/hash.h"

namespace handrail::server {
namespace {

using storage::v1::ConfirmedField;

// Name space of conflict ids. A random UUID, drawn once; reaches the disk.
constexpr char kConflictNamespace[] = "a0c5b1b2-93d0-4f0a-8b63-5d9a1c70e4f8";

// One record being merged.
class Merge {
 public:
  explicit Merge(const LoadedOver& over)
      : over_(over), ref_(RefOf(KeyOf(over.incoming))) {
    kept_.record = over.incoming;
  }

  Kept Run() && {
    for (const ConfirmedField& confirmed : over_.recorded.confirmed()) {
      const absl::StatusOr<FieldPath> path =
          FieldPath::Parse(ref_.type(), confirmed.field());
      // A place that the source no longer has takes its fields along.
      if (!path.ok() || !path->HasHolder(over_.incoming)) {
        DropConflicts(confirmed.field(), "");
        continue;
      }
      Judge(*path, confirmed);
    }
    return std::move(kept_);
  }

 private:
  void Judge(const FieldPath& path, const ConfirmedField& confirmed) {
    const v1::Record& recorded = over_.recorded.record();
    if (path.Leaf().field().message_type() == v1::Visibility::descriptor()) {
      return KeepPrivate(path, confirmed);
    }
    const std::string word = path.Word(over_.incoming);
    const std::optional<v1::Provenance> date = DateAt(path, over_.incoming);
    const bool later =
        date.has_value() && IsNewer(*date, confirmed.provenance());
    const bool same = word == path.Word(recorded);
    if (same || word.empty() || later) DropConflicts(path.text(), "");
    // The field is the source's again.
    if (later && (same || !word.empty())) return;
    path.Copy(recorded, kept_.record);
    kept_.confirmed.push_back(confirmed);
    // The name's date is of other fields, too, and those are the source's.
    if (!later && !(same && word.empty())) {
      CopyNameDate(path, DatedNameOf(path), recorded, kept_.record);
    }
    if (!same && !word.empty()) File(path, confirmed, word, date);
  }

  void KeepPrivate(const FieldPath& path, const ConfirmedField& confirmed) {
    const v1::RecordExtension* was =
        path.FindExtension(over_.recorded.record());
    const v1::Visibility before = was->visibility();
    v1::RecordExtension* ext = path.MutableExtension(kept_.record);
    v1::Visibility now = ext->visibility();
    now.set_confidential_location(now.confidential_location() ||
                                  before.confidential_location());
    now.set_restricted_contact(now.restricted_contact() ||
                               before.restricted_contact());
    now.set_widen_to_state(now.widen_to_state() || before.widen_to_state());
    if (now.ByteSizeLong() > 0) *ext->mutable_visibility() = now;
    kept_.confirmed.push_back(confirmed);
  }

  void File(const FieldPath& path, const ConfirmedField& confirmed,
            const std::string& word,
            const std::optional<v1::Provenance>& date) {
    const std::string id = ConflictId(ref_, path.text(), word);
    DropConflicts(path.text(), id);
    for (const v1::Conflict& known : over_.known) {
      if (known.id() == id) return;
    }
    v1::Conflict conflict;
    conflict.set_id(id);
    *conflict.mutable_ref() = ref_;
    conflict.set_field(path.text());
    conflict.set_confirmed_json(path.Json(over_.recorded.record()));
    conflict.set_feed_json(path.Json(over_.incoming));
    *conflict.mutable_confirmed() = confirmed.provenance();
    if (date.has_value()) *conflict.mutable_feed() = *date;
    conflict.mutable_feed()->set_source(over_.recorded.info().source());
    conflict.set_load_id(over_.load_id);
    *conflict.mutable_found_at() = ToProto(over_.now);
    kept_.conflicts.push_back(std::move(conflict));
  }

  // What a source no longer says is no question any more. What was settled
  // stays, so that it does not come up again.
  void DropConflicts(const std::string& field, const std::string& but) {
    for (const v1::Conflict& known : over_.known) {
      if (known.field() == field && !known.settled() && known.id() != but) {
        kept_.conflicts_gone.push_back(known.id());
      }
    }
  }

  const LoadedOver& over_;
  const v1::RecordRef ref_;
  Kept kept_;
};

}  // namespace

Kept KeepConfirmed(const LoadedOver& over) { return Merge(over).Run(); }

std::string ConflictId(const v1::RecordRef& ref, std::string_view field,
                       std::string_view word) {
  return UuidV5(kConflictNamespace,
                absl::StrCat(v1::RecordType_Name(ref.type()), "/", ref.id(),
                             "/", std::string(field), "/", Sha256Hex(word)));
}

}  // namespace handrail::server
