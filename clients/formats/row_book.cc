#include "clients/formats/row_book.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/limits.h"
#include "clients/formats/record_merge.h"
#include "storage/base/record_type.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

// Which reference of its row one is, as far as it is counted.
constexpr uint32_t kPlaceMax = (1 << 15) - 1;

// For StrCat, whose string_view is not the standard's.
std::string TypeWord(v1::RecordType type) {
  return std::string(RecordTypeWord(type));
}

}  // namespace

RowBook::RowInfo& RowBook::NewRow(int file, const RowPack::Entry& entry) {
  if (last_rows_.size() >= kSpillItems) {
    if (status_.ok()) status_ = WriteRows();
    last_rows_.clear();
  }
  const auto [table, added] = table_number_.try_emplace(
      entry.table, static_cast<int32_t>(tables_.size()));
  if (added) {
    tables_.push_back(entry.table);
    table_rows_.emplace_back();
  }
  ++table_rows_[static_cast<size_t>(table->second)].read;
  const auto number = static_cast<size_t>(file);
  if (rows_of_file_.size() <= number) rows_of_file_.resize(number + 1);
  ++rows_of_file_[number];
  skipped_.push_back(false);
  last_rows_.push_back({.record = entry.record,
                        .line = entry.line,
                        .table = table->second,
                        .file = file});
  return last_rows_.back();
}

absl::Status RowBook::WriteRows() {
  return rows_.Append(last_rows_.data(), last_rows_.size() * sizeof(RowInfo));
}

absl::StatusOr<RowBook::RowInfo> RowBook::InfoOf(uint64_t row) const {
  const uint64_t written =
      static_cast<uint64_t>(rows_.bytes()) / sizeof(RowInfo);
  if (row >= written) return last_rows_[row - written];
  RowInfo info;
  HANDRAIL_RETURN_IF_ERROR(rows_.ReadAt(
      static_cast<int64_t>(row * sizeof(RowInfo)), &info, sizeof(RowInfo)));
  return info;
}

int64_t RowBook::RowsOfFile(int file) const {
  const auto number = static_cast<size_t>(file);
  return number < rows_of_file_.size() ? rows_of_file_[number] : 0;
}

void RowBook::Add(int file, const RowPack& pack) {
  size_t mention = 0;
  size_t reference = 0;
  for (const RowPack::Entry& entry : pack.rows()) {
    const int32_t table = NewRow(file, entry).table;
    const auto row = static_cast<uint64_t>(rows() - 1);
    if (entry.skipped) Skip(row, table);
    for (; mention < entry.mentions_end; ++mention) {
      const RowPack::Mention& one = pack.mentions()[mention];
      mentions_.Add({.id = one.id,
                     .content = one.content,
                     .row = row,
                     .definition = one.definition});
    }
    uint32_t place = 0;
    for (; reference < entry.references_end; ++reference) {
      const RowPack::Reference& one = pack.references()[reference];
      references_.Add({.id = one.id,
                       .row = row,
                       .place = std::min(place++, kPlaceMax),
                       .field = one.field,
                       .needed = one.needed});
    }
  }
}

absl::Status RowBook::Close() {
  HANDRAIL_RETURN_IF_ERROR(status_);
  HANDRAIL_RETURN_IF_ERROR(mentions_.Finish());
  HANDRAIL_RETURN_IF_ERROR(references_.Finish());
  SpilledSort<Mention>::Cursor all(mentions_);
  const Mention* mention = all.Next();
  while (mention != nullptr) {
    const Mention first = *mention;
    while ((mention = all.Next()) != nullptr && mention->id == first.id) {
      if (mention->content != first.content) differing_.insert(first.id);
    }
  }
  return all.status();
}

void RowBook::Merge(int64_t index, const v1::Row& row, FindingLog& log) {
  if (Skipped(index)) return;
  absl::flat_hash_map<IdHash, v1::Record> changed;
  for (const v1::Record& record : row.records()) {
    const RecordKey key = KeyOf(record);
    const IdHash hash = HashOfId(key.type, key.id);
    if (key.id.empty() || !differing_.contains(hash)) continue;
    // The row may hold the record twice itself.
    const auto earlier = changed.find(hash);
    const auto merged = merged_.find(hash);
    const v1::Record* before = earlier != changed.end()  ? &earlier->second
                               : merged != merged_.end() ? &merged->second
                                                         : nullptr;
    if (before == nullptr) {
      changed.emplace(hash, record);
      continue;
    }
    v1::Record together = *before;
    const std::string path = MergeMessage(record, together);
    if (path.empty()) {
      changed.insert_or_assign(hash, std::move(together));
      continue;
    }
    const auto from = merged_from_.find(hash);
    const std::string where =
        from == merged_from_.end()
            ? "the same row"
            : absl::StrCat("record ", from->second.record(), " of ",
                           from->second.file());
    log.Add(row.origin(),
            {.severity = v1::ROW_SKIPPED,
             .field = path,
             .reason = "id-reused",
             .value_class = "id",
             .message = absl::StrCat("the id of this ", TypeWord(key.type),
                                     " was used before, in ", where,
                                     ", with another value here"),
             .hint = "give each record an id of its own, or make both say the "
                     "same"});
    Skip(static_cast<size_t>(index), table_number_.at(row.origin().table()));
    return;
  }
  for (auto& [hash, record] : changed) {
    merged_[hash] = std::move(record);
    merged_from_.try_emplace(hash, row.origin());
  }
}

void RowBook::Skip(size_t index, int32_t table) {
  if (skipped_[index]) return;
  skipped_[index] = true;
  ++rows_skipped_;
  ++table_rows_[static_cast<size_t>(table)].skipped;
}

