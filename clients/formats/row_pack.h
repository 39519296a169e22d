// Rows as the bytes that are sent, beside what the account of rows (row_book.h)
// needs to know of each.
//
//   RowPack pack;
//   for each row: pack.Add(mapped);
//   book.Add(file, pack);
//   kept.Append(pack.bytes());
//
// Packing looks at one row alone, so that packs can be made on several threads
// and counted in order on one.
//
// One thread at a time; const members are safe to share afterwards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "clients/formats/row_mapper.h"
#include "handrail/v1/ingest_service.pb.h"

namespace handrail::formats {

struct LeadingField;

// A hash of kind and id.
using IdHash = uint64_t;
IdHash HashOfId(v1::RecordType type, std::string_view id);

// A field that refers to a record, and of which kind that is. Which of them
// one is goes by number, from 0 to kReferenceFields - 1.
struct ReferenceField {
  std::string_view name;
  v1::RecordType type = v1::RECORD_TYPE_UNSPECIFIED;
};
inline constexpr size_t kReferenceFields = 7;
ReferenceField ReferenceFieldOf(size_t number);

class RowPack {
 public:
  // A row has a record of that id; `definition` as IsDefinition.
  struct Mention {
    IdHash id = 0;
    // Of the record's bytes.
    uint64_t content = 0;
    bool definition = false;
  };
  struct Reference {
    IdHash id = 0;
    // Number of its ReferenceField.
    uint8_t field = 0;
    // The row cannot be sent without it.
    bool needed = false;
  };
  struct Entry {
    std::string table;
    int64_t record = 0;
    int64_t line = 0;
    bool skipped = false;
    // Where those of the row end; they begin where the last row's end.
    size_t mentions_end = 0;
    size_t references_end = 0;
  };

  void Add(const MappedRow& mapped);

  const std::vector<Entry>& rows() const { return rows_; }
  const std::vector<Mention>& mentions() const { return mentions_; }
  const std::vector<Reference>& references() const { return references_; }
  // Every row as its length (a varint) and a serialised v1.Row; a skipped one
  // has the length 0. Of records that occur twice in a row the first is there.
  const std::string& bytes() const { return bytes_; }

  // Forgets all rows and keeps the room.
  void Clear();

 private:
  void AddRecord(const v1::Record& record);
  void CollectReferences(const google::protobuf::Message& message,
                         const std::vector<LeadingField>& leading);

  std::vector<Entry> rows_;
  std::vector<Mention> mentions_;
  std::vector<Reference> references_;
  std::string bytes_;
  // The row being added.
  std::string row_;
  absl::flat_hash_set<IdHash> seen_;
};

}  // namespace handrail::formats
