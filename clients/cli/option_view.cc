#include "clients/cli/option_view.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "clients/cli/match_words.h"

namespace handrail::cli {
namespace {

// Shown in full by -o json.
constexpr int kFactsShown = 8;

// "+12405550100" as people here write it: "(240) 555-0100". Others stay.
std::string PhoneText(const std::string& number) {
  constexpr size_t kNorthAmerican = 12;
  if (number.size() != kNorthAmerican || number.rfind("+1", 0) != 0) {
    return number;
  }
  return absl::StrCat("(", number.substr(2, 3), ") ", number.substr(5, 3), "-",
                      number.substr(8));
}

std::string WithPoints(const MatchWords& words,
                       const v1::Component& component) {
  return absl::Substitute(words.with_points, component.sentence(),
                          component.points(), component.maximum());
}

// A component that has parts is told by them.
std::vector<std::string> Reasons(const MatchWords& words,
                                 const v1::Explanation& explanation) {
  std::vector<std::string> reasons;
  for (const v1::Component& component : explanation.components()) {
    if (component.parts().empty()) {
      reasons.push_back(WithPoints(words, component));
    }
    for (const v1::Component& part : component.parts()) {
      reasons.push_back(WithPoints(words, part));
    }
  }
  return reasons;
}

// What stands in the way of FITS.
std::vector<std::string> Doubts(const v1::Explanation& explanation) {
  std::vector<std::string> doubts;
  for (const v1::Judgement& judgement : explanation.judgements()) {
    if (judgement.state() != v1::MET) doubts.push_back(judgement.sentence());
  }
  return doubts;
}

// The other listings of the same place, with their sources.
std::vector<std::string> AlsoListed(const v1::Option& option) {
  std::vector<std::string> lines;
  for (const v1::AlsoListed& other : option.also_listed()) {
    lines.push_back(
        absl::StrCat(other.name(), " (", other.source(), "), ", other.id()));
  }
  return lines;
}

std::vector<std::string> NextSteps(const v1::Option& option) {
  std::vector<std::string> lines;
  for (const v1::NextStep& step : option.next_steps()) {
    lines.push_back(step.sentence());
  }
  return lines;
}

}  // namespace

const std::string& VerdictWords(const MatchWords& words,
                                const v1::Option& option) {
  switch (option.verdict()) {
    case v1::FITS:
      return words.fits;
    case v1::CHECK:
      return words.check_first;
    default:
      return words.does_not_fit;
  }
}

std::vector<std::string> WhereParts(const MatchWords& words,
                                    const v1::Option& option) {
  std::vector<std::string> parts;
  if (option.distance_m() >= 0) {
    parts.push_back(absl::Substitute(
        option.place_approximate() ? words.about_away : words.away,
        Kilometres(option.distance_m())));
  }
  if (option.travel_minutes() >= 0) {
    parts.push_back(absl::Substitute(words.minutes, option.travel_minutes()));
  }
  if (!option.listing().address().empty()) {
    parts.push_back(option.listing().address());
  }
  return parts;
}

std::vector<std::string> Contacts(const MatchWords& words,
                                  const v1::ListingSummary& listing) {
  std::vector<std::string> contacts;
  for (const v1::Phone& phone : listing.phones()) {
    std::string number = PhoneText(phone.number());
    if (!phone.extension().empty()) {
      number = absl::Substitute(words.extension, number, phone.extension());
    }
    if (phone.type() == "fax") number = absl::Substitute(words.fax, number);
    contacts.push_back(std::move(number));
  }
  if (!listing.email().empty()) contacts.push_back(listing.email());
  if (!listing.url().empty()) contacts.push_back(listing.url());
  return contacts;
}

std::string AskLabel(const MatchWords& words, const v1::Option& option) {
  if (option.questions().empty() || option.questions(0).contact().empty()) {
    return words.ask_first;
  }
  const v1::Question& question = option.questions(0);
  return absl::Substitute(words.ask_first_by,
                          ChannelWords(words.ask_by, question.channel()),
                          PhoneText(question.contact()));
}

std::string Kilometres(int metres) {
  if (metres < 950) return absl::StrFormat("%d m", (metres + 5) / 10 * 10);
  return absl::StrFormat("%.1f km", metres / 1000.0);
}

std::string OptionName(const v1::Option& option) {
  const v1::ListingSummary& listing = option.listing();
  if (listing.organization_name().empty() ||
      listing.organization_name() == listing.name()) {
    return listing.name();
  }
  return absl::StrCat(listing.name(), ", ", listing.organization_name());
}

void ViewOption(const v1::Option& option, int number, Page& page) {
  const MatchWords& words = page.words();
  const v1::ListingSummary& listing = option.listing();
  std::string title = OptionName(option);
  if (number > 0) title = absl::StrCat(number, ". ", title);
  page.Title(absl::Substitute(words.title, title, VerdictWords(words, option),
                              option.points()));
  page.Indented(absl::StrJoin(WhereParts(words, option), " · "));
  page.Indented(option.next().words());
  page.Indented(option.later().sentence());
  page.Indented(option.why_different());
  if (!listing.alert().empty()) {
    page.Indented(absl::Substitute(words.note, listing.alert()));
  }
  page.Labelled(words.why, Reasons(words, option.explanation()));
  page.Labelled(
      option.verdict() == v1::DOES_NOT_FIT ? words.why_not : words.not_sure_of,
      Doubts(option.explanation()));
  std::vector<std::string> questions;
  for (const v1::Question& question : option.questions()) {
    questions.push_back(question.text());
  }
  page.Labelled(AskLabel(words, option), questions);
  page.Labelled(words.their_rules, option.their_rules());
  page.Labelled(words.bring, option.what_to_bring());
  std::vector<std::string> facts;
  for (const v1::DatedFact& fact : option.facts()) {
    if (static_cast<int>(facts.size()) == kFactsShown) break;
    facts.push_back(fact.sentence());
  }
  page.Labelled(words.recorded, facts);
  page.Labelled(words.contact, Contacts(words, listing));
  page.Labelled(words.also_listed, AlsoListed(option));
  page.Labelled(words.next_steps, NextSteps(option));
  page.Gap();
}

}  // namespace handrail::cli
