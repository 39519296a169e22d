#include "clients/formats/record_merge.h"

#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "storage/base/check.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

std::string Bytes(const pb::Message& message) {
  return message.SerializeAsString();
}

// What makes two items of a list the same thing; "" where only equality does.
std::string ItemKey(const pb::Message& item) {
  const pb::Descriptor* type = item.GetDescriptor();
  for (const char* name : {"id", "code", "field"}) {
    const pb::FieldDescriptor* field = type->FindFieldByName(name);
    if (field == nullptr || field->is_repeated() ||
        field->cpp_type() != pb::FieldDescriptor::CPPTYPE_STRING) {
      continue;
    }
    return item.GetReflection()->GetString(item, field);
  }
  if (type == v1::UnknownField::descriptor()) {
    return static_cast<const v1::UnknownField&>(item).name();
  }
  return "";
}

bool SameScalar(const pb::Message& a, const pb::Message& b,
                const pb::FieldDescriptor* field) {
  const pb::Reflection& ra = *a.GetReflection();
  const pb::Reflection& rb = *b.GetReflection();
  switch (field->cpp_type()) {
    case pb::FieldDescriptor::CPPTYPE_STRING:
      return ra.GetString(a, field) == rb.GetString(b, field);
    case pb::FieldDescriptor::CPPTYPE_INT32:
      return ra.GetInt32(a, field) == rb.GetInt32(b, field);
    case pb::FieldDescriptor::CPPTYPE_INT64:
      return ra.GetInt64(a, field) == rb.GetInt64(b, field);
    case pb::FieldDescriptor::CPPTYPE_BOOL:
      return ra.GetBool(a, field) == rb.GetBool(b, field);
    case pb::FieldDescriptor::CPPTYPE_ENUM:
      return ra.GetEnumValue(a, field) == rb.GetEnumValue(b, field);
    default:
      HANDRAIL_CHECK(false && "records have no such scalars");
  }
  return false;
}

void CopyScalar(const pb::Message& from, pb::Message& to,
                const pb::FieldDescriptor* field) {
  const pb::Reflection& rf = *from.GetReflection();
  const pb::Reflection& rt = *to.GetReflection();
  switch (field->cpp_type()) {
    case pb::FieldDescriptor::CPPTYPE_STRING:
      return rt.SetString(&to, field, rf.GetString(from, field));
    case pb::FieldDescriptor::CPPTYPE_INT32:
      return rt.SetInt32(&to, field, rf.GetInt32(from, field));
    case pb::FieldDescriptor::CPPTYPE_INT64:
      return rt.SetInt64(&to, field, rf.GetInt64(from, field));
    case pb::FieldDescriptor::CPPTYPE_BOOL:
      return rt.SetBool(&to, field, rf.GetBool(from, field));
    case pb::FieldDescriptor::CPPTYPE_ENUM:
      return rt.SetEnumValue(&to, field, rf.GetEnumValue(from, field));
    default:
      HANDRAIL_CHECK(false && "records have no such scalars");
  }
}

std::string MergeList(const pb::Message& more, pb::Message& into,
                      const pb::FieldDescriptor* field) {
  const pb::Reflection& reflection = *into.GetReflection();
  const int count = more.GetReflection()->FieldSize(more, field);
  if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) {
    // Lists of words: document codes. The first one stands.
    if (reflection.FieldSize(into, field) > 0) return "";
    for (int i = 0; i < count; ++i) {
      reflection.AddString(
          &into, field,
          more.GetReflection()->GetRepeatedString(more, field, i));
    }
    return "";
  }
  // By key, or by content where there is none. The first of its key counts.
  absl::flat_hash_map<std::string, int> had;
  absl::flat_hash_map<std::string, int> had_without_key;
  const auto place_of = [&](const pb::Message& item)
      -> std::pair<absl::flat_hash_map<std::string, int>&, std::string> {
    std::string key = ItemKey(item);
    if (key.empty()) return {had_without_key, Bytes(item)};
    return {had, std::move(key)};
  };
  for (int i = 0; i < reflection.FieldSize(into, field); ++i) {
    const auto [places, key] =
        place_of(reflection.GetRepeatedMessage(into, field, i));
    places.try_emplace(key, i);
  }
  for (int i = 0; i < count; ++i) {
    const pb::Message& item =
        more.GetReflection()->GetRepeatedMessage(more, field, i);
    const auto [places, key] = place_of(item);
    const auto same = places.find(key);
    if (same == places.end()) {
      reflection.AddMessage(&into, field)->CopyFrom(item);
    } else if (item.GetDescriptor() != v1::SourceText::descriptor()) {
      // How a value was written does not contradict; whether it is another
      // value, its own field tells.
      const std::string path = MergeMessage(
          item, *reflection.MutableRepeatedMessage(&into, field, same->second));
      if (!path.empty()) return absl::StrCat("[", i, "].", path);
    }
  }
  return "";
}

}  // namespace

