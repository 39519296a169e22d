#include "clients/formats/table_package.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/hsds_reader.h"
#include "clients/formats/json_tree.h"
#include "clients/formats/limits.h"
#include "clients/formats/plain_text.h"
#include "clients/formats/record_merge.h"
#include "handrail/v1/record.pb.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

// Objects inside one another: services, links, contacts, phones, languages,
// attributes, metadata.
constexpr int kPartDepthMax = 8;
// Read at once for one row; a longer one is read again with more.
constexpr size_t kRowGuessBytes = 4 * 1024;
// Parts of one object that are looked up together.
constexpr size_t kPartsAtOnce = 256;
// Stands for any type in the hash of an id.
constexpr std::string_view kAnyType = "*";

// What is too much of a row's parts.
const FindingText kTooLong = {
    .severity = v1::ROW_SKIPPED,
    .reason = "too-long",
    .value_class = "object",
    .message = "with all its parts the record is longer than 4 MiB",
    .hint = "check the tables whose rows refer to this one"};
const FindingText kTooMany = {
    .severity = v1::ROW_SKIPPED,
    .reason = "too-many",
    .value_class = "object",
    .message =
        "more than 1,000 rows of one table, or more than 10,000 of all, are "
        "parts of the record",
    .hint = "check the tables whose rows refer to this one"};
const FindingText kTooOften = {
    .severity = v1::ROW_SKIPPED,
    .reason = "id-reused",
    .value_class = "id",
    .message =
        "so many rows have the same ids that the parts of this one "
        "cannot be told apart",
    .hint = "give each row an id of its own"};

uint64_t HashOf(std::string_view type, std::string_view id) {
  return absl::HashOf(absl::string_view(type.data(), type.size()),
                      absl::string_view(id.data(), id.size()));
}

uint64_t HashOf(const pb::Descriptor* type, std::string_view id) {
  return HashOf(type->name(), id);
}

bool IsCore(const TableInfo& table) {
  return table.kind != HsdsKind::kNone &&
         table.kind != HsdsKind::kServiceAtLocation;
}

// Parts of whatever has the id that they name.
const char* LinkOf(const TableInfo& table) {
  if (table.type == v1::Attribute::descriptor()) return "link_id";
  if (table.type == v1::Metadata::descriptor()) return "resource_id";
  return nullptr;
}

// Whether an object of that type is what a link calls by that word:
// "service_at_location" or "ServiceAtLocation". Words that name no type at all
// do not decide.
bool IsNamed(const pb::Descriptor* type, std::string_view word) {
  const auto fold = [](std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c >= 'A' && c <= 'Z') out.push_back(static_cast<char>(c + 32));
      if (c >= 'a' && c <= 'z') out.push_back(c);
    }
    if (out.ends_with("s")) out.pop_back();
    return out;
  };
  const std::string wanted = fold(word);
  bool known = false;
  for (const TableInfo& table : TableInfos()) {
    known = known || fold(table.type->name()) == wanted;
  }
  return !known || fold(type->name()) == wanted;
}

std::string IdOf(const pb::Message& message) {
  const pb::FieldDescriptor* id =
      message.GetDescriptor()->FindFieldByName("id");
  return id == nullptr ? "" : message.GetReflection()->GetString(message, id);
}

void SetText(pb::Message& message, const std::string& name,
             const std::string& text) {
  const pb::FieldDescriptor* field =
      message.GetDescriptor()->FindFieldByName(name);
  message.GetReflection()->SetString(&message, field, text);
}

// The list of `owner` that takes such parts; nullptr when there is none.
const pb::FieldDescriptor* ListFor(const pb::Message& owner,
                                   const pb::Descriptor* part) {
  for (const HsdsField& field : HsdsFields(owner.GetDescriptor())) {
    if (field.kind == FieldKind::kObjects &&
        field.field->message_type() == part) {
      return field.field;
    }
  }
  return nullptr;
}

