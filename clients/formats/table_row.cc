#include "clients/formats/table_row.h"

#include <array>
#include <deque>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/json_lines.h"
#include "clients/formats/json_stream.h"
#include "clients/formats/json_tree.h"
#include "clients/formats/limits.h"
#include "clients/formats/plain_text.h"
#include "clients/formats/table_values.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

bool IsNumberKind(FieldKind kind) {
  return kind == FieldKind::kInteger || kind == FieldKind::kDecimal ||
         kind == FieldKind::kDegrees;
}

// Documents for JSON in cells. Making one costs more than most cells take to
// parse, and nearly every row has one such cell: a few are kept for the next.
class SpareDocuments {
 public:
  static std::unique_ptr<JsonDocument> Take() {
    std::vector<std::unique_ptr<JsonDocument>>& spare = Spare();
    if (spare.empty()) return std::make_unique<JsonDocument>();
    std::unique_ptr<JsonDocument> document = std::move(spare.back());
    spare.pop_back();
    return document;
  }
  // What held a long text holds on to much memory, and is let go.
  static void Give(std::unique_ptr<JsonDocument> document) {
    if (Spare().size() < kKept &&
        document->root().text.size() <= kCellBytesMax) {
      Spare().push_back(std::move(document));
    }
  }

 private:
  static constexpr size_t kKept = 4;
  static constexpr size_t kCellBytesMax = 64 * 1024;

  static std::vector<std::unique_ptr<JsonDocument>>& Spare() {
    thread_local std::vector<std::unique_ptr<JsonDocument>> spare;
    return spare;
  }
};

}  // namespace

// Builds the JSON tree of one row. Values point into texts_ and documents_.
class TableRowReader::Builder {
 public:
  Builder() { object_.kind = JsonValue::Kind::kObject; }
  // Its object points into it.
  ~Builder() {
    for (auto& document : documents_) SpareDocuments::Give(std::move(document));
  }
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  const JsonValue& object() const { return object_; }

  // REQUIRES: `key` outlives this.
  void Add(std::string_view key, const JsonValue& value) {
    keys_.push_back(key);
    items_.push_back(value);
    object_.keys = keys_;
    object_.items = items_;
  }
  bool Has(std::string_view key) const {
    const JsonValue* value = object_.Find(key);
    return value != nullptr;
  }
  JsonValue String(const std::string& text) {
    JsonValue value;
    value.kind = JsonValue::Kind::kString;
    value.string = Keep(text);
    value.text = Keep(JsonString(text));
    return value;
  }
  // A cell as the kind of value that its field has in JSON.
  JsonValue Cell(const std::string& cell, FieldKind kind,
                 std::string_view name) {
    const std::string trimmed = Trim(cell);
    if (IsNumberKind(kind) && IsJsonNumber(trimmed)) {
      JsonValue value;
      value.kind = JsonValue::Kind::kNumber;
      value.text = Keep(trimmed);
      return value;
    }
    const bool nested = kind == FieldKind::kObject ||
                        kind == FieldKind::kObjects || name == "x_handrail";
    if (nested && trimmed.size() <= kElementBytesMax &&
        (trimmed[0] == '{' || trimmed[0] == '[')) {
      documents_.push_back(SpareDocuments::Take());
      const std::string& text = texts_.emplace_back(trimmed);
      if ((IsQuickObject(text) || !OutlineJsonText(text).problem.has_value()) &&
          !documents_.back()->Parse(text).has_value()) {
        return documents_.back()->root();
      }
    }
    return String(kind == FieldKind::kId ? trimmed : cell);
  }
  // Objects with one member each. REQUIRES: `item` outlives this.
  JsonValue List(const std::vector<std::string>& parts,
                 const std::string& item) {
    const std::string_view& key = names_.emplace_back(item);
    std::vector<JsonValue>& values = lists_.emplace_back();
    for (const std::string& part : parts) values.push_back(String(part));
    std::vector<JsonValue>& entries = lists_.emplace_back();
    for (const JsonValue& value : values) {
      JsonValue& entry = entries.emplace_back();
      entry.kind = JsonValue::Kind::kObject;
      entry.keys = {&key, 1};
      entry.items = {&value, 1};
    }
    JsonValue list;
    list.kind = JsonValue::Kind::kArray;
    list.items = entries;
    return list;
  }

 private:
  std::string_view Keep(std::string text) {
    return texts_.emplace_back(std::move(text));
  }

  JsonValue object_;
  std::vector<std::string_view> keys_;
  std::vector<JsonValue> items_;
  // A deque's elements stay where they are.
  std::deque<std::string> texts_;
  std::deque<std::string_view> names_;
  std::deque<std::vector<JsonValue>> lists_;
  std::vector<std::unique_ptr<JsonDocument>> documents_;
};