RecordKey KeyOf(const v1::Record& record) {
  switch (record.kind_case()) {
    case v1::Record::kOrganization:
      return {v1::ORGANIZATION, record.organization().id()};
    case v1::Record::kProgram:
      return {v1::PROGRAM, record.program().id()};
    case v1::Record::kService:
      return {v1::SERVICE, record.service().id()};
    case v1::Record::kLocation:
      return {v1::LOCATION, record.location().id()};
    case v1::Record::kTaxonomy:
      return {v1::TAXONOMY, record.taxonomy().id()};
    case v1::Record::kTaxonomyTerm:
      return {v1::TAXONOMY_TERM, record.taxonomy_term().id()};
    case v1::Record::kCentroid:
      return {v1::CENTROID, absl::StrCat(record.centroid().area(), " ",
                                         record.centroid().code())};
    case v1::Record::kCrisisResource:
      return {v1::CRISIS_RESOURCE, record.crisis_resource().id()};
    case v1::Record::KIND_NOT_SET:
      break;
  }
  return {};
}

const pb::Message& ContentOf(const v1::Record& record) {
  const pb::FieldDescriptor* field =
      record.GetReflection()->GetOneofFieldDescriptor(
          record, v1::Record::descriptor()->oneof_decl(0));
  HANDRAIL_CHECK(field != nullptr);
  return record.GetReflection()->GetMessage(record, field);
}

bool IsDefinition(const v1::Record& record) {
  // Nearly all of them.
  if (!record.service().name().empty() || !record.location().name().empty() ||
      !record.organization().name().empty()) {
    return true;
  }
  const pb::Message& content = ContentOf(record);
  std::vector<const pb::FieldDescriptor*> fields;
  content.GetReflection()->ListFields(content, &fields);
  for (const pb::FieldDescriptor* field : fields) {
    if (field->name() != "id" && field->name() != "service_at_locations") {
      return true;
    }
  }
  return false;
}

std::string MergeMessage(const pb::Message& more, pb::Message& into) {
  const pb::Reflection& reflection = *into.GetReflection();
  std::vector<const pb::FieldDescriptor*> fields;
  more.GetReflection()->ListFields(more, &fields);
  for (const pb::FieldDescriptor* field : fields) {
    std::string path;
    if (field->is_repeated()) {
      path = MergeList(more, into, field);
    } else if (field->cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE) {
      const pb::Message& part = more.GetReflection()->GetMessage(more, field);
      if (reflection.HasField(into, field)) {
        path = MergeMessage(part, *reflection.MutableMessage(&into, field));
        if (!path.empty()) path = "." + path;
      } else {
        reflection.MutableMessage(&into, field)->CopyFrom(part);
      }
    } else if (!reflection.HasField(into, field)) {
      CopyScalar(more, into, field);
    } else if (!SameScalar(more, into, field)) {
      // Which organization keeps a location was concluded from where it was
      // nested, which may be in several.
      if (into.GetDescriptor() == v1::Location::descriptor() &&
          field->name() == "organization_id") {
        continue;
      }
      return field->name();
    }
    if (!path.empty()) return field->name() + path;
  }
  return "";
}

}  // namespace handrail::formats