// Adds a JSON object to the list of an unknown field of that name.
void KeepInList(pb::Message& owner, const std::string& name,
                const std::string& json) {
  const pb::FieldDescriptor* field = OwnField(owner, "unknown_fields");
  if (field == nullptr) return;
  const pb::Reflection& reflection = *owner.GetReflection();
  for (int i = 0; i < reflection.FieldSize(owner, field); ++i) {
    auto& unknown = static_cast<v1::UnknownField&>(
        *reflection.MutableRepeatedMessage(&owner, field, i));
    if (unknown.name() != name || unknown.json().empty() ||
        unknown.json().back() != ']') {
      continue;
    }
    std::string& list = *unknown.mutable_json();
    list.pop_back();
    list.append(",").append(json).append("]");
    return;
  }
  KeepUnknown(owner, name, "[" + json + "]");
}

// Adds a text that was a row of its own.
void AddText(pb::Message& owner, const std::string& name,
             const std::string& text) {
  const pb::FieldDescriptor* field =
      owner.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || text.empty()) return;
  const std::string before = owner.GetReflection()->GetString(owner, field);
  if (before == text) return;
  SetText(owner, name, before.empty() ? text : before + "\n" + text);
}

}  // namespace

// Fetches the parts of rows. One per reading of a table: it holds the files.
class TablePackage::Gatherer {
 public:
  Gatherer(const TablePackage& package, FindingLog& log)
      : package_(package),
        log_(log),
        places_(package.parts_),
        files_(package.tables_.size(), -1) {}
  ~Gatherer() {
    for (const int file : files_) {
      if (file >= 0) close(file);
    }
  }
  Gatherer(const Gatherer&) = delete;
  Gatherer& operator=(const Gatherer&) = delete;

  // Puts all parts into the row's object. An error where a file has changed.
  absl::Status GatherRow(TableRow& row, int depth);
  // Adds what a row says besides its fields.
  absl::Status AddPlaceAndTerms(const TableRow& row, pb::Message& object,
                                const v1::RowOrigin& origin);
  // Starts with a row.
  void Start() {
    bytes_ = 0, parts_ = 0, problem_ = nullptr;
    place_of_part_.clear();
  }
  // Why the row's parts are more than are put together, or nullptr.
  const FindingText* problem() const { return problem_; }

 private:
  absl::Status Gather(pb::Message& object, int depth);
  absl::Status Fetch(const Place& place, std::vector<std::string>& cells);
  absl::Status AddParts(uint64_t owner, pb::Message& object, int depth);
  absl::Status AddPart(const Place& place, pb::Message& object, int depth);
  bool IsPartOf(const Table& table, const std::vector<std::string>& cells,
                const pb::Message& object) const;
  void Attach(TableRow row, pb::Message& object);
  absl::Status AddTerm(const std::string& id, v1::Attribute& attribute);
  absl::Status AddUnit(const std::string& id, v1::ServiceCapacity& capacity);
  // The shared row of that type and id into `out`; false when there is none.
  absl::StatusOr<bool> Shared(pb::Message& out, const std::string& id,
                              bool* is_part = nullptr);
  v1::RowOrigin OriginOf(const Place& place) const;

  const TablePackage& package_;
  FindingLog& log_;
  SpilledSort<Place>::Cursor places_;
  std::vector<int> files_;
  std::string buffer_;
  // Of the parts of this row, and parts fetched for all rows.
  int64_t bytes_ = 0;
  int parts_ = 0;
  int64_t fetches_ = 0;
  const FindingText* problem_ = nullptr;
  // Where the last part of an id stands in a list of an object of this row.
  absl::flat_hash_map<
      std::tuple<const pb::Message*, const pb::FieldDescriptor*, std::string>,
      int>
      place_of_part_;
};

v1::RowOrigin TablePackage::Gatherer::OriginOf(const Place& place) const {
  const Table& table = package_.tables_[static_cast<size_t>(place.table)];
  v1::RowOrigin origin;
  origin.set_file(table.name);
  origin.set_table(std::string(table.reader.table().name));
  origin.set_line(place.line);
  return origin;
}

