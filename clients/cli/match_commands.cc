#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "clients/cli/commands.h"
#include "clients/cli/match_flags.h"
#include "clients/cli/match_view.h"
#include "clients/cli/match_words.h"
#include "clients/cli/text.h"
#include "handrail/v1/directory_service.grpc.pb.h"
#include "handrail/v1/match_service.grpc.pb.h"
#include "storage/base/status.h"

namespace handrail::cli {
namespace {

// Where the rest of a request is refused, a stated crisis is answered still.
void AnswerCrisisAlone(Session& session, const v1::MatchRequest& request) {
  v1::MatchRequest crisis;
  *crisis.mutable_crisis() = request.crisis();
  *crisis.mutable_person()->mutable_communication() =
      request.person().communication();
  // In a language that may be the reason of the refusal it would fail again.
  crisis.set_language(MatchWordsFor(request.language()).language);
  v1::MatchResponse response;
  if (!session.Call(&v1::MatchService::Stub::Match, crisis, response).ok()) {
    return;
  }
  session.Show(response,
               [&] { return ViewMatch(crisis, response, session.columns); });
}

ExitCode RunMatch(Session& session, const MatchFlags& flags) {
  const auto request = flags.ToRequest(*session.in);
  if (!request.ok()) return session.Usage(MessageOf(request.status()));
  v1::MatchResponse response;
  const grpc::Status status =
      session.Call(&v1::MatchService::Stub::Match, *request, response);
  if (!status.ok()) {
    if (!request->crisis().empty()) AnswerCrisisAlone(session, *request);
    return session.Fail(status);
  }
  session.Show(response,
               [&] { return ViewMatch(*request, response, session.columns); });
  return ExitCode::kOk;
}

ExitCode RunExplain(Session& session, const std::string& listing,
                    const MatchFlags& flags) {
  const auto request = flags.ToRequest(*session.in);
  if (!request.ok()) return session.Usage(MessageOf(request.status()));
  v1::ExplainRequest explain;
  explain.set_listing_id(listing);
  *explain.mutable_request() = *request;
  return session.Ask(&v1::MatchService::Stub::Explain, explain,
                     [&](const v1::ExplainResponse& response) {
                       return ViewExplanation(response, request->language(),
                                              session.columns);
                     });
}

std::string ViewTerms(const v1::ListNeedTermsResponse& response,
                      const std::string& language) {
  std::vector<std::vector<std::string>> rows = {
      MatchWordsFor(language).term_heads};
  for (const v1::NeedTermInfo& term : response.terms()) {
    rows.push_back(
        {term.id(), term.label(), absl::StrJoin(term.parents(), ", ")});
  }
  return Table(rows);
}

ExitCode RunTerms(Session& session, const std::string& under,
                  const std::string& language) {
  v1::ListNeedTermsRequest request;
  request.set_under(under);
  request.set_language(language);
  return session.Ask(&v1::DirectoryService::Stub::ListNeedTerms, request,
                     [&](const v1::ListNeedTermsResponse& response) {
                       return ViewTerms(response, language);
                     });
}

}  // namespace

void AddMatchCommands(CLI::App& app, Session& session, Run& run) {
  CLI::App* match =
      app.add_subcommand("match", "Ranked options for a person, with reasons");
  auto flags = std::make_shared<MatchFlags>();
  flags->AddTo(*match, "REQUEST");
  flags->AddPartsTo(*match);
  match->footer(
      "Examples:\n"
      "  handrail match --need support-group --near 37.97,-122.53 --within 15 "
      "--when \"Tue 18:00-21:30\"\n"
      "  handrail match --need recovery-residence --near 21000 --medication "
      "methadone --must-not required_activities=twelve_step_meetings\n"
      "  handrail match request.json --answer-language es\n"
      "  handrail match request.json --range --near-misses --today\n"
      "  handrail match request.json -o json");
  match->callback([&session, &run, flags] {
    run = [&session, flags] { return RunMatch(session, *flags); };
  });

  CLI::App* explain =
      app.add_subcommand("explain", "Why a listing is or is not an option");
  auto listing = std::make_shared<std::string>();
  auto explain_flags = std::make_shared<MatchFlags>();
  explain->add_option("LISTING", *listing, "Id of the listing")->required();
  explain_flags->AddTo(*explain, "--request");
  explain->footer(
      "Example:\n"
      "  handrail explain 5d2c7c0e-0000-5000-8000-000000000001 --request "
      "request.json");
  explain->callback([&session, &run, listing, explain_flags] {
    run = [&session, listing, explain_flags] {
      return RunExplain(session, *listing, *explain_flags);
    };
  });

  CLI::App* terms = app.add_subcommand("terms", "Kinds of need there are");
  auto under = std::make_shared<std::string>();
  terms->add_option("TERM", *under, "Only this term and what is below it");
  auto language = std::make_shared<std::string>();
  terms->add_option("--language", *language,
                    "Language of the labels: en or es; default en");
  terms->footer(
      "Examples:\n"
      "  handrail terms housing\n"
      "  handrail terms --language es");
  terms->callback([&session, &run, under, language] {
    run = [&session, under, language] {
      return RunTerms(session, *under, *language);
    };
  });
}

}  // namespace handrail::cli
