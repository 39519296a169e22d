#include "server/doctor/record_check.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "handrail/v1/curation_service.pb.h"
#include "handrail/v1/duplicates.pb.h"
#include "handrail/v1/ingest_service.pb.h"
#include "server/doctor/full_record.h"
#include "server/ingest/privacy.h"
#include "server/ingest/staging.h"
#include "server/proto_time.h"
#include "storage/base/status.h"
#include "storage/db/stored_record.h"
#include "storage/redaction/redaction.h"

namespace handrail::server {
namespace {

using storage::DecodeRecord;
using storage::Form;
using storage::kDirectoryStream;
using storage::keys::Key;
using storage::keys::Kind;
using storage::v1::StoredRecord;

}  // namespace

RecordCheck::RecordCheck(
    std::shared_ptr<const storage::JournalSnapshot> snapshot, absl::Time now)
    : snapshot_(std::move(snapshot)), view_(snapshot_), now_(now) {}

void RecordCheck::Show(Wrong wrong) {
  if (!stopped_) stopped_ = !(*visit_)(std::move(wrong));
}

absl::Status RecordCheck::ForEachKey(Kind kind, const KeyVisitor& visit) {
  const std::string letter(1, static_cast<char>(kind));
  absl::Status status;
  const absl::Status scanned = snapshot_->Scan(
      kDirectoryStream, {.prefix = letter},
      [&](std::string_view bytes, std::string_view value, uint64_t version) {
        ++looked_at_;
        const std::optional<Key> key = storage::keys::ParseKey(bytes);
        if (!key.has_value()) {
          Show({.message =
                    absl::StrCat("a key of table ", letter, " is not one")});
        } else {
          status = visit(*key, bytes, value, version);
        }
        return status.ok() && !stopped_;
      });
  HANDRAIL_RETURN_IF_ERROR(status);
  if (absl::IsDataLoss(scanned)) {
    Show({.message = absl::StrCat(
              "table ", letter,
              " cannot be read to its end: ", MessageOf(scanned))});
    return absl::OkStatus();
  }
  return scanned;
}

absl::Status RecordCheck::ForEachFull(const FullVisitor& visit) {
  return ForEachKey(Kind::kFull, [&](const Key& key, std::string_view bytes,
                                     std::string_view value, uint64_t version) {
    std::string why;
    const std::optional<StoredRecord> record =
        ReadFull(key, value, version, why);
    if (!record.has_value()) return absl::OkStatus();
    return visit(*record, std::string(bytes));
  });
}

absl::StatusOr<RecordCheck::Found> RecordCheck::Get(
    const std::string& key) const {
  auto found = snapshot_->Get(kDirectoryStream, key);
  if (absl::IsDataLoss(found.status())) return Found{.whole = false};
  HANDRAIL_RETURN_IF_ERROR(found.status());
  return Found{.value = *std::move(found)};
}

template <typename Message>
absl::Status RecordCheck::Parse(Kind kind, const char* what) {
  return ForEachKey(kind, [&](const Key& key, std::string_view,
                              std::string_view value, uint64_t) {
    Message message;
    if (!message.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
      Show({.message =
                absl::StrCat("the ", what, " ", key.id, " does not parse")});
    } else if (message.id() != key.id) {
      Show({.message =
                absl::StrCat("the ", what, " ", key.id, " is another one")});
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<int64_t> RecordCheck::Records(const WrongVisitor& visit) {
  visit_ = &visit;
  looked_at_ = 0;
  HANDRAIL_RETURN_IF_ERROR(
      ForEachKey(Kind::kFull, [&](const Key& key, std::string_view,
                                  std::string_view value, uint64_t version) {
        std::string why;
        if (!ReadFull(key, value, version, why).has_value()) {
          Show({.ref = MakeRef(key.type, key.id),
                .message = "the record " + why});
        }
        return absl::OkStatus();
      }));
  HANDRAIL_RETURN_IF_ERROR(Parse<v1::Load>(Kind::kLoad, "load"));
  HANDRAIL_RETURN_IF_ERROR(
      Parse<v1::ErrorReport>(Kind::kReport, "error report"));
  HANDRAIL_RETURN_IF_ERROR(Parse<v1::Conflict>(Kind::kConflict, "conflict"));
  HANDRAIL_RETURN_IF_ERROR(ForEachKey(
      Kind::kDecision,
      [&](const Key& key, std::string_view, std::string_view value, uint64_t) {
        v1::DuplicatePair pair;
        if (!pair.ParseFromArray(value.data(),
                                 static_cast<int>(value.size())) ||
            pair.first_id() != key.id || pair.second_id() != key.second_id) {
          Show({.message = "what was decided of two listings cannot be read"});
        }
        return absl::OkStatus();
      }));
  return looked_at_;
}

absl::StatusOr<int64_t> RecordCheck::Projections(const WrongVisitor& visit) {
  visit_ = &visit;
  looked_at_ = 0;
  const Staging as_it_is(view_);
  PrivacyReader privacy(as_it_is);
  const auto check = [&](const StoredRecord& full,
                         const std::string&) -> absl::Status {
    const v1::RecordRef ref = storage::RefOf(full.info());
    const auto shown = privacy.ProjectionOf(full.record());
    if (absl::IsDataLoss(shown.status())) {
      Show({.ref = ref,
            .message = "what may be seen of it hangs on a damaged record"});
      return absl::OkStatus();
    }
    HANDRAIL_RETURN_IF_ERROR(shown.status());
    StoredRecord right;
    right.mutable_info()->set_type(ref.type());
    right.mutable_info()->set_id(ref.id());
    right.mutable_info()->set_source(full.info().source());
    right.mutable_info()->set_redacted(
        storage::IsRedacted(full.record(), *shown));
    *right.mutable_record() = *shown;

    const std::string key = storage::keys::PublicKey(ref);
    HANDRAIL_ASSIGN_OR_RETURN(const Found found, Get(key));
    std::string message;
    if (!found.whole) {
      message = "its projection has no version";
    } else if (!found.value.has_value()) {
      message = "it has no projection";
    } else {
      auto kept =
          DecodeRecord(Form::kPublic, found.value->value, found.value->version);
      const bool parses = kept.ok();
      if (parses && kept->shows_all() &&
          found.value->version == full.revision()) {
        *kept->mutable_record() = full.record();
        kept->clear_shows_all();
      }
      if (!parses) {
        message = "its projection does not parse";
      } else if (kept->shows_all()) {
        message = "its projection shows another version of it";
      } else if (storage::PublicEtag(*kept) != storage::PublicEtag(right)) {
        message = "its projection is not what may be seen of it";
      } else if (kept->info().etag() != storage::PublicEtag(right)) {
        message = "its projection has a wrong etag";
      }
    }
    if (message.empty()) return absl::OkStatus();
    Wrong wrong{.ref = ref, .message = std::move(message)};
    if (found.whole) {
      *right.mutable_info()->mutable_changed_at() = ToProto(now_);
      wrong.mend =
          MendOf(key, found.value.has_value() ? found.value->version : 0,
                 storage::EncodePublic(std::move(right)), &full);
    }
    Show(std::move(wrong));
    return absl::OkStatus();
  };
  HANDRAIL_RETURN_IF_ERROR(ForEachFull(check));
  HANDRAIL_RETURN_IF_ERROR(ForEachKey(
      Kind::kPublic,
      [&](const Key& key, std::string_view bytes, std::string_view,
          uint64_t version) -> absl::Status {
        const v1::RecordRef ref = MakeRef(key.type, key.id);
        HANDRAIL_ASSIGN_OR_RETURN(const Found full,
                                  Get(storage::keys::FullKey(ref)));
        if (full.whole && !full.value.has_value()) {
          Show({.ref = ref,
                .message = "a projection is there and its record is not",
                .mend = RemovalOf(std::string(bytes), version, ref, 0)});
        }
        return absl::OkStatus();
      }));
  return looked_at_;
}

}  // namespace handrail::server
