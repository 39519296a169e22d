#include "server/handlers/directory_handler.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "matcher/matcher.h"
#include "matcher/taxonomy.h"
#include "server/handlers/need_terms.h"
#include "server/handlers/record_scan.h"
#include "server/limits.h"
#include "server/page_token.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

using storage::DirectoryView;
using storage::v1::StoredRecord;

// What an export holds where no types are named, in order.
constexpr v1::RecordType kExportedTypes[] = {
    v1::ORGANIZATION, v1::PROGRAM,  v1::SERVICE,
    v1::LOCATION,     v1::TAXONOMY, v1::TAXONOMY_TERM};

v1::DirectoryRecord Shown(StoredRecord stored) {
  v1::DirectoryRecord record;
  *record.mutable_info() = std::move(*stored.mutable_info());
  *record.mutable_record() = std::move(*stored.mutable_record());
  return record;
}

bool IsKnownType(v1::RecordType type) {
  return type != v1::RECORD_TYPE_UNSPECIFIED && v1::RecordType_IsValid(type);
}

std::string TooLong() {
  return "must be at most " + std::to_string(kIdBytesMax) + " bytes";
}

void CheckRef(const std::string& path, const v1::RecordRef& ref,
              std::vector<FieldViolation>& wrong) {
  if (!IsKnownType(ref.type())) {
    wrong.push_back({path + ".type", "must be a kind of record: SERVICE, …"});
  }
  if (ref.id().empty()) wrong.push_back({path + ".id", "must not be empty"});
  if (ref.id().size() > kIdBytesMax) wrong.push_back({path + ".id", TooLong()});
}

absl::Status CheckSource(const std::string& source) {
  if (source.size() <= kSourceNameBytesMax) return absl::OkStatus();
  return InvalidField(
      "source",
      "must be at most " + std::to_string(kSourceNameBytesMax) + " bytes");
}

absl::Status NoListing(const std::string& id) {
  return NotFound(v1::ERROR_REASON_RECORD_NOT_FOUND,
                  "there is no listing with this id",
                  {{"type", "listing"}, {"id", id}});
}

}  // namespace

// --- Records --------------------------------------------------------------

absl::StatusOr<v1::GetRecordResponse> DirectoryHandler::GetRecord(
    const RequestContext& context, const v1::GetRecordRequest& request) const {
  std::vector<FieldViolation> wrong;
  CheckRef("ref", request.ref(), wrong);
  if (!wrong.empty()) return InvalidFields(wrong);
  HANDRAIL_RETURN_IF_ERROR(state_.WaitFor(request.min_revision(), context));
  const DirectoryView view = store_.View();
  HANDRAIL_ASSIGN_OR_RETURN(StoredRecord stored, view.GetPublic(request.ref()));
  v1::GetRecordResponse response;
  *response.mutable_record() = Shown(std::move(stored));
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, view.Revision());
  response.set_directory_revision(revision);
  return response;
}

absl::StatusOr<v1::BatchGetRecordsResponse> DirectoryHandler::BatchGetRecords(
    const RequestContext& context,
    const v1::BatchGetRecordsRequest& request) const {
  std::vector<FieldViolation> wrong;
  if (request.refs().empty() || request.refs_size() > kBatchGetMax) {
    wrong.push_back({"refs", "must be 1 to " + std::to_string(kBatchGetMax)});
  } else {
    for (int i = 0; i < request.refs_size(); ++i) {
      CheckRef("refs[" + std::to_string(i) + "]", request.refs(i), wrong);
    }
  }
  if (!wrong.empty()) return InvalidFields(wrong);
  HANDRAIL_RETURN_IF_ERROR(state_.WaitFor(request.min_revision(), context));
  const DirectoryView view = store_.View();
  HANDRAIL_ASSIGN_OR_RETURN(
      std::vector<std::optional<StoredRecord>> found,
      view.FindManyPublic({request.refs().begin(), request.refs().end()}));
  v1::BatchGetRecordsResponse response;
  for (int i = 0; i < request.refs_size(); ++i) {
    if (found[i].has_value()) {
      *response.add_records() = Shown(*std::move(found[i]));
    } else {
      *response.add_not_found() = request.refs(i);
    }
  }
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, view.Revision());
  response.set_directory_revision(revision);
  return response;
}

