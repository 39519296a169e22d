#include "clients/formats/tabular_writer.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <filesystem>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "clients/formats/csv_writer.h"
#include "clients/formats/json_stream.h"
#include "clients/formats/json_tree.h"
#include "clients/formats/limits.h"
#include "clients/formats/record_merge.h"
#include "clients/formats/table_names.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

constexpr const char* kDescriptorName = "datapackage.json";
// 1 January 1980, where a zip's times begin.
constexpr time_t kZipTime = 315532800;
// By these a part says what it is a part of.
constexpr std::array<const char*, 6> kOwnerFields = {
    "contact_id", "phone_id",    "service_at_location_id",
    "service_id", "location_id", "organization_id"};

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

const TableInfo* TableFor(const pb::Descriptor* type) {
  for (const TableInfo& table : TableInfos()) {
    if (table.type == type) return &table;
  }
  return nullptr;
}

std::string TextOf(const pb::Message& message, const char* name) {
  const pb::FieldDescriptor* field = OwnField(message, name);
  return field == nullptr ? ""
                          : message.GetReflection()->GetString(message, field);
}

void SetText(pb::Message& message, const char* name, const std::string& text) {
  const pb::FieldDescriptor* field = OwnField(message, name);
  if (field == nullptr) return;
  message.GetReflection()->SetString(&message, field, text);
}

// Sets who the part belongs to, and nobody else.
void SetOwner(pb::Message& part, const pb::Message& owner) {
  const std::string id = TextOf(owner, "id");
  const std::string word = WordOf(owner.GetDescriptor());
  if (part.GetDescriptor() == v1::Attribute::descriptor()) {
    SetText(part, "link_id", id);
    SetText(part, "link_entity", word);
    return;
  }
  if (part.GetDescriptor() == v1::Metadata::descriptor()) {
    SetText(part, "resource_id", id);
    SetText(part, "resource_type", word);
    return;
  }
  if (TableFor(part.GetDescriptor())->kind == HsdsKind::kNone) {
    for (const char* name : kOwnerFields) {
      const pb::FieldDescriptor* field = OwnField(part, name);
      if (field != nullptr) part.GetReflection()->ClearField(&part, field);
    }
  }
  SetText(part, (word + "_id").c_str(), id);
}

// The field that refers to an object that stands in `field`.
std::string ReferenceOf(const std::string& field) {
  return field == "taxonomy_detail" ? "taxonomy_id" : field + "_id";
}

bool IsReference(const pb::Message& object) {
  std::vector<const pb::FieldDescriptor*> fields;
  object.GetReflection()->ListFields(object, &fields);
  return fields.size() == 1 && fields[0]->name() == "id";
}

// The source's own text of a field; nullptr where there is none.
const std::string* SourceTextOf(const pb::Message& message,
                                const std::string& name) {
  const pb::FieldDescriptor* list = OwnField(message, "source_text");
  if (list == nullptr) return nullptr;
  const pb::Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, list); ++i) {
    const auto& source = static_cast<const v1::SourceText&>(
        reflection.GetRepeatedMessage(message, list, i));
    if (source.field() == name) return &source.text();
  }
  return nullptr;
}

bool IsNumber(FieldKind kind) {
  return kind == FieldKind::kInteger || kind == FieldKind::kDecimal ||
         kind == FieldKind::kDegrees;
}

std::string CellOf(const pb::Message& message, const HsdsField& field) {
  const pb::Reflection& reflection = *message.GetReflection();
  const std::string* source = SourceTextOf(message, field.name);
  if (source != nullptr && field.kind != FieldKind::kId) {
    JsonDocument document;
    const bool quoted = IsNumber(field.kind) && source->starts_with("\"") &&
                        !document.Parse(*source).has_value() &&
                        document.root().IsString();
    return quoted ? document.root().string : *source;
  }
  if (!reflection.HasField(message, field.field)) return "";
  switch (field.kind) {
    case FieldKind::kEnum: {
      const pb::EnumValueDescriptor* value =
          reflection.GetEnum(message, field.field);
      return value->number() == 0 ? "" : EnumWord(value);
    }
    case FieldKind::kInteger:
      return std::to_string(reflection.GetInt32(message, field.field));
    case FieldKind::kDegrees:
      return DegreesText(reflection.GetInt32(message, field.field));
    default:
      return reflection.GetString(message, field.field);
  }
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

// A zip that goes to a sink as it is made.
class Zip {
 public:
  explicit Zip(const LineSink& sink) : sink_(sink), zip_(archive_write_new()) {
    ok_ = zip_ != nullptr && archive_write_set_format_zip(zip_) == ARCHIVE_OK &&
          archive_write_set_bytes_in_last_block(zip_, 1) == ARCHIVE_OK &&
          archive_write_open(zip_, this, nullptr, &Zip::Write, nullptr) ==
              ARCHIVE_OK;
  }
  ~Zip() { archive_write_free(zip_); }
  Zip(const Zip&) = delete;
  Zip& operator=(const Zip&) = delete;

  void Begin(const std::string& name, int64_t bytes) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, bytes);
    archive_entry_set_mtime(entry, kZipTime, 0);
    ok_ = ok_ && archive_write_header(zip_, entry) == ARCHIVE_OK;
    archive_entry_free(entry);
  }
  void Put(std::string_view bytes) {
    ok_ = ok_ && archive_write_data(zip_, bytes.data(), bytes.size()) ==
                     static_cast<la_ssize_t>(bytes.size());
  }
  absl::Status Close() {
    ok_ = archive_write_close(zip_) == ARCHIVE_OK && ok_;
    if (!status_.ok()) return status_;
    return ok_ ? absl::OkStatus() : CannotWrite("the package");
  }

 private:
  static la_ssize_t Write(archive* zip, void* self, const void* bytes,
                          size_t size) {
    Zip& to = *static_cast<Zip*>(self);
    to.status_.Update(
        to.sink_(std::string_view(static_cast<const char*>(bytes), size)));
    if (to.status_.ok()) return static_cast<la_ssize_t>(size);
    archive_set_error(zip, ARCHIVE_FATAL, "the sink refused");
    return -1;
  }

  const LineSink& sink_;
  archive* zip_;
  bool ok_ = false;
  absl::Status status_;
};

}  // namespace

