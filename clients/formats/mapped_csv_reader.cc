#include "clients/formats/mapped_csv_reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/code_rows.h"
#include "clients/formats/code_tables.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/json_tree.h"
#include "clients/formats/meeting_guide_entry.h"
#include "clients/formats/plain_text.h"
#include "clients/formats/prose_hints.h"
#include "clients/formats/source_place.h"
#include "google/protobuf/descriptor.h"
#include "handrail/v1/record.pb.h"
#include "storage/base/hash.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

constexpr size_t kIdDigits = 24;

bool IsWholeNumber(const std::string& text) {
  constexpr size_t kDigitsMax = 9;
  return !text.empty() && text.size() <= kDigitsMax &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

// What a no means: the facts of the yes, denied.
CodeMeaning Denied(const CodeMeaning& meaning) {
  CodeMeaning no{.known = true, .key = meaning.key};
  for (CodeFact fact : meaning.facts) {
    if (fact.answer != v1::YES) continue;
    if (fact.value == "yes") {
      fact.value = "no";
    } else {
      fact.answer = v1::NO;
    }
    no.facts.push_back(std::move(fact));
  }
  return no;
}

bool Has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// One row on its way to records.
class TableRow {
 public:
  TableRow(const MappingFile& mapping, const std::string& source,
           const v1::RowOrigin& origin, FindingLog& log)
      : mapping_(mapping), source_(source), origin_(origin), log_(log) {}

  void set_id(const std::string& content);
  // The value of a column; nullptr for one the mapping does not name.
  void Take(const std::string& header, const MappingColumn* column,
            const std::string& value);
  // False when the row cannot be loaded; the finding is made.
  bool Finish(v1::Row& row);

 private:
  std::string PartId(std::string_view part) const;
  void Keep(const std::string& header, const std::string& value);
  void TakeCode(const MappingColumn& column, const std::string& value);
  void AddAttribute(const MappingColumn& column, const std::string& value);
  void Explain(const MappingColumn& column, const std::string& value,
               const CodeMeaning& meaning);
  void NotExplained(const MappingColumn& column, const std::string& value);
  void Put(const MappingTarget& target, const std::string& value,
           const std::string& label, const std::string& header);
  bool PutPlace(const MappingTarget& target, const std::string& value,
                bool constant);
  void PutField(pb::Message& message, const MappingTarget& target,
                const std::string& value, const std::string& header);
  void PutFact(const MappingTarget& target, const std::string& value,
               const std::string& header);
  void AddCoverage();
  void AddLocation(v1::Row& row);
  void Apply(const CodeMeaning& meaning, const std::string& field);

  const MappingFile& mapping_;
  const std::string& source_;
  const v1::RowOrigin& origin_;
  FindingLog& log_;
  v1::Organization organization_;
  v1::Service service_;
  SourcePlace place_;
  std::string latitude_;
  std::string longitude_;
  std::string link_description_;
  std::string place_zip_;
  std::vector<std::string> counties_;
};

void TableRow::set_id(const std::string& content) {
  service_.set_id(
      absl::StrCat("row-", Sha256Hex(content).substr(0, kIdDigits)));
  service_.set_status(v1::ACTIVE);
}

std::string TableRow::PartId(std::string_view part) const {
  return MeetingPartUuid(
      absl::StrCat(source_, "/", service_.id(), "/", std::string(part)));
}

void TableRow::Keep(const std::string& header, const std::string& value) {
  KeepUnknown(service_, header, JsonString(value));
}

void TableRow::Apply(const CodeMeaning& meaning, const std::string& field) {
  const std::string conflict =
      ApplyMeaning(meaning, *service_.mutable_x_handrail());
  if (conflict.empty()) return;
  log_.Tally(origin_,
             {.severity = v1::NOTICE,
              .field = field,
              .reason = "contradicting-codes",
              .value_class = "text",
              .message = absl::StrCat("columns give ", conflict,
                                      " two values; it is set to neither"),
              .hint = "keep the one that is right"});
}

void TableRow::Take(const std::string& header, const MappingColumn* column,
                    const std::string& value) {
  if (value.empty() || (column != nullptr && column->skip)) return;
  if (column == nullptr) {
    Keep(header, value);
    return;
  }
  if (column->keep) Keep(header, value);
  if (Has(column->nothing, Lower(value))) return;
  for (const MappingTarget& target : column->to) {
    Put(target, value, column->label, header);
  }
  if (column->coded()) {
    if (column->split.empty()) {
      TakeCode(*column, value);
    } else {
      for (const std::string& part : SplitText(value, column->split)) {
        if (!Trim(part).empty()) TakeCode(*column, Trim(part));
      }
    }
  } else if (column->to.empty() && !column->keep) {
    Keep(header, value);
  }
}

void TableRow::TakeCode(const MappingColumn& column, const std::string& value) {
  const std::string lower = Lower(value);
  if (Has(column.nothing, lower)) return;
  if (Has(column.yes, lower)) {
    Explain(column, value, column.means);
  } else if (Has(column.no, lower)) {
    Apply(Denied(column.means), column.name);
  } else if (const auto found = column.values.find(lower);
             found != column.values.end()) {
    Explain(column, value, found->second);
  } else {
    NotExplained(column, value);
  }
}

// The value stays as an attribute, so that it can be searched and given back.
void TableRow::AddAttribute(const MappingColumn& column,
                            const std::string& value) {
  const std::string name = Has(column.yes, Lower(value)) ? column.name : value;
  const std::string id =
      PartId(absl::StrCat("value/", column.name, "/", value));
  // A list can have a value twice.
  for (const v1::Attribute& other : service_.attributes()) {
    if (other.id() == id) return;
  }
  v1::Attribute& attribute = *service_.add_attributes();
  attribute.set_id(id);
  attribute.set_link_type("taxonomy");
  attribute.set_link_entity("service");
  attribute.set_value(value);
  v1::TaxonomyTerm& term = *attribute.mutable_taxonomy_term();
  term.set_id(MeetingPartUuid(
      absl::StrCat("column/", source_, "/", column.name, "/", name)));
  attribute.set_taxonomy_term_id(term.id());
  term.set_name(name);
  term.set_description(name);
  term.set_taxonomy(absl::StrCat(column.name, " (", source_, ")"));
}

void TableRow::Explain(const MappingColumn& column, const std::string& value,
                       const CodeMeaning& meaning) {
  AddAttribute(column, value);
  CodeMeaning keyed = meaning;
  keyed.key = absl::StrCat(source_, ":", column.name);
  Apply(keyed, column.name);
}

void TableRow::NotExplained(const MappingColumn& column,
                            const std::string& value) {
  AddAttribute(column, value);
  log_.Tally(origin_,
             {.severity = v1::VALUE_KEPT_AS_TEXT,
              .field = column.name,
              .reason = "unknown-code",
              .value_class = IsWholeNumber(value) ? "number" : "text",
              .message = "values are not among those the mapping explains; "
                         "they are kept and searchable",
              .hint = "add them to the column's yes, nothing or values"});
}

// The part of the place that a target names; nullptr for another target.
std::string* PlaceField(const std::string& path, SourcePlace& place,
                        std::string& latitude, std::string& longitude) {
  if (path == "location.name") return &place.name;
  if (path == "location.transportation") return &place.transportation;
  if (path == "location.county") return &place.county;
  if (path == "location.latitude") return &latitude;
  if (path == "location.longitude") return &longitude;
  if (path == "address.address_1") return &place.street;
  if (path == "address.address_2") return &place.street_2;
  if (path == "address.city") return &place.city;
  if (path == "address.region") return &place.region;
  if (path == "address.state_province") return &place.state;
  if (path == "address.postal_code") return &place.postal_code;
  if (path == "address.country") return &place.country;
  return nullptr;
}

bool TableRow::PutPlace(const MappingTarget& target, const std::string& value,
                        bool constant) {
  const std::string path = target.Path();
  std::string* field = PlaceField(path, place_, latitude_, longitude_);
  if (field == nullptr) return false;
  // What a row says itself counts.
  if (constant && !field->empty()) return true;
  if (!field->empty()) *field += " ";
  std::string text = value;
  // "Florence, ": the comma parted it from a state that is not there.
  while (path == "address.city" && !text.empty() &&
         (text.back() == ',' || text.back() == ' ')) {
    text.pop_back();
  }
  *field += text;
  return true;
}

void TableRow::PutField(pb::Message& message, const MappingTarget& target,
                        const std::string& value, const std::string& header) {
  const pb::FieldDescriptor* field =
      message.GetDescriptor()->FindFieldByName(target.field);
  const pb::Reflection& reflection = *message.GetReflection();
  if (field->type() == pb::FieldDescriptor::TYPE_INT32) {
    if (IsWholeNumber(value)) {
      reflection.SetInt32(&message, field, std::stoi(value));
    } else {
      log_.Tally(origin_,
                 {.severity = v1::VALUE_KEPT_AS_TEXT,
                  .field = header,
                  .reason = "impossible-value",
                  .value_class = "text",
                  .message = absl::StrCat(
                      target.Path(), " is a whole number; the text is kept"),
                  .hint = "digits alone, or map the column to a "
                          "text"});
      Keep(header, value);
    }
    return;
  }
  std::string text;
  if (reflection.HasField(message, field)) {
    text = reflection.GetString(message, field) + "\n";
  }
  reflection.SetString(&message, field, text + value);
  NoteProse(header, value, service_, origin_, log_);
}

void TableRow::PutFact(const MappingTarget& target, const std::string& value,
                       const std::string& header) {
  const pb::FieldDescriptor* group =
      v1::RecoveryProfile::descriptor()->FindFieldByName(target.part);
  const pb::FieldDescriptor* field =
      group->message_type()->FindFieldByName(target.field);
  if (field->message_type()->name() == "NumberFact" && !IsWholeNumber(value)) {
    log_.Tally(origin_,
               {.severity = v1::VALUE_KEPT_AS_TEXT,
                .field = header,
                .reason = "impossible-value",
                .value_class = "text",
                .message = absl::StrCat(target.Path(),
                                        " is a whole number; the text is kept"),
                .hint = "digits alone"});
    Keep(header, value);
    return;
  }
  ApplyFact({.path = target.Path(), .value = value},
            *service_.mutable_x_handrail()->mutable_profile());
}

void TableRow::Put(const MappingTarget& target, const std::string& value,
                   const std::string& label, const std::string& header) {
  if (PutPlace(target, value, /*constant=*/false)) return;
  if (target.part == "phone") {
    v1::Phone& phone = *service_.add_phones();
    phone.set_id(PartId(absl::StrCat("phone/", header)));
    phone.set_number(value);
    phone.set_type("voice");
    if (!label.empty()) phone.set_description(label);
  } else if (target.part == "coverage") {
    for (const std::string& part : SplitText(value, ",")) {
      const std::string area = Trim(part);
      if (area.empty()) continue;
      if (target.field == "county") {
        counties_.push_back(area);
        continue;
      }
      v1::CoverageArea& covered =
          *service_.mutable_x_handrail()->add_coverage();
      covered.set_kind(target.field == "state" ? v1::CoverageArea::STATE
                                               : v1::CoverageArea::ZIP);
      covered.set_code(area);
    }
  } else if (target.part == "schedule") {
    // Hours in words stay words.
    v1::Schedule& schedule = *service_.add_schedules();
    schedule.set_id(PartId(absl::StrCat("schedule/", header)));
    schedule.set_description(value);
    log_.Tally(origin_,
               {.severity = v1::NOTICE,
                .field = header,
                .reason = "only-in-prose",
                .value_class = "text",
                .message = "hours are in prose alone; nothing was made of "
                           "them, and they cannot be asked for",
                .hint = "give them as HSDS schedules"});
  } else if (target.part == "link") {
    if (!link_description_.empty()) link_description_ += "\n";
    link_description_ += value;
  } else if (target.part == "service") {
    PutField(service_, target, value, header);
  } else if (target.part == "organization") {
    PutField(organization_, target, value, header);
  } else {
    PutFact(target, value, header);
  }
}

void TableRow::AddCoverage() {
  if (counties_.empty()) return;
  if (place_.state.empty()) {
    log_.Tally(origin_,
               {.severity = v1::VALUE_KEPT_AS_TEXT,
                .field = "coverage.county",
                .reason = "missing-field",
                .value_class = "empty",
                .message = "counties are given without their state; they are "
                           "kept as text",
                .hint = "address.state_province under [constants]"});
    std::string all;
    for (const std::string& county : counties_) {
      absl::StrAppend(&all, all.empty() ? "" : ", ", county);
    }
    Keep("coverage.county", all);
    return;
  }
  std::set<std::string> seen;
  for (const std::string& county : counties_) {
    if (!seen.insert(county).second) continue;
    v1::CoverageArea& covered = *service_.mutable_x_handrail()->add_coverage();
    covered.set_kind(v1::CoverageArea::COUNTY);
    covered.set_code(absl::StrCat(place_.state, "/", county));
  }
}

void TableRow::AddLocation(v1::Row& row) {
  const std::string zip = place_.postal_code;
  place_.postal_code = RestoreZip(zip, place_.state);
  const SourceDegrees degrees = place_.SetDegrees(latitude_, longitude_);
  if (degrees == SourceDegrees::kHalf ||
      degrees == SourceDegrees::kImpossible) {
    log_.Tally(origin_,
               {.severity = v1::VALUE_KEPT_AS_TEXT,
                .field = "location.latitude",
                .reason = "impossible-coordinates",
                .value_class = "text",
                .message = "coordinates are missing in part, 0,0 or not on "
                           "Earth; they are kept as text",
                .hint = "decimal degrees, such as 38.04 and -84.5"});
    if (!latitude_.empty()) Keep("location.latitude", latitude_);
    if (!longitude_.empty()) Keep("location.longitude", longitude_);
  }
  // A state that is the same in every row leads nowhere.
  if (place_.street.empty() && place_.city.empty() &&
      place_.postal_code.empty() && !place_.latitude_e7.has_value()) {
    return;
  }
  v1::Location& location = *row.add_records()->mutable_location();
  FillPlace(source_, place_, location);
  if (place_.postal_code != zip) {
    KeepSourceText(*location.mutable_addresses(0), "postal_code", zip);
  }
  v1::ServiceAtLocation& link = *service_.add_service_at_locations();
  link.set_id(service_.id());
  link.mutable_location()->set_id(location.id());
  if (!link_description_.empty()) link.set_description(link_description_);
}

bool TableRow::Finish(v1::Row& row) {
  for (const auto& [target, value] : mapping_.constants) {
    if (PutPlace(target, value, /*constant=*/true)) continue;
    Put(target, value, "", target.Path());
  }
  Apply(mapping_.means, "table");
  if (service_.name().empty()) service_.set_name(organization_.name());
  if (service_.name().empty()) {
    log_.Add(origin_, {.severity = v1::ROW_SKIPPED,
                       .field = "service.name",
                       .reason = "missing-field",
                       .value_class = "empty",
                       .message = "the row has no name",
                       .hint = "fill the column that goes to service.name"});
    return false;
  }
  if (organization_.name().empty()) organization_.set_name(service_.name());
  organization_.set_id(absl::StrCat(
      "organization-",
      Sha256Hex(organization_.SerializeAsString()).substr(0, kIdDigits)));
  service_.set_organization_id(organization_.id());
  row.add_records()->mutable_organization()->Swap(&organization_);
  AddCoverage();
  AddLocation(row);
  row.add_records()->mutable_service()->Swap(&service_);
  return true;
}

}  // namespace

