// Writes records as an HSDS 3.1 tabular package: a zip with datapackage.json
// and one CSV file for every table that has rows.
//
//   TabularWriter writer([&](std::string_view bytes) { return Put(bytes); });
//   for (…) HANDRAIL_RETURN_IF_ERROR(writer.Add(record));
//   HANDRAIL_RETURN_IF_ERROR(writer.Finish());
//
// What is nested in a record becomes rows of its own table. A part names the
// one owner it was nested in (`service_id`, `link_id`, `resource_id` …). An id
// stands once in a table: a part whose id an earlier part of another owner has
// gets `id/owner's id`, one without an id `owner's id/table/number`.
//
// Cells are formula-safe (csv_writer.h), columns are in the schema's order, and
// a value that was normalised is written as its source wrote it. The column
// x_handrail, where a table can have it, holds that object as JSON, so that
// what must not be shown stays so.
//
// Read back by our own reader, the same package comes out again, and it holds
// what HSDS's tables can hold. JSON holds more (use hsds-ndjson for a copy of
// everything). Not kept are:
// - properties that HSDS does not name (counted in left_out());
// - whether a number was written in quotation marks, and empty texts;
// - other owners that a part names besides the one it is nested in;
// - that a term was nested only: it becomes a term of the load;
// - the apostrophe of a formula-safe cell, which stays part of the text.
//
// Rows go to files in a private folder as they come; in memory is a hash of
// each id. The same records in the same order give the same bytes. One thread
// at a time.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "clients/formats/archive.h"
#include "clients/formats/hsds_names.h"
#include "clients/formats/hsds_writer.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

class TabularWriter {
 public:
  explicit TabularWriter(LineSink sink) : sink_(std::move(sink)) {}
  TabularWriter(const TabularWriter&) = delete;
  TabularWriter& operator=(const TabularWriter&) = delete;

  // Takes the next record. Centroids and crisis resources are not HSDS and are
  // left out. UNAVAILABLE (STORAGE_FAILED) where a row cannot be put aside.
  absl::Status Add(const v1::Record& record);

  // Writes the package. Returns what the sink returns. Call it once, last.
  absl::Status Finish();

  int64_t rows() const { return rows_; }
  // Values that no column holds.
  int64_t left_out() const { return left_out_; }

 private:
  struct Column {
    std::string name;
    // nullptr: x_handrail.
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
    absl::flat_hash_set<uint64_t> ids;
    absl::flat_hash_set<uint64_t> owned_ids;
  };

  absl::Status PutRow(google::protobuf::Message& object,
                      const google::protobuf::Message* owner, int number);
  absl::Status PutNested(google::protobuf::Message& object);
  absl::Status PutCells(Table& table, const google::protobuf::Message& object);
  // nullptr where no file can be made.
  Table* TableOf(const google::protobuf::Descriptor* type);
  std::string Descriptor() const;

  LineSink sink_;
  std::shared_ptr<const PrivateFolder> folder_;
  // By name, so that the package is in order.
  std::map<std::string, Table> tables_;
  int64_t rows_ = 0;
  int64_t left_out_ = 0;
};

}  // namespace handrail::formats
