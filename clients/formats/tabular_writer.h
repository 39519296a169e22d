// Writes records as an HSDS 3.1 tabular package: a zip with datapackage.json
// and one CSV file for every table that has rows.
//
//   TabularWriter writer([&](std::string_view bytes) { return Put(bytes); });
//   for (…) HANDRAIL_RETURN_IF_ERROR(writer.Add(record));
//   HANDRAIL_RETURN_IF_ERROR(writer.Finish());
//
// What is nested in a record becomes rows of its own table. A part names the
// one owner it was nested in (`service_id`, `link_id`, `resource_id` …). An id
// stands once in a table: a part whose id an earlier one has gets `id/owner's
// id`, one without an id `owner's id/table/number`. A term, taxonomy or unit
// that is nested has a row of its table, too, and its part refers to it.
//
// Cells are formula-safe (csv_writer.h), columns are in the schema's order, and
// a value that was normalised is written as its source wrote it. Two columns
// are ours: x_handrail, where a table can have it, holds that object as JSON,
// so that what must not be shown stays so; x_handrail_kept holds what no other
// column can (table_kept.h). So nothing is lost: a package that is read back
// gives the same records as lines of JSON (hsds_writer.h) do, and written again
// the same bytes.
//
// Rows go to files in a private folder as they come; in memory are four bytes
// for the id of each part, and a hash of each term and unit. The same records
// in the same order give the same bytes. One thread at a time.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "clients/formats/archive.h"
#include "clients/formats/hsds_names.h"
#include "clients/formats/hsds_writer.h"
#include "clients/formats/seen_ids.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

class TabularWriter {
 public:
  explicit TabularWriter(LineSink sink) : sink_(std::move(sink)) {}
  TabularWriter(const TabularWriter&) = delete;
  TabularWriter& operator=(const TabularWriter&) = delete;

  // Takes the next record; best taxonomies and terms first, so that parts can
  // refer to them. Centroids and crisis resources are not HSDS and are left
  // out. UNAVAILABLE (STORAGE_FAILED) where a row cannot be put aside.
  absl::Status Add(const v1::Record& record);

  // Writes the package. Returns what the sink returns. Call it once, last.
  absl::Status Finish();

  int64_t rows() const { return rows_; }
  // Rows that were left out, because no reader takes one above 4 MiB.
  int64_t too_long() const { return too_long_; }

 private:
  struct Column {
    std::string name;
    // nullptr: x_handrail, x_handrail_kept.
    const HsdsField* field = nullptr;
    // Every cell so far is of the type that the schema gives it.
    bool as_typed = true;
  };
  struct Table {
    std::string name;
    const google::protobuf::Descriptor* type = nullptr;
    std::vector<Column> columns;
    std::string path;
    std::ofstream file;
    SeenIds ids;
    // Terms, taxonomies and units: id → what the row says, hashed.
    absl::flat_hash_map<uint64_t, uint64_t> shared;
  };
  // A row that is being made: cells by column, and the members of
  // x_handrail_kept.
  struct Row {
    std::string id;
    std::map<std::string, std::string> cells;
    std::vector<std::pair<std::string, std::string>> kept;
  };

  absl::Status PutRow(Table& table, const google::protobuf::Message& object,
                      Row row);
  absl::Status PutPart(const google::protobuf::Message& part,
                       const google::protobuf::Descriptor* owner,
                       const std::string& owner_id, int number);
  void AddMember(const google::protobuf::Message& object,
                 const HsdsMember& member, Row& row);
  absl::Status AddParts(const google::protobuf::Message& object,
                        const HsdsField& field, Row& row);
  absl::Status AddNested(const google::protobuf::Message& object,
                         const HsdsField& field, Row& row);
  absl::Status PutShared(const google::protobuf::Message& object,
                         std::string id, bool* same);
  absl::Status PutCells(Table& table, const google::protobuf::Message& object,
                        const Row& row);
  // nullptr where no file can be made.
  Table* TableOf(const google::protobuf::Descriptor* type);
  std::string Descriptor() const;

  LineSink sink_;
  std::shared_ptr<const PrivateFolder> folder_;
  // By name, so that the package is in order.
  std::map<std::string, Table> tables_;
  int64_t rows_ = 0;
  int64_t too_long_ = 0;
};

}  // namespace handrail::formats
