#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/text.h"
#include "handrail/v1/directory_service.grpc.pb.h"

namespace handrail::cli {
namespace {

struct ListFlags {
  int page_size = 50;
  std::string page_token;
  std::string source;
  std::string term;
};

std::string RecordName(const v1::Record& record) {
  switch (record.kind_case()) {
    case v1::Record::kOrganization:
      return record.organization().name();
    case v1::Record::kProgram:
      return record.program().name();
    case v1::Record::kService:
      return record.service().name();
    case v1::Record::kLocation:
      return record.location().name();
    default:
      return "";
  }
}

std::string ViewRecords(const v1::ListRecordsResponse& response) {
  std::vector<std::vector<std::string>> rows = {{"ID", "NAME", "SOURCE"}};
  for (const v1::DirectoryRecord& record : response.records()) {
    rows.push_back({record.info().id(), Printable(RecordName(record.record())),
                    record.info().source()});
  }
  return Table(rows) + NextPage(response.next_page_token());
}

std::string ViewListings(const v1::ListListingsResponse& response) {
  std::vector<std::vector<std::string>> rows = {
      {"ID", "NAME", "ORGANIZATION", "CITY"}};
  for (const v1::Listing& listing : response.listings()) {
    rows.push_back({listing.id(), Printable(listing.name()),
                    Printable(listing.organization_name()),
                    Printable(listing.place().city())});
  }
  return Table(rows) + NextPage(response.next_page_token());
}

std::string ViewDirectory(const v1::GetDirectoryResponse& response) {
  std::vector<std::vector<std::string>> rows = {
      {"revision", absl::StrCat(response.directory_revision())},
      {"scorer", response.scorer_version()},
      {"listings", absl::StrCat(response.listing_count())},
      {"without a place", absl::StrCat(response.unplaced_count())}};
  for (const v1::RecordCount& count : response.counts()) {
    rows.push_back({absl::StrCat(v1::RecordType_Name(count.type())),
                    absl::StrCat(count.count())});
  }
  return Table(rows);
}

// A record as indented JSON: HSDS has many fields, and a table would lose some.
ExitCode RunGet(Session& session, v1::RecordType type, const std::string& id) {
  v1::GetRecordRequest request;
  request.mutable_ref()->set_type(type);
  request.mutable_ref()->set_id(id);
  return session.AskForJson(&v1::DirectoryService::Stub::GetRecord, request);
}

ExitCode RunList(Session& session, v1::RecordType type,
                 const ListFlags& flags) {
  v1::ListRecordsRequest request;
  request.set_type(type);
  request.set_page_size(flags.page_size);
  request.set_page_token(flags.page_token);
  request.set_source(flags.source);
  return session.Ask(&v1::DirectoryService::Stub::ListRecords, request,
                     ViewRecords);
}

ExitCode RunGetListing(Session& session, const std::string& id) {
  v1::GetListingRequest request;
  request.set_id(id);
  return session.AskForJson(&v1::DirectoryService::Stub::GetListing, request);
}

ExitCode RunListListings(Session& session, const ListFlags& flags) {
  v1::ListListingsRequest request;
  request.set_page_size(flags.page_size);
  request.set_page_token(flags.page_token);
  request.set_term(flags.term);
  return session.Ask(&v1::DirectoryService::Stub::ListListings, request,
                     ViewListings);
}

ExitCode RunStatus(Session& session) {
  return session.Ask(&v1::DirectoryService::Stub::GetDirectory,
                     v1::GetDirectoryRequest(), ViewDirectory);
}

void AddListFlags(CLI::App& command, ListFlags& flags) {
  command.add_option("--page-size", flags.page_size, "Rows a page, 1 to 500")
      ->check(CLI::Range(1, 500));
  command.add_option("--page-token", flags.page_token,
                     "Where to go on, as the page before said");
}

CLI::App* AddNoun(CLI::App& app, Session& session, Run& run,
                  const std::string& noun, v1::RecordType type) {
  CLI::App* command = app.add_subcommand(
      noun, absl::StrCat("Reads and changes ", noun, " records"));
  command->require_subcommand(1);
  command->footer(absl::StrCat(
      "Examples:\n  handrail ", noun, " list --page-size 20\n  handrail ", noun,
      " get 5d2c7c0e-0000-5000-8000-000000000001\n  handrail ", noun,
      " update 5d2c7c0e-0000-5000-8000-000000000001 --set name=\"Harbor\""));
  auto id = std::make_shared<std::string>();
  CLI::App* get = command->add_subcommand("get", "One record as JSON");
  get->add_option("ID", *id, "Id of the record")->required();
  get->callback([&session, &run, type, id] {
    run = [&session, type, id] { return RunGet(session, type, *id); };
  });
  auto flags = std::make_shared<ListFlags>();
  CLI::App* list = command->add_subcommand("list", "Records by id");
  AddListFlags(*list, *flags);
  list->add_option("--source", flags->source, "Only records of this source");
  list->callback([&session, &run, type, flags] {
    run = [&session, type, flags] { return RunList(session, type, *flags); };
  });
  AddEditCommands(*command, type, session, run);
  return command;
}

void AddListing(CLI::App& app, Session& session, Run& run) {
  CLI::App* command = app.add_subcommand(
      "listing", "Reads listings: a service at a place, as it is matched");
  command->require_subcommand(1);
  command->footer(
      "Examples:\n  handrail listing list --term housing\n"
      "  handrail listing get 5d2c7c0e-0000-5000-8000-000000000001");
  auto id = std::make_shared<std::string>();
  CLI::App* get = command->add_subcommand("get", "One listing as JSON");
  get->add_option("ID", *id, "Id of the listing")->required();
  get->callback([&session, &run, id] {
    run = [&session, id] { return RunGetListing(session, *id); };
  });
  AddListingStreamCommand(*command, session, run);
  auto flags = std::make_shared<ListFlags>();
  CLI::App* list = command->add_subcommand("list", "Listings by id");
  AddListFlags(*list, *flags);
  list->add_option("--term", flags->term,
                   "Only this kind of need and what is below it");
  list->callback([&session, &run, flags] {
    run = [&session, flags] { return RunListListings(session, *flags); };
  });
}

}  // namespace

void AddRecordCommands(CLI::App& app, Session& session, Run& run) {
  AddListing(app, session, run);
  AddNoun(app, session, run, "organization", v1::ORGANIZATION);
  AddNoun(app, session, run, "program", v1::PROGRAM);
  CLI::App* service = AddNoun(app, session, run, "service", v1::SERVICE);
  AddServiceStateCommands(*service, session, run);
  AddNoun(app, session, run, "location", v1::LOCATION);
  CLI::App* status = app.add_subcommand("status", "What the directory holds");
  status->footer("Example:\n  handrail status");
  status->callback(
      [&session, &run] { run = [&session] { return RunStatus(session); }; });
}

}  // namespace handrail::cli