TableRowReader::TableRowReader(TableDialect dialect, SourceTable source,
                               const std::vector<std::string>& header)
    : dialect_(dialect), source_(std::move(source)) {
  const pb::Descriptor* type = source_.table->type;
  for (const std::string& name : header) {
    Column column{.name = name, .rule = RuleOf(dialect_, source_, name)};
    // An old column beside the new one, or a second one for the same field, is
    // kept under its own name.
    if (column.rule.kind == ColumnRule::kField &&
        ColumnOf(column.rule.name) >= 0) {
      column.rule = {.kind = ColumnRule::kUnknown, .name = name};
    }
    if (column.rule.kind == ColumnRule::kField && type != nullptr) {
      const HsdsField* field = FindHsdsField(type, column.rule.name);
      if (field != nullptr) column.kind = field->kind;
    }
    if (name == kKeptColumn) kept_ = static_cast<int>(columns_.size());
    columns_.push_back(std::move(column));
  }
  // A renamed column before the one that has the field's own name.
  for (Column& column : columns_) {
    if (column.rule.kind != ColumnRule::kUnknown || type == nullptr) continue;
    const int other = ColumnOf(Lower(column.name));
    if (other < 0) continue;
    std::swap(column.rule, columns_[static_cast<size_t>(other)].rule);
    columns_[static_cast<size_t>(other)].rule.name =
        columns_[static_cast<size_t>(other)].name;
    std::swap(column.kind, columns_[static_cast<size_t>(other)].kind);
  }
  FindOwners();
}

int TableRowReader::ColumnOf(std::string_view field) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    const ColumnRule& rule = columns_[i].rule;
    if (rule.kind == ColumnRule::kField && rule.name == field) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

void TableRowReader::FindOwners() {
  const std::array<std::pair<const char*, const pb::Descriptor*>, 6> kOwners = {
      {{"contact_id", v1::Contact::descriptor()},
       {"phone_id", v1::Phone::descriptor()},
       {"service_at_location_id", v1::ServiceAtLocation::descriptor()},
       {"service_id", v1::Service::descriptor()},
       {"location_id", v1::Location::descriptor()},
       {"organization_id", v1::Organization::descriptor()}}};
  if (source_.table->kind != HsdsKind::kNone &&
      source_.table->kind != HsdsKind::kServiceAtLocation) {
    return;
  }
  const pb::Descriptor* type = source_.table->type;
  for (const auto& [name, owner] : kOwners) {
    // A service at a location is a part of its service alone.
    if (type == v1::ServiceAtLocation::descriptor() &&
        owner != v1::Service::descriptor()) {
      continue;
    }
    for (size_t i = 0; i < columns_.size(); ++i) {
      // A column that the part has no field for names its owner all the same:
      // the organization_id of a 1.1 address.
      const ColumnRule& rule = columns_[i].rule;
      const bool names_it = rule.kind == ColumnRule::kField
                                ? rule.name == name
                                : rule.kind == ColumnRule::kUnknown &&
                                      Lower(columns_[i].name) == name;
      if (!names_it) continue;
      bool holds = type == nullptr;
      for (const HsdsField& field : HsdsFields(owner)) {
        holds = holds || (field.kind == FieldKind::kObjects &&
                          field.field->message_type() == type);
      }
      owners_.push_back(
          {.column = i, .name = name, .owner = owner, .holds = holds});
      break;
    }
  }
}

std::string TableRowReader::Text(const std::vector<std::string>& cells,
                                 std::string_view field) const {
  const int column = ColumnOf(field);
  return column < 0 ? "" : CellId(cells[static_cast<size_t>(column)]);
}

std::string TableRowReader::CellId(const std::string& cell) const {
  return Trim(kept_ < 0 ? std::string_view(cell) : WithoutApostrophe(cell));
}

std::string TableRowReader::Json(const std::vector<std::string>& cells) const {
  std::string json;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (Trim(cells[i]).empty()) continue;
    json.append(json.empty() ? "{" : ",");
    json.append(JsonString(columns_[i].name)).append(":");
    json.append(JsonString(cells[i]));
  }
  return json.empty() ? "{}" : json + "}";
}

void TableRowReader::AddField(const Column& column, const std::string& cell,
                              const KeptCell& kept, Builder& built) const {
  const std::string& name = column.rule.name;
  if (kept_ < 0) {
    if (Trim(cell).empty()) return;
    const bool hours = source_.table->name == "schedules" &&
                       (name == "opens_at" || name == "closes_at");
    built.Add(name,
              built.Cell(hours ? HoursText(cell) : cell, column.kind, name));
    return;
  }
  const pb::Descriptor* type = source_.table->type;
  const JsonValue* instead = kept.Instead(type, name, column.kind, cell);
  if (instead != nullptr) {
    if (!instead->IsNull()) built.Add(name, *instead);
  } else if (!Trim(cell).empty() && JoinOf(type, name) == JoinColumn::kNone) {
    built.Add(name, built.Cell(std::string(WithoutApostrophe(cell)),
                               column.kind, name));
  }
}

void TableRowReader::AddKept(const KeptCell& kept, Builder& built) const {
  for (size_t i = 0; i < kept.object().keys.size(); ++i) {
    const std::string_view name = kept.object().keys[i];
    if (name == kPartMember || Has(name)) continue;
    built.Add(name, kept.object().items[i]);
  }
}

