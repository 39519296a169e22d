#include "storage/normalise/ids.h"

#include <google/protobuf/message.h>

#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "storage/base/check.h"
#include "storage/base/field_lists.h"
#include "storage/base/hash.h"
#include "storage/base/type_reach.h"
#include "storage/normalise/source_text.h"
#include "storage/normalise/uuid.h"

namespace handrail::storage {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// --- References -------------------------------------------------------------

enum class Target { kNone, kRecord, kServiceAtLocation };

struct Reference {
  Target target = Target::kNone;
  v1::RecordType type = v1::RECORD_TYPE_UNSPECIFIED;
};

Reference ToRecord(v1::RecordType type) {
  return {.target = Target::kRecord, .type = type};
}

// What an HSDS table name (link_entity, resource_type) refers to.
Reference OfEntity(const std::string& entity) {
  static const auto* const table =
      new absl::flat_hash_map<std::string, Reference>{
          {"organization", ToRecord(v1::ORGANIZATION)},
          {"program", ToRecord(v1::PROGRAM)},
          {"service", ToRecord(v1::SERVICE)},
          {"location", ToRecord(v1::LOCATION)},
          {"taxonomy", ToRecord(v1::TAXONOMY)},
          {"taxonomy_term", ToRecord(v1::TAXONOMY_TERM)},
          {"service_at_location", {.target = Target::kServiceAtLocation}},
      };
  const auto found = table->find(entity);
  return found == table->end() ? Reference{} : found->second;
}

// What a field of this name refers to, whatever object it is in.
Reference OfFieldName(const std::string& name) {
  static const auto* const table =
      new absl::flat_hash_map<std::string, Reference>{
          {"organization_id", ToRecord(v1::ORGANIZATION)},
          {"parent_organization_id", ToRecord(v1::ORGANIZATION)},
          {"program_id", ToRecord(v1::PROGRAM)},
          {"service_id", ToRecord(v1::SERVICE)},
          {"location_id", ToRecord(v1::LOCATION)},
          {"taxonomy_id", ToRecord(v1::TAXONOMY)},
          {"taxonomy_term_id", ToRecord(v1::TAXONOMY_TERM)},
          // Of taxonomy_term alone.
          {"parent_id", ToRecord(v1::TAXONOMY_TERM)},
          {"service_at_location_id", {.target = Target::kServiceAtLocation}},
      };
  const auto found = table->find(name);
  return found == table->end() ? Reference{} : found->second;
}

// Ids of taxonomies and terms are often nested and have no record to keep what
// the source called them, so each mention keeps it.
bool KeepsSource(const Reference& reference) {
  return reference.type == v1::TAXONOMY || reference.type == v1::TAXONOMY_TERM;
}

void MapReference(Message& object, const FieldDescriptor& field,
                  const Reference& reference, IdMapper& mapper) {
  const Reflection& reflection = *object.GetReflection();
  const std::string external = reflection.GetString(object, &field);
  if (external.empty()) return;
  const std::string& id = reference.target == Target::kServiceAtLocation
                              ? mapper.MapServiceAtLocation(external).id
                              : mapper.Map(reference.type, external).id;
  if (id == external) return;
  if (KeepsSource(reference)) KeepSource(object, field.name(), external);
  reflection.SetString(&object, &field, id);
}

// The id of an object that is a record wherever it is nested.
Reference OfOwnId(const Descriptor& type) {
  if (&type == v1::TaxonomyTerm::descriptor()) {
    return ToRecord(v1::TAXONOMY_TERM);
  }
  if (&type == v1::Taxonomy::descriptor()) return ToRecord(v1::TAXONOMY);
  if (&type == v1::Location::descriptor()) return ToRecord(v1::LOCATION);
  return {};
}

// A field that refers to something, or leads to one that does; without a field:
// one that does neither.
struct ReferenceField {
  const FieldDescriptor* field = nullptr;
  bool is_object = false;
  // Says only in the object itself what it refers to.
  bool is_by_entity = false;
  // The object's own id: a reference unless the object is the record in hand.
  bool is_own_id = false;
  Reference reference;
};

bool IsByEntity(const FieldDescriptor& field) {
  return (field.containing_type() == v1::Attribute::descriptor() &&
          field.number() == v1::Attribute::kLinkIdFieldNumber) ||
         (field.containing_type() == v1::Metadata::descriptor() &&
          field.number() == v1::Metadata::kResourceIdFieldNumber);
}

// What a text field refers to, or nothing.
std::optional<ReferenceField> TextReference(const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING ||
      field.is_repeated()) {
    return std::nullopt;
  }
  ReferenceField one{.field = &field};
  one.is_by_entity = IsByEntity(field);
  one.is_own_id = field.name() == "id";
  one.reference = one.is_own_id ? OfOwnId(*field.containing_type())
                                : OfFieldName(field.name());
  if (!one.is_by_entity && one.reference.target == Target::kNone) {
    return std::nullopt;
  }
  return one;
}

