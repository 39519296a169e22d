// Confirming facts, what is due to be checked, what is free, and what a feed
// says against a person.
#include <cctype>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/curation_view.h"
#include "clients/cli/request_id.h"
#include "clients/cli/week_text.h"
#include "handrail/v1/curation_service.grpc.pb.h"

namespace handrail::cli {
namespace {

// --- Words -----------------------------------------------------------------

const std::map<std::string, v1::FactMethod> kWays = {
    {"call", v1::CALL}, {"visit", v1::VISIT}, {"provider", v1::PROVIDER}};

const std::map<std::string, v1::Answer> kAnswers = {
    {"yes", v1::YES}, {"no", v1::NO}, {"depends", v1::CONDITIONAL}};

// Adds an option that takes one of the words of a table.
template <typename Value>
CLI::Option* AddWord(CLI::App& command, const std::string& flag, Value& value,
                     const std::map<std::string, Value>& words,
                     const std::string& what) {
  return command.add_option(flag, value, what)
      ->transform(
          CLI::CheckedTransformer(words, CLI::ignore_case).description(""));
}

std::string Words(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

// --- Confirm ---------------------------------------------------------------

struct ConfirmFlags {
  std::string listing;
  std::string field;
  std::string code;
  v1::Answer now = v1::ANSWER_UNSPECIFIED;
  int value = 0;
  bool has_value = false;
  std::string words;
  v1::FactMethod by = v1::FACT_METHOD_UNSPECIFIED;
  std::string at;
  bool check = false;
};

ExitCode RunConfirm(Session& session, const ConfirmFlags& flags) {
  v1::ConfirmFactRequest request;
  request.set_request_id(NewRequestId());
  request.set_listing_id(flags.listing);
  request.set_field(flags.field);
  request.set_code(flags.code);
  request.set_answer(flags.now);
  if (flags.has_value) {
    request.set_value(flags.value);
    // A new number is a stated one.
    if (flags.now == v1::ANSWER_UNSPECIFIED) request.set_answer(v1::YES);
  }
  request.set_words(flags.words);
  request.set_method(flags.by);
  if (!flags.at.empty()) {
    const auto at = ParseInstant(flags.at);
    if (!at.ok()) return session.Usage("--at " + Words(at.status()));
    *request.mutable_verified_at() = *at;
  }
  request.set_validate_only(flags.check);
  return session.Ask(&v1::CurationService::Stub::ConfirmFact, request,
                     [&](const v1::ConfirmFactResponse& response) {
                       return ViewConfirmed(response, session.columns);
                     });
}

void AddConfirm(CLI::App& verify, Session& session, Run& run) {
  auto flags = std::make_shared<ConfirmFlags>();
  CLI::App* confirm = verify.add_subcommand(
      "confirm", "Says that a fact is still so, or what it is now");
  confirm->add_option("LISTING", flags->listing, "Id of the listing")
      ->required();
  confirm
      ->add_option("FIELD", flags->field,
                   "hours, phone, address, … or a fact such as "
                   "housing.children")
      ->required();
  confirm->add_option("--code", flags->code,
                      "Which value of a list is meant: methadone");
  AddWord(*confirm, "--now", flags->now, kAnswers,
          "What it is now: yes, no or depends");
  CLI::Option* value = confirm->add_option(
      "--value", flags->value, "The new number, in the field's unit");
  confirm->add_option("--words", flags->words,
                      "On what it depends, or a remark");
  AddWord(*confirm, "--by", flags->by, kWays,
          "How it was checked: call, visit or provider")
      ->required();
  confirm->add_option("--at", flags->at, "When, where it was not just now");
  confirm->add_flag("--check", flags->check, "Only check; write nothing");
  confirm->footer(
      "Examples:\n"
      "  handrail verify confirm LISTING phone --by call\n"
      "  handrail verify confirm LISTING any.medication --code methadone "
      "--now yes --by call\n"
      "  handrail verify confirm LISTING housing.children --now depends "
      "--words \"one child\" --by provider");
  confirm->callback([&session, &run, flags, value] {
    flags->has_value = value->count() > 0;
    run = [&session, flags] { return RunConfirm(session, *flags); };
  });
}

// --- Due -------------------------------------------------------------------

struct DueFlags {
  int page_size = 20;
  std::string page_token;
  std::string source;
  std::string term;
};

ExitCode RunDue(Session& session, const DueFlags& flags) {
  v1::ListDueRequest request;
  request.set_page_size(flags.page_size);
  request.set_page_token(flags.page_token);
  request.set_source(flags.source);
  request.set_term(flags.term);
  return session.Ask(&v1::CurationService::Stub::ListDue, request,
                     [&](const v1::ListDueResponse& response) {
                       return ViewDue(response, session.columns);
                     });
}

void AddDue(CLI::App& verify, Session& session, Run& run) {
  auto flags = std::make_shared<DueFlags>();
  CLI::App* due =
      verify.add_subcommand("due", "What to check next, and what to ask");
  due->add_option("--source", flags->source, "Only listings of this source");
  due->add_option("--term", flags->term,
                  "Only this kind of need and what is below it");
  due->add_option("--page-size", flags->page_size, "Listings, 1 to 500")
      ->check(CLI::Range(1, 500));
  due->add_option("--page-token", flags->page_token,
                  "Where to go on, as the page before said");
  due->footer("Example:\n  handrail verify due --term housing --page-size 10");
  due->callback([&session, &run, flags] {
    run = [&session, flags] { return RunDue(session, *flags); };
  });
}

// --- Availability ----------------------------------------------------------

struct AvailabilityFlags {
  std::string id;
  bool service = false;
  int beds = 0;
  int slots = 0;
  int most = 0;
  std::string whom;
  v1::Answer accepting = v1::ANSWER_UNSPECIFIED;
  v1::Answer waitlist = v1::ANSWER_UNSPECIFIED;
  int wait_days = 0;
  std::string words;
  v1::FactMethod by = v1::FACT_METHOD_UNSPECIFIED;
  std::string at;
  std::string until;
  // Which of the numbers were given.
  bool has_beds = false, has_slots = false, has_most = false,
       has_wait_days = false;
};

void AddPlaces(const AvailabilityFlags& flags, bool given, int count,
               const char* unit, v1::UpdateAvailabilityRequest& request) {
  if (!given) return;
  v1::PlaceCount& places = *request.add_places();
  places.set_unit(unit);
  places.set_population(flags.whom);
  places.mutable_available()->set_value(count);
  if (flags.has_most) places.mutable_maximum()->set_value(flags.most);
}

ExitCode RunAvailability(Session& session, const AvailabilityFlags& flags) {
  v1::UpdateAvailabilityRequest request;
  request.set_request_id(NewRequestId());
  if (flags.service) {
    request.set_service_id(flags.id);
  } else {
    request.set_listing_id(flags.id);
  }
  AddPlaces(flags, flags.has_beds, flags.beds, "bed", request);
  AddPlaces(flags, flags.has_slots, flags.slots, "slot", request);
  request.set_accepting_new(flags.accepting);
  request.set_waitlist_open(flags.waitlist);
  if (flags.has_wait_days) request.set_wait_days(flags.wait_days);
  request.set_words(flags.words);
  request.set_method(flags.by);
  if (!flags.at.empty()) {
    const auto at = ParseInstant(flags.at);
    if (!at.ok()) return session.Usage("--at " + Words(at.status()));
    *request.mutable_reported_at() = *at;
  }
  if (!flags.until.empty()) {
    const auto until = ParseInstant(flags.until);
    if (!until.ok()) return session.Usage("--until " + Words(until.status()));
    *request.mutable_expires_at() = *until;
  }
  return session.Ask(&v1::CurationService::Stub::UpdateAvailability, request,
                     [](const v1::UpdateAvailabilityResponse& response) {
                       return ViewRevision(response.revision());
                     });
}

void AddAvailability(CLI::App& verify, Session& session, Run& run) {
  auto flags = std::make_shared<AvailabilityFlags>();
  CLI::App* command = verify.add_subcommand(
      "availability", "Beds, slots, waitlist, whether new people are taken");
  command->add_option("ID", flags->id, "Id of the listing")->required();
  command->add_flag("--service", flags->service, "ID is that of a service");
  CLI::Option* beds =
      command->add_option("--beds", flags->beds, "Beds free now");
  CLI::Option* slots =
      command->add_option("--slots", flags->slots, "Slots free now");
  CLI::Option* most =
      command->add_option("--of", flags->most, "How many there are at most");
  command->add_option("--for", flags->whom,
                      "Whom they are for: women, men, families, …");
  AddWord(*command, "--accepting", flags->accepting, kAnswers,
          "Whether new people are taken: yes, no or depends");
  AddWord(*command, "--waitlist", flags->waitlist,
          {{"open", v1::YES}, {"closed", v1::NO}, {"depends", v1::CONDITIONAL}},
          "open, closed or depends");
  CLI::Option* days = command->add_option("--wait-days", flags->wait_days,
                                          "Days that people wait now");
  command->add_option("--words", flags->words, "On what it depends");
  AddWord(*command, "--by", flags->by, kWays,
          "How it was learned: call, visit or provider")
      ->required();
  command->add_option("--at", flags->at, "When, where it was not just now");
  command->add_option("--until", flags->until, "How long it holds");
  command->footer(
      "Examples:\n"
      "  handrail verify availability LISTING --beds 2 --for women --by call\n"
      "  handrail verify availability LISTING --beds 0 --waitlist open "
      "--wait-days 14 --by provider --until 2026-06-02T18:00:00Z");
  command->callback([&session, &run, flags, beds, slots, most, days] {
    flags->has_beds = beds->count() > 0;
    flags->has_slots = slots->count() > 0;
    flags->has_most = most->count() > 0;
    flags->has_wait_days = days->count() > 0;
    run = [&session, flags] { return RunAvailability(session, *flags); };
  });
}

// --- Conflicts -------------------------------------------------------------

struct ConflictFlags {
  int page_size = 20;
  std::string page_token;
  std::string source;
};

ExitCode RunConflicts(Session& session, const ConflictFlags& flags) {
  v1::ListConflictsRequest request;
  request.set_page_size(flags.page_size);
  request.set_page_token(flags.page_token);
  request.set_source(flags.source);
  return session.Ask(&v1::CurationService::Stub::ListConflicts, request,
                     [&](const v1::ListConflictsResponse& response) {
                       return ViewConflicts(response, session.columns);
                     });
}

ExitCode RunResolve(Session& session, const std::string& id, bool accept) {
  v1::ResolveConflictRequest request;
  request.set_request_id(NewRequestId());
  request.set_id(id);
  request.set_accept_feed(accept);
  return session.Ask(&v1::CurationService::Stub::ResolveConflict, request,
                     [](const v1::ResolveConflictResponse& response) {
                       return ViewRevision(response.revision());
                     });
}

void AddResolve(CLI::App& conflicts, const char* name, const char* what,
                bool accept, Session& session, Run& run) {
  auto id = std::make_shared<std::string>();
  CLI::App* command = conflicts.add_subcommand(name, what);
  command->add_option("ID", *id, "Id of the conflict")->required();
  command->callback([&session, &run, id, accept] {
    run = [&session, id, accept] { return RunResolve(session, *id, accept); };
  });
}

void AddConflicts(CLI::App& verify, Session& session, Run& run) {
  auto flags = std::make_shared<ConflictFlags>();
  CLI::App* conflicts = verify.add_subcommand(
      "conflicts", "What a feed says against what a person confirmed");
  conflicts->require_subcommand(0, 1);
  conflicts->add_option("--source", flags->source, "Only of this source");
  conflicts->add_option("--page-size", flags->page_size, "Conflicts, 1 to 500")
      ->check(CLI::Range(1, 500));
  conflicts->add_option("--page-token", flags->page_token,
                        "Where to go on, as the page before said");
  conflicts->footer(
      "Examples:\n  handrail verify conflicts\n"
      "  handrail verify conflicts accept ID\n"
      "  handrail verify conflicts keep ID");
  AddResolve(*conflicts, "accept", "What the feed says becomes the record's",
             true, session, run);
  AddResolve(*conflicts, "keep", "What was confirmed stays", false, session,
             run);
  conflicts->callback([&session, &run, flags, conflicts] {
    if (!conflicts->get_subcommands().empty()) return;
    run = [&session, flags] { return RunConflicts(session, *flags); };
  });
}

}  // namespace

void AddVerifyCommands(CLI::App& app, Session& session, Run& run) {
  CLI::App* verify = app.add_subcommand(
      "verify", "Keeps facts true: confirm, due, availability, conflicts");
  verify->require_subcommand(1);
  verify->footer(
      "Examples:\n  handrail verify due\n"
      "  handrail verify confirm LISTING phone --by call\n"
      "  handrail verify availability LISTING --beds 2 --by call\n"
      "  handrail verify conflicts");
  AddConfirm(*verify, session, run);
  AddDue(*verify, session, run);
  AddAvailability(*verify, session, run);
  AddConflicts(*verify, session, run);
}

}  // namespace handrail::cli
