#include "clients/formats/table_kept.h"

#include <array>

#include "clients/formats/csv_writer.h"
#include "clients/formats/json_lines.h"
#include "clients/formats/json_stream.h"
#include "clients/formats/limits.h"
#include "clients/formats/plain_text.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

constexpr std::array<std::string_view, 6> kOwnerColumns = {
    "contact_id", "phone_id",    "service_at_location_id",
    "service_id", "location_id", "organization_id"};

bool IsRecord(const pb::Descriptor* type) {
  return type == v1::Organization::descriptor() ||
         type == v1::Program::descriptor() ||
         type == v1::Service::descriptor() ||
         type == v1::Location::descriptor() ||
         type == v1::Taxonomy::descriptor() ||
         type == v1::TaxonomyTerm::descriptor();
}

bool IsNumberKind(FieldKind kind) {
  return kind == FieldKind::kInteger || kind == FieldKind::kDecimal ||
         kind == FieldKind::kDegrees;
}

std::string CellOfValue(const JsonValue& value) {
  if (value.IsString()) {
    return value.string.find('\0') == std::string_view::npos
               ? std::string(value.string)
               : "";
  }
  return value.IsScalar() && !value.IsNull() ? std::string(value.text) : "";
}

}  // namespace

JoinColumn JoinOf(const pb::Descriptor* type, std::string_view column) {
  // Nearly all columns are told by their names alone.
  if (!column.ends_with("_id") && column != "link_entity" &&
      column != "resource_type") {
    return JoinColumn::kNone;
  }
  if (IsRecord(type)) return JoinColumn::kNone;
  if (type == v1::ServiceAtLocation::descriptor()) {
    if (column == "location_id") return JoinColumn::kNested;
    return column == "service_id" ? JoinColumn::kOwner : JoinColumn::kNone;
  }
  if (type == v1::Attribute::descriptor()) {
    if (column == "taxonomy_term_id") return JoinColumn::kNested;
    return column == "link_id" || column == "link_entity" ? JoinColumn::kOwner
                                                          : JoinColumn::kNone;
  }
  if (type == v1::Metadata::descriptor()) {
    return column == "resource_id" || column == "resource_type"
               ? JoinColumn::kOwner
               : JoinColumn::kNone;
  }
  if (type == v1::ServiceCapacity::descriptor() && column == "unit_id") {
    return JoinColumn::kNested;
  }
  for (const std::string_view owner : kOwnerColumns) {
    if (column == owner) return JoinColumn::kOwner;
  }
  return JoinColumn::kNone;
}

std::string NestedFieldOf(std::string_view column) {
  return std::string(column.substr(0, column.size() - 3));
}

std::string CellOfJson(std::string_view json) {
  if (json.starts_with('"')) {
    const std::string_view inside = json.substr(1, json.size() - 2);
    if (inside.find('\\') == std::string_view::npos) return std::string(inside);
    if (json.size() > static_cast<size_t>(kElementBytesMax)) return "";
    JsonDocument document;
    document.Parse(json);
    return CellOfValue(document.root());
  }
  const bool nested = json.starts_with('{') || json.starts_with('[');
  return nested || json == "null" ? "" : std::string(json);
}

std::string JsonOfCell(std::string_view cell, FieldKind kind) {
  const std::string trimmed = Trim(cell);
  if (trimmed.empty()) return "";
  if (IsNumberKind(kind) && IsJsonNumber(trimmed)) return trimmed;
  return JsonString(kind == FieldKind::kId ? trimmed : cell);
}

std::string_view WithoutApostrophe(std::string_view cell) {
  if (!cell.starts_with('\'')) return cell;
  const std::string_view rest = cell.substr(1);
  return FormulaSafe(rest) == cell ? rest : cell;
}

bool KeptCell::Read(std::string_view cell) {
  const std::string text = Trim(cell);
  if (text.empty()) return true;
  if (text.size() > static_cast<size_t>(kElementBytesMax) ||
      (!IsQuickObject(text) && OutlineJsonText(text).problem.has_value()) ||
      document_.Parse(text).has_value()) {
    return false;
  }
  return document_.root().IsObject() &&
         document_.root().Find("x_handrail") == nullptr;
}

const JsonValue* KeptCell::Instead(const pb::Descriptor* type,
                                   std::string_view column, FieldKind kind,
                                   std::string_view cell) const {
  const JsonValue* value = Find(column);
  if (value == nullptr || kind == FieldKind::kId ||
      JoinOf(type, column) != JoinColumn::kNone) {
    return value;
  }
  return FormulaSafe(CellOfValue(*value)) == cell ? value : nullptr;
}

}  // namespace handrail::formats
