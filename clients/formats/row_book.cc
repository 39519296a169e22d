#include "clients/formats/row_book.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "clients/formats/record_merge.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "storage/base/record_type.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

struct ReferenceField {
  std::string_view name;
  v1::RecordType type;
  // Kind of record that cannot do without it; where any other record or part
  // refers to what is missing, it is sent all the same, with a notice.
  const pb::Descriptor* (*needed_by)();
};
constexpr std::array<ReferenceField, 7> kReferenceFields = {{
    {"organization_id", v1::ORGANIZATION, &v1::Service::descriptor},
    {"organization_id", v1::ORGANIZATION, &v1::Program::descriptor},
    {"program_id", v1::PROGRAM, &v1::Service::descriptor},
    {"service_id", v1::SERVICE, &v1::ServiceAtLocation::descriptor},
    {"location_id", v1::LOCATION, &v1::ServiceAtLocation::descriptor},
    {"location.id", v1::LOCATION, &v1::ServiceAtLocation::descriptor},
    {"parent_organization_id", v1::ORGANIZATION, nullptr},
}};
constexpr uint8_t kPlaceReference = 5;

uint64_t HashOf(v1::RecordType type, std::string_view id) {
  return absl::HashOf(static_cast<int>(type),
                      absl::string_view(id.data(), id.size()));
}

// Equal messages give equal bytes.
std::string Bytes(const pb::Message& message) {
  std::string bytes;
  pb::io::StringOutputStream stream(&bytes);
  pb::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

// For StrCat, whose string_view is not the standard's.
std::string TypeWord(v1::RecordType type) {
  return std::string(RecordTypeWord(type));
}

}  // namespace

RowBook::RowInfo& RowBook::NewRow(int file, const v1::RowOrigin& origin) {
  const auto [table, added] = table_number_.try_emplace(
      origin.table(), static_cast<uint16_t>(tables_.size()));
  if (added) tables_.push_back(origin.table());
  rows_.push_back(
      {.record = origin.record(),
       .line = origin.line(),
       .first_definition = static_cast<uint32_t>(definitions_.size()),
       .first_reference = static_cast<uint32_t>(references_.size()),
       .table = table->second,
       .file = static_cast<int16_t>(file)});
  return rows_.back();
}

void RowBook::AddSkipped(int file, const v1::RowOrigin& origin) {
  NewRow(file, origin).skipped = true;
}

void RowBook::Add(int file, const v1::Row& row) {
  NewRow(file, row.origin());
  for (const v1::Record& record : row.records()) {
    const RecordKey key = KeyOf(record);
    if (!key.id.empty()) {
      Define(key.type, key.id, Bytes(record), IsDefinition(record));
    }
    if (record.has_centroid()) continue;
    CollectReferences(ContentOf(record));
  }
}

void RowBook::Define(v1::RecordType type, const std::string& id,
                     const std::string& content, bool definition) {
  const IdHash hash = HashOf(type, id);
  const uint64_t content_hash =
      absl::HashOf(absl::string_view(content.data(), content.size()));
  const auto [found, added] = ids_.try_emplace(hash);
  IdInfo& info = found->second;
  if (added) {
    info.content = content_hash;
    info.first_row = rows() - 1;
  } else if (info.content != content_hash && !info.differs) {
    info.differs = true;
    ++differing_;
  }
  if (definition) {
    ++info.definitions;
    definitions_.push_back(hash);
  }
}

void RowBook::CollectReferences(const pb::Message& message) {
  std::vector<const pb::FieldDescriptor*> fields;
  const pb::Reflection& reflection = *message.GetReflection();
  reflection.ListFields(message, &fields);
  const bool link =
      message.GetDescriptor() == v1::ServiceAtLocation::descriptor();
  for (const pb::FieldDescriptor* field : fields) {
    if (field->name() == "x_handrail") continue;
    if (field->cpp_type() == pb::FieldDescriptor::CPPTYPE_STRING &&
        !field->is_repeated()) {
      for (uint8_t i = 0; i < kReferenceFields.size(); ++i) {
        const ReferenceField& reference = kReferenceFields[i];
        if (field->name() != reference.name) continue;
        const std::string id = reflection.GetString(message, field);
        if (id.empty()) break;
        const bool needed = reference.needed_by != nullptr &&
                            reference.needed_by() == message.GetDescriptor();
        const bool last = i + 1u == kReferenceFields.size() ||
                          kReferenceFields[i + 1u].name != reference.name;
        if (!needed && !last) continue;
        references_.push_back({HashOf(reference.type, id), i, needed});
        break;
      }
    } else if (field->cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE) {
      if (field->is_repeated()) {
        for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
          CollectReferences(reflection.GetRepeatedMessage(message, field, i));
        }
      } else if (link && field->name() == "location") {
        const auto& place = static_cast<const v1::Location&>(
            reflection.GetMessage(message, field));
        references_.push_back(
            {HashOf(v1::LOCATION, place.id()), kPlaceReference, true});
      } else {
        CollectReferences(reflection.GetMessage(message, field));
      }
    }
  }
}