bool HasTextReference(const Descriptor& type) {
  for (int i = 0; i < type.field_count(); ++i) {
    if (TextReference(*type.field(i)).has_value()) return true;
  }
  return false;
}

// By FieldDescriptor::index().
using ReferenceFields = std::vector<ReferenceField>;
using ReferencePlan = absl::flat_hash_map<const Descriptor*, ReferenceFields>;

// x_handrail holds none.
ReferencePlan MakeReferencePlan() {
  const Descriptor& root = *v1::Record::descriptor();
  const auto is_shut = [](const Descriptor& type) {
    return &type == v1::RecordExtension::descriptor();
  };
  const TypeReach reach(
      root,
      [&](const auto& type) {
        return !is_shut(type) && HasTextReference(type);
      },
      is_shut);
  ReferencePlan plan;
  for (const Descriptor* type : TypesBelow(root)) {
    ReferenceFields& fields = plan[type];
    fields.resize(type->field_count());
    for (int i = 0; i < type->field_count(); ++i) {
      if (auto one = TextReference(*type->field(i))) fields[i] = *one;
    }
    for (const FieldDescriptor* field : reach.FieldsOf(*type)) {
      fields[field->index()] = {.field = field, .is_object = true};
    }
  }
  return plan;
}

const ReferenceFields& ReferencesIn(const Descriptor& type) {
  static const ReferencePlan* const plan =
      new ReferencePlan(MakeReferencePlan());
  const auto found = plan->find(&type);
  HANDRAIL_CHECK(found != plan->end());
  return found->second;
}

Reference ReferenceOf(const Message& object, const ReferenceField& field,
                      bool is_record) {
  if (field.is_own_id && is_record) return {};
  if (!field.is_by_entity) return field.reference;
  return OfEntity(
      object.GetDescriptor() == v1::Attribute::descriptor()
          ? static_cast<const v1::Attribute&>(object).link_entity()
          : static_cast<const v1::Metadata&>(object).resource_type());
}

// Maps every reference in `object` and below.
void MapReferences(Message& object, bool is_record, IdMapper& mapper) {
  const Reflection& reflection = *object.GetReflection();
  const ReferenceFields& plan = ReferencesIn(*object.GetDescriptor());
  const FieldLists::Level set(ThreadFieldLists(), object, reflection);
  for (const FieldDescriptor* field : set.fields()) {
    const ReferenceField& one = plan[field->index()];
    if (one.field == nullptr) continue;
    if (!one.is_object) {
      const Reference reference = ReferenceOf(object, one, is_record);
      if (reference.target != Target::kNone) {
        MapReference(object, *field, reference, mapper);
      }
    } else if (!field->is_repeated()) {
      MapReferences(*reflection.MutableMessage(&object, field), false, mapper);
    } else {
      for (int i = 0; i < reflection.FieldSize(object, field); ++i) {
        MapReferences(*reflection.MutableRepeatedMessage(&object, field, i),
                      false, mapper);
      }
    }
  }
}

// --- Records ----------------------------------------------------------------

void SkipMissingId(const Path& path, RowReport& report) {
  report.Skip(path, "id",
              {.reason = "missing-field",
               .value_class = "empty",
               .message = "the id is missing",
               .hint = "give each record an id of its own, best a UUID"});
}

void NoticeOwned(const Path& path, RowReport& report) {
  report.Notice(path, "id",
                {.reason = "id-owned-by-another-source",
                 .value_class = "a UUID",
                 .message = "another source has a record with this id; the "
                            "record was given an id of its own",
                 .hint = "if it is the same record, load it from one source"});
}

// Sets the mapped id; what the source called it goes to x_handrail.
template <typename T>
void SetOwnId(T& object, const IdMapper::Mapped& mapped) {
  if (mapped.id == object.id()) return;
  if constexpr (requires { object.mutable_x_handrail(); }) {
    object.mutable_x_handrail()->set_external_id(object.id());
  } else {
    KeepSource(object, "id", object.id());
  }
  object.set_id(mapped.id);
}

