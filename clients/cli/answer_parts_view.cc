#include "clients/cli/answer_parts_view.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "clients/cli/option_view.h"

namespace handrail::cli {
namespace {

// Of an option that is not told in full: name, distance, how to get in touch.
std::string InBrief(const v1::Option& option) {
  std::vector<std::string> parts = {OptionName(option)};
  if (option.distance_m() >= 0) {
    parts.push_back(Kilometres(option.distance_m()));
  }
  if (!option.next().words().empty()) parts.push_back(option.next().words());
  return absl::StrJoin(parts, " · ");
}

void ViewToday(const v1::NeedAnswer& answer, Page& page) {
  if (answer.today().empty()) return;
  page.Line(page.words().today);
  page.Gap();
  for (const v1::TodayOption& today : answer.today()) {
    page.Line(today.sentence());
    ViewOption(today.option(), 0, page);
  }
}

void ViewRange(const v1::NeedAnswer& answer, Page& page) {
  if (answer.range().empty()) return;
  page.Line(page.words().range);
  page.Line(answer.range_note().sentence());
  page.Gap();
  int number = 0;
  for (const v1::Option& option : answer.range()) {
    page.Title(absl::Substitute(page.words().range_title, ++number,
                                InBrief(option), option.points()));
    page.Indented(option.why_different());
  }
  page.Gap();
}

void ViewNearMisses(const v1::NeedAnswer& answer, Page& page) {
  if (answer.near_misses().empty()) return;
  page.Line(page.words().near_misses);
  page.Gap();
  for (const v1::NearMiss& miss : answer.near_misses()) {
    page.Title(InBrief(miss.option()));
    page.Indented(miss.sentence());
  }
  page.Gap();
}

template <typename Items>
void ViewSentences(const std::string& heading, const Items& items, Page& page) {
  std::vector<std::string> sentences;
  for (const auto& item : items) sentences.push_back(item.sentence());
  if (sentences.empty()) return;
  page.Labelled(heading, sentences);
  page.Gap();
}

}  // namespace

void ViewParts(const v1::NeedAnswer& answer, Page& page) {
  ViewToday(answer, page);
  ViewRange(answer, page);
  ViewNearMisses(answer, page);
  ViewSentences(page.words().relaxations, answer.relaxations(), page);
  ViewSentences(page.words().exclusions, answer.exclusions(), page);
}

}  // namespace handrail::cli
