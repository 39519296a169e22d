#include "server/handlers/follow_handler.h"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "server/follow/change_run.h"
#include "server/follow/change_writer.h"
#include "server/limits.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

absl::StatusOr<std::set<v1::RecordType>> ReadTypes(
    const v1::WatchChangesRequest& request) {
  std::set<v1::RecordType> types;
  for (int i = 0; i < request.record_types_size(); ++i) {
    const v1::RecordType type = request.record_types(i);
    if (type == v1::RECORD_TYPE_UNSPECIFIED || !v1::RecordType_IsValid(type)) {
      return InvalidField("record_types[" + std::to_string(i) + "]",
                          "must be a kind of record: SERVICE, …");
    }
    types.insert(type);
  }
  return types;
}

absl::Status NotThereYet(uint64_t from, uint64_t newest) {
  return Error(absl::StatusCode::kOutOfRange,
               v1::ERROR_REASON_REVISION_NOT_REACHED,
               "the directory has not got to this revision: it is another one "
               "than the one followed so far, or was restored from a backup; "
               "stream the listings again",
               {{"min_revision", std::to_string(from)},
                {"revision", std::to_string(newest)}});
}

// Whether one can go on from there. The directory's revision now.
absl::StatusOr<uint64_t> CheckStart(const storage::DirectoryView& view,
                                    const v1::WatchChangesRequest& request) {
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t newest, view.Revision());
  if (request.from_revision() > newest) {
    return NotThereYet(request.from_revision(), newest);
  }
  HANDRAIL_RETURN_IF_ERROR(CheckKept(view, request.from_revision()));
  return newest;
}

}  // namespace

absl::Status FollowHandler::StreamListings(
    const RequestContext& context, const v1::StreamListingsRequest& request,
    const std::function<bool(const v1::StreamListingsResponse&)>& write) {
  if (request.source().size() > kSourceNameBytesMax) {
    return InvalidField(
        "source",
        "must be at most " + std::to_string(kSourceNameBytesMax) + " bytes");
  }
  HANDRAIL_ASSIGN_OR_RETURN(const FollowerSeats::Seat seat, seats_.Take());
  HANDRAIL_RETURN_IF_ERROR(state_.WaitFor(request.min_revision(), context));
  const std::shared_ptr<const matcher::Snapshot> snapshot = state_.snapshot();
  v1::StreamListingsResponse run;
  run.set_directory_revision(snapshot->revision());
  size_t bytes = 0;
  int64_t count = 0;
  for (const auto& row : snapshot->rows()) {
    if (!request.source().empty() &&
        matcher::HeldOf(*row).source() != request.source()) {
      continue;
    }
    v1::Listing listing = matcher::ListingOf(*row);
    const size_t size = listing.ByteSizeLong() + kItemWrapping;
    if (bytes > 0 && bytes + size + kMessageRest > kFollowMessageBytes) {
      HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
      if (!write(run)) return CallerGone();
      run.clear_listings();
      bytes = 0;
    }
    bytes += size;
    *run.add_listings() = std::move(listing);
    ++count;
  }
  // The last run, or the only message of an empty directory.
  run.set_listing_count(count);
  return write(run) ? absl::OkStatus() : CallerGone();
}

absl::Status FollowHandler::WatchChanges(
    const RequestContext& context, const v1::WatchChangesRequest& request,
    const std::function<bool(const v1::WatchChangesResponse&)>& write) {
  HANDRAIL_ASSIGN_OR_RETURN(const std::set<v1::RecordType> types,
                            ReadTypes(request));
  HANDRAIL_ASSIGN_OR_RETURN(const FollowerSeats::Seat seat, seats_.Take());
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t newest,
                            CheckStart(store_.View(), request));
  // What was acknowledged before this call is told by it.
  HANDRAIL_RETURN_IF_ERROR(state_.WaitFor(newest, context));

  ChangeWriter writer(state_, write);
  uint64_t told = request.from_revision();
  bool caught_up = false;
  while (true) {
    HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
    if (caught_up) {
      if (request.until_caught_up()) return absl::OkStatus();
      state_.WaitForLater(told, context);
      caught_up = state_.snapshot()->revision() == told;
      continue;
    }
    HANDRAIL_ASSIGN_OR_RETURN(const ChangeRun run,
                              ReadChanges(store_, state_, told, types));
    HANDRAIL_ASSIGN_OR_RETURN(caught_up, writer.Write(run));
    told = run.to;
  }
}

}  // namespace handrail::server
