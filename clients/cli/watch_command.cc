#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/text.h"
#include "handrail/v1/directory_service.grpc.pb.h"
#include "storage/base/record_type.h"

namespace handrail::cli {
namespace {

struct WatchFlags {
  // DEFAULT: what comes from now on.
  std::optional<uint64_t> from;
  std::vector<std::string> records;
  bool until_caught_up = false;
};

// The words of the kinds of records, as --records takes them.
std::map<std::string, v1::RecordType> RecordWords() {
  std::map<std::string, v1::RecordType> words;
  for (int type = v1::RecordType_MIN; type <= v1::RecordType_MAX; ++type) {
    const auto known = static_cast<v1::RecordType>(type);
    const std::string_view word = RecordTypeWord(known);
    if (!word.empty()) words.emplace(word, known);
  }
  return words;
}

std::string ListingLine(const v1::Listing& listing) {
  std::string line = Printable(listing.name());
  for (const std::string& part :
       {listing.organization_name(), listing.place().city()}) {
    if (!part.empty()) absl::StrAppend(&line, ", ", Printable(part));
  }
  return line;
}

// One line for each change; a message without any says nothing.
std::string ViewChanges(const v1::WatchChangesResponse& message) {
  std::string lines;
  for (const v1::ListingChange& change : message.listings()) {
    absl::StrAppend(&lines, message.revision(), "  ",
                    change.has_listing() ? "is  " : "gone", "  listing ",
                    change.id());
    if (change.has_listing()) {
      absl::StrAppend(&lines, "  ", ListingLine(change.listing()));
    }
    absl::StrAppend(&lines, "\n");
  }
  for (const v1::FollowedRecord& change : message.records()) {
    const std::string_view word = RecordTypeWord(change.ref().type());
    absl::StrAppend(&lines, message.revision(), "  ",
                    change.has_record() ? "is  " : "gone", "  ",
                    absl::string_view(word.data(), word.size()), " ",
                    change.ref().id(), "\n");
  }
  return lines;
}

// The revision from which nothing has been told yet.
grpc::Status Newest(Session& session, uint64_t& revision) {
  v1::GetDirectoryResponse response;
  const grpc::Status status =
      session.Call(&v1::DirectoryService::Stub::GetDirectory,
                   v1::GetDirectoryRequest(), response);
  revision = response.directory_revision();
  return status;
}

// Prints what changes until the server ends it, or the person does.
ExitCode RunWatch(Session& session, const WatchFlags& flags) {
  uint64_t from = flags.from.value_or(0);
  if (!flags.from.has_value()) {
    const grpc::Status status = Newest(session, from);
    if (!status.ok()) return session.Fail(status);
  }
  v1::WatchChangesRequest request;
  request.set_from_revision(from);
  request.set_until_caught_up(flags.until_caught_up);
  const std::map<std::string, v1::RecordType> words = RecordWords();
  for (const std::string& word : flags.records) {
    request.add_record_types(words.at(word));
  }
  auto stub = v1::DirectoryService::NewStub(session.Channel());
  // Without a deadline: it goes on for as long as there is something to wait
  // for.
  grpc::ClientContext context;
  auto stream = stub->WatchChanges(&context, request);
  v1::WatchChangesResponse message;
  while (stream->Read(&message)) {
    *session.out << (session.output == OutputFormat::kJson
                         ? ToJson(message, /*pretty=*/false)
                         : ViewChanges(message))
                 << std::flush;
    if (!session.out->good()) context.TryCancel();
    from = message.revision();
    if (message.caught_up() && session.terminal) {
      *session.err << "caught up at revision " << from << "\n";
    }
  }
  const grpc::Status status = stream->Finish();
  if (status.ok()) return ExitCode::kOk;
  const ExitCode code = session.Fail(status);
  if (code == ExitCode::kUnavailable) {
    *session.err << "go on with: handrail watch changes --from " << from
                 << "\n";
  }
  return code;
}

// One listing a line; as JSON the last line tells revision and count.
ExitCode RunStream(Session& session, const std::string& source) {
  v1::StreamListingsRequest request;
  request.set_source(source);
  auto stub = v1::DirectoryService::NewStub(session.Channel());
  auto context = CallContext(kStreamDeadline);
  auto stream = stub->StreamListings(context.get(), request);
  const bool json = session.output == OutputFormat::kJson;
  v1::StreamListingsResponse run;
  v1::StreamListingsResponse last;
  while (stream->Read(&run)) {
    for (const v1::Listing& listing : run.listings()) {
      *session.out << (json ? ToJson(listing, /*pretty=*/false)
                            : absl::StrCat(listing.id(), "  ",
                                           ListingLine(listing), "\n"));
    }
    if (!session.out->good()) context->TryCancel();
    run.clear_listings();
    last = run;
  }
  const grpc::Status status = stream->Finish();
  if (!status.ok()) return session.Fail(status);
  if (json) *session.out << ToJson(last, /*pretty=*/false);
  *session.err << last.listing_count() << " listings at revision "
               << last.directory_revision() << "\n";
  return ExitCode::kOk;
}

}  // namespace

void AddWatchCommand(CLI::App& app, Session& session, Run& run) {
  CLI::App* command = app.add_subcommand(
      "watch", "Follows the directory: tells what changes, as it changes");
  command->require_subcommand(1);
  auto flags = std::make_shared<WatchFlags>();
  CLI::App* changes = command->add_subcommand(
      "changes", "Listings (and records) that came, changed or went");
  changes->add_option("--from", flags->from,
                      "Changes after this revision, 0: all that are kept; "
                      "default: those from now on");
  changes
      ->add_option("--records", flags->records,
                   "Also records of these kinds: service, organization, …; "
                   "repeatable or with commas")
      ->delimiter(',')
      ->check(CLI::IsMember(RecordWords()).description(""));
  changes->add_flag("--until-caught-up", flags->until_caught_up,
                    "End when all has been told, instead of waiting for more");
  const std::string examples =
      "Examples:\n  handrail watch changes\n"
      "  handrail watch changes --from 120 --until-caught-up\n"
      "  handrail watch changes --from 120 --records service,location -o json "
      "> changes.ndjson\n"
      "A line says: revision, \"is\" or \"gone\", and what. With -o json each "
      "line is one\nmessage; its revision is where to go on from.";
  command->footer(examples);
  changes->footer(examples);
  changes->callback([&session, &run, flags] {
    run = [&session, flags] { return RunWatch(session, *flags); };
  });
}

void AddListingStreamCommand(CLI::App& listing, Session& session, Run& run) {
  CLI::App* command = listing.add_subcommand(
      "stream", "All listings of one moment, one a line");
  auto source = std::make_shared<std::string>();
  command->add_option("--source", *source, "Only listings of this source");
  command->footer(
      "Examples:\n  handrail listing stream\n"
      "  handrail listing stream -o json > listings.ndjson\n"
      "With -o json the last line has the revision: go on from there with\n"
      "handrail watch changes --from REVISION.");
  command->callback([&session, &run, source] {
    run = [&session, source] { return RunStream(session, *source); };
  });
}

}  // namespace handrail::cli