absl::Status TablePackage::Gatherer::Fetch(const Place& place,
                                           std::vector<std::string>& cells) {
  const size_t number = static_cast<size_t>(place.table);
  const Table& table = package_.tables_[number];
  if (files_[number] < 0) files_[number] = open(table.path.c_str(), O_RDONLY);
  for (size_t want = kRowGuessBytes;; want *= 16) {
    buffer_.resize(std::min(want, kCsvRowBytesMax + 1));
    const ssize_t got =
        files_[number] < 0
            ? -1
            : pread(files_[number], buffer_.data(), buffer_.size(),
                    static_cast<off_t>(place.offset));
    if (got <= 0) break;
    const bool all = static_cast<size_t>(got) < buffer_.size();
    buffer_.resize(static_cast<size_t>(got));
    // Cut short, the end of a row could be taken for a row.
    const size_t line = all ? got : buffer_.find_last_of("\r\n");
    if (line != std::string::npos &&
        ReadCsvRowAt(std::string_view(buffer_).substr(0, all ? line : line + 1),
                     *table.csv, cells)) {
      return absl::OkStatus();
    }
    if (all || want > kCsvRowBytesMax) break;
  }
  return FailedPrecondition(v1::ERROR_REASON_INVALID_FIELD,
                            "the file changed while it was read");
}

absl::Status TablePackage::Gatherer::Gather(pb::Message& object, int depth) {
  const std::string id = IdOf(object);
  if (id.empty() || depth > kPartDepthMax) return absl::OkStatus();
  HANDRAIL_RETURN_IF_ERROR(
      AddParts(HashOf(object.GetDescriptor(), id), object, depth));
  if (!package_.links_by_id_alone_) return absl::OkStatus();
  return AddParts(HashOf(kAnyType, id), object, depth);
}

absl::Status TablePackage::Gatherer::AddParts(uint64_t owner,
                                              pb::Message& object, int depth) {
  // Some at a time: parts have parts, and those are looked up on the way.
  std::vector<Place> some;
  Place from{.owner = owner};
  do {
    some.clear();
    places_.Seek(from);
    for (const Place* place = places_.Next();
         place != nullptr && place->owner == owner &&
         some.size() < kPartsAtOnce;
         place = places_.Next()) {
      some.push_back(*place);
    }
    HANDRAIL_RETURN_IF_ERROR(places_.status());
    for (const Place& place : some) {
      HANDRAIL_RETURN_IF_ERROR(AddPart(place, object, depth));
      if (problem_ != nullptr) return absl::OkStatus();
      from = place;
      ++from.offset;
    }
  } while (some.size() == kPartsAtOnce);
  return absl::OkStatus();
}

// The hash could be another's.
bool TablePackage::Gatherer::IsPartOf(const Table& table,
                                      const std::vector<std::string>& cells,
                                      const pb::Message& object) const {
  const std::string id = IdOf(object);
  if (const char* link = LinkOf(table.reader.table())) {
    const bool metadata =
        table.reader.table().type == v1::Metadata::descriptor();
    return table.reader.Text(cells, link) == id &&
           ListFor(object, table.reader.table().type) != nullptr &&
           IsNamed(object.GetDescriptor(),
                   table.reader.Text(
                       cells, metadata ? "resource_type" : "link_entity"));
  }
  std::string missing;
  for (const Owner& owner : package_.OwnersOf(table, cells, &missing)) {
    if (owner.column->owner == object.GetDescriptor() && owner.id == id) {
      return true;
    }
  }
  return false;
}

