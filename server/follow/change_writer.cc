#include "server/follow/change_writer.h"

#include <optional>
#include <string>

#include "server/limits.h"
#include "storage/base/status.h"

namespace handrail::server {

absl::Status CallerGone() {
  return Error(absl::StatusCode::kCancelled, v1::ERROR_REASON_EXPIRED,
               "the caller went away");
}

absl::StatusOr<bool> ChangeWriter::Write(const ChangeRun& run) {
  snapshot_ = state_.snapshot();
  for (const RecordKey& key : run.records) {
    HANDRAIL_ASSIGN_OR_RETURN(std::optional<storage::v1::StoredRecord> stored,
                              run.Find(key));
    v1::FollowedRecord told;
    *told.mutable_ref() = RefOf(key);
    if (stored.has_value()) {
      v1::DirectoryRecord& record = *told.mutable_record();
      *record.mutable_info() = std::move(*stored->mutable_info());
      *record.mutable_record() = std::move(*stored->mutable_record());
    }
    HANDRAIL_RETURN_IF_ERROR(MakeRoom(run, told.ByteSizeLong()));
    *message_.add_records() = std::move(told);
  }
  for (const std::string& id : run.listing_ids) {
    v1::ListingChange told;
    told.set_id(id);
    if (const matcher::Row* row = snapshot_->Find(id); row != nullptr) {
      *told.mutable_listing() = matcher::ListingOf(*row);
    }
    HANDRAIL_RETURN_IF_ERROR(MakeRoom(run, told.ByteSizeLong()));
    *message_.add_listings() = std::move(told);
  }
  message_.set_revision(run.to);
  const bool caught_up = snapshot_->revision() == run.to;
  message_.set_caught_up(caught_up);
  HANDRAIL_RETURN_IF_ERROR(Flush());
  return caught_up;
}

absl::Status ChangeWriter::MakeRoom(const ChangeRun& run, size_t bytes) {
  if (bytes_ > 0 &&
      bytes_ + bytes + kItemWrapping + kMessageRest > kFollowMessageBytes) {
    message_.set_revision(run.from);
    HANDRAIL_RETURN_IF_ERROR(Flush());
    snapshot_ = state_.snapshot();
  }
  bytes_ += bytes + kItemWrapping;
  return absl::OkStatus();
}

absl::Status ChangeWriter::Flush() {
  // Nothing of the directory is kept while the caller takes its time.
  snapshot_ = nullptr;
  const bool sent = send_(message_);
  message_.Clear();
  bytes_ = 0;
  return sent ? absl::OkStatus() : CallerGone();
}

}  // namespace handrail::server
