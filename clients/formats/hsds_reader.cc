#include "clients/formats/hsds_reader.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/formats/code_tables.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/row_findings.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

// The records found so far, by kind, so that references come first.
struct Pieces {
  std::vector<v1::Organization> organizations;
  std::vector<v1::Program> programs;
  std::vector<v1::Location> locations;
  std::vector<v1::Service> services;
  std::vector<v1::Taxonomy> taxonomies;
  std::vector<v1::TaxonomyTerm> terms;
};

// True where only the id is set: a reference, not a record.
bool IsReference(const pb::Message& object) {
  std::vector<const pb::FieldDescriptor*> fields;
  object.GetReflection()->ListFields(object, &fields);
  return fields.size() == 1 && fields[0]->name() == "id";
}

class Splitter {
 public:
  Splitter(const v1::RowOrigin& origin, FindingLog& log)
      : origin_(origin), log_(log) {}

  // Takes the object apart and leaves nothing of it.
  void Take(v1::Organization& organization);
  void Take(v1::Program& program) {
    pieces_.programs.push_back(std::move(program));
  }
  void Take(v1::Location& location) {
    pieces_.locations.push_back(std::move(location));
  }
  void Take(v1::Service& service);
  void Take(v1::ServiceAtLocation& link);
  void Take(v1::Taxonomy& taxonomy) {
    pieces_.taxonomies.push_back(std::move(taxonomy));
  }
  void Take(v1::TaxonomyTerm& term) {
    pieces_.terms.push_back(std::move(term));
  }

  void MoveTo(v1::Row& row);

 private:
  void Refer(const char* field, std::string* reference, const std::string& id);
  void PlaceLink(v1::ServiceAtLocation& link);
  void ApplyCodes(const pb::RepeatedPtrField<v1::Attribute>& attributes,
                  std::function<v1::RecordExtension*()> extension);
  void ApplyCode(const v1::Attribute& attribute,
                 const std::function<v1::RecordExtension*()>& extension);

  const v1::RowOrigin& origin_;
  FindingLog& log_;
  Pieces pieces_;
};

// Sets a reference to what was nested, which counts where both are given.
void Splitter::Refer(const char* field, std::string* reference,
                     const std::string& id) {
  if (id.empty()) return;
  if (!reference->empty() && *reference != id) {
    log_.Add(origin_, {.severity = v1::NOTICE,
                       .field = field,
                       .reason = "contradicting-reference",
                       .value_class = "text",
                       .message = "the reference is not the id of the object "
                                  "nested beside it; the nested object counts",
                       .hint = "make both the same"});
  }
  *reference = id;
}

void Splitter::Take(v1::Organization& organization) {
  for (v1::Program& program : *organization.mutable_programs()) {
    if (program.organization_id().empty() && !IsReference(program)) {
      program.set_organization_id(organization.id());
    }
    if (!IsReference(program)) Take(program);
  }
  for (v1::Location& location : *organization.mutable_locations()) {
    if (IsReference(location)) continue;
    if (location.organization_id().empty()) {
      location.set_organization_id(organization.id());
    }
    Take(location);
  }
  for (v1::Service& service : *organization.mutable_services()) {
    if (service.organization_id().empty() && !service.has_organization()) {
      service.set_organization_id(organization.id());
    }
    Take(service);
  }
  organization.clear_programs();
  organization.clear_locations();
  organization.clear_services();
  ApplyCodes(organization.attributes(),
             [&] { return organization.mutable_x_handrail(); });
  pieces_.organizations.push_back(std::move(organization));
}

void Splitter::Take(v1::Service& service) {
  if (service.has_organization()) {
    Refer("organization_id", service.mutable_organization_id(),
          service.organization().id());
    if (!IsReference(service.organization())) {
      Take(*service.mutable_organization());
    }
    service.clear_organization();
    if (service.organization_id().empty()) service.clear_organization_id();
  }
  if (service.has_program()) {
    v1::Program& program = *service.mutable_program();
    Refer("program_id", service.mutable_program_id(), program.id());
    if (!IsReference(program)) {
      if (program.organization_id().empty() &&
          !service.organization_id().empty()) {
        program.set_organization_id(service.organization_id());
      }
      Take(program);
    }
    service.clear_program();
    if (service.program_id().empty()) service.clear_program_id();
  }
  for (v1::ServiceAtLocation& link : *service.mutable_service_at_locations()) {
    PlaceLink(link);
    link.clear_service();
  }
  ApplyCodes(service.attributes(),
             [&] { return service.mutable_x_handrail(); });
  pieces_.services.push_back(std::move(service));
}

