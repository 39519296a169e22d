#include "clients/cli/search_view.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "clients/cli/match_words.h"
#include "clients/cli/option_view.h"
#include "clients/cli/page.h"
#include "clients/cli/text.h"
#include "google/protobuf/util/time_util.h"

namespace handrail::cli {
namespace {

// Shown in full by -o json.
constexpr int kFactsShown = 4;

// Headings that only a search has.
struct SearchWords {
  std::string one, many, none;
  std::string place_unknown;
  // Name, verdict.
  std::string title;
  // How many more values there are.
  std::string more_one, more_many;
  std::vector<std::pair<std::string, std::string>> facets;
};

const SearchWords& WordsFor(const std::string& language) {
  static const auto* const english = new SearchWords{
      .one = "1 listing answers",
      .many = "$0 listings answer",
      .none =
          "Nothing recorded answers this. Try fewer words, a wider reach "
          "or fewer musts.",
      .place_unknown = "; $0 more have no known place",
      .title = "$0 [$1]",
      .more_one = "and 1 more",
      .more_many = "and $0 more",
      .facets = {{"term", "Kind of help"},
                 {"mode", "How one takes part"},
                 {"state", "State"},
                 {"county", "County"},
                 {"city", "City"},
                 {"source", "Source"},
                 {"language", "Language"}}};
  static const auto* const spanish = new SearchWords{
      .one = "1 lugar responde",
      .many = "$0 lugares responden",
      .none =
          "Nada de la lista responde a esto. Pruebe con menos palabras, "
          "más lejos o con menos condiciones.",
      .place_unknown = "; de $0 más no se sabe el lugar",
      .title = "$0 [$1]",
      .more_one = "y 1 más",
      .more_many = "y $0 más",
      .facets = {{"term", "Tipo de ayuda"},
                 {"mode", "Cómo se participa"},
                 {"state", "Estado"},
                 {"county", "Condado"},
                 {"city", "Ciudad"},
                 {"source", "Fuente"},
                 {"language", "Idioma"}}};
  return language == "es" ? *spanish : *english;
}

std::string FacetHeading(const SearchWords& words, const std::string& field) {
  for (const auto& [name, heading] : words.facets) {
    if (name == field) return heading;
  }
  return field;
}

// The part of a result that an option has, too.
v1::Option AsOption(const v1::SearchResult& result) {
  v1::Option option;
  *option.mutable_listing() = result.listing();
  option.set_verdict(result.verdict());
  option.set_distance_m(result.distance_m());
  option.set_place_approximate(result.place_approximate());
  option.set_travel_minutes(-1);
  *option.mutable_questions() = result.questions();
  return option;
}

void ViewResult(const v1::SearchResult& result, const SearchWords& words,
                Page& page) {
  const MatchWords& common = page.words();
  const v1::Option option = AsOption(result);
  page.Title(absl::Substitute(words.title, OptionName(option),
                              VerdictWords(common, option)));
  page.Indented(absl::StrJoin(WhereParts(common, option), " · "));
  page.Indented(result.next().words());
  if (!result.listing().alert().empty()) {
    page.Indented(absl::Substitute(common.note, result.listing().alert()));
  }
  page.Labelled(common.why, result.reasons());
  std::vector<std::string> questions;
  for (const v1::Question& question : result.questions()) {
    questions.push_back(question.text());
  }
  page.Labelled(AskLabel(common, option), questions);
  std::vector<std::string> facts;
  for (const v1::DatedFact& fact : result.facts()) {
    if (static_cast<int>(facts.size()) == kFactsShown) break;
    facts.push_back(fact.sentence());
  }
  page.Labelled(common.recorded, facts);
  page.Labelled(common.contact, Contacts(common, result.listing()));
  page.Indented(result.listing().id());
  page.Gap();
}

void ViewFacet(const v1::Facet& facet, const SearchWords& words, Page& page) {
  if (facet.values().empty()) return;
  std::vector<std::string> counts;
  for (const v1::FacetValue& value : facet.values()) {
    counts.push_back(absl::StrCat(value.label(), " (", value.count(), ")"));
  }
  if (facet.more_values() > 0) {
    counts.push_back(absl::Substitute(
        facet.more_values() == 1 ? words.more_one : words.more_many,
        facet.more_values()));
  }
  page.Title(absl::StrCat(FacetHeading(words, facet.field()), ": ",
                          absl::StrJoin(counts, ", ")));
}

}  // namespace

std::string ViewSearch(const v1::SearchResponse& response,
                       std::string_view language, int columns) {
  Page page(language, columns);
  const SearchWords& words = WordsFor(page.words().language);
  std::string heading =
      response.total_count() == 1
          ? words.one
          : absl::Substitute(words.many, response.total_count());
  if (response.place_unknown_count() > 0) {
    heading +=
        absl::Substitute(words.place_unknown, response.place_unknown_count());
  }
  page.Line(response.total_count() == 0 ? words.none : heading + ".");
  page.Gap();
  for (const v1::SearchResult& result : response.results()) {
    ViewResult(result, words, page);
  }
  for (const v1::Facet& facet : response.facets()) {
    ViewFacet(facet, words, page);
  }
  page.Line(
      absl::Substitute(page.words().as_of,
                       google::protobuf::util::TimeUtil::ToString(
                           google::protobuf::util::TimeUtil::SecondsToTimestamp(
                               response.as_of().seconds())),
                       response.directory_revision()));
  return page.Take() + NextPage(response.next_page_token());
}

}  // namespace handrail::cli