absl::Status TablePackage::Gatherer::AddPart(const Place& place,
                                             pb::Message& object, int depth) {
  const Table& table = package_.tables_[static_cast<size_t>(place.table)];
  std::vector<std::string> cells;
  if (++fetches_ > kFetchesFree &&
      fetches_ / kFetchesPerPartMax > package_.parts_.size()) {
    problem_ = &kTooOften;
    return absl::OkStatus();
  }
  HANDRAIL_RETURN_IF_ERROR(Fetch(place, cells));
  if (!IsPartOf(table, cells, object)) return absl::OkStatus();
  for (const std::string& cell : cells) {
    bytes_ += static_cast<int64_t>(cell.size());
  }
  if (bytes_ > kElementBytesMax) problem_ = &kTooLong;
  if (++parts_ > kPartsPerRowMax) problem_ = &kTooMany;
  const v1::RowOrigin origin = OriginOf(place);
  TableRow row = table.reader.Read(cells, origin, log_);
  const TableInfo& info = table.reader.table();
  if (IsTextOfOwner(info)) {
    AddText(object, "eligibility_description",
            table.reader.Text(cells, "eligibility_description"));
    return absl::OkStatus();
  }
  if (row.object != nullptr && ListFor(object, info.type) == nullptr) {
    // An organization's postal address: HSDS 3 has no list for it.
    row.json = table.reader.Json(cells);
    row.object.reset();
    log_.Tally(origin, {.severity = v1::NOTICE,
                        .reason = "no-such-part",
                        .value_class = "object",
                        .message = absl::StrCat(
                            "HSDS 3 has no ", std::string(info.name),
                            " of what this belongs to; the row is kept as it "
                            "is"),
                        .hint = "nothing to do"});
  }
  if (!row.json.empty()) {
    KeepInList(object, table.reader.source().name, row.json);
    if (IsKeptWithOwner(info)) {
      log_.Tally(origin, {.severity = v1::VALUE_KEPT_AS_TEXT,
                          .reason = "no-such-table",
                          .value_class = "object",
                          .message = absl::StrCat("HSDS 3 has no ",
                                                  std::string(info.name),
                                                  "; the rows are kept as "
                                                  "they are and not followed"),
                          .hint = "say it in the description, or in a field "
                                  "that HSDS 3 has"});
    }
    return absl::OkStatus();
  }
  if (row.object == nullptr) return absl::OkStatus();
  if (info.kind == HsdsKind::kServiceAtLocation) {
    auto& link = static_cast<v1::ServiceAtLocation&>(*row.object);
    if (link.id().empty() && !row.ours) {
      link.set_id(absl::StrCat(link.service_id(), "/", link.location_id()));
    }
  }
  if (info.type == v1::Attribute::descriptor()) {
    auto& attribute = static_cast<v1::Attribute&>(*row.object);
    HANDRAIL_RETURN_IF_ERROR(AddTerm(
        row.ours ? row.nests : attribute.taxonomy_term_id(), attribute));
  } else if (info.type == v1::ServiceCapacity::descriptor()) {
    auto& capacity = static_cast<v1::ServiceCapacity&>(*row.object);
    HANDRAIL_RETURN_IF_ERROR(
        AddUnit(row.ours ? row.nests : capacity.unit_id(), capacity));
  }
  HANDRAIL_RETURN_IF_ERROR(GatherRow(row, depth + 1));
  Attach(std::move(row), object);
  return absl::OkStatus();
}

// In our own tables parts refer to a row by its id there, whatever the object
// says its own is.
absl::Status TablePackage::Gatherer::GatherRow(TableRow& row, int depth) {
  pb::Message& object = *row.object;
  if (!row.ours || IdOf(object) == row.id) return Gather(object, depth);
  const pb::FieldDescriptor* field = OwnField(object, "id");
  const bool has = object.GetReflection()->HasField(object, field);
  const std::string id = IdOf(object);
  SetText(object, "id", row.id);
  const absl::Status status = Gather(object, depth);
  has ? SetText(object, "id", id)
      : object.GetReflection()->ClearField(&object, field);
  return status;
}

// A part that two tables have (address.csv and addresses.csv) is put together,
// where they do not contradict each other. Our own have each part once.
void TablePackage::Gatherer::Attach(TableRow row, pb::Message& object) {
  std::unique_ptr<pb::Message>& part = row.object;
  const pb::FieldDescriptor* list = ListFor(object, part->GetDescriptor());
  const pb::Reflection& reflection = *object.GetReflection();
  const std::string id = row.ours ? "" : IdOf(*part);
  const int size = reflection.FieldSize(object, list);
  if (!id.empty()) {
    int& place =
        place_of_part_.try_emplace({&object, list, id}, size).first->second;
    // Another object may have stood where this one stands: looked at first.
    if (place < size) {
      pb::Message* same =
          reflection.MutableRepeatedMessage(&object, list, place);
      std::unique_ptr<pb::Message> together(same->New());
      together->CopyFrom(*same);
      if (IdOf(*same) == id && MergeMessage(*part, *together).empty()) {
        same->CopyFrom(*together);
        return;
      }
    }
    place = size;
  }
  reflection.AddAllocatedMessage(&object, list, part.release());
}