void RowBook::Merge(int64_t index, const v1::Row& row, FindingLog& log) {
  if (rows_[static_cast<size_t>(index)].skipped) return;
  std::vector<std::pair<IdHash, v1::Record>> changed;
  for (const v1::Record& record : row.records()) {
    const RecordKey key = KeyOf(record);
    const IdHash hash = HashOf(key.type, key.id);
    const auto info = ids_.find(hash);
    if (key.id.empty() || info == ids_.end() || !info->second.differs) continue;
    // The row may hold the record twice itself.
    auto earlier =
        std::find_if(changed.rbegin(), changed.rend(),
                     [&](const auto& entry) { return entry.first == hash; });
    const auto merged = merged_.find(hash);
    const v1::Record* before = earlier != changed.rend() ? &earlier->second
                               : merged != merged_.end() ? &merged->second
                                                         : nullptr;
    if (before == nullptr) {
      changed.emplace_back(hash, record);
      continue;
    }
    v1::Record together = *before;
    const std::string path = MergeMessage(record, together);
    if (path.empty()) {
      changed.emplace_back(hash, std::move(together));
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
    Skip(static_cast<size_t>(index));
    return;
  }
  for (auto& [hash, record] : changed) {
    merged_[hash] = std::move(record);
    merged_from_.try_emplace(hash, row.origin());
  }
}

void RowBook::Skip(size_t index) {
  RowInfo& row = rows_[index];
  if (row.skipped) return;
  row.skipped = true;
  const size_t end = index + 1 < rows_.size()
                         ? rows_[index + 1].first_definition
                         : definitions_.size();
  for (size_t i = row.first_definition; i < end; ++i) {
    --ids_[definitions_[i]].definitions;
  }
}

v1::RowOrigin RowBook::OriginOf(size_t index,
                                const std::vector<std::string>& files) const {
  const RowInfo& row = rows_[index];
  v1::RowOrigin origin;
  origin.set_file(files[static_cast<size_t>(row.file)]);
  origin.set_table(tables_[row.table]);
  origin.set_record(row.record);
  origin.set_line(row.line);
  return origin;
}

void RowBook::FindDangling(const std::vector<std::string>& files,
                           FindingLog& log) {
  const auto defined = [&](IdHash id) {
    const auto found = ids_.find(id);
    return found != ids_.end() && found->second.definitions > 0;
  };
  const auto end_of = [&](size_t index) {
    return index + 1 < rows_.size() ? rows_[index + 1].first_reference
                                    : references_.size();
  };
  bool changed = true;
  while (changed) {
    changed = false;
    for (size_t index = 0; index < rows_.size(); ++index) {
      if (rows_[index].skipped) continue;
      for (size_t i = rows_[index].first_reference; i < end_of(index); ++i) {
        const ReferenceField& field = kReferenceFields[references_[i].field];
        if (!references_[i].needed || defined(references_[i].id)) continue;
        log.Add(OriginOf(index, files),
                {.severity = v1::ROW_SKIPPED,
                 .field = std::string(field.name),
                 .reason = "dangling-reference",
                 .value_class = "id",
                 .message =
                     absl::StrCat("no row that can be loaded defines the ",
                                  TypeWord(field.type), " that this refers to"),
                 .hint = absl::StrCat("add the ", TypeWord(field.type),
                                      " to the files of this load, or put the "
                                      "reference right")});
        Skip(index);
        changed = true;
        break;
      }
    }
  }
  for (size_t index = 0; index < rows_.size(); ++index) {
    if (rows_[index].skipped) continue;
    for (size_t i = rows_[index].first_reference; i < end_of(index); ++i) {
      const ReferenceField& field = kReferenceFields[references_[i].field];
      if (references_[i].needed || defined(references_[i].id)) continue;
      log.Tally(
          OriginOf(index, files),
          {.severity = v1::NOTICE,
           .field = std::string(field.name),
           .reason = "dangling-reference",
           .value_class = "id",
           .message = absl::StrCat("no row defines the ", TypeWord(field.type),
                                   " that a part refers to; the "
                                   "reference is kept"),
           .hint = absl::StrCat("add the ", TypeWord(field.type),
                                " to the files of this load")});
    }
  }
}

std::vector<v1::TableCount> RowBook::Tables() const {
  std::vector<v1::TableCount> counts;
  for (const auto& [name, number] : table_number_) {
    v1::TableCount count;
    count.set_table(name);
    for (const RowInfo& row : rows_) {
      if (row.table != number) continue;
      count.set_rows_read(count.rows_read() + 1);
      if (row.skipped) count.set_rows_skipped(count.rows_skipped() + 1);
    }
    count.set_rows_loaded(count.rows_read() - count.rows_skipped());
    counts.push_back(std::move(count));
  }
  return counts;
}

void RowBook::Complete(v1::Row& row) const {
  if (row.records_size() < 2 && merged_.empty()) return;
  pb::RepeatedPtrField<v1::Record> kept;
  std::vector<IdHash> seen;
  for (v1::Record& record : *row.mutable_records()) {
    const RecordKey key = KeyOf(record);
    const IdHash hash = HashOf(key.type, key.id);
    if (!key.id.empty()) {
      if (std::find(seen.begin(), seen.end(), hash) != seen.end()) continue;
      seen.push_back(hash);
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
