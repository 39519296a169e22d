#include "clients/formats/tabular_writer.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "clients/formats/csv_writer.h"
#include "clients/formats/json_stream.h"
#include "clients/formats/json_tree.h"
#include "clients/formats/limits.h"
#include "clients/formats/package_zip.h"
#include "clients/formats/plain_text.h"
#include "clients/formats/record_merge.h"
#include "clients/formats/table_kept.h"
#include "clients/formats/table_names.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

constexpr const char* kDescriptorName = "datapackage.json";

absl::Status CannotWrite(const std::string& what) {
  return Unavailable(v1::ERROR_REASON_STORAGE_FAILED,
                     absl::StrCat("cannot write ", what));
}

// "service_at_location" for ServiceAtLocation.
std::string WordOf(const pb::Descriptor* type) {
  std::string word;
  for (const char c : type->name()) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !word.empty()) word.push_back('_');
    word.push_back(upper ? static_cast<char>(c + 32) : c);
  }
  return word;
}

const TableInfo& TableFor(const pb::Descriptor* type) {
  size_t i = 0;
  while (TableInfos()[i].type != type) ++i;
  return TableInfos()[i];
}

std::string IdOf(const pb::Message& message) {
  const pb::FieldDescriptor* field = OwnField(message, "id");
  return Trim(message.GetReflection()->GetString(message, field));
}

bool IsReference(const pb::Message& object) {
  std::vector<const pb::FieldDescriptor*> fields;
  object.GetReflection()->ListFields(object, &fields);
  return fields.size() == 1 && fields[0]->name() == "id";
}

// Tables whose rows several parts refer to.
bool IsShared(const pb::Descriptor* type) {
  return type == v1::TaxonomyTerm::descriptor() ||
         type == v1::Taxonomy::descriptor() || type == v1::Unit::descriptor();
}

// Records are nested as a whole.
bool IsPartOfRecords(const pb::Descriptor* type) {
  const HsdsKind kind = TableFor(type).kind;
  return kind == HsdsKind::kNone || kind == HsdsKind::kServiceAtLocation;
}

uint64_t HashOf(const std::string& text) { return absl::HashOf(text); }

// What the reader nests for a row: of a record, only what says which it is.
uint64_t NestedHash(const pb::Message& object, bool is_record) {
  const std::unique_ptr<pb::Message> copy(object.New());
  copy->CopyFrom(object);
  for (const HsdsField& field : HsdsFields(object.GetDescriptor())) {
    if (field.kind != FieldKind::kObjects) continue;
    copy->GetReflection()->ClearField(copy.get(), field.field);
  }
  if (is_record) {
    copy->GetReflection()->ClearField(copy.get(),
                                      OwnField(*copy, "unknown_fields"));
  }
  return HashOf(HsdsJson(*copy));
}

// By which cells a part says whose it is.
std::map<std::string, std::string> OwnerCells(const pb::Descriptor* part,
                                              const pb::Descriptor* owner,
                                              const std::string& id) {
  const std::string word = WordOf(owner);
  if (part == v1::Attribute::descriptor()) {
    return {{"link_id", id}, {"link_entity", word}};
  }
  if (part == v1::Metadata::descriptor()) {
    return {{"resource_id", id}, {"resource_type", word}};
  }
  return {{word + "_id", id}};
}

bool IsNumber(FieldKind kind) {
  return kind == FieldKind::kInteger || kind == FieldKind::kDecimal ||
         kind == FieldKind::kDegrees;
}

std::string SchemaType(FieldKind kind) {
  if (kind == FieldKind::kInteger) return "integer";
  return IsNumber(kind) ? "number" : "string";
}

bool FitsType(FieldKind kind, const std::string& cell) {
  if (cell.empty() || !IsNumber(kind)) return true;
  return IsJsonNumber(cell) &&
         (kind != FieldKind::kInteger ||
          cell.find_first_not_of("-0123456789") == std::string::npos);
}

}  // namespace

absl::Status TabularWriter::Add(const v1::Record& record) {
  if (record.has_centroid() || record.has_crisis_resource() ||
      record.kind_case() == v1::Record::KIND_NOT_SET) {
    return absl::OkStatus();
  }
  const pb::Message& object = ContentOf(record);
  Table* table = TableOf(object.GetDescriptor());
  if (table == nullptr) return CannotWrite("a private folder");
  Row row{.id = IdOf(object)};
  if (IsShared(table->type)) {
    // A part that nests it came first, and has its id.
    while (!table->shared.try_emplace(HashOf(row.id), NestedHash(object, true))
                .second) {
      row.id += "/record";
    }
  }
  return PutRow(*table, object, std::move(row));
}

