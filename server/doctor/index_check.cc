// The indexes beside the records, and the counts.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "handrail/v1/curation_service.pb.h"
#include "handrail/v1/ingest_service.pb.h"
#include "server/doctor/full_record.h"
#include "server/doctor/record_check.h"
#include "storage/base/status.h"
#include "storage/db/stored_record.h"

namespace handrail::server {
namespace {

using storage::keys::Key;
using storage::keys::Kind;
using storage::v1::StoredRecord;
using Rows = std::set<std::string>;

// The rows by which one is listed (storage/FORMAT.md).
Rows RowsOfLoad(const v1::Load& load) {
  return {storage::keys::LoadStartKey(storage::StartedMicros(load), load.id())};
}

Rows RowsOfReport(const v1::ErrorReport& report) {
  const int64_t at = storage::ToMicros(report.reported_at());
  return {storage::keys::ReportStateKey(0, at, report.id()),
          storage::keys::ReportStateKey(report.status(), at, report.id())};
}

Rows RowsOfConflict(const v1::Conflict& conflict) {
  Rows rows = {storage::keys::RecordConflictKey(conflict.ref(), conflict.id())};
  if (!conflict.settled()) {
    rows.insert(storage::keys::OpenConflictKey(
        storage::ToMicros(conflict.found_at()), conflict.id()));
  }
  return rows;
}

}  // namespace

template <typename Message>
absl::Status RecordCheck::Listed(Kind kind, const std::vector<Kind>& lists,
                                 Rows (*rows_of)(const Message&)) {
  HANDRAIL_RETURN_IF_ERROR(ForEachKey(
      kind,
      [&](const Key& key, std::string_view, std::string_view value,
          uint64_t) -> absl::Status {
        Message message;
        // Damaged ones are for Records.
        if (!message.ParseFromArray(value.data(),
                                    static_cast<int>(value.size())) ||
            message.id() != key.id) {
          return absl::OkStatus();
        }
        for (const std::string& row : rows_of(message)) {
          HANDRAIL_RETURN_IF_ERROR(ExpectMark(
              row,
              {.message = absl::StrCat(key.id,
                                       " is missing in a list of its "
                                       "kind")},
              nullptr));
        }
        return absl::OkStatus();
      }));
  for (const Kind list : lists) {
    HANDRAIL_RETURN_IF_ERROR(ForEachKey(
        list,
        [&](const Key& key, std::string_view row, std::string_view,
            uint64_t version) -> absl::Status {
          const std::string& id =
              list == Kind::kConflictByRecord ? key.second_id : key.id;
          HANDRAIL_ASSIGN_OR_RETURN(
              const Found found,
              Get(storage::keys::BuildKey({.kind = kind, .id = id})));
          if (!found.whole) return absl::OkStatus();
          if (found.value.has_value()) {
            Message message;
            if (!message.ParseFromString(found.value->value) ||
                message.id() != id ||
                rows_of(message).contains(std::string(row))) {
              return absl::OkStatus();
            }
          }
          Show({.message = absl::StrCat("a list names ", id,
                                        ", which is not there or belongs "
                                        "elsewhere in it"),
                .mend = Mend{.key = std::string(row), .version = version}});
          return absl::OkStatus();
        }));
  }
  return absl::OkStatus();
}

absl::Status RecordCheck::ExpectMark(const std::string& key, Wrong wrong,
                                     const StoredRecord* record) {
  HANDRAIL_ASSIGN_OR_RETURN(const Found found, Get(key));
  if (found.value.has_value() && found.value->value.empty()) {
    return absl::OkStatus();
  }
  if (found.whole) {
    wrong.mend = MendOf(key, found.value.has_value() ? found.value->version : 0,
                        "", record);
  }
  Show(std::move(wrong));
  return absl::OkStatus();
}

absl::StatusOr<int64_t> RecordCheck::References(const WrongVisitor& visit) {
  visit_ = &visit;
  looked_at_ = 0;
  HANDRAIL_RETURN_IF_ERROR(ForEachFull(
      [&](const StoredRecord& full, const std::string&) -> absl::Status {
        for (const auto& [type, id] :
             storage::ReferencesOf(full.record().service())) {
          const v1::RecordRef target =
              MakeRef(static_cast<v1::RecordType>(type), id);
          HANDRAIL_RETURN_IF_ERROR(ExpectMark(
              storage::keys::ReferenceKey(target, full.info().id()),
              {.ref = storage::RefOf(full.info()),
               .message = "it is not found from a record that it refers to"},
              &full));
        }
        return absl::OkStatus();
      }));
  HANDRAIL_RETURN_IF_ERROR(ForEachKey(
      Kind::kByReference,
      [&](const Key& key, std::string_view bytes, std::string_view,
          uint64_t version) -> absl::Status {
        const v1::RecordRef ref = MakeRef(v1::SERVICE, key.service_id);
        HANDRAIL_ASSIGN_OR_RETURN(const Found full,
                                  Get(storage::keys::FullKey(ref)));
        if (!full.whole) return absl::OkStatus();
        uint64_t record_version = 0;
        if (full.value.has_value()) {
          record_version = full.value->version;
          std::string why;
          const std::optional<StoredRecord> service = ReadFull(
              {.kind = Kind::kFull, .type = ref.type(), .id = ref.id()},
              full.value->value, record_version, why);
          if (!service.has_value() ||
              storage::ReferencesOf(service->record().service())
                  .contains({key.type, key.id})) {
            return absl::OkStatus();
          }
        }
        Show({.ref = ref,
              .message = "it is found from a record that it does not refer to",
              .mend =
                  RemovalOf(std::string(bytes), version, ref, record_version)});
        return absl::OkStatus();
      }));
  return looked_at_;
}

absl::StatusOr<int64_t> RecordCheck::Indexes(const WrongVisitor& visit) {
  visit_ = &visit;
  looked_at_ = 0;
  HANDRAIL_RETURN_IF_ERROR(ForEachFull([&](const StoredRecord& full,
                                           const std::string&) {
    const v1::RecordRef ref = storage::RefOf(full.info());
    return ExpectMark(
        storage::keys::SourceKey(full.info().source(), ref),
        {.ref = ref, .message = "it is not among the records of its source"},
        &full);
  }));
  HANDRAIL_RETURN_IF_ERROR(ForEachKey(
      Kind::kBySource,
      [&](const Key& key, std::string_view bytes, std::string_view,
          uint64_t version) -> absl::Status {
        const v1::RecordRef ref = MakeRef(key.type, key.id);
        HANDRAIL_ASSIGN_OR_RETURN(const Found full,
                                  Get(storage::keys::FullKey(ref)));
        if (!full.whole) return absl::OkStatus();
        uint64_t record_version = 0;
        if (full.value.has_value()) {
          record_version = full.value->version;
          std::string why;
          const std::optional<StoredRecord> record =
              ReadFull({.kind = Kind::kFull, .type = key.type, .id = key.id},
                       full.value->value, record_version, why);
          if (!record.has_value() || record->info().source() == key.source) {
            return absl::OkStatus();
          }
        }
        Show({.ref = ref,
              .message = "it is among the records of a source that is not its",
              .mend =
                  RemovalOf(std::string(bytes), version, ref, record_version)});
        return absl::OkStatus();
      }));
  HANDRAIL_RETURN_IF_ERROR(
      Listed<v1::Load>(Kind::kLoad, {Kind::kLoadByStart}, &RowsOfLoad));
  HANDRAIL_RETURN_IF_ERROR(Listed<v1::ErrorReport>(
      Kind::kReport, {Kind::kReportByState}, &RowsOfReport));
  HANDRAIL_RETURN_IF_ERROR(Listed<v1::Conflict>(
      Kind::kConflict, {Kind::kOpenConflict, Kind::kConflictByRecord},
      &RowsOfConflict));
  return looked_at_;
}

absl::StatusOr<int64_t> RecordCheck::Counts(const WrongVisitor& visit) {
  visit_ = &visit;
  looked_at_ = 0;
  bool whole = true;
  std::map<std::pair<std::string, int>, uint64_t> right;
  HANDRAIL_RETURN_IF_ERROR(
      ForEachKey(Kind::kFull, [&](const Key& key, std::string_view,
                                  std::string_view value, uint64_t version) {
        std::string why;
        const auto record = ReadFull(key, value, version, why);
        if (record.has_value()) {
          ++right[{record->info().source(), key.type}];
        } else {
          whole = false;
        }
        return absl::OkStatus();
      }));
  // Whose a damaged record is cannot be told.
  if (!whole || stopped_) return looked_at_;
  const auto show = [&](const std::string& source, int type, uint64_t version,
                        uint64_t count) {
    const auto kind = static_cast<v1::RecordType>(type);
    Show({.message = absl::StrCat("the count of ", v1::RecordType_Name(kind),
                                  " of source ", source, " is wrong"),
          .mend = Mend{.key = storage::keys::CountKey(source, kind),
                       .version = version,
                       .value = storage::EncodeCount(count)}});
  };
  HANDRAIL_RETURN_IF_ERROR(
      ForEachKey(Kind::kCount, [&](const Key& key, std::string_view,
                                   std::string_view value, uint64_t version) {
        uint64_t count = 0;
        const auto found = right.find({key.source, key.type});
        if (found != right.end()) {
          count = found->second;
          right.erase(found);
        }
        if (storage::DecodeCount(value) != count) {
          show(key.source, key.type, version, count);
        }
        return absl::OkStatus();
      }));
  for (const auto& [place, count] : right) {
    show(place.first, place.second, 0, count);
  }
  return looked_at_;
}

}  // namespace handrail::server
