#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "clients/cli/commands.h"
#include "clients/cli/duplicates_view.h"
#include "clients/cli/request_id.h"
#include "handrail/v1/curation_service.grpc.pb.h"

namespace handrail::cli {
namespace {

struct ListFlags {
  int page_size = 50;
  std::string page_token;
  std::string source;
  std::string listing;
  bool undecided = false;
  bool dismissed = false;
  uint64_t min_revision = 0;
};

struct DecideFlags {
  std::vector<std::string> listings;
  std::string note;
};

ExitCode RunList(Session& session, const ListFlags& flags) {
  v1::ListDuplicatesRequest request;
  request.set_page_size(flags.page_size);
  request.set_page_token(flags.page_token);
  request.set_source(flags.source);
  request.set_listing_id(flags.listing);
  request.set_undecided(flags.undecided);
  request.set_dismissed(flags.dismissed);
  request.set_min_revision(flags.min_revision);
  return session.Ask(&v1::CurationService::Stub::ListDuplicates, request,
                     [&](const v1::ListDuplicatesResponse& response) {
                       return ViewDuplicates(response, session.columns);
                     });
}

ExitCode RunDecide(Session& session, const DecideFlags& flags,
                   v1::DuplicateState state) {
  v1::DecideDuplicatesRequest request;
  request.set_request_id(NewRequestId());
  for (const std::string& id : flags.listings) request.add_listing_ids(id);
  request.set_state(state);
  request.set_note(flags.note);
  return session.Ask(&v1::CurationService::Stub::DecideDuplicates, request,
                     [&](const v1::DecideDuplicatesResponse& response) {
                       return ViewDecision(response, session.columns);
                     });
}

void AddList(CLI::App& duplicates, Session& session, Run& run) {
  auto flags = std::make_shared<ListFlags>();
  CLI::App* list = duplicates.add_subcommand(
      "list", "Listings that are probably the same, with the reasons");
  list->add_option("--source", flags->source,
                   "Only clusters with a listing of this source");
  list->add_option("--listing", flags->listing,
                   "Only the cluster of this listing");
  list->add_flag("--undecided", flags->undecided,
                 "Only clusters with a pair that nobody has judged");
  list->add_flag("--dismissed", flags->dismissed,
                 "Pairs that were dismissed, instead of clusters");
  list->add_option("--page-size", flags->page_size, "Clusters a page, 1 to 200")
      ->check(CLI::Range(1, 200));
  list->add_option("--page-token", flags->page_token,
                   "Where to go on, as the page before said");
  list->add_option("--min-revision", flags->min_revision,
                   "Wait until the answer is of this revision or later");
  list->footer(
      "Examples:\n  handrail duplicates list --undecided\n"
      "  handrail duplicates list --source bchd --page-size 20");
  list->callback([&session, &run, flags] {
    run = [&session, flags] { return RunList(session, *flags); };
  });
}

// One of the three verbs.
struct Verb {
  const char* name;
  const char* what;
  v1::DuplicateState state;
};

void AddDecision(const Verb& verb, CLI::App& duplicates, Session& session,
                 Run& run) {
  auto flags = std::make_shared<DecideFlags>();
  CLI::App* command = duplicates.add_subcommand(verb.name, verb.what);
  command
      ->add_option("LISTING", flags->listings,
                   "Ids of two listings or more: each pair of them is meant")
      ->required()
      ->expected(2, 20);
  command->add_option("--note", flags->note, "Why, for the history");
  command->footer(std::string("Example:\n  handrail duplicates ") + verb.name +
                  " 8d9fbb58-bf88-54e5-8333-4f3e490a7459 "
                  "2aaadef8-a853-5807-9c47-63ad1cc611aa");
  command->callback([&session, &run, flags, state = verb.state] {
    run = [&session, flags, state] {
      return RunDecide(session, *flags, state);
    };
  });
}

}  // namespace

void AddDuplicatesCommand(CLI::App& app, Session& session, Run& run) {
  CLI::App* duplicates = app.add_subcommand(
      "duplicates", "Listings that are the same place, and decisions on them");
  duplicates->require_subcommand(1);
  duplicates->footer(
      "Listings of one place take one option slot in a match. What a curator "
      "says stands\nabove the score.\n"
      "Examples:\n  handrail duplicates list --undecided\n"
      "  handrail duplicates merge ID ID --note \"called: one house\"\n"
      "  handrail duplicates dismiss ID ID\n"
      "  handrail duplicates unmerge ID ID");
  AddList(*duplicates, session, run);
  AddDecision({"merge", "Says that listings are the same", v1::MERGED},
              *duplicates, session, run);
  AddDecision({"dismiss", "Says that listings are not the same", v1::DISMISSED},
              *duplicates, session, run);
  AddDecision({"unmerge", "Takes back what was said of listings",
               v1::DUPLICATE_STATE_UNSPECIFIED},
              *duplicates, session, run);
}

}  // namespace handrail::cli