TabularWriter::Table* TabularWriter::TableOf(const pb::Descriptor* type) {
  const std::string name(TableFor(type).name);
  const auto found = tables_.find(name);
  if (found != tables_.end()) return &found->second;
  if (folder_ == nullptr) {
    auto folder = PrivateFolder::Create();
    if (!folder.ok()) return nullptr;
    folder_ = *std::move(folder);
  }
  Table& table = tables_[name];
  table.name = name;
  table.type = type;
  table.path = absl::StrCat(folder_->path(), "/", name, ".csv");
  table.file.open(table.path, std::ios::binary | std::ios::trunc);
  for (const HsdsField& field : HsdsFields(type)) {
    if (field.kind == FieldKind::kObject || field.kind == FieldKind::kObjects) {
      continue;
    }
    table.columns.push_back({.name = field.name, .field = &field});
  }
  for (const char* ours : {"x_handrail", "zone", "restricted"}) {
    if (type->FindFieldByName(ours) == nullptr) continue;
    table.columns.push_back({.name = "x_handrail"});
    break;
  }
  table.columns.push_back({.name = kKeptColumn});
  std::vector<std::string> header;
  for (const Column& column : table.columns) header.push_back(column.name);
  std::string line;
  AppendCsvRow(header, line);
  table.file << line;
  return &table;
}

// Writes the object's parts, and then its row. `row` has what the object itself
// does not say.
absl::Status TabularWriter::PutRow(Table& table, const pb::Message& object,
                                   Row row) {
  for (const HsdsMember& member : HsdsMembers(object)) {
    if (!member.json.empty()) {
      AddMember(object, member, row);
    } else if (member.field->kind == FieldKind::kObjects) {
      HANDRAIL_RETURN_IF_ERROR(AddParts(object, *member.field, row));
    } else {
      HANDRAIL_RETURN_IF_ERROR(AddNested(object, *member.field, row));
    }
  }
  if (!object.GetReflection()->HasField(object, OwnField(object, "id"))) {
    row.kept.emplace_back("id", "null");
  }
  for (const Column& column : table.columns) {
    if (JoinOf(table.type, column.name) != JoinColumn::kNested ||
        row.cells[column.name].empty()) {
      continue;
    }
    // Refers, and nests nothing.
    const std::string name = NestedFieldOf(column.name);
    const pb::FieldDescriptor* nested = OwnField(object, name.c_str());
    const bool kept =
        std::any_of(row.kept.begin(), row.kept.end(),
                    [&](const auto& member) { return member.first == name; });
    if (!kept && !object.GetReflection()->HasField(object, nested)) {
      row.kept.emplace_back(name, "null");
    }
  }
  row.cells["id"] = row.id;
  return PutCells(table, object, row);
}

void TabularWriter::AddMember(const pb::Message& object,
                              const HsdsMember& member, Row& row) {
  const auto keep = [&] { row.kept.emplace_back(member.name, member.json); };
  if (member.field == nullptr || member.field->kind == FieldKind::kObject ||
      member.field->kind == FieldKind::kObjects) {
    return keep();
  }
  if (member.name == "id") {
    if (member.json != JsonString(row.id)) keep();
    return;
  }
  std::string cell = CellOfJson(member.json);
  switch (JoinOf(object.GetDescriptor(), member.name)) {
    case JoinColumn::kOwner:
      return keep();
    case JoinColumn::kNested:
      row.cells.try_emplace(member.name, std::move(cell));
      return keep();
    case JoinColumn::kNone:
      break;
  }
  const std::string written = FormulaSafe(cell);
  if (JsonOfCell(WithoutApostrophe(written), member.field->kind) !=
      member.json) {
    keep();
  }
  row.cells[member.name] = std::move(cell);
}

absl::Status TabularWriter::AddParts(const pb::Message& object,
                                     const HsdsField& field, Row& row) {
  if (!IsPartOfRecords(field.field->message_type())) {
    row.kept.emplace_back(field.name, HsdsFieldJson(object, field));
    return absl::OkStatus();
  }
  const pb::Reflection& reflection = *object.GetReflection();
  for (int i = 0; i < reflection.FieldSize(object, field.field); ++i) {
    HANDRAIL_RETURN_IF_ERROR(
        PutPart(reflection.GetRepeatedMessage(object, field.field, i),
                object.GetDescriptor(), row.id, i + 1));
  }
  return absl::OkStatus();
}

// Gives the part an id of its own.
absl::Status TabularWriter::PutPart(const pb::Message& part,
                                    const pb::Descriptor* owner,
                                    const std::string& owner_id, int number) {
  Table* table = TableOf(part.GetDescriptor());
  if (table == nullptr) return CannotWrite("a private folder");
  std::string id = IdOf(part);
  if (id.empty()) id = absl::StrCat(owner_id, "/", table->name, "/", number);
  Row row{.id = id};
  for (int times = 0; !table->ids.IsNew(row.id); ++times) {
    row.id = absl::StrCat(id, "/", owner_id);
    if (times > 0) absl::StrAppend(&row.id, "/", times);
  }
  row.cells = OwnerCells(part.GetDescriptor(), owner, owner_id);
  return PutRow(*table, part, std::move(row));
}

