// Puts together with a row all that is part of it: a part of TablePackage, and
// for its sources alone.
//
//   TablePackage::Gatherer gatherer(package, log);
//   gatherer.Start();
//   HANDRAIL_RETURN_IF_ERROR(gatherer.GatherRow(row, 0));
//   if (gatherer.problem() != nullptr) …
//
// One per reading of a table: it holds the files. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/formats/finding_log.h"
#include "clients/formats/table_package.h"
#include "google/protobuf/message.h"

namespace handrail::formats {

class TablePackage::Gatherer {
 public:
  Gatherer(const TablePackage& package, FindingLog& log);
  ~Gatherer();
  Gatherer(const Gatherer&) = delete;
  Gatherer& operator=(const Gatherer&) = delete;

  // Puts all parts into the row's object. An error where a file has changed.
  absl::Status GatherRow(TableRow& row, int depth);
  // Adds what a row says besides its fields.
  absl::Status AddPlaceAndTerms(const TableRow& row,
                                google::protobuf::Message& object,
                                const v1::RowOrigin& origin);
  // Starts with a row.
  void Start() {
    bytes_ = 0, parts_ = 0, problem_ = nullptr;
    place_of_part_.clear();
  }
  // Why the row's parts are more than are put together, or nullptr.
  const FindingText* problem() const { return problem_; }

 private:
  // A table's file, and the part of it that was read last: parts mostly stand
  // in the order of what they belong to.
  struct OpenFile {
    int number = -1;
    std::string window;
    int64_t begin = 0;
  };

  absl::Status Gather(google::protobuf::Message& object, int depth);
  absl::Status Fetch(const Place& place, std::vector<std::string>& cells);
  // Fetch for rows that are easily read; false says nothing.
  static bool FetchQuick(OpenFile& file, int64_t offset, const CsvTable& csv,
                         std::vector<std::string>& cells);
  absl::Status AddParts(uint64_t owner, google::protobuf::Message& object,
                        int depth);
  absl::Status AddPart(const Place& place, google::protobuf::Message& object,
                       int depth);
  bool IsPartOf(const Table& table, const std::vector<std::string>& cells,
                const google::protobuf::Message& object) const;
  void Attach(TableRow row, google::protobuf::Message& object);
  absl::Status AddTerm(const std::string& id, v1::Attribute& attribute);
  absl::Status AddUnit(const std::string& id, v1::ServiceCapacity& capacity);
  // The shared row of that type and id into `out`; false when there is none.
  absl::StatusOr<bool> Shared(google::protobuf::Message& out,
                              const std::string& id, bool* is_part = nullptr);
  v1::RowOrigin OriginOf(const Place& place) const;

  const TablePackage& package_;
  FindingLog& log_;
  SpilledSort<Place>::Cursor places_;
  std::vector<OpenFile> files_;
  // For rows that no window has whole.
  std::string buffer_;
  // Of the parts of this row, and parts fetched for all rows.
  int64_t bytes_ = 0;
  int parts_ = 0;
  int64_t fetches_ = 0;
  const FindingText* problem_ = nullptr;
  // Where the last part of an id stands in a list of an object of this row.
  absl::flat_hash_map<
      std::tuple<const google::protobuf::Message*,
                 const google::protobuf::FieldDescriptor*, std::string>,
      int>
      place_of_part_;
};

}  // namespace handrail::formats