absl::StatusOr<bool> TablePackage::Gatherer::Shared(pb::Message& out,
                                                    const std::string& id,
                                                    bool* is_part) {
  const auto found = package_.shared_.find(HashOf(out.GetDescriptor(), id));
  if (id.empty() || found == package_.shared_.end()) return false;
  std::vector<std::string> cells;
  HANDRAIL_RETURN_IF_ERROR(Fetch(found->second, cells));
  // A long one is not repeated without end.
  for (const std::string& cell : cells) {
    bytes_ += static_cast<int64_t>(cell.size());
  }
  if (bytes_ > kElementBytesMax) {
    problem_ = &kTooLong;
    return false;
  }
  const Table& table =
      package_.tables_[static_cast<size_t>(found->second.table)];
  FindingLog silent;
  const TableRow row =
      table.reader.Read(cells, OriginOf(found->second), silent);
  if (row.object == nullptr) return false;
  if ((row.ours ? row.id : IdOf(*row.object)) != id) return false;
  if (is_part != nullptr) *is_part = row.is_part;
  out.CopyFrom(*row.object);
  return true;
}

absl::Status TablePackage::Gatherer::AddTerm(const std::string& id,
                                             v1::Attribute& attribute) {
  if (attribute.has_taxonomy_term()) return absl::OkStatus();
  v1::TaxonomyTerm term;
  bool is_part = false;
  HANDRAIL_ASSIGN_OR_RETURN(const bool found, Shared(term, id, &is_part));
  if (found) {
    // Only what says which term it is: the term is a record of its own.
    if (!is_part) term.clear_unknown_fields();
    *attribute.mutable_taxonomy_term() = std::move(term);
  }
  return absl::OkStatus();
}

absl::Status TablePackage::Gatherer::AddUnit(const std::string& id,
                                             v1::ServiceCapacity& capacity) {
  if (capacity.has_unit()) return absl::OkStatus();
  v1::Unit unit;
  HANDRAIL_ASSIGN_OR_RETURN(const bool found, Shared(unit, id));
  if (found) *capacity.mutable_unit() = std::move(unit);
  return absl::OkStatus();
}

absl::Status TablePackage::Gatherer::AddPlaceAndTerms(
    const TableRow& row, pb::Message& object, const v1::RowOrigin& origin) {
  auto* service = pb::DynamicCastToGenerated<v1::Service>(&object);
  if (service == nullptr) return absl::OkStatus();
  if (!row.place.empty() &&
      package_.HasId(v1::Location::descriptor()->name(), row.place)) {
    v1::ServiceAtLocation& link = *service->add_service_at_locations();
    link.set_id(absl::StrCat(service->id(), "/", row.place));
    link.set_service_id(service->id());
    link.set_location_id(row.place);
    v1::Location location;
    HANDRAIL_ASSIGN_OR_RETURN(const bool found, Shared(location, row.place));
    // A service is its location's organization's.
    if (found && !location.organization_id().empty() &&
        service->organization_id().empty()) {
      service->set_organization_id(location.organization_id());
    }
  } else if (!row.place.empty()) {
    KeepUnknown(*service, "location_id", JsonString(row.place));
    log_.Add(origin, {.severity = v1::NOTICE,
                      .field = "location_id",
                      .reason = "dangling-reference",
                      .value_class = "id",
                      .message = "no row has the location that this refers "
                                 "to; the service is loaded without a place",
                      .hint = "add the location, or put the reference right"});
  }
  std::vector<std::string> terms = row.terms;
  const auto more = package_.categories_.find(service->id());
  if (more != package_.categories_.end()) {
    for (const std::string& number : more->second) {
      const auto code = package_.code_of_row_.find(number);
      terms.push_back(code == package_.code_of_row_.end() ? number
                                                          : code->second);
    }
  }
  if (terms.size() > kCodesPerCellMax) {
    problem_ = &kTooMany;
    return absl::OkStatus();
  }
  std::vector<std::string> seen;
  for (const std::string& term : terms) {
    if (std::find(seen.begin(), seen.end(), term) != seen.end()) continue;
    seen.push_back(term);
    v1::Attribute& attribute = *service->add_attributes();
    attribute.set_id(absl::StrCat(service->id(), "/", term));
    attribute.set_link_id(service->id());
    attribute.set_link_entity("service");
    attribute.set_taxonomy_term_id(term);
    HANDRAIL_RETURN_IF_ERROR(AddTerm(term, attribute));
    if (!attribute.has_taxonomy_term() &&
        package_.dialect() == TableDialect::kOhana) {
      attribute.mutable_taxonomy_term()->set_id(term);
      attribute.mutable_taxonomy_term()->set_code(term);
      attribute.mutable_taxonomy_term()->set_taxonomy("Open Eligibility");
    }
  }
  return absl::OkStatus();
}

