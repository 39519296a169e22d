#include "matcher/search_result.h"

#include <string>
#include <vector>

#include "matcher/option.h"
#include "matcher/points.h"
#include "matcher/sentences.h"

namespace handrail::matcher {
namespace {

const char* WordKey(const BestWord& best) {
  const bool exact = best.kind == WordKind::kExact;
  switch (best.field) {
    case WordField::kName:
      return exact ? "search.word.name" : "search.like.name";
    case WordField::kService:
      return exact ? "search.word.service" : "search.like.service";
    case WordField::kDescription:
      return exact ? "search.word.text" : "search.like.text";
  }
  return "";
}

// "“pantry” is in its name."
void AddWords(const Sentences& say, const AskedNeed& need, const Row& row,
              v1::SearchResult& result) {
  if (!need.words.has_value()) return;
  const std::vector<WordMatch> matches = need.words->Match(row.words);
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const auto best = BestOf(matches[i], kWordWeights);
    if (!best.has_value()) continue;
    result.add_reasons(
        say.Fill(WordKey(*best), {{"value", need.words->words()[i]}}));
  }
}

void AddReasons(const SearchQuestion& asked, const Found& found,
                const v1::Explanation& explanation, v1::SearchResult& result) {
  const AskedNeed& need = asked.need();
  const auto add_component = [&](std::string_view name) {
    for (const v1::Component& component : explanation.components()) {
      if (component.name() == name) result.add_reasons(component.sentence());
    }
  };
  AddWords(*asked.question.say, need, *found.candidate.row, result);
  add_component("need");
  if (need.distance_bound()) add_component("near");
  for (const v1::Judgement& judgement : explanation.judgements()) {
    if (judgement.state() == v1::MET) result.add_reasons(judgement.sentence());
  }
}

}  // namespace

int SearchPoints(const AskedNeed& need, const Row& row) {
  int points = 0;
  if (!need.terms.empty()) {
    points += NeedPoints(AnsweredHalves(need, row),
                         static_cast<int>(need.terms.size()));
  }
  if (need.words.has_value()) points += WordsPoints(*need.words, row.words);
  return points;
}

v1::SearchResult MakeSearchResult(const SearchQuestion& asked,
                                  const Range& range, const Found& found) {
  const Row& row = *found.candidate.row;
  v1::Option option =
      MakeOption(asked.question, asked.need(), range, found.candidate);
  v1::SearchResult result;
  AddReasons(asked, found, option.explanation(), result);
  result.mutable_listing()->Swap(option.mutable_listing());
  result.set_verdict(option.verdict());
  result.set_distance_m(option.distance_m());
  result.set_place_approximate(option.place_approximate());
  result.set_points(SearchPoints(asked.need(), row));
  result.mutable_questions()->Swap(option.mutable_questions());
  if (option.has_next()) result.mutable_next()->Swap(option.mutable_next());
  result.mutable_facts()->Swap(option.mutable_facts());
  return result;
}

}  // namespace handrail::matcher