absl::StatusOr<v1::ListRecordsResponse> DirectoryHandler::ListRecords(
    const RequestContext& context,
    const v1::ListRecordsRequest& request) const {
  if (!IsKnownType(request.type())) {
    return InvalidField("type", "must be a kind of record: SERVICE, …");
  }
  HANDRAIL_RETURN_IF_ERROR(CheckSource(request.source()));
  HANDRAIL_ASSIGN_OR_RETURN(const int32_t size,
                            ReadPageSize(request.page_size()));
  const std::string query = "ListRecords " +
                            v1::RecordType_Name(request.type()) + " " +
                            request.source();
  HANDRAIL_RETURN_IF_ERROR(state_.WaitFor(request.min_revision(), context));
  const DirectoryView view = store_.View();
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, view.Revision());
  HANDRAIL_ASSIGN_OR_RETURN(
      const PageStart start,
      ReadPageToken(query, revision, request.page_token()));

  v1::ListRecordsResponse response;
  size_t bytes = 0;
  HANDRAIL_RETURN_IF_ERROR(ForEachPublicRecord(
      view,
      {.type = request.type(),
       .source = request.source(),
       .after = start.after},
      [&](StoredRecord record) {
        const int count = response.records_size();
        bytes += record.ByteSizeLong();
        if (count == size || (count > 0 && bytes > kPageBytesMax)) {
          response.set_next_page_token(MakePageToken(
              query,
              {response.records(count - 1).info().id(), start.revision}));
          return false;
        }
        *response.add_records() = Shown(std::move(record));
        return !context.Expired();
      }));
  HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
  response.set_directory_revision(revision);
  return response;
}

absl::Status DirectoryHandler::ExportRecords(
    const RequestContext& context, const v1::ExportRecordsRequest& request,
    const std::function<bool(const v1::ExportRecordsResponse&)>& write) const {
  HANDRAIL_RETURN_IF_ERROR(CheckSource(request.source()));
  // In the order in which they are named: who reads them may need some first.
  std::vector<v1::RecordType> types;
  for (int i = 0; i < request.types_size(); ++i) {
    if (!IsKnownType(request.types(i))) {
      return InvalidField("types[" + std::to_string(i) + "]",
                          "must be a kind of record: SERVICE, …");
    }
    if (std::find(types.begin(), types.end(), request.types(i)) ==
        types.end()) {
      types.push_back(request.types(i));
    }
  }
  if (types.empty()) {
    types.assign(std::begin(kExportedTypes), std::end(kExportedTypes));
  }
  const DirectoryView view = store_.View();
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, view.Revision());
  v1::ExportRecordsResponse run;
  size_t bytes = 0;
  bool gone = false;
  const auto send = [&] {
    run.set_directory_revision(revision);
    gone = !write(run);
    run.Clear();
    bytes = 0;
  };
  for (const v1::RecordType type : types) {
    HANDRAIL_RETURN_IF_ERROR(
        ForEachPublicRecord(view, {.type = type, .source = request.source()},
                            [&](StoredRecord record) {
                              const size_t size = record.ByteSizeLong();
                              if (bytes > 0 && bytes + size > kExportRunBytes)
                                send();
                              bytes += size;
                              *run.add_records() = Shown(std::move(record));
                              return !gone && !context.Expired();
                            }));
    HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
    if (gone) return context.CheckTime();
  }
  // The last run, or the only message of an empty directory: it still tells the
  // revision.
  send();
  return absl::OkStatus();
}

// --- Listings -------------------------------------------------------------

