#include "server/curation/field_mask.h"

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "handrail/v1/profile.pb.h"
#include "server/curation/dates.h"
#include "server/curation/limits.h"
#include "server/ingest/privacy.h"
#include "server/ingest/record_key.h"
#include "storage/redaction/redaction.h"

namespace handrail::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using storage::v1::ConfirmedField;

// Parts of a record that are no values of it.
bool IsFixed(const FieldPath& path) {
  const std::string leaf = path.Leaf().text();
  return leaf == "id" || leaf == "source_text" || leaf.ends_with("].id");
}

// Whether the path is wider than a leaf: x_handrail, its profile, a part of
// that, or a service_at_location.
bool IsWide(const FieldPath& path) {
  const Descriptor* type = path.field().message_type();
  if (type == v1::RecordExtension::descriptor() ||
      type == v1::RecoveryProfile::descriptor()) {
    return true;
  }
  if (type == v1::ServiceAtLocation::descriptor()) return !path.key().empty();
  return path.field().containing_type() == v1::RecoveryProfile::descriptor();
}

void AddLeaves(v1::RecordType type, const FieldPath& path,
               std::vector<FieldPath>& leaves) {
  if (!IsWide(path)) {
    leaves.push_back(path.Leaf());
    return;
  }
  const Descriptor* of = path.field().message_type();
  for (int i = 0; i < of->field_count(); ++i) {
    const auto below = FieldPath::Parse(
        type, absl::StrCat(path.text(), ".", of->field(i)->name()));
    if (below.ok() && !IsFixed(*below)) AddLeaves(type, *below, leaves);
  }
}

// --- Dates -----------------------------------------------------------------

v1::Record WithoutDates(const FieldPath& leaf, v1::Record record) {
  if (Message* message = leaf.MutableMessage(record)) {
    StripProvenance(*message);
  } else {
    StripProvenance(*MutableContentOf(record));
  }
  return record;
}

// What anybody sees of a record, before and with an edit.
class Sight {
 public:
  static absl::StatusOr<Sight> Create(const v1::Record& before,
                                      const Staging& staging) {
    Sight sight(before, staging);
    HANDRAIL_ASSIGN_OR_RETURN(const v1::Record shown, sight.Shown(before));
    sight.redacted_ = storage::IsRedacted(before, shown);
    return sight;
  }

  // Whether anybody sees that the leaf has another value in `after`.
  absl::StatusOr<bool> Sees(const FieldPath& leaf, const v1::Record& after) {
    if (!redacted_) return true;
    v1::Record edited = before_;
    leaf.Copy(after, edited);
    HANDRAIL_ASSIGN_OR_RETURN(const v1::Record was,
                              Shown(WithoutDates(leaf, before_)));
    HANDRAIL_ASSIGN_OR_RETURN(const v1::Record is,
                              Shown(WithoutDates(leaf, std::move(edited))));
    return RecordBytes(was) != RecordBytes(is);
  }

 private:
  Sight(const v1::Record& before, const Staging& staging)
      : before_(before), staging_(staging) {}

  absl::StatusOr<v1::Record> Shown(const v1::Record& full) const {
    PrivacyReader privacy(staging_);
    return privacy.ProjectionOf(full);
  }

  const v1::Record& before_;
  const Staging& staging_;
  bool redacted_ = false;
};

// The date that each fact of the leaf had of its own before.
void KeepDates(const FieldPath& leaf, const v1::Record& before,
               v1::Record& after) {
  Message* now = leaf.MutableMessage(after);
  const Message* was = leaf.FindMessage(before);
  if (now == nullptr || was == nullptr) return;
  if (now->GetDescriptor() == v1::SetFact::descriptor()) {
    std::map<std::string, const v1::CodedFact*> old;
    for (const auto& value : static_cast<const v1::SetFact*>(was)->values()) {
      old[value.code()] = &value;
    }
    for (auto& value : *static_cast<v1::SetFact*>(now)->mutable_values()) {
      const auto found = old.find(value.code());
      if (found == old.end() || value.has_provenance()) continue;
      if (!found->second->has_provenance()) continue;
      *value.mutable_provenance() = found->second->provenance();
    }
    return;
  }
  const FieldDescriptor* date =
      now->GetDescriptor()->FindFieldByName("provenance");
  if (date == nullptr || now->GetReflection()->HasField(*now, date) ||
      !was->GetReflection()->HasField(*was, date)) {
    return;
  }
  now->GetReflection()->MutableMessage(now, date)->CopyFrom(
      was->GetReflection()->GetMessage(*was, date));
}

// The places of a service, edited as a list: what is dated in each.
void DatePlaces(const v1::Record& before, const v1::Provenance& date,
                v1::Record& after) {
  std::vector<std::string> ids;
  for (const auto& at : after.service().service_at_locations()) {
    if (!at.id().empty()) ids.push_back(at.id());
  }
  for (const std::string& id : ids) {
    std::vector<FieldPath> leaves;
    const auto place = FieldPath::Parse(
        v1::SERVICE, absl::StrCat("service_at_locations[", id, "]"));
    if (!place.ok()) continue;
    AddLeaves(v1::SERVICE, *place, leaves);
    for (const FieldPath& leaf : leaves) {
      if (!leaf.Says(after) || leaf.Word(before) == leaf.Word(after)) continue;
      StampFactsAt(leaf, date, Stamp::kWhereNone, after);
      SetNameDate(leaf, DatedNameOf(leaf), date, after);
    }
  }
}