int TablePackage::Add(std::string path, std::string name,
                      std::shared_ptr<const CsvTable> csv, SourceTable source) {
  TableRowReader reader(dialect_, std::move(source), csv->header);
  tables_.push_back({.path = std::move(path),
                     .name = std::move(name),
                     .csv = std::move(csv),
                     .reader = std::move(reader)});
  return static_cast<int>(tables_.size()) - 1;
}

void TablePackage::AddCategories(
    std::map<std::string, std::vector<std::string>> of_service) {
  categories_ = std::move(of_service);
}

bool TablePackage::may_be_private() const {
  return std::any_of(tables_.begin(), tables_.end(), [](const Table& table) {
    return table.reader.has_extension();
  });
}

bool TablePackage::Has(std::string_view name) const {
  return std::any_of(tables_.begin(), tables_.end(), [&](const Table& table) {
    return table.reader.table().name == name;
  });
}

bool TablePackage::HasId(std::string_view type, std::string_view id) const {
  return ids_.Has(HashOf(type, id));
}

absl::Status TablePackage::Index() {
  for (const Table& table : tables_) {
    links_by_id_alone_ =
        links_by_id_alone_ || LinkOf(table.reader.table()) != nullptr;
  }
  FindReferredTypes();
  // Ids first: whose part a row is depends on which owners are there.
  for (size_t i = 0; i < tables_.size(); ++i) {
    HANDRAIL_RETURN_IF_ERROR(IndexTable(static_cast<int>(i)));
  }
  HANDRAIL_RETURN_IF_ERROR(ids_.Finish());
  HANDRAIL_RETURN_IF_ERROR(FindRepeatedLinks());
  for (size_t i = 0; i < tables_.size(); ++i) {
    const Table& table = tables_[i];
    if (IsCore(table.reader.table())) continue;
    HANDRAIL_RETURN_IF_ERROR(
        ForEachCsvRow(table.path, *table.csv, [&](const CsvRow& row) {
          if (row.fault == CsvFault::kNone) IndexRow(static_cast<int>(i), row);
          return absl::OkStatus();
        }));
  }
  return parts_.Finish();
}

// Ids that nothing can refer to need no memory.
void TablePackage::FindReferredTypes() {
  referred_.insert(v1::Location::descriptor());
  for (const Table& table : tables_) {
    for (const OwnerColumn& column : table.reader.owners()) {
      referred_.insert(column.owner);
    }
  }
}

// Two links of one id would be one: the first stands.
absl::Status TablePackage::FindRepeatedLinks() {
  HANDRAIL_RETURN_IF_ERROR(links_.Finish());
  SpilledSort<Link>::Cursor all(links_);
  const Link* link = all.Next();
  while (link != nullptr) {
    const Link first = *link;
    while ((link = all.Next()) != nullptr && link->id == first.id) {
      if (link->content == first.content) continue;
      repeated_links_.emplace_back(link->table, link->offset);
    }
  }
  std::sort(repeated_links_.begin(), repeated_links_.end());
  HANDRAIL_RETURN_IF_ERROR(all.status());
  links_ = SpilledSort<Link>();
  return absl::OkStatus();
}

bool TablePackage::IsRepeatedLink(int number, int64_t offset) const {
  return std::binary_search(repeated_links_.begin(), repeated_links_.end(),
                            std::pair<int64_t, int64_t>(number, offset));
}

