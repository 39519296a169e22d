// What somebody says is wrong: reported, listed, resolved.
#include <map>
#include <memory>
#include <string>

#include "clients/cli/commands.h"
#include "clients/cli/curation_view.h"
#include "clients/cli/request_id.h"
#include "handrail/v1/curation_service.grpc.pb.h"

namespace handrail::cli {
namespace {

struct ErrorFlags {
  std::string listing;
  std::string field;
  std::string words;
};

ExitCode RunError(Session& session, const ErrorFlags& flags) {
  v1::ReportErrorRequest request;
  request.set_request_id(NewRequestId());
  request.set_listing_id(flags.listing);
  request.set_field(flags.field);
  request.set_message(flags.words);
  return session.Ask(&v1::CurationService::Stub::ReportError, request,
                     [](const v1::ReportErrorResponse& response) {
                       return "Thank you. Somebody will look. Report " +
                              response.report().id() + "\n";
                     });
}

void AddError(CLI::App& report, Session& session, Run& run) {
  auto flags = std::make_shared<ErrorFlags>();
  CLI::App* error = report.add_subcommand(
      "error", "Says that something of a listing is wrong; changes nothing");
  error->add_option("LISTING", flags->listing, "Id of the listing")->required();
  error
      ->add_option("WORDS", flags->words,
                   "What is wrong. Nothing about a person who seeks help")
      ->required();
  error->add_option("--field", flags->field,
                    "What it is about: phone, hours, housing.children, …");
  error->footer(
      "Example:\n  handrail report error LISTING --field phone "
      "\"the number is dead\"");
  error->callback([&session, &run, flags] {
    run = [&session, flags] { return RunError(session, *flags); };
  });
}

struct ListFlags {
  v1::ErrorReport::Status status = v1::ErrorReport::OPEN;
  std::string listing;
  int page_size = 20;
  std::string page_token;
};

ExitCode RunList(Session& session, const ListFlags& flags) {
  v1::ListErrorReportsRequest request;
  request.set_status(flags.status);
  request.set_listing_id(flags.listing);
  request.set_page_size(flags.page_size);
  request.set_page_token(flags.page_token);
  return session.Ask(&v1::CurationService::Stub::ListErrorReports, request,
                     [&](const v1::ListErrorReportsResponse& response) {
                       return ViewReports(response, session.columns);
                     });
}

void AddList(CLI::App& report, Session& session, Run& run) {
  auto flags = std::make_shared<ListFlags>();
  CLI::App* list =
      report.add_subcommand("list", "Errors reported, oldest first");
  static const std::map<std::string, v1::ErrorReport::Status> kStates = {
      {"open", v1::ErrorReport::OPEN},
      {"mended", v1::ErrorReport::MENDED},
      {"as-recorded", v1::ErrorReport::AS_RECORDED}};
  list->add_option("--status", flags->status, "open, mended or as-recorded")
      ->transform(
          CLI::CheckedTransformer(kStates, CLI::ignore_case).description(""));
  list->add_option("--listing", flags->listing, "Only about this listing");
  list->add_option("--page-size", flags->page_size, "Reports, 1 to 500")
      ->check(CLI::Range(1, 500));
  list->add_option("--page-token", flags->page_token,
                   "Where to go on, as the page before said");
  list->footer("Example:\n  handrail report list --status open");
  list->callback([&session, &run, flags] {
    run = [&session, flags] { return RunList(session, *flags); };
  });
}

struct ResolveFlags {
  std::string id;
  bool mended = false;
  bool as_recorded = false;
  std::string words;
};

ExitCode RunResolve(Session& session, const ResolveFlags& flags) {
  if (flags.mended == flags.as_recorded) {
    return session.Usage("say --mended or --as-recorded");
  }
  v1::ResolveErrorReportRequest request;
  request.set_request_id(NewRequestId());
  request.set_id(flags.id);
  request.set_status(flags.mended ? v1::ErrorReport::MENDED
                                  : v1::ErrorReport::AS_RECORDED);
  request.set_resolution(flags.words);
  return session.Ask(&v1::CurationService::Stub::ResolveErrorReport, request,
                     [](const v1::ResolveErrorReportResponse& response) {
                       return ViewRevision(response.revision());
                     });
}

void AddResolve(CLI::App& report, Session& session, Run& run) {
  auto flags = std::make_shared<ResolveFlags>();
  CLI::App* resolve = report.add_subcommand("resolve", "Ends a report");
  resolve->add_option("ID", flags->id, "Id of the report")->required();
  resolve->add_flag("--mended", flags->mended,
                    "Something was changed because of it");
  resolve->add_flag("--as-recorded", flags->as_recorded,
                    "Looked at; the record is right");
  resolve->add_option("--words", flags->words, "What was done");
  resolve->footer(
      "Example:\n  handrail report resolve ID --mended --words \"new number\"");
  resolve->callback([&session, &run, flags] {
    run = [&session, flags] { return RunResolve(session, *flags); };
  });
}

}  // namespace

void AddReportCommands(CLI::App& app, Session& session, Run& run) {
  CLI::App* report =
      app.add_subcommand("report", "What somebody says is wrong");
  report->require_subcommand(1);
  report->footer(
      "Examples:\n"
      "  handrail report error LISTING --field phone \"the number is dead\"\n"
      "  handrail report list\n"
      "  handrail report resolve ID --mended");
  AddError(*report, session, run);
  AddList(*report, session, run);
  AddResolve(*report, session, run);
}

}  // namespace handrail::cli