void DateOne(const FieldPath& leaf, const v1::Record& before,
             const v1::Provenance& date, v1::Record& after) {
  if (leaf.field().message_type() == v1::ServiceAtLocation::descriptor()) {
    return DatePlaces(before, date, after);
  }
  const std::string_view name = DatedNameOf(leaf);
  if (leaf.IsProfileFact() || !name.empty()) {
    StampFactsAt(leaf, date, Stamp::kWhereNone, after);
  }
  SetNameDate(leaf, name, date, after);
}

}  // namespace

std::vector<FieldPath> ReadMask(const std::string& field, v1::RecordType type,
                                const google::protobuf::FieldMask& mask,
                                std::vector<FieldViolation>& wrong) {
  std::vector<FieldPath> paths;
  if (mask.paths().empty() || mask.paths_size() > kMaskPathsMax) {
    wrong.push_back(
        {field, absl::StrCat("must name the fields to change, 1 to ",
                             kMaskPathsMax, ": \"name\", \"phones\", …")});
    return paths;
  }
  for (int i = 0; i < mask.paths_size(); ++i) {
    const std::string at = absl::StrCat(field, ".paths[", i, "]");
    absl::StatusOr<FieldPath> path = FieldPath::Parse(type, mask.paths(i));
    if (!path.ok()) {
      wrong.push_back({at, MessageOf(path.status())});
    } else if (IsFixed(*path)) {
      wrong.push_back({at,
                       "must be a field that can change: not an id, not "
                       "the source's own spelling"});
    } else {
      paths.push_back(*std::move(path));
    }
  }
  return paths;
}

void ApplyMask(const std::vector<FieldPath>& mask, const v1::Record& values,
               v1::Record& record, std::vector<FieldViolation>& wrong) {
  for (const FieldPath& path : mask) {
    if (path.HasHolder(record) &&
        (path.PlaceId().empty() || path.HasHolder(values))) {
      path.Copy(values, record);
      continue;
    }
    wrong.push_back({"update_mask",
                     "must name a place of the service, with "
                     "its values in `record`: not " +
                         path.PlaceId()});
  }
}

std::vector<FieldPath> EditedLeaves(const std::vector<FieldPath>& mask,
                                    const v1::Record& before,
                                    const v1::Record& after) {
  const v1::RecordType type = KeyOf(after).first;
  std::vector<FieldPath> leaves;
  std::set<std::string> seen;
  for (const FieldPath& path : mask) {
    std::vector<FieldPath> below;
    AddLeaves(type, path, below);
    for (FieldPath& leaf : below) {
      if (IsWide(path) && leaf.Json(before) == leaf.Json(after)) continue;
      if (seen.insert(leaf.text()).second) leaves.push_back(std::move(leaf));
    }
  }
  return leaves;
}

absl::Status DateEdits(const std::vector<FieldPath>& leaves,
                       const v1::Record& before, absl::Time now,
                       const Staging& staging, v1::Record& after) {
  HANDRAIL_ASSIGN_OR_RETURN(Sight sight, Sight::Create(before, staging));
  // Dates that were sent along are the caller's to say.
  for (const FieldPath& leaf : leaves) {
    if (leaf.text() == "ext.fields" || leaf.text() == "ext.provenance") {
      return absl::OkStatus();
    }
  }
  const v1::Provenance date = EditedAt(now);
  for (const FieldPath& leaf : leaves) {
    HANDRAIL_ASSIGN_OR_RETURN(const bool seen, sight.Sees(leaf, after));
    if (seen) {
      DateOne(leaf, before, date, after);
    } else {
      KeepDates(leaf, before, after);
    }
  }
  return absl::OkStatus();
}

std::vector<ConfirmedField> ConfirmedBy(const std::vector<FieldPath>& leaves,
                                        v1::RecordType type,
                                        const v1::Provenance& provenance) {
  std::set<std::string> fields;
  for (const FieldPath& leaf : leaves) {
    // Dates are no words that a source could be held to.
    if (leaf.text() == "ext.fields" || leaf.text() == "ext.provenance") {
      continue;
    }
    fields.insert(leaf.text());
    const std::string_view name = DatedNameOf(leaf);
    if (name.empty()) continue;
    for (const FieldPath& path : PathsDatedBy(type, name, leaf.PlaceId())) {
      fields.insert(path.text());
    }
  }
  std::vector<ConfirmedField> confirmed;
  for (const std::string& field : fields) {
    ConfirmedField& one = confirmed.emplace_back();
    one.set_field(field);
    *one.mutable_provenance() = provenance;
  }
  return confirmed;
}

}  // namespace handrail::server