std::optional<ReadProblem> CheckMapping(const MappingFile& mapping,
                                        const CsvTable& table) {
  std::vector<std::string> names = mapping.id;
  for (const MappingColumn& column : mapping.columns) {
    names.push_back(column.name);
  }
  std::string missing;
  for (const std::string& name : names) {
    if (table.Has(Trim(name))) continue;
    absl::StrAppend(&missing, missing.empty() ? "" : ", ", Trim(name));
  }
  if (missing.empty()) return std::nullopt;
  return ReadProblem{
      .reason = "missing-column",
      .message = absl::StrCat(
          "the mapping names columns that the table does not have: ", missing),
      .hint =
          "names are those of the table's first line; handrail load "
          "--suggest-mapping FILE shows them",
      .line = 1};
}

MappedCsvMapper::MappedCsvMapper(const MappingFile& mapping, std::string source,
                                 const CsvTable& table)
    : mapping_(mapping), source_(std::move(source)), header_(table.header) {
  columns_.resize(header_.size(), nullptr);
  for (const MappingColumn& column : mapping_.columns) {
    columns_[static_cast<size_t>(table.Column(column.name))] = &column;
  }
  for (const std::string& name : mapping_.id) {
    id_columns_.push_back(static_cast<size_t>(table.Column(Trim(name))));
  }
}