absl::Status TablePackage::IndexTable(int number) {
  const Table& table = tables_[static_cast<size_t>(number)];
  const TableInfo& info = table.reader.table();
  if (info.type == nullptr) return absl::OkStatus();
  const bool shared = info.type == v1::TaxonomyTerm::descriptor() ||
                      info.type == v1::Unit::descriptor() ||
                      (dialect_ == TableDialect::kOhana &&
                       info.type == v1::Location::descriptor());
  return ForEachCsvRow(table.path, *table.csv, [&](const CsvRow& row) {
    if (row.fault != CsvFault::kNone) return absl::OkStatus();
    std::string id = table.reader.Text(row.cells, "id");
    if (id.empty() && info.type == v1::TaxonomyTerm::descriptor()) {
      // Ohana: the code is the id, and the row has another.
      const int code = table.csv->Column("taxonomy_id");
      const int line = table.csv->Column("id");
      if (code >= 0 && dialect_ == TableDialect::kOhana) {
        id = row.cells[static_cast<size_t>(code)];
        if (line >= 0) {
          code_of_row_.emplace(row.cells[static_cast<size_t>(line)], id);
        }
      }
    }
    if (info.kind == HsdsKind::kServiceAtLocation) {
      NoteLink(number, row, id);
    }
    if (id.empty()) return absl::OkStatus();
    if (referred_.contains(info.type)) ids_.Add(HashOf(info.type, id));
    if (links_by_id_alone_) ids_.Add(HashOf(kAnyType, id));
    if (shared) {
      shared_.try_emplace(HashOf(info.type, id),
                          Place{.offset = row.offset,
                                .line = static_cast<int32_t>(row.line),
                                .table = number});
    }
    return absl::OkStatus();
  });
}

void TablePackage::NoteLink(int number, const CsvRow& row, std::string id) {
  const TableRowReader& reader = tables_[static_cast<size_t>(number)].reader;
  const std::string ends =
      absl::StrCat(reader.Text(row.cells, "service_id"), "/",
                   reader.Text(row.cells, "location_id"));
  if (id.empty()) id = ends;
  links_.Add({.id = HashOf(kAnyType, id),
              .content = HashOf(kAnyType, ends),
              .offset = row.offset,
              .table = number});
}

void TablePackage::IndexRow(int number, const CsvRow& row) {
  const Table& table = tables_[static_cast<size_t>(number)];
  const TableInfo& info = table.reader.table();
  Place place{.offset = row.offset,
              .line = static_cast<int32_t>(row.line),
              .table = number};
  if (const char* link = LinkOf(info)) {
    const std::string id = table.reader.Text(row.cells, link);
    place.owner = HashOf(kAnyType, id);
    if (!id.empty() && HasId(kAnyType, id)) parts_.Add(place);
    return;
  }
  if (IsRepeatedLink(number, row.offset)) return;
  std::string missing;
  if (StateOf(table, row.cells, &missing) != PartState::kJoined) return;
  for (const Owner& owner : OwnersOf(table, row.cells, &missing)) {
    place.owner = HashOf(owner.column->owner, owner.id);
    parts_.Add(place);
  }
}

std::vector<TablePackage::Owner> TablePackage::OwnersOf(
    const Table& table, const std::vector<std::string>& cells,
    std::string* missing) const {
  std::vector<Owner> holding;
  std::vector<Owner> others;
  for (const OwnerColumn& column : table.reader.owners()) {
    std::string id = table.reader.OwnerId(column, cells);
    if (id.empty()) continue;
    if (!HasId(column.owner->name(), id)) {
      if (missing->empty()) *missing = column.name;
      continue;
    }
    (column.holds ? holding : others)
        .push_back({.column = &column, .id = std::move(id)});
  }
  if (dialect_ == TableDialect::kOhana && holding.size() > 1) {
    // Ohana names all that a part is under; it belongs to the nearest.
    const pb::Descriptor* first = holding.front().column->owner;
    std::erase_if(holding, [&](const Owner& owner) {
      return owner.column->owner == v1::Organization::descriptor() ||
             (first == v1::Contact::descriptor() &&
              owner.column->owner != first);
    });
  }
  return holding.empty() ? others : holding;
}

