#include "server/handlers/ingest_handler.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/curation/edit.h"
#include "server/ingest/load_history.h"
#include "server/ingest/load_run.h"
#include "server/ingest/load_start.h"
#include "server/ingest/load_undo.h"
#include "server/limits.h"
#include "server/logging/call_log.h"
#include "server/page_token.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

// Entries of the history read at a time where a filter drops some.
constexpr size_t kHistoryPage = 200;

absl::Status BrokeOff(const RequestContext& context) {
  HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
  return FailedPrecondition(
      v1::ERROR_REASON_LOAD_SEQUENCE,
      "the load broke off before its last message",
      {{"expected", "batch or end"}, {"actual", "end of stream"}});
}

absl::Status OutOfOrder(std::string_view expected, std::string_view actual) {
  return FailedPrecondition(
      v1::ERROR_REASON_LOAD_SEQUENCE,
      "a load is start, batches, end, in this order",
      {{"expected", std::string(expected)}, {"actual", std::string(actual)}});
}

std::string StepName(const v1::BulkLoadRequest& request) {
  switch (request.step_case()) {
    case v1::BulkLoadRequest::kStart:
      return "start";
    case v1::BulkLoadRequest::kBatch:
      return "batch";
    case v1::BulkLoadRequest::kEnd:
      return "end";
    default:
      return "nothing";
  }
}

// Batches and end of a load that has started.
absl::Status Drive(const RequestContext& context, const LoadStream& stream,
                   LoadRun& run, std::map<std::string, int64_t>& counts) {
  v1::BulkLoadRequest request;
  while (true) {
    HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
    request.Clear();
    if (!stream.read(request)) return BrokeOff(context);
    v1::BulkLoadResponse response;
    if (request.has_batch()) {
      HANDRAIL_ASSIGN_OR_RETURN(
          *response.mutable_done(),
          run.Batch(context, std::move(*request.mutable_batch())));
      ++counts["batches"];
      counts["rows_read"] = response.done().rows_read();
      counts["rows_skipped"] = response.done().rows_skipped();
      if (!stream.write(response)) return BrokeOff(context);
    } else if (request.has_end() && run.WantsRowsTwice()) {
      HANDRAIL_RETURN_IF_ERROR(run.MatchRows());
      *response.mutable_started() = run.started();
      if (!stream.write(response)) return BrokeOff(context);
    } else if (request.has_end()) {
      HANDRAIL_ASSIGN_OR_RETURN(*response.mutable_report(),
                                run.End(context, request.end()));
      counts["findings"] = response.report().finding_count();
      // The load is done, whether or not the caller still hears of it.
      (void)stream.write(response);
      return absl::OkStatus();
    } else {
      return OutOfOrder("batch or end", StepName(request));
    }
  }
}

}  // namespace

class IngestHandler::Claim {
 public:
  Claim(IngestHandler& handler, std::string source)
      : handler_(handler), source_(std::move(source)) {}
  ~Claim() { handler_.Finish(source_); }
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

 private:
  IngestHandler& handler_;
  const std::string source_;
};

absl::Status IngestHandler::Begin(const std::string& source,
                                  const std::string& load_id) {
  MutexLock lock(mu_);
  const auto running = running_.find(source);
  if (running != running_.end()) {
    return Aborted(v1::ERROR_REASON_LOAD_IN_PROGRESS,
                   absl::StrCat("load ", running->second, " of source ", source,
                                " is under way: wait for its end"),
                   {{"source", source}, {"load_id", running->second}});
  }
  if (running_.size() >= kLoadsMax) {
    return ResourceExhausted(
        v1::ERROR_REASON_LIMIT_EXCEEDED,
        "too many loads are running: try again later",
        {{"limit", "kLoadsMax"}, {"maximum", std::to_string(kLoadsMax)}});
  }
  running_[source] = load_id;
  return absl::OkStatus();
}

void IngestHandler::Finish(const std::string& source) {
  MutexLock lock(mu_);
  running_.erase(source);
}

