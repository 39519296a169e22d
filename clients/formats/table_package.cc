#include "clients/formats/table_package.h"

#include <algorithm>
#include <utility>

#include "clients/formats/hsds_reader.h"
#include "clients/formats/table_gatherer.h"
#include "clients/formats/table_parts.h"
#include "handrail/v1/record.pb.h"
#include "storage/base/status.h"

namespace handrail::formats {

namespace pb = google::protobuf;

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
  return ids_.Has(HashOfId(type, id));
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
  if (const char* link = LinkColumnOf(info)) {
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
    const std::function<absl::Status(MappedRow&)>& take,
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
    if (!IsCoreTable(info)) {
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
