#include "clients/formats/hsds_tabular.h"

#include <array>
#include <map>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/hsds_names.h"
#include "clients/formats/hsds_reader.h"
#include "clients/formats/limits.h"
#include "clients/formats/row_findings.h"
#include "clients/formats/table_names.h"
#include "handrail/v1/record.pb.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

// Singular names and the ones of the JSON form, as they occur in the wild.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9>
    kOtherNames = {{{"service_at_locations", "service_at_location"},
                    {"service_capacities", "service_capacity"},
                    {"capacities", "service_capacity"},
                    {"urls", "url"},
                    {"address", "addresses"},
                    {"schedule", "schedules"},
                    {"attribute", "attributes"},
                    {"taxonomy", "taxonomies"},
                    {"fundings", "funding"}}};

// A row of the file with its object.
struct JsonRow {
  const TableInfo* table = nullptr;
  v1::RowOrigin origin;
  std::unique_ptr<pb::Message> object;
  bool skipped = false;
};

class Joiner {
 public:
  explicit Joiner(FindingLog& log) : log_(log) {}

  std::vector<JsonRow>& rows() { return rows_; }
  // Puts every part into what it is a part of.
  void Join();

 private:
  void Index();
  void JoinTable(const TableInfo& table);
  void JoinByReferences(JsonRow& row);
  void JoinByLink(JsonRow& row, const char* reference);
  void JoinUnits();
  void JoinTerms(JsonRow& row);
  bool MayRepeat(const pb::Message& object, const v1::RowOrigin& origin);
  bool Attach(const pb::Message& part, pb::Message& owner);
  void Dangling(JsonRow& row, const std::string& field);
  JsonRow* Find(const pb::Descriptor* type, const std::string& id);

  FindingLog& log_;
  std::vector<JsonRow> rows_;
  absl::flat_hash_map<std::string, size_t> by_id_;
  // Of terms and units, every time they are nested.
  int64_t repeated_bytes_ = 0;
};

std::string IdOf(const pb::Message& message) {
  const pb::FieldDescriptor* id =
      message.GetDescriptor()->FindFieldByName("id");
  return message.GetReflection()->GetString(message, id);
}

std::string TextOf(const pb::Message& message, const char* name) {
  const pb::FieldDescriptor* field =
      message.GetDescriptor()->FindFieldByName(name);
  return field == nullptr ? ""
                          : message.GetReflection()->GetString(message, field);
}

void Joiner::Index() {
  for (size_t i = 0; i < rows_.size(); ++i) {
    by_id_.try_emplace(absl::StrCat(rows_[i].object->GetDescriptor()->name(),
                                    " ", IdOf(*rows_[i].object)),
                       i);
  }
}

JsonRow* Joiner::Find(const pb::Descriptor* type, const std::string& id) {
  const auto found = by_id_.find(absl::StrCat(type->name(), " ", id));
  return found == by_id_.end() ? nullptr : &rows_[found->second];
}

bool Joiner::Attach(const pb::Message& part, pb::Message& owner) {
  const pb::Descriptor* type = owner.GetDescriptor();
  for (const HsdsField& field : HsdsFields(type)) {
    if (field.kind != FieldKind::kObjects ||
        field.field->message_type() != part.GetDescriptor()) {
      continue;
    }
    owner.GetReflection()->AddMessage(&owner, field.field)->CopyFrom(part);
    return true;
  }
  return false;
}

void Joiner::Dangling(JsonRow& row, const std::string& field) {
  row.skipped = true;
  log_.Add(row.origin,
           {.severity = v1::ROW_SKIPPED,
            .field = field,
            .reason = "dangling-reference",
            .value_class = "id",
            .message = "no row of the tables has the id that this refers to",
            .hint = "add the row, or put the reference right"});
}

// "phones.service_id" and the like: into the list of phones of each.
void Joiner::JoinByReferences(JsonRow& row) {
  static const std::map<std::string, const pb::Descriptor*> owners = {
      {"organization_id", v1::Organization::descriptor()},
      {"service_id", v1::Service::descriptor()},
      {"location_id", v1::Location::descriptor()},
      {"service_at_location_id", v1::ServiceAtLocation::descriptor()},
      {"contact_id", v1::Contact::descriptor()},
      {"phone_id", v1::Phone::descriptor()},
  };
  std::vector<pb::Message*> found;
  for (const auto& [name, type] : owners) {
    const std::string id = TextOf(*row.object, name.c_str());
    if (id.empty()) continue;
    JsonRow* owner = Find(type, id);
    if (owner == nullptr) return Dangling(row, name);
    found.push_back(owner->object.get());
  }
  for (pb::Message* owner : found) Attach(*row.object, *owner);
  if (found.empty() && row.table->type != v1::Unit::descriptor()) {
    Dangling(row, "");
  }
}

// Attributes and metadata may belong to a row of any table.
void Joiner::JoinByLink(JsonRow& row, const char* reference) {
  const std::string id = TextOf(*row.object, reference);
  bool found = false;
  for (const TableInfo& table : TableInfos()) {
    JsonRow* owner = Find(table.type, id);
    if (owner == nullptr || owner == &row) continue;
    found = Attach(*row.object, *owner->object) || found;
  }
  if (!found) Dangling(row, reference);
}

