// Runs the cases that were worked out by hand (tests/matcher/worked_*.cc)
// against the oracle: matcher::Match and Explain are defined here, so that the
// linker takes these and leaves the matcher's in its library. What the oracle
// has no words for (sentences, questions, refusals) is left out below.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "handrail/v1/match_service.pb.h"
#include "matcher/matcher.h"
#include "matcher/snapshot.h"
#include "matcher/ttl.h"
#include "tests/matcher/worked_cases.h"
#include "tests/oracle/oracle.h"

namespace handrail::matcher {
namespace {

// Cases about words, which the oracle does not have.
constexpr char kLeftOut[] =
    "-*RuleAboutWhatWasNotSaid*:*SayingItMovesTheRule*:"
    "*ChildrenCaseByCaseIsAQuestion:*TellsWhatToBring*:"
    "*RegistryCaseByCase*:WorkedQuestionsTest.*:*NameTheirParts:"
    "*NoSentenceClaims*:*ConfirmedFactSays*:*LimitForBoysIsTheirRule*:"
    "*SaysWhatItAnsweredFrom:*ExplainingWhatIsNotThere*:"
    "*APaperThatOneCouldBring:*StatusPapersAreNeverNamed:"
    "*AnUnknownBesideItIsSaid:*NamesWhatIsInTheWay*:*SaysHowFarItWent:"
    "*PointsGivenUpAreShown:WorkedTodayTest.*:WorkedNextStepsTest.*:"
    "*TakeOneSlot:*WhoComesLaterInTheOrder*:*PapersThatAreNotNeeded*";

v1::Option OptionFrom(const oracle::Option& from) {
  v1::Option out;
  out.mutable_listing()->set_id(from.id);
  out.set_verdict(from.verdict);
  out.set_doubt(from.doubt);
  out.set_doubt_count(from.doubt_count);
  out.set_points(from.points);
  out.set_distance_m(from.distance_m);
  out.set_freshness_days(from.freshness_days);
  for (const auto& [name, points] : from.components) {
    v1::Component& component = *out.mutable_explanation()->add_components();
    component.set_name(name);
    component.set_points(points);
  }
  for (const oracle::Judged& one : from.judged) {
    v1::Judgement& judgement = *out.mutable_explanation()->add_judgements();
    judgement.set_rule(one.rule);
    judgement.set_owner(one.owner);
    judgement.set_state(one.state);
    judgement.set_doubt(one.doubt);
    judgement.set_age(one.age);
    // Places of these cases are approximate exactly where that is judged.
    if (one.rule == "place") out.set_place_approximate(true);
  }
  return out;
}

void AddPartsFrom(const oracle::NeedAnswer& from, v1::NeedAnswer& need) {
  for (const oracle::NearMiss& one : from.near_misses) {
    v1::NearMiss& out = *need.add_near_misses();
    *out.mutable_option() = OptionFrom(one.option);
    out.set_rule(one.rule);
  }
  for (const oracle::Exclusion& one : from.exclusions) {
    v1::Exclusion& out = *need.add_exclusions();
    out.set_rule(one.rule);
    out.set_owner(one.owner);
    out.set_count(one.count);
    out.set_only_count(one.only);
  }
  for (const oracle::Relaxation& one : from.relaxations) {
    v1::Relaxation& out = *need.add_relaxations();
    out.set_rule(one.rule);
    out.set_fits_count(one.fits);
    out.set_check_count(one.check);
    out.set_within_m(one.within_m);
  }
  for (const oracle::Slot& one : from.range.slots) {
    *need.add_range() = OptionFrom(one.first);
  }
  v1::RangeNote& note = *need.mutable_range_note();
  note.set_points_given_up(from.range.points_given_up);
  for (const oracle::Axis& one : from.range.axes) {
    v1::RangeAxis& out = *note.add_axes();
    out.set_name(one.name);
    out.set_closed(one.closed);
    for (const std::string& value : one.values) out.add_values(value);
  }
}

std::vector<oracle::NeedAnswer> AskOracle(
    std::vector<v1::Listing> listings, const v1::MatchRequest& request,
    absl::Time now, const MatchOptions& options,
    std::map<std::string, std::string> places = {}) {
  oracle::Settings settings;
  settings.policy = options.policy;
  if (options.ttls != nullptr) {
    for (const auto& [source, own] : options.ttls->by_source) {
      settings.lifetimes.by_source[source].insert(own.begin(), own.end());
    }
  }
  const oracle::Directory directory(std::move(listings), worked::Centroids(),
                                    std::move(places));
  return oracle::Ask(directory, request, now, settings);
}

}  // namespace

absl::StatusOr<v1::MatchResponse> Match(const Snapshot& snapshot,
                                        const v1::MatchRequest& request,
                                        absl::Time now,
                                        const MatchOptions& options) {
  std::vector<v1::Listing> listings;
  for (const auto& row : snapshot.rows()) listings.push_back(ListingOf(*row));
  std::map<std::string, std::string> places;
  snapshot.clusters().ForEach(
      [&](const std::string& id, const std::string& place) {
        places[id] = place;
      });
  const int most = request.max_results() == 0 ? 10 : request.max_results();
  v1::MatchResponse response;
  for (const auto& from : AskOracle(listings, request, now, options, places)) {
    v1::NeedAnswer& need = *response.add_needs();
    need.set_fits_count(from.fits);
    need.set_check_count(from.check);
    need.set_does_not_fit_count(from.does_not_fit);
    need.set_place_unknown_count(from.place_unknown);
    need.set_within_m(from.within_m);
    need.set_whole_state(from.whole_state);
    for (const oracle::Slot& one : from.slots) {
      if (need.options_size() == most) break;
      *need.add_options() = OptionFrom(one.first);
    }
    AddPartsFrom(from, need);
  }
  return response;
}

absl::StatusOr<v1::ExplainResponse> Explain(const Snapshot& snapshot,
                                            const v1::ExplainRequest& request,
                                            absl::Time now,
                                            const MatchOptions& options) {
  const Row* row = snapshot.Find(request.listing_id());
  if (row == nullptr) return absl::NotFoundError("no such listing");
  v1::ExplainResponse response;
  for (const auto& from :
       AskOracle({ListingOf(*row)}, request.request(), now, options)) {
    v1::NeedExplanation& need = *response.add_needs();
    if (from.candidates.empty()) continue;
    need.set_candidate(true);
    *need.mutable_option() = OptionFrom(from.candidates[0]);
  }
  return response;
}

}  // namespace handrail::matcher

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (::testing::GTEST_FLAG(filter) == "*") {
    ::testing::GTEST_FLAG(filter) = handrail::matcher::kLeftOut;
  }
  return RUN_ALL_TESTS();
}
