// Tables that refer to each other by id, as files of one folder: HSDS tabular
// of any edition, HSDS-UK, and Ohana's CSV set.
//
// The rows of the core tables (organizations, programs, services, locations,
// taxonomies, taxonomy_terms) become rows of the load. Rows of the other tables
// are parts of them and counted with them; a part that belongs to nothing is a
// skipped row of its own table.
//
//   TablePackage package(dialect, folder);
//   for each table: const int number = package.Add(path, name, csv);
//   HANDRAIL_RETURN_IF_ERROR(package.Index());
//   …
//   package.ReadTable(number, origin, log, take);
//
// Nothing is held as a tree: Index notes for every part where it stands in its
// file, sorted on disk, and for every id a part of its hash (4.5 bytes);
// ReadTable goes through one file and fetches the parts of each row from
// theirs.
//
// One thread while it is filled; const members are safe to share afterwards.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "clients/formats/csv_table.h"
#include "clients/formats/id_set.h"
#include "clients/formats/row_mapper.h"
#include "clients/formats/spilled_sort.h"
#include "clients/formats/table_row.h"

namespace handrail::formats {

class TablePackage {
 public:
  TablePackage(TableDialect dialect, std::string folder)
      : dialect_(dialect), folder_(std::move(folder)) {}
  TablePackage(const TablePackage&) = delete;
  TablePackage& operator=(const TablePackage&) = delete;

  TableDialect dialect() const { return dialect_; }
  const std::string& folder() const { return folder_; }

  // Adds a table and returns its number. `name` is the file's for findings.
  // REQUIRES: the table is one that FindSourceTable or GuessSourceTable knows.
  int Add(std::string path, std::string name,
          std::shared_ptr<const CsvTable> csv, SourceTable source);
  // Ohana: what Baltimore's service_categories.json says: for each service the
  // rows of the taxonomy.
  void AddCategories(
      std::map<std::string, std::vector<std::string>> of_service);

  // Reads every table once. FAILED_PRECONDITION where one has changed.
  absl::Status Index();

  // Whether any table may flag what must not be shown.
  bool may_be_private() const;
  // Whether a table of that HSDS name is there.
  bool Has(std::string_view table) const;

  // Hands over the rows of one table, in its order: core rows with all their
  // parts, of other tables those alone that are skipped.
  absl::Status ReadTable(int number, const v1::RowOrigin& file, FindingLog& log,
                         const std::function<absl::Status(MappedRow&)>& take,
                         const ByteWatcher& watcher = nullptr) const;

 private:
  struct Table {
    std::string path;
    std::string name;
    std::shared_ptr<const CsvTable> csv;
    TableRowReader reader;
  };
  // Where a row stands.
  struct Place {
    uint64_t owner = 0;
    int64_t offset = 0;
    int32_t line = 0;
    int32_t table = 0;

    friend bool operator<(const Place& a, const Place& b) {
      return std::tie(a.owner, a.table, a.offset) <
             std::tie(b.owner, b.table, b.offset);
    }
  };
  struct Link {
    uint64_t id = 0;
    // Of the service and location that it joins.
    uint64_t content = 0;
    int64_t offset = 0;
    int64_t table = 0;

    friend bool operator<(const Link& a, const Link& b) {
      return std::tie(a.id, a.table, a.offset) <
             std::tie(b.id, b.table, b.offset);
    }
  };
  struct Owner {
    const OwnerColumn* column = nullptr;
    std::string id;
  };
  enum class PartState { kJoined, kNoReference, kDangling };
  // table_gatherer.h.
  class Gatherer;

  void FindReferredTypes();
  absl::Status IndexTable(int number);
  void NoteLink(int number, const CsvRow& row, std::string id);
  absl::Status FindRepeatedLinks();
  bool IsRepeatedLink(int number, int64_t offset) const;
  void IndexRow(int number, const CsvRow& row);
  // The owners of a part that are there. `missing` is set to the first
  // reference that leads nowhere.
  std::vector<Owner> OwnersOf(const Table& table,
                              const std::vector<std::string>& cells,
                              std::string* missing) const;
  PartState StateOf(const Table& table, const std::vector<std::string>& cells,
                    std::string* field) const;
  void LogLost(const Table& table, const std::vector<std::string>& cells,
               const v1::RowOrigin& origin, FindingLog& log) const;
  bool HasId(std::string_view type, std::string_view id) const;

  const TableDialect dialect_;
  const std::string folder_;
  std::vector<Table> tables_;
  // Hashes of type and id of every row, and of the id alone where attributes or
  // metadata refer by that.
  IdSet ids_;
  // Parts by the hash of their owner, then as they stand.
  SpilledSort<Place> parts_;
  // Taxonomy terms, units and Ohana's locations by the hash of type and id.
  absl::flat_hash_map<uint64_t, Place> shared_;
  // Services at locations while ids are noted.
  SpilledSort<Link> links_;
  // Those whose id an earlier row has, by table and offset, sorted.
  std::vector<std::pair<int64_t, int64_t>> repeated_links_;
  // Types that a table can refer to.
  std::set<const google::protobuf::Descriptor*> referred_;
  bool links_by_id_alone_ = false;
  // Ohana: a taxonomy's row id → code; service → row ids.
  std::map<std::string, std::string> code_of_row_;
  std::map<std::string, std::vector<std::string>> categories_;
};

}  // namespace handrail::formats