v1::RowOrigin RowBook::OriginOf(const RowInfo& row,
                                const std::vector<std::string>& files) const {
  v1::RowOrigin origin;
  origin.set_file(files[static_cast<size_t>(row.file)]);
  origin.set_table(tables_[static_cast<size_t>(row.table)]);
  origin.set_record(row.record);
  origin.set_line(row.line);
  return origin;
}

// Mentions and references are both sorted by id: one way through both.
absl::Status RowBook::LookUp(SpilledSort<Lost>& lost,
                             std::vector<Loose>& loose) const {
  SpilledSort<Mention>::Cursor mentions(mentions_);
  SpilledSort<Reference>::Cursor references(references_);
  const Mention* mention = mentions.Next();
  IdHash id = 0;
  bool defined = false;
  bool first = true;
  while (const Reference* reference = references.Next()) {
    if (first || reference->id != id) {
      first = false;
      id = reference->id;
      defined = false;
      for (; mention != nullptr && mention->id <= id;
           mention = mentions.Next()) {
        defined = defined || (mention->id == id && mention->definition &&
                              !skipped_[mention->row]);
      }
    }
    if (defined || skipped_[reference->row]) continue;
    if (reference->needed) {
      lost.Add({.row = reference->row,
                .place = static_cast<uint32_t>(reference->place),
                .field = static_cast<uint32_t>(reference->field)});
      continue;
    }
    Loose& of_field = loose[reference->field];
    const uint64_t row = reference->row;
    of_field.first_row =
        of_field.count == 0 ? row : std::min(of_field.first_row, row);
    ++of_field.count;
  }
  HANDRAIL_RETURN_IF_ERROR(mentions.status());
  HANDRAIL_RETURN_IF_ERROR(references.status());
  return lost.Finish();
}

absl::Status RowBook::SkipLost(const SpilledSort<Lost>& lost,
                               const std::vector<std::string>& files,
                               FindingLog& log) {
  SpilledSort<Lost>::Cursor all(lost);
  while (const Lost* reference = all.Next()) {
    if (skipped_[reference->row]) continue;
    HANDRAIL_ASSIGN_OR_RETURN(const RowInfo info, InfoOf(reference->row));
    const ReferenceField field = ReferenceFieldOf(reference->field);
    log.Add(
        OriginOf(info, files),
        {.severity = v1::ROW_SKIPPED,
         .field = std::string(field.name),
         .reason = "dangling-reference",
         .value_class = "id",
         .message = absl::StrCat("no row that can be loaded defines the ",
                                 TypeWord(field.type), " that this refers to"),
         .hint = absl::StrCat("add the ", TypeWord(field.type),
                              " to the files of this load, or put the "
                              "reference right")});
    Skip(reference->row, info.table);
  }
  return all.status();
}

absl::Status RowBook::FindDangling(const std::vector<std::string>& files,
                                   FindingLog& log) {
  std::vector<Loose> loose;
  // What refers to a row that is skipped now is lost the next time.
  for (int64_t before = -1; before != rows_skipped_;) {
    before = rows_skipped_;
    SpilledSort<Lost> lost;
    loose.assign(kReferenceFields, {});
    HANDRAIL_RETURN_IF_ERROR(LookUp(lost, loose));
    HANDRAIL_RETURN_IF_ERROR(SkipLost(lost, files, log));
  }
  std::map<std::pair<uint64_t, size_t>, int64_t> notices;
  for (size_t i = 0; i < loose.size(); ++i) {
    if (loose[i].count > 0) notices[{loose[i].first_row, i}] = loose[i].count;
  }
  for (const auto& [where, count] : notices) {
    const ReferenceField field = ReferenceFieldOf(where.second);
    HANDRAIL_ASSIGN_OR_RETURN(const RowInfo info, InfoOf(where.first));
    log.Tally(
        OriginOf(info, files),
        {.severity = v1::NOTICE,
         .field = std::string(field.name),
         .reason = "dangling-reference",
         .value_class = "id",
         .message = absl::StrCat("no row defines the ", TypeWord(field.type),
                                 " that a part refers to; the "
                                 "reference is kept"),
         .hint = absl::StrCat("add the ", TypeWord(field.type),
                              " to the files of this load")},
        count);
  }
  mentions_ = SpilledSort<Mention>();
  references_ = SpilledSort<Reference>();
  rows_ = SpillFile();
  std::vector<RowInfo>().swap(last_rows_);
  return absl::OkStatus();
}

std::vector<v1::TableCount> RowBook::Tables() const {
  std::vector<v1::TableCount> counts;
  for (const auto& [name, number] : table_number_) {
    const TableRows& rows = table_rows_[static_cast<size_t>(number)];
    v1::TableCount& count = counts.emplace_back();
    count.set_table(name);
    count.set_rows_read(rows.read);
    count.set_rows_skipped(rows.skipped);
    count.set_rows_loaded(rows.read - rows.skipped);
  }
  return counts;
}

void RowBook::Complete(v1::Row& row) const {
  if (row.records_size() < 2 && merged_.empty()) return;
  pb::RepeatedPtrField<v1::Record> kept;
  absl::flat_hash_set<IdHash> seen;
  for (v1::Record& record : *row.mutable_records()) {
    const RecordKey key = KeyOf(record);
    const IdHash hash = HashOfId(key.type, key.id);
    if (!key.id.empty()) {
      if (!seen.insert(hash).second) continue;
      const auto merged = merged_.find(hash);
      if (merged != merged_.end()) {
        *kept.Add() = merged->second;
        continue;
      }
    }
    kept.Add()->Swap(&record);
  }
  row.mutable_records()->Swap(&kept);
}

}  // namespace handrail::formats
