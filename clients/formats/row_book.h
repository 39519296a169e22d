// Keeps account of rows while they are inspected: which there were, which ids
// they define and refer to, and which of them cannot be sent.
//
//   RowBook book;
//   for each row: book.Add(file, row) or book.AddSkipped(file, origin);
//   if (book.NeedsMerge()) for each row again, in order: book.Merge(row, log);
//   book.FindDangling(names, log);
//   …
//   book.Skipped(index); book.Complete(row);
//
// Rows are numbered in the order in which they are added, and Merge has to see
// them in the same order. About a hundred bytes per row and id; only records
// whose id came with different content are held whole.
//
// One thread at a time; const members are safe to share afterwards.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "clients/formats/finding_log.h"
#include "handrail/v1/ingest_service.pb.h"

namespace handrail::formats {

class RowBook {
 public:
  // Notes a good row of the file with that number.
  void Add(int file, const v1::Row& row);
  // Notes a row that has its finding already.
  void AddSkipped(int file, const v1::RowOrigin& origin);

  // True when an id came with different content, so that rows have to be put
  // together.
  bool NeedsMerge() const { return differing_ > 0; }
  // Takes every row again, good or not, in order. A row that contradicts an
  // earlier one about a record is skipped with a finding "id-reused".
  void Merge(int64_t index, const v1::Row& row, FindingLog& log);

  // Skips, with a finding "dangling-reference", every row whose service,
  // program or service_at_location refers to what no row defines, and again
  // until nothing changes. Where something else does (a parent organization,
  // who keeps a location, the owner a part repeats), a notice is enough.
  // `files` are the names.
  void FindDangling(const std::vector<std::string>& files, FindingLog& log);

  int64_t rows() const { return static_cast<int64_t>(rows_.size()); }
  bool Skipped(int64_t index) const {
    return rows_[static_cast<size_t>(index)].skipped;
  }
  int FileOf(int64_t index) const {
    return rows_[static_cast<size_t>(index)].file;
  }
  // Rows read and skipped per table, sorted by name.
  std::vector<v1::TableCount> Tables() const;

  // Puts in what other rows say about the row's records, and takes out records
  // that occur twice in it.
  void Complete(v1::Row& row) const;

 private:
  // A hash of kind and id.
  using IdHash = uint64_t;

  struct RowInfo {
    int64_t record = 0;
    int64_t line = 0;
    uint32_t first_definition = 0;
    uint32_t first_reference = 0;
    uint16_t table = 0;
    int16_t file = 0;
    bool skipped = false;
  };
  struct IdInfo {
    uint64_t content = 0;
    int64_t first_row = 0;
    // Good rows that define it.
    int32_t definitions = 0;
    bool differs = false;
  };
  struct Reference {
    IdHash id = 0;
    // One of kReferenceFields.
    uint8_t field = 0;
    // The row cannot be sent without it.
    bool needed = false;
  };

  RowInfo& NewRow(int file, const v1::RowOrigin& origin);
  void Define(v1::RecordType type, const std::string& id,
              const std::string& content, bool definition);
  void CollectReferences(const google::protobuf::Message& message);
  void Skip(size_t index);
  v1::RowOrigin OriginOf(size_t index,
                         const std::vector<std::string>& files) const;

  std::vector<RowInfo> rows_;
  std::vector<IdHash> definitions_;
  std::vector<Reference> references_;
  absl::flat_hash_map<IdHash, IdInfo> ids_;
  int64_t differing_ = 0;
  // Content put together, of ids that differ.
  absl::flat_hash_map<IdHash, v1::Record> merged_;
  // Where each of those was first seen, for the finding.
  absl::flat_hash_map<IdHash, v1::RowOrigin> merged_from_;
  std::vector<std::string> tables_;
  std::map<std::string, uint16_t> table_number_;
};

}  // namespace handrail::formats
