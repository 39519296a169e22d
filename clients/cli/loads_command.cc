#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/load_view.h"
#include "clients/cli/request_id.h"
#include "clients/cli/text.h"
#include "google/protobuf/util/time_util.h"
#include "handrail/v1/ingest_service.grpc.pb.h"

namespace handrail::cli {
namespace {

using google::protobuf::util::TimeUtil;

struct LoadsFlags {
  int page_size = 50;
  std::string page_token;
  std::string source;
};

std::string ViewLoads(const v1::ListLoadsResponse& response) {
  std::vector<std::vector<std::string>> rows = {
      {"LOAD", "SOURCE", "STATE", "STARTED", "ROWS", "ADDED", "CHANGED",
       "RETIRED", "SKIPPED"}};
  for (const v1::Load& load : response.loads()) {
    const v1::LoadReport& report = load.report();
    rows.push_back(
        {load.id(), load.source(), LoadStateWords(load.state()),
         TimeUtil::ToString(load.started_at()),
         absl::StrCat(report.rows_read()), absl::StrCat(report.added()),
         absl::StrCat(report.changed()), absl::StrCat(report.retired()),
         absl::StrCat(report.rows_skipped())});
  }
  return Table(rows) + NextPage(response.next_page_token());
}

ExitCode RunList(Session& session, const LoadsFlags& flags) {
  v1::ListLoadsRequest request;
  request.set_page_size(flags.page_size);
  request.set_page_token(flags.page_token);
  request.set_source(flags.source);
  return session.Ask(&v1::IngestService::Stub::ListLoads, request, ViewLoads);
}

ExitCode RunShow(Session& session, const std::string& id) {
  v1::GetLoadRequest request;
  request.set_id(id);
  return session.Ask(&v1::IngestService::Stub::GetLoad, request,
                     [&](const v1::GetLoadResponse& response) {
                       return ViewLoad(response.load(), session.columns);
                     });
}

ExitCode RunUndo(Session& session, const std::string& id, bool dry_run) {
  v1::UndoLoadRequest request;
  request.set_id(id);
  request.set_validate_only(dry_run);
  request.set_request_id(NewRequestId());
  const auto context = CallContext(kStreamDeadline);
  v1::UndoLoadResponse response;
  const grpc::Status status = v1::IngestService::NewStub(session.Channel())
                                  ->UndoLoad(context.get(), request, &response);
  if (!status.ok()) return session.Fail(status);
  session.Show(response,
               [&] { return ViewUndo(response, dry_run, session.columns); });
  return ExitCode::kOk;
}

void AddUndo(CLI::App& loads, Session& session, Run& run) {
  auto id = std::make_shared<std::string>();
  auto dry_run = std::make_shared<bool>(false);
  CLI::App* undo = loads.add_subcommand(
      "undo", "Takes a load back, but for what was changed since");
  undo->add_option("ID", *id, "Id of the load")->required();
  undo->add_flag("--dry-run", *dry_run,
                 "Say what would happen and change nothing");
  undo->callback([&session, &run, id, dry_run] {
    run = [&session, id, dry_run] { return RunUndo(session, *id, *dry_run); };
  });
}

}  // namespace

void AddLoadsCommand(CLI::App& app, Session& session, Run& run) {
  CLI::App* loads = app.add_subcommand("loads", "History of loads");
  loads->require_subcommand(1);
  loads->footer(
      "Examples:\n  handrail loads list --source bchd\n"
      "  handrail loads show 5d2c7c0e-0000-4000-8000-000000000001\n"
      "  handrail loads undo 5d2c7c0e-0000-4000-8000-000000000001 --dry-run");
  auto flags = std::make_shared<LoadsFlags>();
  CLI::App* list = loads->add_subcommand("list", "Loads, newest first");
  list->add_option("--source", flags->source, "Only loads of this source");
  list->add_option("--page-size", flags->page_size, "Rows a page, 1 to 500")
      ->check(CLI::Range(1, 500));
  list->add_option("--page-token", flags->page_token,
                   "Where to go on, as the page before said");
  list->callback([&session, &run, flags] {
    run = [&session, flags] { return RunList(session, *flags); };
  });
  auto id = std::make_shared<std::string>();
  CLI::App* show = loads->add_subcommand("show", "One load with its findings");
  show->add_option("ID", *id, "Id of the load")->required();
  show->callback([&session, &run, id] {
    run = [&session, id] { return RunShow(session, *id); };
  });
  AddUndo(*loads, session, run);
}

}  // namespace handrail::cli