absl::StatusOr<v1::GetListingResponse> DirectoryHandler::GetListing(
    const RequestContext& context, const v1::GetListingRequest& request) const {
  if (request.id().empty()) return InvalidField("id", "must not be empty");
  if (request.id().size() > kIdBytesMax) return InvalidField("id", TooLong());
  HANDRAIL_RETURN_IF_ERROR(state_.WaitFor(request.min_revision(), context));
  const std::shared_ptr<const matcher::Snapshot> snapshot = state_.snapshot();
  const matcher::Row* row = snapshot->Find(request.id());
  if (row == nullptr) return NoListing(request.id());
  v1::GetListingResponse response;
  *response.mutable_listing() = matcher::ListingOf(*row);
  response.set_directory_revision(snapshot->revision());
  return response;
}

absl::StatusOr<v1::ListListingsResponse> DirectoryHandler::ListListings(
    const RequestContext& context,
    const v1::ListListingsRequest& request) const {
  HANDRAIL_ASSIGN_OR_RETURN(const int32_t size,
                            ReadPageSize(request.page_size()));
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<matcher::TermIndex> term,
                            FindNeedTerm("term", request.term()));
  const std::string query = "ListListings " + request.term();
  HANDRAIL_RETURN_IF_ERROR(state_.WaitFor(request.min_revision(), context));
  const std::shared_ptr<const matcher::Snapshot> snapshot = state_.snapshot();
  HANDRAIL_ASSIGN_OR_RETURN(
      const PageStart start,
      ReadPageToken(query, snapshot->revision(), request.page_token()));

  const matcher::RowSet& rows = snapshot->rows();
  v1::ListListingsResponse response;
  response.set_directory_revision(snapshot->revision());
  size_t bytes = 0;
  const auto end = rows.end();
  for (auto row = rows.After(start.after); row != end; ++row) {
    if (term.has_value() &&
        !AnswersNeed(matcher::HeldOf(**row).terms(), *term)) {
      continue;
    }
    v1::Listing listing = matcher::ListingOf(**row);
    const int count = response.listings_size();
    bytes += listing.ByteSizeLong();
    if (count == size || (count > 0 && bytes > kPageBytesMax)) {
      response.set_next_page_token(MakePageToken(
          query, {response.listings(count - 1).id(), start.revision}));
      break;
    }
    *response.add_listings() = std::move(listing);
  }
  HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
  return response;
}

// --- The directory as a whole ---------------------------------------------

absl::StatusOr<v1::GetDirectoryResponse> DirectoryHandler::GetDirectory(
    const RequestContext&, const v1::GetDirectoryRequest&) const {
  const std::shared_ptr<const matcher::Snapshot> snapshot = state_.snapshot();
  const DirectoryView view = store_.View();
  v1::GetDirectoryResponse response;
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, view.Revision());
  response.set_directory_revision(revision);
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<storage::SourceCount> counts,
                            view.SourceCounts());
  std::map<v1::RecordType, uint64_t> by_type;
  std::set<std::string> sources;
  for (const storage::SourceCount& count : counts) {
    if (count.count == 0) continue;
    by_type[count.type] += count.count;
    sources.insert(count.source);
  }
  for (const auto& [type, count] : by_type) {
    v1::RecordCount& told = *response.add_counts();
    told.set_type(type);
    told.set_count(static_cast<int64_t>(count));
  }
  for (const std::string& source : sources) response.add_sources(source);
  response.set_listing_count(static_cast<int64_t>(snapshot->rows().size()));
  response.set_unplaced_count(std::count_if(
      snapshot->rows().begin(), snapshot->rows().end(), [](const auto& row) {
        return matcher::HeldOf(*row).place().basis() ==
               v1::Place::BASIS_UNSPECIFIED;
      }));
  response.set_scorer_version(scorer_version_);
  // Everything that changes records is a load, for now.
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<v1::Load> newest,
                            view.ListLoads("", 1));
  if (!newest.empty()) {
    *response.mutable_changed_at() = newest[0].has_ended_at()
                                         ? newest[0].ended_at()
                                         : newest[0].started_at();
  }
  return response;
}

absl::StatusOr<v1::ListNeedTermsResponse> DirectoryHandler::ListNeedTerms(
    const RequestContext&, const v1::ListNeedTermsRequest& request) const {
  return NeedTerms(request);
}

}  // namespace handrail::server