void MappedCsvMapper::NoteColumns(const v1::RowOrigin& origin,
                                  FindingLog& log) const {
  std::string names;
  int count = 0;
  for (size_t i = 0; i < header_.size(); ++i) {
    if (columns_[i] != nullptr) continue;
    ++count;
    absl::StrAppend(&names, names.empty() ? "" : ", ", header_[i]);
  }
  if (count == 0) return;
  log.Add(origin, {.severity = v1::NOTICE,
                   .reason = "columns-kept",
                   .value_class = "column",
                   .message = absl::StrCat(
                       count,
                       " columns are not in the mapping; they are kept "
                       "as they are: ",
                       names),
                   .hint = "map them, or say skip = true for what must not "
                           "be kept"});
}

MappedRow MappedCsvMapper::Map(const CsvRow& row, const v1::RowOrigin& origin,
                               FindingLog& log) const {
  MappedRow mapped;
  *mapped.row.mutable_origin() = origin;
  TableRow table_row(mapping_, source_, origin, log);
  std::string id;
  bool any = false;
  for (const size_t index : id_columns_) {
    const std::string part = Trim(row.cells[index]);
    any = any || !part.empty();
    absl::StrAppend(&id, part, "\n");
  }
  if (!any) {
    log.Add(origin, {.severity = v1::ROW_SKIPPED,
                     .field = mapping_.id.front(),
                     .reason = "missing-field",
                     .value_class = "empty",
                     .message = "the columns that tell rows apart are empty",
                     .hint = "fill one of the mapping's id columns"});
    mapped.skipped = true;
    return mapped;
  }
  table_row.set_id(id);
  for (size_t i = 0; i < header_.size() && i < row.cells.size(); ++i) {
    table_row.Take(header_[i], columns_[i], Trim(row.cells[i]));
  }
  mapped.skipped = !table_row.Finish(mapped.row);
  if (mapped.skipped) mapped.row.clear_records();
  return mapped;
}

}  // namespace handrail::formats