// Places a link, and says what else the row nests.
void TableRowReader::SetNested(const std::vector<std::string>& cells,
                               const KeptCell& kept, TableRow& row) const {
  row.ours = true;
  row.is_part = kept.IsPart();
  row.id = Text(cells, "id");
  for (const char* name : {"location_id", "taxonomy_term_id", "unit_id"}) {
    const pb::Descriptor* type = row.object->GetDescriptor();
    if (JoinOf(type, name) != JoinColumn::kNested ||
        kept.Find(NestedFieldOf(name)) != nullptr) {
      continue;
    }
    row.nests = Text(cells, name);
    if (type != v1::ServiceAtLocation::descriptor() || row.nests.empty()) {
      continue;
    }
    static_cast<v1::ServiceAtLocation&>(*row.object)
        .mutable_location()
        ->set_id(row.nests);
  }
}

TableRow TableRowReader::Read(const std::vector<std::string>& cells,
                              const v1::RowOrigin& origin,
                              FindingLog& log) const {
  TableRow row;
  Builder built;
  KeptCell kept;
  if (kept_ >= 0 && !kept.Read(cells[static_cast<size_t>(kept_)])) {
    log.Add(origin, {.severity = v1::ROW_SKIPPED,
                     .field = kKeptColumn,
                     .reason = "impossible-value",
                     .value_class = "text",
                     .message = "the cell is no JSON object, or has "
                                "x_handrail, which is a column of its own",
                     .hint = "leave the cell as it was exported, or empty"});
    return row;
  }
  bool unreadable_day = false;
  bool has_day = false;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    const std::string& cell = cells[i];
    if (static_cast<int>(i) == kept_) continue;
    if (column.rule.kind == ColumnRule::kField) {
      AddField(column, cell, kept, built);
      continue;
    }
    if (Trim(cell).empty()) continue;
    switch (column.rule.kind) {
      case ColumnRule::kField:
        break;
      case ColumnRule::kList:
        built.Add(column.rule.name,
                  built.List(ListInCell(cell), column.rule.item));
        break;
      case ColumnRule::kWeekday: {
        const std::string codes = WeekdayCodes(cell);
        unreadable_day = codes.empty();
        has_day = !codes.empty();
        if (has_day && !built.Has("byday")) {
          built.Add("byday", built.String(codes));
        }
        if (has_day && !Has("freq")) built.Add("freq", built.String("WEEKLY"));
        break;
      }
      case ColumnRule::kVirtual:
        if (IsTrueCell(cell)) {
          built.Add("location_type", built.String("virtual"));
        } else if (!IsFalseCell(cell)) {
          built.Add(column.name, built.String(cell));
        }
        break;
      case ColumnRule::kPlace:
        row.place = Trim(cell);
        break;
      case ColumnRule::kTerms:
        row.terms = ListInCell(cell);
        break;
      case ColumnRule::kCode:
        built.Add("id", built.String(Trim(cell)));
        built.Add("code", built.String(Trim(cell)));
        break;
      case ColumnRule::kDrop:
        log.Tally(origin, {.severity = v1::NOTICE,
                           .field = column.name,
                           .reason = "personal-data-dropped",
                           .value_class = "text",
                           .message = "who may edit the entry at the source is "
                                      "no part of it and was left out",
                           .hint = "nothing to do"});
        break;
      case ColumnRule::kUnknown:
        built.Add(column.rule.name, built.String(cell));
        break;
    }
  }
  AddKept(kept, built);
  for (const auto& [field, value] : source_.constants) {
    if (!built.Has(field)) built.Add(field, built.String(value));
  }
  const bool hours = built.Has("opens_at") || built.Has("closes_at");
  if (has_day && !hours) {
    row.closed = true;
    log.Tally(origin, {.severity = v1::NOTICE,
                       .field = "opens_at",
                       .reason = "closed-day",
                       .value_class = "empty",
                       .message = "a day without hours is one on which it is "
                                  "closed; it makes no schedule",
                       .hint = "nothing to do"});
    return row;
  }
  if (source_.table->type == nullptr || unreadable_day) {
    row.json = Json(cells);
    if (unreadable_day) {
      log.Tally(origin, {.severity = v1::VALUE_KEPT_AS_TEXT,
                         .field = "weekday",
                         .reason = "not-understood",
                         .value_class = "text",
                         .message = "the text names no day of the week; the "
                                    "row is kept as text",
                         .hint = "write Monday, or Monday-Friday"});
    }
    return row;
  }
  row.object.reset(pb::MessageFactory::generated_factory()
                       ->GetPrototype(source_.table->type)
                       ->New());
  HsdsFieldReader reader(origin, log);
  if (!reader.Read(built.object(), "", *row.object)) {
    row.object.reset();
  } else if (kept_ >= 0) {
    SetNested(cells, kept, row);
  }
  return row;
}

}  // namespace handrail::formats
