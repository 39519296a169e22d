#include "storage/normalise/uuid.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "storage/base/check.h"
#include "storage/base/hash.h"
#include "storage/base/record_type.h"

namespace handrail::storage {

std::string_view KindName(v1::RecordType type) { return RecordTypeWord(type); }

std::string NamespacedId(std::string_view source, std::string_view kind,
                         std::string_view external_id) {
  std::string name(source);
  name.append("/").append(kind).append("/").append(external_id);
  return UuidV5(kIdNamespace, name);
}

std::string ListingIdOfService(std::string_view service_id) {
  return UuidV5(kIdNamespace, std::string("listing/").append(service_id));
}

std::string AliasName(std::string_view external_id) {
  return IsUuid(external_id) ? CanonicalUuid(external_id)
                             : std::string(external_id);
}

std::string CanonicalUuid(std::string_view uuid) {
  HANDRAIL_CHECK(IsUuid(uuid));
  std::string text(uuid);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return absl::ascii_tolower(c); });
  return text;
}

v1::RecordType RecordTypeOf(const v1::Record& record) {
  switch (record.kind_case()) {
    case v1::Record::kOrganization:
      return v1::ORGANIZATION;
    case v1::Record::kProgram:
      return v1::PROGRAM;
    case v1::Record::kService:
      return v1::SERVICE;
    case v1::Record::kLocation:
      return v1::LOCATION;
    case v1::Record::kTaxonomy:
      return v1::TAXONOMY;
    case v1::Record::kTaxonomyTerm:
      return v1::TAXONOMY_TERM;
    case v1::Record::kCentroid:
      return v1::CENTROID;
    case v1::Record::kCrisisResource:
      return v1::CRISIS_RESOURCE;
    case v1::Record::KIND_NOT_SET:
      break;
  }
  return v1::RECORD_TYPE_UNSPECIFIED;
}

std::string RecordIdOf(const v1::Record& record) {
  switch (record.kind_case()) {
    case v1::Record::kOrganization:
      return record.organization().id();
    case v1::Record::kProgram:
      return record.program().id();
    case v1::Record::kService:
      return record.service().id();
    case v1::Record::kLocation:
      return record.location().id();
    case v1::Record::kTaxonomy:
      return record.taxonomy().id();
    case v1::Record::kTaxonomyTerm:
      return record.taxonomy_term().id();
    case v1::Record::kCentroid:
      if (record.centroid().code().empty()) return "";
      return absl::StrCat(record.centroid().area() == v1::Centroid::COUNTY_AREA
                              ? "county-"
                              : "zip-",
                          record.centroid().code());
    case v1::Record::kCrisisResource:
      return record.crisis_resource().id();
    case v1::Record::KIND_NOT_SET:
      break;
  }
  return "";
}

v1::RecordRef RecordRefOf(const v1::Record& record) {
  v1::RecordRef ref;
  ref.set_type(RecordTypeOf(record));
  ref.set_id(RecordIdOf(record));
  return ref;
}

}  // namespace handrail::storage