// An object that stands in a field of its own: the reader puts it back by the
// reference beside it, where that says it all.
absl::Status TabularWriter::AddNested(const pb::Message& object,
                                      const HsdsField& field, Row& row) {
  const pb::Message& nested =
      object.GetReflection()->GetMessage(object, field.field);
  const pb::Descriptor* type = nested.GetDescriptor();
  std::string id = IdOf(nested);
  bool same = IsReference(nested) && type == v1::Location::descriptor();
  if (IsShared(type) && !IsReference(nested)) {
    if (id.empty()) id = absl::StrCat(row.id, "/", field.name);
    HANDRAIL_RETURN_IF_ERROR(PutShared(nested, id, &same));
  }
  const bool detail = field.name == "taxonomy_detail";
  const std::string reference = detail ? "taxonomy_id" : field.name + "_id";
  if (JoinOf(object.GetDescriptor(), reference) == JoinColumn::kNested) {
    row.cells[reference] = id;
  } else {
    same = false;
    // So that others can follow it; our own reader takes it as it is kept.
    const pb::FieldDescriptor* own = OwnField(object, reference.c_str());
    if (detail && !object.GetReflection()->HasField(object, own)) {
      row.cells[reference] = id;
      row.kept.emplace_back(reference, "null");
    }
  }
  if (!same) row.kept.emplace_back(field.name, HsdsFieldJson(object, field));
  return absl::OkStatus();
}

// A row for what is nested, unless it has one. `same` is set where the reader
// makes the same object of the row.
absl::Status TabularWriter::PutShared(const pb::Message& object, std::string id,
                                      bool* same) {
  Table* table = TableOf(object.GetDescriptor());
  if (table == nullptr) return CannotWrite("a private folder");
  const uint64_t all = HashOf(HsdsJson(object));
  // One without an id has a row that nothing else refers to.
  if (!IdOf(object).empty()) {
    const auto [row, added] =
        table->shared.try_emplace(HashOf(id), NestedHash(object, false));
    *same = row->second == all;
    if (!added) return absl::OkStatus();
  } else {
    *same = NestedHash(object, false) == all;
  }
  Row row{.id = std::move(id)};
  row.kept.emplace_back(kPartMember, "true");
  return PutRow(*table, object, std::move(row));
}

absl::Status TabularWriter::PutCells(Table& table, const pb::Message& object,
                                     const Row& row) {
  std::string kept;
  for (const auto& [name, json] : row.kept) {
    absl::StrAppend(&kept, kept.empty() ? "{" : ",", JsonString(name), ":",
                    json);
  }
  if (!kept.empty()) kept += "}";
  std::vector<std::string> cells;
  for (Column& column : table.columns) {
    if (column.field == nullptr) {
      cells.push_back(column.name == kKeptColumn ? kept
                                                 : HsdsExtensionJson(object));
      continue;
    }
    const auto cell = row.cells.find(column.name);
    cells.push_back(cell == row.cells.end() ? "" : cell->second);
    column.as_typed =
        column.as_typed && FitsType(column.field->kind, cells.back());
  }
  std::string line;
  AppendCsvRow(cells, line);
  // One such row would make the whole table unreadable.
  if (line.size() > kCsvRowBytesMax) {
    ++too_long_;
    return absl::OkStatus();
  }
  table.file << line;
  ++rows_;
  return table.file ? absl::OkStatus() : CannotWrite(table.path);
}

std::string TabularWriter::Descriptor() const {
  std::string json =
      R"({"name":"human_services_data","profile":"tabular-data-package",)"
      R"("version":"3.1","resources":[)";
  bool first_table = true;
  for (const auto& [name, table] : tables_) {
    absl::StrAppend(&json, first_table ? "" : ",", "\n{\"name\":\"",
                    WordOf(table.type), "\",\"path\":\"", name,
                    ".csv\",\"profile\":\"tabular-data-resource\",\"format\":"
                    "\"csv\",\"mediatype\":\"text/csv\",\"encoding\":\"utf-8\","
                    "\"schema\":{\"primaryKey\":\"id\",\"fields\":[");
    first_table = false;
    bool first = true;
    for (const Column& column : table.columns) {
      const std::string type = column.field == nullptr ? "object"
                               : column.as_typed
                                   ? SchemaType(column.field->kind)
                                   : "string";
      absl::StrAppend(&json, first ? "" : ",", "{\"name\":\"", column.name,
                      "\",\"type\":\"", type, "\"}");
      first = false;
    }
    absl::StrAppend(&json, "]}}");
  }
  return json + "\n]}\n";
}

absl::Status TabularWriter::Finish() {
  PackageZip zip(sink_);
  const std::string descriptor = Descriptor();
  zip.Begin(kDescriptorName, static_cast<int64_t>(descriptor.size()));
  zip.Put(descriptor);
  std::string chunk;
  for (auto& [name, table] : tables_) {
    table.file.close();
    std::error_code error;
    const auto bytes = std::filesystem::file_size(table.path, error);
    if (!table.file || error) return CannotWrite(table.path);
    zip.Begin(name + ".csv", static_cast<int64_t>(bytes));
    std::ifstream in(table.path, std::ios::binary);
    do {
      chunk.resize(kChunkBytes);
      in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
      zip.Put(
          std::string_view(chunk).substr(0, static_cast<size_t>(in.gcount())));
    } while (in);
  }
  return zip.Close();
}

}  // namespace handrail::formats