void Splitter::PlaceLink(v1::ServiceAtLocation& link) {
  if (link.has_location()) {
    const std::string id = link.location().id();
    if (!IsReference(link.location())) Take(*link.mutable_location());
    if (!link.location_id().empty()) {
      Refer("location_id", link.mutable_location_id(), id);
    }
    link.clear_location();
    if (!id.empty()) link.mutable_location()->set_id(id);
  } else if (!link.location_id().empty()) {
    link.mutable_location()->set_id(link.location_id());
  }
  ApplyCodes(link.attributes(), [&] { return link.mutable_x_handrail(); });
}

// A service_at_location of its own is a part of its service, wherever the rest
// of that is.
void Splitter::Take(v1::ServiceAtLocation& link) {
  v1::Service service;
  if (link.has_service()) {
    service.Swap(link.mutable_service());
    link.clear_service();
  }
  if (service.id().empty() && !link.service_id().empty()) {
    service.set_id(link.service_id());
  }
  *service.add_service_at_locations() = std::move(link);
  Take(service);
}

void Splitter::ApplyCodes(const pb::RepeatedPtrField<v1::Attribute>& attributes,
                          std::function<v1::RecordExtension*()> extension) {
  for (const v1::Attribute& attribute : attributes) {
    ApplyCode(attribute, extension);
  }
}

// "Open Eligibility" however it is spelled, or its address.
bool IsOpenEligibility(const v1::TaxonomyTerm& term) {
  std::string folded;
  for (const std::string& text :
       {term.taxonomy(), term.taxonomy_detail().name(),
        term.taxonomy_detail().uri()}) {
    for (const char c : text) {
      if (c >= 'A' && c <= 'Z') folded.push_back(static_cast<char>(c + 32));
      if (c >= 'a' && c <= 'z') folded.push_back(c);
    }
  }
  return folded.find("openeligibility") != std::string::npos;
}

void Splitter::ApplyCode(
    const v1::Attribute& attribute,
    const std::function<v1::RecordExtension*()>& extension) {
  const v1::TaxonomyTerm& term = attribute.taxonomy_term();
  // Meeting types were mapped when the meeting was read.
  if ((term.code().empty() && term.name().empty()) ||
      term.taxonomy().rfind("Meeting Guide", 0) == 0) {
    return;
  }
  CodeMeaning meaning;
  if (IsOpenEligibility(term)) {
    meaning = CodeTables::Get().OpenEligibility(term.code(), term.name());
  }
  if (!meaning.terms.empty() || !meaning.facts.empty()) {
    ApplyMeaning(meaning, *extension());
  }
  const std::string what =
      !log_.may_quote()
          ? "a code"
          : absl::StrCat("code \"", term.code(), "\" (\"", term.name(),
                         "\") of \"", term.taxonomy(), "\"");
  if (!meaning.known || meaning.ambiguous) {
    log_.Tally(origin_,
               {.severity = v1::NOTICE,
                .field = "attributes[].taxonomy_term.code",
                .reason = "unknown-code",
                .value_class = "code",
                .message = what +
                           (meaning.ambiguous ? " means several things"
                                              : " is in no table") +
                           "; it is kept and searchable, and maps to no kind "
                           "of need",
                .hint = "clients/formats/data has the tables"});
  } else if (meaning.name_differs) {
    log_.Tally(origin_,
               {.severity = v1::NOTICE,
                .field = "attributes[].taxonomy_term.code",
                .reason = "code-and-name-differ",
                .value_class = "code",
                .message = what + " goes by another name; the name counts",
                .hint = "check which of the two is meant"});
  }
}

template <typename T, typename Set>
void MoveAll(std::vector<T>& pieces, v1::Row& row, Set set) {
  for (T& piece : pieces) set(row.add_records())->Swap(&piece);
}