absl::Status IngestHandler::BulkLoad(const RequestContext& context,
                                     const LoadStream& stream,
                                     std::map<std::string, int64_t>& counts) {
  v1::BulkLoadRequest request;
  if (!stream.read(request)) return BrokeOff(context);
  if (!request.has_start()) return OutOfOrder("start", StepName(request));
  const v1::LoadStart start = request.start();
  HANDRAIL_RETURN_IF_ERROR(CheckLoadStart(start, context.now()));
  HANDRAIL_RETURN_IF_ERROR(Begin(start.source(), LoadIdOf(start)));
  const Claim claim(*this, start.source());

  HANDRAIL_ASSIGN_OR_RETURN(const std::unique_ptr<LoadRun> run,
                            LoadRun::Start(context, start, writer_));
  v1::BulkLoadResponse response;
  *response.mutable_started() = run->started();
  absl::Status status = stream.write(response)
                            ? Drive(context, stream, *run, counts)
                            : BrokeOff(context);
  if (!status.ok()) {
    const absl::Status written = run->BreakOff(context.clock_now());
    // What went wrong first is what the caller hears.
    if (!written.ok()) LogProblem("load_history_failed", written);
  }
  return status;
}

absl::StatusOr<v1::UndoLoadResponse> IngestHandler::UndoLoad(
    const RequestContext& context, const v1::UndoLoadRequest& request) {
  std::vector<FieldViolation> wrong;
  CheckRequestId(request.request_id(), request.validate_only(), wrong);
  if (request.id().empty() || request.id().size() > kIdBytesMax) {
    wrong.push_back({"id", "must be a load's id"});
  }
  if (!wrong.empty()) return InvalidFields(wrong);
  absl::StatusOr<v1::Load> load = writer_.store().View().GetLoad(request.id());
  HANDRAIL_RETURN_IF_ERROR(load.status());
  HANDRAIL_RETURN_IF_ERROR(Begin(load->source(), load->id()));
  const Claim claim(*this, load->source());
  return server::UndoLoad(context, request, writer_);
}

absl::Status IngestHandler::BreakOffLostLoads(absl::Time at) {
  return BreakOffLost(writer_, at, [&](const std::string& load_id) {
    MutexLock lock(mu_);
    for (const auto& [source, running] : running_) {
      if (running == load_id) return true;
    }
    return false;
  });
}

absl::StatusOr<v1::ListLoadsResponse> IngestHandler::ListLoads(
    const RequestContext& context, const v1::ListLoadsRequest& request) const {
  HANDRAIL_ASSIGN_OR_RETURN(const int32_t size,
                            ReadPageSize(request.page_size()));
  if (request.source().size() > kSourceNameBytesMax) {
    return InvalidField("source", "must be a source's name");
  }
  const std::string query = "ListLoads " + request.source();
  const storage::DirectoryView view = writer_.store().View();
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, view.Revision());
  HANDRAIL_ASSIGN_OR_RETURN(
      const PageStart start,
      ReadPageToken(query, revision, request.page_token()));
  std::string after = start.after;
  v1::ListLoadsResponse response;
  // One more than the page, to know whether there is another.
  while (true) {
    HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
    HANDRAIL_ASSIGN_OR_RETURN(std::vector<v1::Load> loads,
                              view.ListLoads(after, kHistoryPage));
    for (v1::Load& load : loads) {
      after = load.id();
      if (!request.source().empty() && load.source() != request.source()) {
        continue;
      }
      if (response.loads_size() == size) {
        response.set_next_page_token(MakePageToken(
            query,
            {response.loads(response.loads_size() - 1).id(), start.revision}));
        return response;
      }
      // Findings are in GetLoad.
      load.mutable_report()->clear_findings();
      *response.add_loads() = std::move(load);
    }
    if (loads.size() < kHistoryPage) return response;
  }
}

absl::StatusOr<v1::GetLoadResponse> IngestHandler::GetLoad(
    const RequestContext&, const v1::GetLoadRequest& request) const {
  if (request.id().empty() || request.id().size() > kIdBytesMax) {
    return InvalidField("id", "must be a load's id");
  }
  v1::GetLoadResponse response;
  absl::StatusOr<v1::Load> load = writer_.store().View().GetLoad(request.id());
  HANDRAIL_RETURN_IF_ERROR(load.status());
  *response.mutable_load() = *std::move(load);
  return response;
}

}  // namespace handrail::server
