#include <memory>

#include "clients/cli/commands.h"
#include "clients/cli/search_flags.h"
#include "clients/cli/search_view.h"
#include "handrail/v1/directory_service.grpc.pb.h"
#include "storage/base/status.h"

namespace handrail::cli {
namespace {

ExitCode RunSearch(Session& session, const SearchFlags& flags) {
  const auto request = flags.ToRequest();
  if (!request.ok()) return session.Usage(MessageOf(request.status()));
  return session.Ask(&v1::DirectoryService::Stub::Search, *request,
                     [&](const v1::SearchResponse& response) {
                       return ViewSearch(response, request->language(),
                                         session.columns);
                     });
}

}  // namespace

void AddSearchCommand(CLI::App& app, Session& session, Run& run) {
  CLI::App* search = app.add_subcommand(
      "search", "Listings by words, kinds of help, place and time");
  auto flags = std::make_shared<SearchFlags>();
  flags->AddTo(*search);
  search->footer(
      "Examples:\n"
      "  handrail search pantry --county MD/Baltimore\n"
      "  handrail search --category housing --near 21000 --within 10 "
      "--sort distance\n"
      "  handrail search --category support-group --when \"Tue 18:00-21:30\" "
      "--facet support_group.fellowship\n"
      "  handrail search comida --answer-language es --open-now\n"
      "  handrail search --must any.medication=methadone -o json");
  search->callback([&session, &run, flags] {
    run = [&session, flags] { return RunSearch(session, *flags); };
  });
}

}  // namespace handrail::cli
