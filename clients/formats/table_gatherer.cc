#include "clients/formats/table_gatherer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/json_tree.h"
#include "clients/formats/limits.h"
#include "clients/formats/record_merge.h"
#include "clients/formats/table_parts.h"
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
// Read at once where rows are fetched one after another.
constexpr size_t kWindowBytes = 32 * 1024;
// Parts of one object that are looked up together.
constexpr size_t kPartsAtOnce = 256;

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

}  // namespace

TablePackage::Gatherer::Gatherer(const TablePackage& package, FindingLog& log)
    : package_(package),
      log_(log),
      places_(package.parts_),
      files_(package.tables_.size()) {}

TablePackage::Gatherer::~Gatherer() {
  for (const OpenFile& file : files_) {
    if (file.number >= 0) close(file.number);
  }
}

v1::RowOrigin TablePackage::Gatherer::OriginOf(const Place& place) const {
  const Table& table = package_.tables_[static_cast<size_t>(place.table)];
  v1::RowOrigin origin;
  origin.set_file(table.name);
  origin.set_table(std::string(table.reader.table().name));
  origin.set_line(place.line);
  return origin;
}

bool TablePackage::Gatherer::FetchQuick(OpenFile& file, int64_t offset,
                                        const CsvTable& csv,
                                        std::vector<std::string>& cells) {
  if (file.number < 0) return false;
  const auto end = file.begin + static_cast<int64_t>(file.window.size());
  if (offset >= file.begin && offset < end &&
      ReadQuickCsvRowAt(std::string_view(file.window)
                            .substr(static_cast<size_t>(offset - file.begin)),
                        csv, cells)) {
    return true;
  }
  // Whoever jumps about gains nothing from reading on.
  const bool near =
      offset >= file.begin && offset < end + static_cast<int64_t>(kWindowBytes);
  file.window.resize(near ? kWindowBytes : kRowGuessBytes);
  const ssize_t got = pread(file.number, file.window.data(), file.window.size(),
                            static_cast<off_t>(offset));
  file.begin = offset;
  file.window.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
  return ReadQuickCsvRowAt(file.window, csv, cells);
}

absl::Status TablePackage::Gatherer::Fetch(const Place& place,
                                           std::vector<std::string>& cells) {
  const size_t number = static_cast<size_t>(place.table);
  const Table& table = package_.tables_[number];
  OpenFile& file = files_[number];
  if (file.number < 0) file.number = open(table.path.c_str(), O_RDONLY);
  if (FetchQuick(file, place.offset, *table.csv, cells)) {
    return absl::OkStatus();
  }
  for (size_t want = kRowGuessBytes;; want *= 16) {
    buffer_.resize(std::min(want, kCsvRowBytesMax + 1));
    const ssize_t got = file.number < 0
                            ? -1
                            : pread(file.number, buffer_.data(), buffer_.size(),
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
  const std::string id = PartId(object);
  if (id.empty() || depth > kPartDepthMax) return absl::OkStatus();
  HANDRAIL_RETURN_IF_ERROR(
      AddParts(HashOfId(object.GetDescriptor(), id), object, depth));
  if (!package_.links_by_id_alone_) return absl::OkStatus();
  return AddParts(HashOfId(kAnyType, id), object, depth);
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
  const std::string id = PartId(object);
  if (const char* link = LinkColumnOf(table.reader.table())) {
    const bool metadata =
        table.reader.table().type == v1::Metadata::descriptor();
    return table.reader.Text(cells, link) == id &&
           PartListFor(object, table.reader.table().type) != nullptr &&
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
    AddTextRow(object, "eligibility_description",
               table.reader.Text(cells, "eligibility_description"));
    return absl::OkStatus();
  }
  if (row.object != nullptr && PartListFor(object, info.type) == nullptr) {
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
  if (!row.ours || PartId(object) == row.id) return Gather(object, depth);
  const pb::FieldDescriptor* field = OwnField(object, "id");
  const bool has = object.GetReflection()->HasField(object, field);
  const std::string id = PartId(object);
  SetTextField(object, "id", row.id);
  const absl::Status status = Gather(object, depth);
  has ? SetTextField(object, "id", id)
      : object.GetReflection()->ClearField(&object, field);
  return status;
}

// A part that two tables have (address.csv and addresses.csv) is put together,
// where they do not contradict each other. Our own have each part once.
void TablePackage::Gatherer::Attach(TableRow row, pb::Message& object) {
  std::unique_ptr<pb::Message>& part = row.object;
  const pb::FieldDescriptor* list = PartListFor(object, part->GetDescriptor());
  const pb::Reflection& reflection = *object.GetReflection();
  const std::string id = row.ours ? "" : PartId(*part);
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
      if (PartId(*same) == id && MergeMessage(*part, *together).empty()) {
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
  const auto found = package_.shared_.find(HashOfId(out.GetDescriptor(), id));
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
  if ((row.ours ? row.id : PartId(*row.object)) != id) return false;
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

}  // namespace handrail::formats