void Joiner::JoinTerms(JsonRow& row) {
  auto& attribute = static_cast<v1::Attribute&>(*row.object);
  if (attribute.has_taxonomy_term() || attribute.taxonomy_term_id().empty()) {
    return;
  }
  const JsonRow* term =
      Find(v1::TaxonomyTerm::descriptor(), attribute.taxonomy_term_id());
  if (term == nullptr || !MayRepeat(*term->object, row.origin)) return;
  attribute.mutable_taxonomy_term()->CopyFrom(*term->object);
}

// A long row that many refer to would be held many times.
bool Joiner::MayRepeat(const pb::Message& object, const v1::RowOrigin& origin) {
  repeated_bytes_ += static_cast<int64_t>(object.ByteSizeLong());
  if (repeated_bytes_ <= kTabularBytesMax) return true;
  log_.Tally(origin, {.severity = v1::NOTICE,
                      .reason = "too-long",
                      .value_class = "object",
                      .message = "what the tables repeat of terms and units is "
                                 "more than 256 MiB; the rest is left as a "
                                 "reference, and codes in it are not read",
                      .hint = "shorten the terms, or load the tables as CSV"});
  return false;
}

void Joiner::JoinUnits() {
  for (JsonRow& row : rows_) {
    if (row.table->type != v1::ServiceCapacity::descriptor()) continue;
    auto& capacity = static_cast<v1::ServiceCapacity&>(*row.object);
    const JsonRow* unit = Find(v1::Unit::descriptor(), capacity.unit_id());
    if (unit != nullptr && !capacity.has_unit() &&
        MayRepeat(*unit->object, row.origin)) {
      capacity.mutable_unit()->CopyFrom(*unit->object);
    }
  }
}

void Joiner::JoinTable(const TableInfo& table) {
  for (JsonRow& row : rows_) {
    if (row.table != &table || row.skipped) continue;
    if (table.type == v1::MetaTableDescription::descriptor()) continue;
    if (table.type == v1::Metadata::descriptor()) {
      JoinByLink(row, "resource_id");
    } else if (table.type == v1::Attribute::descriptor()) {
      JoinTerms(row);
      JoinByLink(row, "link_id");
    } else if (table.kind == HsdsKind::kServiceAtLocation) {
      auto& link = static_cast<v1::ServiceAtLocation&>(*row.object);
      JsonRow* service = Find(v1::Service::descriptor(), link.service_id());
      if (service == nullptr) {
        Dangling(row, "service_id");
      } else if (!link.location_id().empty() &&
                 Find(v1::Location::descriptor(), link.location_id()) ==
                     nullptr) {
        Dangling(row, "location_id");
      } else {
        Attach(link, *service->object);
      }
    } else if (table.kind == HsdsKind::kNone) {
      JoinByReferences(row);
    }
  }
}

void Joiner::Join() {
  Index();
  JoinUnits();
  for (const TableInfo& table : TableInfos()) JoinTable(table);
}

// One table of the file into rows.
absl::Status ReadTable(const std::string& path, const FilePart& part,
                       const v1::RowOrigin& file, FindingLog& log,
                       std::vector<JsonRow>& rows) {
  const TableInfo* table = FindTable(part.table);
  JsonDocument document;
  return ForEachElement(path, part.part, [&](const JsonElement& element) {
    JsonRow row;
    row.table = table;
    row.origin = file;
    row.origin.set_table(part.table);
    row.origin.set_record(element.record);
    row.origin.set_line(element.line);
    // Syntax was checked before; what is left is a value of another kind.
    document.Parse(element.text, element.line);
    row.object.reset(pb::MessageFactory::generated_factory()
                         ->GetPrototype(table->type)
                         ->New());
    if (!document.root().IsObject()) {
      row.skipped = true;
      log.Add(row.origin, NotAnObject(document.root(),
                                      "each element of a table is one object"));
    } else {
      HsdsFieldReader reader(row.origin, log);
      row.skipped = !reader.Read(document.root(), "", *row.object);
    }
    rows.push_back(std::move(row));
    return absl::OkStatus();
  });
}

}  // namespace

std::string_view TableOfKey(std::string_view key) {
  if (key.ends_with(".csv")) key.remove_suffix(4);
  for (const auto& [other, name] : kOtherNames) {
    if (key == other) key = name;
  }
  const TableInfo* table = FindTable(key);
  return table == nullptr || table->type == nullptr ? std::string_view()
                                                    : table->name;
}

absl::Status ReadTabular(const std::string& path, const Recognised& recognised,
                         const v1::RowOrigin& origin, FindingLog& log,
                         const std::function<absl::Status(MappedRow&)>& take) {
  Joiner joiner(log);
  for (const FilePart& part : recognised.parts) {
    HANDRAIL_RETURN_IF_ERROR(ReadTable(path, part, origin, log, joiner.rows()));
  }
  joiner.Join();
  for (JsonRow& row : joiner.rows()) {
    const bool core = row.table->kind != HsdsKind::kNone &&
                      row.table->kind != HsdsKind::kServiceAtLocation;
    // Parts are counted with what they are parts of, unless they are lost.
    if (!core && !row.skipped) continue;
    MappedRow mapped;
    *mapped.row.mutable_origin() = row.origin;
    mapped.skipped = row.skipped;
    if (!row.skipped) {
      SplitRecords(row.table->kind, *row.object, row.origin, log, mapped.row);
    }
    HANDRAIL_RETURN_IF_ERROR(take(mapped));
  }
  return absl::OkStatus();
}

}  // namespace handrail::formats