// Returns whether another source owns the record's id.
template <typename T>
bool MapOwnId(T& object, v1::RecordType type, const Path& path,
              IdMapper& mapper, RowReport& report) {
  if (object.id().empty()) {
    SkipMissingId(path, report);
    return false;
  }
  const IdMapper::Mapped mapped = mapper.Map(type, object.id());
  if (mapped.owned_elsewhere) NoticeOwned(path, report);
  SetOwnId(object, mapped);
  return mapped.owned_elsewhere;
}

void SkipNested(const Path& path, std::string_view field, RowReport& report) {
  report.Skip(path, field,
              {.reason = "nested-record",
               .value_class = "object",
               .message = "a whole record is nested in another",
               .hint = "send it as a record of its own and refer to its id"});
}

// True where nothing but the id of `object` is set.
template <typename T>
bool IsBareReference(const T& object) {
  T bare;
  if (object.has_id()) bare.set_id(object.id());
  return object.ByteSizeLong() == bare.ByteSizeLong();
}

void RefuseNested(const v1::Organization& organization, const Path& path,
                  RowReport& report) {
  if (organization.locations_size() > 0) SkipNested(path, "locations", report);
  if (organization.programs_size() > 0) SkipNested(path, "programs", report);
  if (organization.services_size() > 0) SkipNested(path, "services", report);
}

// A nested object that is its id alone becomes the reference it stands for.
template <typename Nested, typename SetId, typename Clear>
void FoldReference(bool has, const Nested& nested, bool has_id, SetId set_id,
                   Clear clear, std::string_view field, const Path& path,
                   RowReport& report) {
  if (!has) return;
  if (!IsBareReference(nested)) {
    SkipNested(path, field, report);
    return;
  }
  if (!has_id) set_id(nested.id());
  clear();
}

void FoldReferences(v1::Service& service, const Path& path, RowReport& report) {
  FoldReference(
      service.has_organization(), service.organization(),
      service.has_organization_id(),
      [&](const std::string& id) { service.set_organization_id(id); },
      [&] { service.clear_organization(); }, "organization", path, report);
  FoldReference(
      service.has_program(), service.program(), service.has_program_id(),
      [&](const std::string& id) { service.set_program_id(id); },
      [&] { service.clear_program(); }, "program", path, report);
}

void FoldReferences(v1::ServiceAtLocation& link, const Path& path,
                    RowReport& report) {
  FoldReference(
      link.has_service(), link.service(), link.has_service_id(),
      [&](const std::string& id) { link.set_service_id(id); },
      [&] { link.clear_service(); }, "service", path, report);
  if (link.has_location() && !IsBareReference(link.location())) {
    SkipNested(path, "location", report);
  }
  // Readers may rely on location.id; location_id stays as the source had it.
  if (!link.location_id().empty() && link.location().id().empty()) {
    link.mutable_location()->set_id(link.location_id());
  }
}

void MapLinks(v1::Service& service, bool apart, const Path& path,
              IdMapper& mapper, RowReport& report) {
  absl::flat_hash_set<std::string> seen;
  for (int i = 0; i < service.service_at_locations_size(); ++i) {
    v1::ServiceAtLocation& link = *service.mutable_service_at_locations(i);
    const Path here{
        .parent = &path, .name = "service_at_locations", .index = i};
    FoldReferences(link, here, report);
    if (link.id().empty()) {
      SkipMissingId(here, report);
      continue;
    }
    const IdMapper::Mapped mapped =
        mapper.MapServiceAtLocation(link.id(), apart);
    if (mapped.owned_elsewhere && !apart) NoticeOwned(here, report);
    SetOwnId(link, mapped);
    if (!seen.insert(link.id()).second) {
      report.Skip(here, "id",
                  {.reason = "id-reused",
                   .value_class = "text",
                   .message = "two service_at_locations have the same id",
                   .hint = "give each an id of its own"});
    }
  }
}

// Our own kinds have ids in words, which a second source may not take over.
void RefuseTaken(v1::RecordType type, const std::string& id, const Path& path,
                 const NormaliseContext& context, RowReport& report) {
  if (id.empty()) {
    SkipMissingId(path, report);
    return;
  }
  if (!context.id_owner) return;
  const std::optional<std::string> owner = context.id_owner(type, id);
  if (!owner.has_value() || *owner == context.source) return;
  report.Skip(path, type == v1::CENTROID ? "code" : "id",
              {.reason = "id-owned-by-another-source",
               .value_class = "text",
               .message = "another source has this record",
               .hint = "load it under that source's name"});
}

}  // namespace

