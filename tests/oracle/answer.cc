// The answer: candidates judged, rings widened, options in order.
#include <algorithm>
#include <tuple>

#include "tests/oracle/entry.h"

namespace handrail::oracle {
namespace {

constexpr int kRingsM[] = {5'000, 10'000, 25'000, 50'000, 100'000, 200'000};

Option Judge(const Question& question, const Reach& reach,
             const Candidate& candidate) {
  Option option;
  option.id = candidate.entry->listing.id();
  option.entry = candidate.entry;
  option.in_person = candidate.in_person;
  option.judged = JudgeAll(question, reach, candidate);
  bool refused = false;
  for (const Judged& one : option.judged) {
    refused = refused || one.state == v1::NOT_MET;
    option.doubt = std::max(option.doubt, one.doubt);
  }
  if (refused) option.doubt = 0;
  for (const Judged& one : option.judged) {
    if (option.doubt > 0 && one.doubt == option.doubt) ++option.doubt_count;
  }
  option.verdict = refused            ? v1::DOES_NOT_FIT
                   : option.doubt > 0 ? v1::CHECK
                                      : v1::FITS;
  Score(question, reach, candidate, option);
  return option;
}

// FITS before CHECK; CHECK by doubt; then points, fresher, nearer, id. What
// does not fit has no order.
auto OrderOf(const Option& option) {
  const auto last = [](int value) { return std::pair(value < 0, value); };
  const bool shown = option.verdict != v1::DOES_NOT_FIT;
  return std::tuple(option.verdict, option.doubt, option.doubt_count,
                    shown ? -option.points : 0,
                    shown ? last(option.freshness_days) : last(0),
                    shown ? last(option.distance_m) : last(0), option.id);
}

// The first in order stands for its place.
std::vector<Slot> SlotsOf(const Directory& directory,
                          const std::vector<Option>& candidates) {
  std::vector<Slot> slots;
  for (const Option& option : candidates) {
    if (option.verdict == v1::DOES_NOT_FIT) continue;
    const std::string place = directory.PlaceOf(option.id);
    const auto same =
        std::find_if(slots.begin(), slots.end(), [&](const Slot& slot) {
          return directory.PlaceOf(slot.first.id) == place;
        });
    if (same == slots.end()) {
      slots.push_back({option, {}});
    } else {
      same->also.push_back(option);
    }
  }
  return slots;
}

NeedAnswer AnswerNeed(const Directory& directory, const Question& question) {
  const v1::Need& need = *question.need;
  Reach reach = {need.within_m() > 0 || need.widen(), need.within_m(), false};
  if (need.widen() && reach.within_m == 0) reach.within_m = kRingsM[0];
  NeedAnswer answer = AnswerWithin(directory, question, reach);
  const std::size_t wanted = question.request->max_results() == 0
                                 ? 10
                                 : question.request->max_results();
  while (need.widen() && answer.slots.size() < wanted) {
    const std::optional<Reach> wider = Wider(question, reach);
    if (!wider.has_value()) break;
    reach = *wider;
    answer = AnswerWithin(directory, question, reach);
  }
  AddParts(directory, question, reach, answer);
  return answer;
}

}  // namespace

NeedAnswer AnswerWithin(const Directory& directory, const Question& question,
                        const Reach& reach) {
  NeedAnswer answer;
  answer.within_m = reach.within_m;
  answer.whole_state = reach.whole_state;
  for (const auto& entry : directory.entries()) {
    Candidate candidate;
    const Found found = Consider(question, reach, *entry, candidate);
    if (found == Found::kNowhere) ++answer.place_unknown;
    if (found != Found::kYes) continue;
    answer.candidates.push_back(Judge(question, reach, candidate));
    switch (answer.candidates.back().verdict) {
      case v1::FITS:
        ++answer.fits;
        break;
      case v1::CHECK:
        ++answer.check;
        break;
      default:
        ++answer.does_not_fit;
    }
  }
  std::sort(
      answer.candidates.begin(), answer.candidates.end(),
      [](const Option& a, const Option& b) { return OrderOf(a) < OrderOf(b); });
  answer.slots = SlotsOf(directory, answer.candidates);
  return answer;
}

std::optional<Reach> Wider(const Question& question, Reach reach) {
  if (reach.whole_state) return std::nullopt;
  for (const int ring : kRingsM) {
    if (ring > reach.within_m) {
      reach.within_m = ring;
      return reach;
    }
  }
  if (question.start_state.empty()) return std::nullopt;
  reach.whole_state = true;
  return reach;
}

Directory::Directory(const std::vector<v1::Listing>& listings,
                     std::vector<v1::Centroid> centroids,
                     std::map<std::string, std::string> places)
    : centroids_(std::move(centroids)), places_(std::move(places)) {
  for (const v1::Listing& listing : listings) {
    entries_.push_back(std::make_unique<Entry>(listing));
  }
}

Directory::~Directory() = default;

std::string Directory::PlaceOf(const std::string& id) const {
  const auto found = places_.find(id);
  return found == places_.end() ? id : found->second;
}

std::vector<NeedAnswer> Ask(const Directory& directory,
                            const v1::MatchRequest& request, absl::Time now,
                            const Settings& settings) {
  Question question;
  question.request = &request;
  question.settings = &settings;
  question.moment = {now, &settings.lifetimes};
  if (request.has_as_of()) {
    question.moment.as_of = absl::FromUnixSeconds(request.as_of().seconds()) +
                            absl::Nanoseconds(request.as_of().nanos());
  }
  question.language = request.language().substr(0, 2) == "es" ? "es" : "en";
  const v1::Person& person = request.person();
  question.home = Completed(directory.centroids(), person.home());
  const v1::Point& start = person.start();
  if (const auto* zip = FindZip(directory.centroids(), start.postal_code())) {
    question.start = {zip->latitude_e7(), zip->longitude_e7()};
    question.start_state = zip->state();
  } else if (start.has_latitude_e7()) {
    question.start = {start.latitude_e7(), start.longitude_e7()};
  }
  // The state of the starting ZIP code, of home, or of the nearest centroid.
  if (question.start_state.empty()) {
    question.start_state = question.home.state();
  }
  if (question.start_state.empty() && question.start.has_value()) {
    question.start_state = StateAround(directory.centroids(), *question.start);
  }
  std::vector<NeedAnswer> answers;
  for (const v1::Need& need : request.needs()) {
    question.need = &need;
    question.words = AskedWords(need.words(), question.language);
    answers.push_back(AnswerNeed(directory, question));
  }
  return answers;
}

}  // namespace handrail::oracle
