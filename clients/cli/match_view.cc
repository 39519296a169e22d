#include "clients/cli/match_view.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
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
  explicit Page(int columns) : columns_(columns) {}

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
  int columns_;
  std::string text_;
};

std::string Kilometres(int metres) {
  if (metres < 950) return absl::StrFormat("%d m", (metres + 5) / 10 * 10);
  return absl::StrFormat("%.1f km", metres / 1000.0);
}

std::string VerdictWords(const v1::Option& option) {
  switch (option.verdict()) {
    case v1::FITS:
      return "fits";
    case v1::CHECK:
      return "check first";
    default:
      return "does not fit";
  }
}

std::string NeedWords(const v1::Need& need) {
  std::vector<std::string> parts(need.terms().begin(), need.terms().end());
  if (!need.words().empty()) {
    parts.push_back(absl::StrCat("\"", need.words(), "\""));
  }
  return absl::StrJoin(parts, ", ");
}

std::vector<std::string> Where(const v1::Option& option) {
  std::vector<std::string> parts;
  if (option.distance_m() >= 0) {
    parts.push_back(absl::StrCat(option.place_approximate() ? "about " : "",
                                 Kilometres(option.distance_m()), " away"));
  }
  if (option.travel_minutes() >= 0) {
    parts.push_back(absl::StrCat("about ", option.travel_minutes(), " min"));
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

std::vector<std::string> Contacts(const v1::ListingSummary& listing) {
  std::vector<std::string> contacts;
  for (const v1::Phone& phone : listing.phones()) {
    std::string number = PhoneText(phone.number());
    if (!phone.extension().empty()) {
      absl::StrAppend(&number, " ext. ", phone.extension());
    }
    if (phone.type() == "fax") number += " (fax)";
    contacts.push_back(std::move(number));
  }
  if (!listing.email().empty()) contacts.push_back(listing.email());
  if (!listing.url().empty()) contacts.push_back(listing.url());
  return contacts;
}

std::string WithPoints(const v1::Component& component) {
  return absl::StrFormat("%s (%d of %d points)", component.sentence(),
                         component.points(), component.maximum());
}

// A component that has parts is told by them.
std::vector<std::string> Reasons(const v1::Explanation& explanation) {
  std::vector<std::string> reasons;
  for (const v1::Component& component : explanation.components()) {
    if (component.parts().empty()) reasons.push_back(WithPoints(component));
    for (const v1::Component& part : component.parts()) {
      reasons.push_back(WithPoints(part));
    }
  }
  return reasons;
}

// "Ask first, by email at hello@example.org".
std::string AskLabel(const v1::Option& option) {
  if (option.questions().empty() || option.questions(0).contact().empty()) {
    return "Ask first";
  }
  const v1::Question& question = option.questions(0);
  std::string way =
      question.channel() == "voice" ? "phone" : question.channel();
  std::replace(way.begin(), way.end(), '_', ' ');
  return absl::StrCat("Ask first, by ", way, " at ",
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
  const v1::ListingSummary& listing = option.listing();
  std::string title = listing.name();
  if (!listing.organization_name().empty() &&
      listing.organization_name() != listing.name()) {
    absl::StrAppend(&title, ", ", listing.organization_name());
  }
  page.Title(absl::StrCat(number > 0 ? absl::StrCat(number, ". ") : "", title,
                          " [", VerdictWords(option), "; ", option.points(),
                          " points]"));
  page.Indented(absl::StrJoin(Where(option), " · "));
  if (!option.next().words().empty()) page.Indented(option.next().words());
  if (!listing.alert().empty()) page.Indented("Note: " + listing.alert());
  page.Labelled("Why", Reasons(option.explanation()));
  page.Labelled(
      option.verdict() == v1::DOES_NOT_FIT ? "Why not" : "Not sure of",
      Doubts(option.explanation()));
  std::vector<std::string> questions;
  for (const v1::Question& question : option.questions()) {
    questions.push_back(question.text());
  }
  page.Labelled(AskLabel(option), questions);
  page.Labelled("Their rules", option.their_rules());
  page.Labelled("Bring", option.what_to_bring());
  std::vector<std::string> facts;
  for (const v1::DatedFact& fact : option.facts()) {
    if (static_cast<int>(facts.size()) == kFactsShown) break;
    facts.push_back(fact.sentence());
  }
  page.Labelled("Recorded", facts);
  page.Labelled("Contact", Contacts(listing));
  page.Gap();
}

// "call 988", "video relay 988".
std::string ContactWords(const v1::CrisisContact& contact) {
  std::string way = contact.channel() == "voice" ? "call" : contact.channel();
  std::replace(way.begin(), way.end(), '_', ' ');
  absl::StrAppend(&way, " ", contact.value());
  if (!contact.note().empty()) absl::StrAppend(&way, " (", contact.note(), ")");
  return way;
}

void ViewCrisis(const v1::CrisisBlock& block, Page& page) {
  page.Line(block.lead());
  for (int i = 0; i < block.resources_size(); ++i) {
    const v1::CrisisResource& resource = block.resources(i);
    std::vector<std::string> ways;
    for (const v1::CrisisContact& contact : resource.contacts()) {
      ways.push_back(ContactWords(contact));
    }
    page.Indented(
        absl::StrCat(resource.name(), ": ", absl::StrJoin(ways, ", ")));
    if (i < block.dated_size()) page.Indented(block.dated(i));
  }
  page.Gap();
}

std::string NeedHeading(const v1::Need& need, const v1::NeedAnswer& answer) {
  std::string heading = NeedWords(need);
  if (answer.whole_state()) {
    absl::StrAppend(&heading, ", in the whole state");
  } else if (answer.within_m() > 0) {
    absl::StrAppend(&heading, ", within ", Kilometres(answer.within_m()));
  }
  absl::StrAppend(&heading, ": ", answer.fits_count(),
                  answer.fits_count() == 1 ? " fits, " : " fit, ",
                  answer.check_count(), " to check first");
  if (answer.place_unknown_count() > 0) {
    absl::StrAppend(&heading, "; ", answer.place_unknown_count(),
                    " more have no known place");
  }
  return heading;
}

}  // namespace

std::string ViewMatch(const v1::MatchRequest& request,
                      const v1::MatchResponse& response, int columns) {
  Page page(columns);
  for (const v1::CrisisBlock& block : response.crisis()) {
    ViewCrisis(block, page);
  }
  for (int i = 0; i < response.needs_size(); ++i) {
    const v1::NeedAnswer& answer = response.needs(i);
    page.Line(NeedHeading(
        i < request.needs_size() ? request.needs(i) : v1::Need(), answer));
    page.Gap();
    int number = 0;
    for (const v1::Option& option : answer.options()) {
      ViewOption(option, ++number, page);
    }
    if (answer.options().empty()) {
      page.Line(
          "Nothing recorded answers this. Try a wider reach, fewer "
          "musts, or other words.");
      page.Gap();
    }
  }
  page.Line(
      absl::StrCat("As of ",
                   google::protobuf::util::TimeUtil::ToString(
                       google::protobuf::util::TimeUtil::SecondsToTimestamp(
                           response.as_of().seconds())),
                   ", directory revision ", response.directory_revision(),
                   ". Nothing here is a promise: call before going."));
  return page.Take();
}

std::string ViewExplanation(const v1::ExplainResponse& response, int columns) {
  Page page(columns);
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
