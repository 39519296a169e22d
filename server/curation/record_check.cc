#include "server/curation/record_check.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "server/service_references.h"
#include "storage/normalise/normalise.h"
#include "storage/normalise/uuid.h"

namespace handrail::server {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using storage::v1::StoredRecord;

// --- Findings as violations ------------------------------------------------

// "ext.profile.any.medication" for "x_handrail.profile.any.medication[0].code":
// the part of a path that can be compared. Findings name "latitude" for
// latitude_e7.
std::string Bare(std::string_view path) {
  std::string bare;
  bool in_key = false;
  for (const char c : path) {
    if (c == '[') in_key = true;
    if (!in_key) bare += c;
    if (c == ']') in_key = false;
  }
  constexpr std::string_view kExtension = "x_handrail";
  const size_t at = bare.find(kExtension);
  if (at != std::string::npos) bare.replace(at, kExtension.size(), "ext");
  if (bare.ends_with("_e7")) bare.resize(bare.size() - 3);
  return bare;
}

bool Begins(const std::string& path, const std::string& with) {
  return path.compare(0, with.size(), with) == 0 &&
         (path.size() == with.size() || path[with.size()] == '.');
}

bool IsAbout(const v1::Finding& finding, const std::vector<FieldPath>& edited) {
  if (edited.empty()) return true;
  const std::string field = Bare(finding.field());
  return std::any_of(edited.begin(), edited.end(), [&](const FieldPath& path) {
    const std::string bare = Bare(path.text());
    return Begins(field, bare) || Begins(bare, field);
  });
}

FieldViolation ToViolation(const v1::Finding& finding,
                           const std::string& prefix) {
  std::string what = finding.message();
  if (!finding.hint().empty()) absl::StrAppend(&what, ": ", finding.hint());
  return {prefix + finding.field(), std::move(what)};
}

// --- References ------------------------------------------------------------

struct Reference {
  std::string field;
  RecordKey key;
};

std::vector<Reference> ReferencesIn(const v1::Record& record) {
  std::vector<Reference> references;
  const auto add = [&](std::string field, v1::RecordType type,
                       const std::string& id) {
    if (!id.empty()) references.push_back({std::move(field), {type, id}});
  };
  if (record.has_organization()) {
    add("organization.parent_organization_id", v1::ORGANIZATION,
        record.organization().parent_organization_id());
  } else if (record.has_program()) {
    add("program.organization_id", v1::ORGANIZATION,
        record.program().organization_id());
  } else if (record.has_location()) {
    add("location.organization_id", v1::ORGANIZATION,
        record.location().organization_id());
  } else if (record.has_taxonomy_term()) {
    add("taxonomy_term.parent_id", v1::TAXONOMY_TERM,
        record.taxonomy_term().parent_id());
    add("taxonomy_term.taxonomy_id", v1::TAXONOMY,
        record.taxonomy_term().taxonomy_id());
  } else if (record.has_service()) {
    const v1::Service& service = record.service();
    add("service.organization_id", v1::ORGANIZATION, service.organization_id());
    add("service.program_id", v1::PROGRAM, service.program_id());
    for (int i = 0; i < service.service_at_locations_size(); ++i) {
      add(absl::StrCat("service.service_at_locations[", i, "].location.id"),
          v1::LOCATION, LocationIdOf(service.service_at_locations(i)));
    }
  }
  return references;
}

// Whether an attribute anywhere in the message names the term.
bool NamesTerm(const Message& message, const std::string& term_id) {
  if (message.GetDescriptor() == v1::Attribute::descriptor()) {
    return static_cast<const v1::Attribute&>(message).taxonomy_term_id() ==
           term_id;
  }
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      if (NamesTerm(reflection.GetMessage(message, field), term_id)) {
        return true;
      }
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      if (NamesTerm(reflection.GetRepeatedMessage(message, field, i),
                    term_id)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

Checked CheckRecord(v1::Record record, const CheckOptions& options) {
  const std::string prefix = absl::StrCat(
      "record.", std::string(storage::KindName(storage::RecordTypeOf(record))),
      ".");
  v1::Row row;
  *row.add_records() = std::move(record);
  storage::NormalisedRow done =
      storage::NormaliseRow(std::move(row), {.source = options.source});
  Checked checked;
  for (v1::Finding& finding : done.findings) {
    const bool skips = finding.severity() == v1::ROW_SKIPPED;
    if (!skips && !IsAbout(finding, options.edited)) continue;
    if (skips || finding.severity() == v1::VALUE_KEPT_AS_TEXT) {
      checked.wrong.push_back(ToViolation(finding, prefix));
    } else {
      finding.set_field(prefix + finding.field());
      checked.notices.push_back(std::move(finding));
    }
  }
  if (checked.wrong.empty()) checked.record = std::move(done.records[0]);
  return checked;
}

absl::Status CheckReferences(const v1::Record& record, const v1::Record* before,
                             const Staging& staging,
                             std::vector<FieldViolation>& wrong) {
  std::set<RecordKey> known;
  if (before != nullptr) {
    for (Reference& reference : ReferencesIn(*before)) {
      known.insert(std::move(reference.key));
    }
  }
  for (const Reference& reference : ReferencesIn(record)) {
    if (known.contains(reference.key)) continue;
    HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord* const found,
                              staging.FindFull(reference.key));
    if (found != nullptr) continue;
    const std::string kind(storage::KindName(reference.key.first));
    wrong.push_back({"record." + reference.field,
                     "there is no " + kind + " with this id: create it first"});
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> CountReferences(const v1::RecordRef& ref,
                                        const storage::DirectoryView& view) {
  const RecordKey key = KeyOf(ref);
  int64_t count = 0;
  const auto count_in = [&](v1::RecordType type) {
    return view.ForEachFull(type, [&](const StoredRecord& record) {
      for (const Reference& reference : ReferencesIn(record.record())) {
        if (reference.key != key) continue;
        ++count;
        return true;
      }
      if (key.first == v1::TAXONOMY_TERM &&
          NamesTerm(*ContentOf(record.record()), key.second)) {
        ++count;
      }
      return true;
    });
  };
  std::vector<v1::RecordType> types;
  switch (ref.type()) {
    case v1::ORGANIZATION:
      types = {v1::ORGANIZATION, v1::PROGRAM, v1::LOCATION};
      [[fallthrough]];
    case v1::PROGRAM:
    case v1::LOCATION: {
      // There is an index of what services name.
      HANDRAIL_ASSIGN_OR_RETURN(const std::vector<std::string> services,
                                view.ServicesAt(ref));
      count += static_cast<int64_t>(services.size());
      break;
    }
    case v1::TAXONOMY:
      types = {v1::TAXONOMY_TERM};
      break;
    case v1::TAXONOMY_TERM:
      types = {v1::ORGANIZATION, v1::PROGRAM, v1::SERVICE, v1::LOCATION,
               v1::TAXONOMY_TERM};
      break;
    default:
      break;
  }
  for (const v1::RecordType type : types) {
    HANDRAIL_RETURN_IF_ERROR(count_in(type));
  }
  return count;
}

}  // namespace handrail::server