absl::Status TabularWriter::Add(const v1::Record& record) {
  if (record.has_centroid() || record.has_crisis_resource() ||
      record.kind_case() == v1::Record::KIND_NOT_SET) {
    return absl::OkStatus();
  }
  const pb::Message& content = ContentOf(record);
  const std::unique_ptr<pb::Message> copy(content.New());
  copy->CopyFrom(content);
  return PutRow(*copy, nullptr, 0);
}

TabularWriter::Table* TabularWriter::TableOf(const pb::Descriptor* type) {
  const std::string name(TableFor(type)->name);
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
  std::vector<std::string> header;
  for (const HsdsField& field : HsdsFields(type)) {
    if (field.kind == FieldKind::kObject || field.kind == FieldKind::kObjects) {
      continue;
    }
    table.columns.push_back({.name = field.name, .field = &field});
    header.push_back(field.name);
  }
  for (const char* ours : {"x_handrail", "zone", "restricted"}) {
    if (type->FindFieldByName(ours) == nullptr) continue;
    table.columns.push_back({.name = "x_handrail"});
    header.emplace_back("x_handrail");
    break;
  }
  std::string line;
  AppendCsvRow(header, line);
  table.file << line;
  return &table;
}

// Gives the row an id of its own and its owner, and writes it and its parts.
absl::Status TabularWriter::PutRow(pb::Message& object,
                                   const pb::Message* owner, int number) {
  Table* table = TableOf(object.GetDescriptor());
  if (table == nullptr) return CannotWrite("a private folder");
  std::string id = TextOf(object, "id");
  const std::string owner_id = owner == nullptr ? "" : TextOf(*owner, "id");
  if (id.empty()) id = absl::StrCat(owner_id, "/", table->name, "/", number);
  const bool shared = owner == nullptr ||
                      TableFor(object.GetDescriptor())->kind != HsdsKind::kNone;
  const bool part =
      !shared || object.GetDescriptor() == v1::ServiceAtLocation::descriptor();
  if (part) {
    const std::string both =
        absl::StrCat(id, "\n", owner->GetDescriptor()->name(), "\n", owner_id);
    if (!table->owned_ids.insert(absl::HashOf(both)).second) {
      return absl::OkStatus();
    }
    if (table->ids.contains(absl::HashOf(id))) {
      id = absl::StrCat(id, "/", owner_id);
    }
  }
  if (!table->ids.insert(absl::HashOf(id)).second) return absl::OkStatus();
  SetText(object, "id", id);
  if (owner != nullptr) SetOwner(object, *owner);
  HANDRAIL_RETURN_IF_ERROR(PutNested(object));
  return PutCells(*table, object);
}

absl::Status TabularWriter::PutNested(pb::Message& object) {
  const pb::Reflection& reflection = *object.GetReflection();
  for (const HsdsField& field : HsdsFields(object.GetDescriptor())) {
    if (field.kind == FieldKind::kObjects) {
      for (int i = 0; i < reflection.FieldSize(object, field.field); ++i) {
        HANDRAIL_RETURN_IF_ERROR(
            PutRow(*reflection.MutableRepeatedMessage(&object, field.field, i),
                   &object, i + 1));
      }
    } else if (field.kind == FieldKind::kObject &&
               reflection.HasField(object, field.field)) {
      // A term, a unit, a location: rows that others refer to, too.
      pb::Message& other = *reflection.MutableMessage(&object, field.field);
      if (TextOf(other, "id").empty()) {
        SetText(other, "id",
                absl::StrCat(TextOf(object, "id"), "/", field.name));
      }
      SetText(object, ReferenceOf(field.name).c_str(), TextOf(other, "id"));
      if (!IsReference(other)) {
        HANDRAIL_RETURN_IF_ERROR(PutRow(other, nullptr, 0));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status TabularWriter::PutCells(Table& table, const pb::Message& object) {
  std::vector<std::string> cells;
  for (Column& column : table.columns) {
    cells.push_back(column.field == nullptr ? HsdsExtensionJson(object)
                                            : CellOf(object, *column.field));
    column.as_typed =
        column.as_typed &&
        (column.field == nullptr || FitsType(column.field->kind, cells.back()));
  }
  if (const pb::FieldDescriptor* list = OwnField(object, "unknown_fields")) {
    left_out_ += object.GetReflection()->FieldSize(object, list);
  }
  std::string line;
  AppendCsvRow(cells, line);
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
      const std::string type = column.field == nullptr || !column.as_typed
                                   ? "string"
                                   : SchemaType(column.field->kind);
      absl::StrAppend(&json, first ? "" : ",", "{\"name\":\"", column.name,
                      "\",\"type\":\"", type, "\"}");
      first = false;
    }
    absl::StrAppend(&json, "]}}");
  }
  return json + "\n]}\n";
}

absl::Status TabularWriter::Finish() {
  Zip zip(sink_);
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
