// Keeps account of rows while they are inspected: which there were, which ids
// they define and refer to, and which of them cannot be sent.
//
//   RowBook book;
//   for each file: book.Add(file, pack), as often as there are packs of it;
//   HANDRAIL_RETURN_IF_ERROR(book.Close());
//   if (book.NeedsMerge()) for each row again, in order: book.Merge(row, log);
//   HANDRAIL_RETURN_IF_ERROR(book.FindDangling(names, log));
//   …
//   book.Skipped(index); book.Complete(row);
//
// Rows are numbered in the order in which they are added, and Merge has to see
// them in the same order. A row takes one bit of memory, because what it
// defines and refers to is sorted on disk (hashes, no text); records whose id
// came with different content are held whole.
//
// One thread at a time; const members are safe to share afterwards.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/formats/finding_log.h"
#include "clients/formats/row_pack.h"
#include "clients/formats/spill_file.h"
#include "clients/formats/spilled_sort.h"
#include "handrail/v1/ingest_service.pb.h"

namespace handrail::formats {

class RowBook {
 public:
  // Notes the next rows of the file with that number. Those of the pack that
  // are skipped have their finding already.
  void Add(int file, const RowPack& pack);

  // After the last row, before whatever follows.
  absl::Status Close();

  // True when an id came with different content, so that rows have to be put
  // together.
  bool NeedsMerge() const { return !differing_.empty(); }
  // Takes every row again, good or not, in order. A row that contradicts an
  // earlier one about a record is skipped with a finding "id-reused".
  void Merge(int64_t index, const v1::Row& row, FindingLog& log);

  // Skips, with a finding "dangling-reference", every row whose service,
  // program or service_at_location refers to what no row defines, and again
  // until nothing changes. Where something else does (a parent organization,
  // who keeps a location, the owner a part repeats), a notice is enough.
  // `files` are the names. Nothing can be added or merged afterwards.
  absl::Status FindDangling(const std::vector<std::string>& files,
                            FindingLog& log);

  int64_t rows() const { return static_cast<int64_t>(skipped_.size()); }
  int64_t rows_skipped() const { return rows_skipped_; }
  bool Skipped(int64_t index) const {
    return skipped_[static_cast<size_t>(index)];
  }
  // Rows read of the file with that number.
  int64_t RowsOfFile(int file) const;
  // Rows read and skipped per table, sorted by name.
  std::vector<v1::TableCount> Tables() const;

  // Whether other rows say something about records of any row.
  bool completes() const { return !merged_.empty(); }
  // Puts in what other rows say about the row's records, and takes out records
  // that occur twice in it.
  void Complete(v1::Row& row) const;

 private:
  // Where a row stands, on disk.
  struct RowInfo {
    int64_t record = 0;
    int64_t line = 0;
    int32_t table = 0;
    int32_t file = 0;
  };
  // A row has a record of that id; `definition` as IsDefinition.
  struct Mention {
    IdHash id = 0;
    uint64_t content = 0;
    uint64_t row : 63 = 0;
    uint64_t definition : 1 = 0;

    friend bool operator<(const Mention& a, const Mention& b) {
      return a.id != b.id ? a.id < b.id : a.row < b.row;
    }
  };
  struct Reference {
    IdHash id = 0;
    uint64_t row : 44 = 0;
    // The how-maniest of its row it is.
    uint64_t place : 15 = 0;
    // Number of a ReferenceField.
    uint64_t field : 4 = 0;
    // The row cannot be sent without it.
    uint64_t needed : 1 = 0;

    friend bool operator<(const Reference& a, const Reference& b) {
      return a.id != b.id ? a.id < b.id : a.row < b.row;
    }
  };
  // A reference of a row that leads to nothing; by rows.
  struct Lost {
    uint64_t row = 0;
    uint32_t place = 0;
    uint32_t field = 0;

    friend bool operator<(const Lost& a, const Lost& b) {
      return a.row != b.row ? a.row < b.row : a.place < b.place;
    }
  };
  // References by one field that are dangling and may be.
  struct Loose {
    int64_t count = 0;
    uint64_t first_row = 0;
  };
  struct TableRows {
    int64_t read = 0;
    int64_t skipped = 0;
  };

  RowInfo& NewRow(int file, const RowPack::Entry& entry);
  // Skips the row that stands there; again is nothing.
  void Skip(size_t index, int32_t table);
  absl::Status WriteRows();
  absl::StatusOr<RowInfo> InfoOf(uint64_t row) const;
  v1::RowOrigin OriginOf(const RowInfo& row,
                         const std::vector<std::string>& files) const;
  // Looks up every reference: into `lost` those without which rows cannot be
  // sent, into `loose` the others.
  absl::Status LookUp(SpilledSort<Lost>& lost, std::vector<Loose>& loose) const;
  // Skips the rows of `lost`, which is finished, with their findings.
  absl::Status SkipLost(const SpilledSort<Lost>& lost,
                        const std::vector<std::string>& files, FindingLog& log);

  std::vector<bool> skipped_;
  int64_t rows_skipped_ = 0;
  std::vector<int64_t> rows_of_file_;
  // RowInfo of every row, in order; the last ones still in memory.
  SpillFile rows_;
  std::vector<RowInfo> last_rows_;
  absl::Status status_;
  SpilledSort<Mention> mentions_;
  SpilledSort<Reference> references_;
  // Ids that came with different content.
  absl::flat_hash_set<IdHash> differing_;
  // Their content put together.
  absl::flat_hash_map<IdHash, v1::Record> merged_;
  // Where each of those was first seen, for the finding.
  absl::flat_hash_map<IdHash, v1::RowOrigin> merged_from_;
  std::vector<std::string> tables_;
  std::vector<TableRows> table_rows_;
  std::map<std::string, int32_t> table_number_;
};

}  // namespace handrail::formats