std::optional<std::string> IdMapper::FindAlias(
    v1::RecordType type, const std::string& external) const {
  if (!context_.alias || external.empty()) return std::nullopt;
  return context_.alias(type, AliasName(external));
}

IdMapper::Mapped IdMapper::Compute(std::string_view kind,
                                   const std::string& external,
                                   bool owned_elsewhere) const {
  Mapped mapped{.owned_elsewhere = owned_elsewhere};
  mapped.id = IsUuid(external) && !owned_elsewhere
                  ? CanonicalUuid(external)
                  : NamespacedId(context_.source, kind, external);
  return mapped;
}

const IdMapper::Mapped& IdMapper::Map(v1::RecordType type,
                                      const std::string& external) {
  const std::string_view kind = KindName(type);
  std::string name(kind);
  name.append("/").append(external);
  const auto [entry, is_new] = known_.try_emplace(std::move(name));
  if (is_new) {
    if (std::optional<std::string> alias = FindAlias(type, external)) {
      entry->second.id = *std::move(alias);
      return entry->second;
    }
    std::optional<std::string> owner;
    if (context_.id_owner && IsUuid(external)) {
      owner = context_.id_owner(type, CanonicalUuid(external));
    }
    entry->second =
        Compute(kind, external, owner.has_value() && *owner != context_.source);
  }
  return entry->second;
}

const IdMapper::Mapped& IdMapper::MapServiceAtLocation(
    const std::string& external, bool apart) {
  const auto [entry, is_new] =
      known_.try_emplace(absl::StrCat(kServiceAtLocationKind, "/", external));
  if (is_new) {
    if (std::optional<std::string> alias =
            FindAlias(v1::RECORD_TYPE_UNSPECIFIED, external)) {
      entry->second.id = *std::move(alias);
      return entry->second;
    }
    std::optional<std::string> owner;
    if (context_.listing_owner && IsUuid(external)) {
      owner = context_.listing_owner(CanonicalUuid(external));
    }
    const bool elsewhere = owner.has_value() && *owner != context_.source;
    entry->second = Compute(kServiceAtLocationKind, external,
                            elsewhere || (apart && IsUuid(external)));
  }
  return entry->second;
}

std::string DirectoryId(v1::RecordType type, const std::string& external_id,
                        const NormaliseContext& context) {
  IdMapper mapper(context);
  return type == v1::RECORD_TYPE_UNSPECIFIED
             ? mapper.MapServiceAtLocation(external_id).id
             : mapper.Map(type, external_id).id;
}

void MapIds(v1::Record& record, const Path& path, IdMapper& mapper,
            const NormaliseContext& context, RowReport& report) {
  switch (record.kind_case()) {
    case v1::Record::kOrganization: {
      v1::Organization& organization = *record.mutable_organization();
      RefuseNested(organization, path, report);
      MapOwnId(organization, v1::ORGANIZATION, path, mapper, report);
      return MapReferences(organization, true, mapper);
    }
    case v1::Record::kProgram:
      MapOwnId(*record.mutable_program(), v1::PROGRAM, path, mapper, report);
      return MapReferences(*record.mutable_program(), true, mapper);
    case v1::Record::kService: {
      v1::Service& service = *record.mutable_service();
      FoldReferences(service, path, report);
      const bool apart = MapOwnId(service, v1::SERVICE, path, mapper, report);
      MapLinks(service, apart, path, mapper, report);
      return MapReferences(service, true, mapper);
    }
    case v1::Record::kLocation:
      MapOwnId(*record.mutable_location(), v1::LOCATION, path, mapper, report);
      return MapReferences(*record.mutable_location(), true, mapper);
    case v1::Record::kTaxonomy:
      MapOwnId(*record.mutable_taxonomy(), v1::TAXONOMY, path, mapper, report);
      return MapReferences(*record.mutable_taxonomy(), true, mapper);
    case v1::Record::kTaxonomyTerm:
      MapOwnId(*record.mutable_taxonomy_term(), v1::TAXONOMY_TERM, path, mapper,
               report);
      return MapReferences(*record.mutable_taxonomy_term(), true, mapper);
    case v1::Record::kCentroid:
    case v1::Record::kCrisisResource:
      return RefuseTaken(RecordTypeOf(record), RecordIdOf(record), path,
                         context, report);
    case v1::Record::KIND_NOT_SET:
      break;
  }
}

}  // namespace handrail::storage
