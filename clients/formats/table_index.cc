// What TablePackage notes of its tables: which ids there are, and where the
// parts of each stand.
#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/table_package.h"
#include "clients/formats/table_parts.h"
#include "handrail/v1/record.pb.h"
#include "storage/base/status.h"

namespace handrail::formats {

absl::Status TablePackage::Index() {
  for (const Table& table : tables_) {
    links_by_id_alone_ =
        links_by_id_alone_ || LinkColumnOf(table.reader.table()) != nullptr;
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
    if (IsCoreTable(table.reader.table())) continue;
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
    if (referred_.contains(info.type)) ids_.Add(HashOfId(info.type, id));
    if (links_by_id_alone_) ids_.Add(HashOfId(kAnyType, id));
    if (shared) {
      shared_.try_emplace(HashOfId(info.type, id),
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
  links_.Add({.id = HashOfId(kAnyType, id),
              .content = HashOfId(kAnyType, ends),
              .offset = row.offset,
              .table = number});
}

void TablePackage::IndexRow(int number, const CsvRow& row) {
  const Table& table = tables_[static_cast<size_t>(number)];
  const TableInfo& info = table.reader.table();
  Place place{.offset = row.offset,
              .line = static_cast<int32_t>(row.line),
              .table = number};
  if (const char* link = LinkColumnOf(info)) {
    const std::string id = table.reader.Text(row.cells, link);
    place.owner = HashOfId(kAnyType, id);
    if (!id.empty() && HasId(kAnyType, id)) parts_.Add(place);
    return;
  }
  if (IsRepeatedLink(number, row.offset)) return;
  std::string missing;
  if (StateOf(table, row.cells, &missing) != PartState::kJoined) return;
  for (const Owner& owner : OwnersOf(table, row.cells, &missing)) {
    place.owner = HashOfId(owner.column->owner, owner.id);
    parts_.Add(place);
  }
}

}  // namespace handrail::formats
