#include "clients/cli/match_view.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "clients/cli/answer_parts_view.h"
#include "clients/cli/match_words.h"
#include "clients/cli/option_view.h"
#include "clients/cli/page.h"
#include "google/protobuf/util/time_util.h"

namespace handrail::cli {
namespace {

std::string NeedWords(const v1::Need& need) {
  std::vector<std::string> parts(need.terms().begin(), need.terms().end());
  if (!need.words().empty()) {
    parts.push_back(absl::StrCat("\"", need.words(), "\""));
  }
  return absl::StrJoin(parts, ", ");
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
    if (!answer.widening().empty()) page.Line(answer.widening());
    page.Gap();
    int number = 0;
    for (const v1::Option& option : answer.options()) {
      ViewOption(option, ++number, page);
    }
    if (answer.options().empty()) {
      page.Line(page.words().nothing);
      page.Gap();
    }
    ViewParts(answer, page);
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
