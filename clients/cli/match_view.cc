#include "clients/cli/match_view.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "clients/cli/match_words.h"
#include "clients/cli/text.h"
#include "google/protobuf/util/time_util.h"

namespace handrail::cli {
namespace {

constexpr char kIndent[] = "   ";
// Shown in full by -o json.
constexpr int kFactsShown = 8;

// Appends wrapped lines under a label: "   Ask first: …".
class Page {
 public:
  Page(std::string_view language, int columns)
      : words_(MatchWordsFor(language)), columns_(columns) {}

  const MatchWords& words() const { return words_; }

  void Line(const std::string& text) { text_ += Wrap(text, "", "", columns_); }
  // A heading whose further lines stand under its text.
  void Title(const std::string& text) {
    text_ += Wrap(text, "", kIndent, columns_);
  }
  void Gap() { text_ += "\n"; }
  // Nothing where the text is empty.
  void Indented(const std::string& text) {
    if (text.empty()) return;
    text_ += Wrap(text, kIndent, kIndent, columns_);
  }
  // Nothing where there are no items.
  template <typename Items>
  void Labelled(const std::string& label, const Items& items) {
    if (items.empty()) return;
    Indented(absl::StrCat(label, ":"));
    for (const std::string& item : items) {
      text_ += Wrap(item, absl::StrCat(kIndent, "- "),
                    absl::StrCat(kIndent, "  "), columns_);
    }
  }
  std::string Take() { return std::move(text_); }

 private:
  const MatchWords& words_;
  int columns_;
  std::string text_;
};

std::string Kilometres(int metres) {
  if (metres < 950) return absl::StrFormat("%d m", (metres + 5) / 10 * 10);
  return absl::StrFormat("%.1f km", metres / 1000.0);
}

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

std::string NeedWords(const v1::Need& need) {
  std::vector<std::string> parts(need.terms().begin(), need.terms().end());
  if (!need.words().empty()) {
    parts.push_back(absl::StrCat("\"", need.words(), "\""));
  }
  return absl::StrJoin(parts, ", ");
}

std::vector<std::string> Where(const MatchWords& words,
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

// "+12405550100" as people here write it: "(240) 555-0100". Others stay.
std::string PhoneText(const std::string& number) {
  constexpr size_t kNorthAmerican = 12;
  if (number.size() != kNorthAmerican || number.rfind("+1", 0) != 0) {
    return number;
  }
  return absl::StrCat("(", number.substr(2, 3), ") ", number.substr(5, 3), "-",
                      number.substr(8));
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

// "Ask first, by email at hello@example.org".
std::string AskLabel(const MatchWords& words, const v1::Option& option) {
  if (option.questions().empty() || option.questions(0).contact().empty()) {
    return words.ask_first;
  }
  const v1::Question& question = option.questions(0);
  return absl::Substitute(words.ask_first_by,
                          ChannelWords(words.ask_by, question.channel()),
                          PhoneText(question.contact()));
}

// What stands in the way of FITS.
std::vector<std::string> Doubts(const v1::Explanation& explanation) {
  std::vector<std::string> doubts;
  for (const v1::Judgement& judgement : explanation.judgements()) {
    if (judgement.state() != v1::MET) doubts.push_back(judgement.sentence());
  }
  return doubts;
}

void ViewOption(const v1::Option& option, int number, Page& page) {
  const MatchWords& words = page.words();
  const v1::ListingSummary& listing = option.listing();
  std::string title = listing.name();
  if (!listing.organization_name().empty() &&
      listing.organization_name() != listing.name()) {
    absl::StrAppend(&title, ", ", listing.organization_name());
  }
  if (number > 0) title = absl::StrCat(number, ". ", title);
  page.Title(absl::Substitute(words.title, title, VerdictWords(words, option),
                              option.points()));
  page.Indented(absl::StrJoin(Where(words, option), " · "));
  if (!option.next().words().empty()) page.Indented(option.next().words());
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
  page.Gap();
}

// "call 988", "video relay 988".
std::string ContactWords(const MatchWords& words,
                         const v1::CrisisContact& contact) {
  std::string way = absl::StrCat(
      ChannelWords(words.reach_by, contact.channel()), " ", contact.value());
  if (!contact.note().empty()) absl::StrAppend(&way, " (", contact.note(), ")");
  return way;
}

void ViewCrisis(const v1::CrisisBlock& block, Page& page) {
  page.Line(block.lead());
  for (int i = 0; i < block.resources_size(); ++i) {
    const v1::CrisisResource& resource = block.resources(i);
    std::vector<std::string> ways;
    for (const v1::CrisisContact& contact : resource.contacts()) {
      ways.push_back(ContactWords(page.words(), contact));
    }
    page.Indented(
        absl::StrCat(resource.name(), ": ", absl::StrJoin(ways, ", ")));
    if (i < block.dated_size()) page.Indented(block.dated(i));
  }
  page.Gap();
}

std::string NeedHeading(const MatchWords& words, const v1::Need& need,
                        const v1::NeedAnswer& answer) {
  std::string heading = NeedWords(need);
  if (answer.whole_state()) {
    heading += words.whole_state;
  } else if (answer.within_m() > 0) {
    heading += absl::Substitute(words.within, Kilometres(answer.within_m()));
  }
  heading += absl::Substitute(
      answer.fits_count() == 1 ? words.count_one : words.count_many,
      answer.fits_count(), answer.check_count());
  if (answer.place_unknown_count() > 0) {
    heading +=
        absl::Substitute(words.place_unknown, answer.place_unknown_count());
  }
  return heading;
}

}  // namespace

std::string ViewMatch(const v1::MatchRequest& request,
                      const v1::MatchResponse& response, int columns) {
  Page page(request.language(), columns);
  for (const v1::CrisisBlock& block : response.crisis()) {
    ViewCrisis(block, page);
  }
  for (int i = 0; i < response.needs_size(); ++i) {
    const v1::NeedAnswer& answer = response.needs(i);
    page.Line(NeedHeading(
        page.words(), i < request.needs_size() ? request.needs(i) : v1::Need(),
        answer));
    page.Gap();
    int number = 0;
    for (const v1::Option& option : answer.options()) {
      ViewOption(option, ++number, page);
    }
    if (answer.options().empty()) {
      page.Line(page.words().nothing);
      page.Gap();
    }
  }
  page.Line(
      absl::Substitute(page.words().as_of,
                       google::protobuf::util::TimeUtil::ToString(
                           google::protobuf::util::TimeUtil::SecondsToTimestamp(
                               response.as_of().seconds())),
                       response.directory_revision()));
  return page.Take();
}

std::string ViewExplanation(const v1::ExplainResponse& response,
                            std::string_view language, int columns) {
  Page page(language, columns);
  for (const v1::NeedExplanation& need : response.needs()) {
    page.Line(need.summary());
    if (!need.candidate()) {
      if (need.why_no_candidate() != need.summary()) {
        page.Line(need.why_no_candidate());
      }
      continue;
    }
    ViewOption(need.option(), 0, page);
  }
  return page.Take();
}

}  // namespace handrail::cli