TablePackage::PartState TablePackage::StateOf(
    const Table& table, const std::vector<std::string>& cells,
    std::string* field) const {
  const TableInfo& info = table.reader.table();
  // Units are parts of what counts in them, and tables need no description.
  if (info.type == v1::Unit::descriptor() ||
      info.type == v1::MetaTableDescription::descriptor()) {
    return PartState::kJoined;
  }
  if (const char* link = LinkOf(info)) {
    *field = link;
    const std::string id = table.reader.Text(cells, link);
    if (id.empty()) return PartState::kNoReference;
    return HasId(kAnyType, id) ? PartState::kJoined : PartState::kDangling;
  }
  if (OwnersOf(table, cells, field).empty()) {
    return field->empty() ? PartState::kNoReference : PartState::kDangling;
  }
  if (info.kind == HsdsKind::kServiceAtLocation) {
    const std::string location = table.reader.Text(cells, "location_id");
    if (!location.empty() &&
        !HasId(v1::Location::descriptor()->name(), location)) {
      *field = "location_id";
      return PartState::kDangling;
    }
  }
  return PartState::kJoined;
}

// Makes the finding for a part that belongs to nothing.
void TablePackage::LogLost(const Table& table,
                           const std::vector<std::string>& cells,
                           const v1::RowOrigin& origin, FindingLog& log) const {
  std::string field;
  if (StateOf(table, cells, &field) == PartState::kNoReference) {
    log.Add(origin, {.severity = v1::ROW_SKIPPED,
                     .field = field,
                     .reason = "missing-field",
                     .value_class = "empty",
                     .message = "the row does not say what it is a part of",
                     .hint = "fill the column that names its service, location "
                             "or organization"});
    return;
  }
  log.Add(origin,
          {.severity = v1::ROW_SKIPPED,
           .field = field,
           .reason = "dangling-reference",
           .value_class = "id",
           .message = "no row of the tables has the id that this refers to",
           .hint = "add the row, or put the reference right"});
}

absl::Status TablePackage::ReadTable(
    int number, const v1::RowOrigin& file, FindingLog& log,
    const std::function<absl::Status(const MappedRow&)>& take,
    const ByteWatcher& watcher) const {
  const Table& table = tables_[static_cast<size_t>(number)];
  const TableInfo& info = table.reader.table();
  Gatherer gatherer(*this, log);
  v1::RowOrigin origin = file;
  origin.set_table(std::string(info.name));
  log.set_may_quote(!may_be_private());
  LogCsvNotices(*table.csv, origin, log);
  if (info.type == v1::MetaTableDescription::descriptor()) {
    log.Add(origin, {.severity = v1::NOTICE,
                     .reason = "nothing-to-load",
                     .value_class = "file",
                     .message = "descriptions of tables are no records and "
                                "are not kept",
                     .hint = "nothing to do"});
  }
  const auto read = [&](const CsvRow& row) -> absl::Status {
    origin.set_record(row.record);
    origin.set_line(row.line);
    MappedRow mapped;
    *mapped.row.mutable_origin() = origin;
    if (row.fault != CsvFault::kNone) {
      LogCsvFault(*table.csv, row, origin, log);
      mapped.skipped = true;
      return take(mapped);
    }
    if (!IsCore(info)) {
      std::string field;
      mapped.skipped = true;
      if (IsRepeatedLink(number, row.offset)) {
        log.Add(origin, {.severity = v1::ROW_SKIPPED,
                         .field = "id",
                         .reason = "id-reused",
                         .value_class = "id",
                         .message = "an earlier row has this id, for another "
                                    "service or location",
                         .hint = "give each row an id of its own"});
        return take(mapped);
      }
      if (StateOf(table, row.cells, &field) == PartState::kJoined) {
        return absl::OkStatus();
      }
      LogLost(table, row.cells, origin, log);
      return take(mapped);
    }
    TableRow made = table.reader.Read(row.cells, origin, log);
    if (made.object == nullptr) {
      mapped.skipped = true;
      return take(mapped);
    }
    // Counted with what nests it.
    if (made.is_part) return absl::OkStatus();
    gatherer.Start();
    HANDRAIL_RETURN_IF_ERROR(
        gatherer.AddPlaceAndTerms(made, *made.object, origin));
    HANDRAIL_RETURN_IF_ERROR(gatherer.GatherRow(made, 0));
    if (gatherer.problem() != nullptr) {
      log.Add(origin, *gatherer.problem());
      mapped.skipped = true;
      return take(mapped);
    }
    SplitRecords(info.kind, *made.object, origin, log, mapped.row);
    return take(mapped);
  };
  return ForEachCsvRow(table.path, *table.csv, read, watcher);
}

}  // namespace handrail::formats