void Splitter::MoveTo(v1::Row& row) {
  MoveAll(pieces_.organizations, row,
          [](v1::Record* r) { return r->mutable_organization(); });
  MoveAll(pieces_.programs, row,
          [](v1::Record* r) { return r->mutable_program(); });
  MoveAll(pieces_.locations, row,
          [](v1::Record* r) { return r->mutable_location(); });
  MoveAll(pieces_.services, row,
          [](v1::Record* r) { return r->mutable_service(); });
  MoveAll(pieces_.taxonomies, row,
          [](v1::Record* r) { return r->mutable_taxonomy(); });
  MoveAll(pieces_.terms, row,
          [](v1::Record* r) { return r->mutable_taxonomy_term(); });
}

MappedRow Skip(v1::RowOrigin origin, FindingLog& log, FindingText text) {
  text.severity = v1::ROW_SKIPPED;
  log.Add(origin, std::move(text));
  MappedRow mapped;
  *mapped.row.mutable_origin() = std::move(origin);
  mapped.skipped = true;
  return mapped;
}

}  // namespace

std::unique_ptr<pb::Message> NewHsdsMessage(HsdsKind kind) {
  switch (kind) {
    case HsdsKind::kService:
      return std::make_unique<v1::Service>();
    case HsdsKind::kServiceAtLocation:
      return std::make_unique<v1::ServiceAtLocation>();
    case HsdsKind::kOrganization:
      return std::make_unique<v1::Organization>();
    case HsdsKind::kProgram:
      return std::make_unique<v1::Program>();
    case HsdsKind::kLocation:
      return std::make_unique<v1::Location>();
    case HsdsKind::kTaxonomy:
      return std::make_unique<v1::Taxonomy>();
    case HsdsKind::kTaxonomyTerm:
      return std::make_unique<v1::TaxonomyTerm>();
    case HsdsKind::kNone:
      break;
  }
  return nullptr;
}

void SplitRecords(HsdsKind kind, pb::Message& object,
                  const v1::RowOrigin& origin, FindingLog& log, v1::Row& row) {
  Splitter splitter(origin, log);
  switch (kind) {
    case HsdsKind::kService:
      splitter.Take(static_cast<v1::Service&>(object));
      break;
    case HsdsKind::kServiceAtLocation:
      splitter.Take(static_cast<v1::ServiceAtLocation&>(object));
      break;
    case HsdsKind::kOrganization:
      splitter.Take(static_cast<v1::Organization&>(object));
      break;
    case HsdsKind::kProgram:
      splitter.Take(static_cast<v1::Program&>(object));
      break;
    case HsdsKind::kLocation:
      splitter.Take(static_cast<v1::Location&>(object));
      break;
    case HsdsKind::kTaxonomy:
      splitter.Take(static_cast<v1::Taxonomy&>(object));
      break;
    case HsdsKind::kTaxonomyTerm:
      splitter.Take(static_cast<v1::TaxonomyTerm&>(object));
      break;
    case HsdsKind::kNone:
      break;
  }
  splitter.MoveTo(row);
}

MappedRow HsdsMapper::Map(const JsonValue& element, v1::RowOrigin origin,
                          FindingLog& log) {
  if (!element.IsObject()) {
    return Skip(
        std::move(origin), log,
        NotAnObject(element, "each element of the list is one HSDS object"));
  }
  const HsdsKind kind = ClassifyHsds(element, likely_);
  if (kind == HsdsKind::kNone) {
    return Skip(std::move(origin), log,
                {.reason = "unknown-object",
                 .value_class = "object",
                 .message = "the object is none that HSDS knows",
                 .hint = "a service has id, name and status; see HSDS 3.1"});
  }
  origin.set_table(std::string(TableName(kind)));
  MappedRow mapped;
  *mapped.row.mutable_origin() = origin;
  // The key is ours and says what was just found out.
  JsonValue typed = element;
  std::vector<std::string_view> keys;
  std::vector<JsonValue> items;
  if (element.Find("x_handrail_type") != nullptr) {
    for (size_t i = 0; i < element.keys.size(); ++i) {
      if (element.keys[i] == "x_handrail_type") continue;
      keys.push_back(element.keys[i]);
      items.push_back(element.items[i]);
    }
    typed.keys = keys;
    typed.items = items;
  }
  const std::unique_ptr<pb::Message> message = NewHsdsMessage(kind);
  HsdsFieldReader reader(mapped.row.origin(), log);
  if (!reader.Read(typed, "", *message)) {
    mapped.skipped = true;
    return mapped;
  }
  SplitRecords(kind, *message, origin, log, mapped.row);
  return mapped;
}

}  // namespace handrail::formats
