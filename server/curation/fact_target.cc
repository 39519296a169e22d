#include "server/curation/fact_target.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "handrail/v1/profile.pb.h"
#include "server/curation/dates.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using storage::v1::StoredRecord;

absl::Status Wrong(const std::string& what) {
  return InvalidArgument(v1::ERROR_REASON_INVALID_FIELD, what);
}

std::string FieldsOf(const Descriptor& type, const std::string& before) {
  std::string names;
  for (int i = 0; i < type.field_count(); ++i) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", before,
                    type.field(i)->name());
  }
  return names;
}

// The levels of a listing, the most specific first.
std::vector<FactTarget> LevelsOf(const v1::Listing& listing) {
  std::vector<FactTarget> levels;
  const auto add = [&](v1::RecordType type, const std::string& id,
                       std::string place_id = "") {
    if (id.empty()) return;
    FactTarget& level = levels.emplace_back();
    level.ref.set_type(type);
    level.ref.set_id(id);
    level.place_id = std::move(place_id);
  };
  // A listing without a place has an id that is no service_at_location's; the
  // service then has no such place, and the level is passed over.
  add(v1::SERVICE, listing.service_id(), listing.id());
  add(v1::SERVICE, listing.service_id());
  add(v1::LOCATION, listing.location_id());
  add(v1::PROGRAM, listing.program_id());
  add(v1::ORGANIZATION, listing.organization_id());
  return levels;
}

// What a listing takes from its service, whoever else has it.
bool IsOfService(const std::string& dated) {
  return dated == "capacity" || dated == "cost" || dated == "documents" ||
         dated == "eligibility" || dated == "status";
}

}  // namespace

absl::StatusOr<FactName> FactName::Parse(std::string_view text) {
  FactName name;
  if (IsDatedName(text)) {
    name.dated = std::string(text);
    return name;
  }
  // The rules of a fact's path are those of a record's.
  const auto path = FieldPath::Parse(
      v1::SERVICE, absl::StrCat("ext.profile.", std::string(text)));
  if (path.ok() && path->IsProfileFact() && !text.empty()) {
    name.fact = path->ProfileField();
    name.code = path->key();
    name.field = &path->field();
    return name;
  }
  const std::string group(text.substr(0, text.find('.')));
  const FieldDescriptor* part =
      v1::RecoveryProfile::descriptor()->FindFieldByName(group);
  if (part != nullptr) {
    return Wrong("must be one of " +
                 FieldsOf(*part->message_type(), group + "."));
  }
  return Wrong(absl::StrCat("must be one of ", DatedNames(),
                            ", or a fact of the profile that "
                            "begins with one of ",
                            FieldsOf(*v1::RecoveryProfile::descriptor(), ""),
                            ": \"housing.children\""));
}

absl::StatusOr<FactTarget> FindInListing(const FactName& name,
                                         const v1::Listing& listing,
                                         const storage::DirectoryView& view) {
  const std::vector<FactTarget> levels = LevelsOf(listing);
  FactTarget service;
  service.ref.set_type(v1::SERVICE);
  service.ref.set_id(listing.service_id());
  if (IsOfService(name.dated)) return service;
  for (const FactTarget& level : levels) {
    HANDRAIL_ASSIGN_OR_RETURN(const std::optional<StoredRecord> shown,
                              view.FindPublic(level.ref));
    if (!shown.has_value()) continue;
    const std::vector<FieldPath> paths = PathsOf(name, level);
    if (std::any_of(paths.begin(), paths.end(), [&](const FieldPath& path) {
          return path.HasHolder(shown->record()) && path.Says(shown->record());
        })) {
      return level;
    }
  }
  return service;
}

std::vector<FieldPath> PathsOf(const FactName& name, const FactTarget& target) {
  if (!name.dated.empty()) {
    return PathsDatedBy(target.ref.type(), name.dated, target.place_id);
  }
  std::vector<FieldPath> paths;
  const std::string place =
      target.place_id.empty()
          ? ""
          : absl::StrCat("service_at_locations[", target.place_id, "].");
  const std::string key =
      name.code.empty() ? "" : absl::StrCat("[", name.code, "]");
  auto path = FieldPath::Parse(
      target.ref.type(), absl::StrCat(place, "ext.profile.", name.fact, key));
  if (path.ok()) paths.push_back(*std::move(path));
  return paths;
}

}  // namespace handrail::server
