#include "matcher/today.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "matcher/continuum.h"
#include "matcher/fact_age.h"
#include "matcher/slot_option.h"
#include "matcher/speaker.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"

namespace handrail::matcher {
namespace {

// What is recorded and can still be relied on.
std::optional<Reading> Current(const Question& question, const Row& row,
                               const char* path) {
  const FactField& field = KnownField(path);
  for (const Reading& reading : row.facts.All(field)) {
    if (reading.answer == v1::ANSWER_UNSPECIFIED) continue;
    const v1::AgeState age =
        AgeOf(reading.provenance, field.ttl, question.as_of, *question.ttls);
    if (!IsOld(age)) return reading;
  }
  return std::nullopt;
}

bool HasToWait(const Question& question, const Row& row) {
  const auto waitlist = Current(question, row, "any.waitlist");
  if (waitlist.has_value() && waitlist->code != "none") return true;
  const auto welcome = Current(question, row, "any.accepting_new");
  if (welcome.has_value() && welcome->answer == v1::NO) return true;
  const auto days = Current(question, row, "any.wait_days");
  return days.has_value() && days->answer == v1::YES && days->number > 0;
}

// The opening under way or next after as_of; absent: none, or not known.
struct Opening {
  Interval interval;
  bool now = false;
  bool today = false;
};

std::optional<Opening> NextOf(const Question& question,
                              const Candidate& candidate) {
  OpeningRule own;
  const OpeningRule& rule = OpeningOf(question, *candidate.row, own);
  const std::optional<Interval> next = rule.NextOpening(question.as_of);
  if (!next.has_value()) return std::nullopt;
  const absl::TimeZone zone = LocalZone(question, candidate);
  return Opening{.interval = *next,
                 .now = next->start <= question.as_of,
                 .today = absl::ToCivilDay(next->start, zone) <=
                          absl::ToCivilDay(question.as_of, zone)};
}

v1::Later MakeLater(v1::Later::Reason reason, std::string sentence) {
  v1::Later later;
  later.set_reason(reason);
  later.set_sentence(std::move(sentence));
  return later;
}

// Open by the recorded hours before the day ends, and nobody has to wait.
bool CanStartToday(const Question& question, const Candidate& candidate) {
  if (HANDRAIL_MUTATE(bridge_waits, HasToWait(question, *candidate.row),
                      false)) {
    return false;
  }
  const std::optional<Opening> next = NextOf(question, candidate);
  return next.has_value() &&
         (next->now || HANDRAIL_MUTATE(bridge_is_today, next->today, true));
}

// A need for the kinds that bridge, with what was said about any kind of help.
class BridgeNeed {
 public:
  BridgeNeed(const AskedNeed& need, const std::vector<TermIndex>& kinds)
      : asked_(*need.need), need_(need) {
    asked_.clear_words();
    asked_.clear_when();
    asked_.clear_modes();
    need_.need = &asked_;
    need_.terms = kinds;
    need_.covered.reset();
    for (const TermIndex kind : kinds) {
      need_.covered |= BuiltInTaxonomy().SubTree(kind);
    }
    need_.words.reset();
    need_.words_required = false;
    need_.modes.clear();
    need_.window.reset();
    need_.prefers.clear();
    std::erase_if(need_.musts, [](const AskedCriterion& criterion) {
      if (criterion.owner == v1::AGENCY) return false;
      return criterion.owner == v1::OBLIGATION ||
             !criterion.field->path.starts_with("any.");
    });
  }
  BridgeNeed(const BridgeNeed&) = delete;
  BridgeNeed& operator=(const BridgeNeed&) = delete;

  const AskedNeed& need() const { return need_; }

 private:
  v1::Need asked_;
  AskedNeed need_;
};

// An option that has to wait, and the kinds that bridge to it.
struct Waiting {
  std::string id;
  std::vector<TermIndex> bridges;
  bool bridged = false;
};

bool Answers(const Row& row, TermIndex kind) {
  return ((row.terms | row.broader_terms) & BuiltInTaxonomy().SubTree(kind))
      .any();
}

// The first kind of `kinds` that the listing answers.
std::optional<TermIndex> KindOf(const Row& row,
                                const std::vector<TermIndex>& kinds) {
  for (const TermIndex kind : kinds) {
    if (Answers(row, kind)) return kind;
  }
  return std::nullopt;
}

std::vector<Waiting> SetLaters(
    const Matching& matching, const AskedNeed& need, const Range& range,
    google::protobuf::RepeatedPtrField<v1::Option>& options) {
  std::vector<Waiting> waiting;
  for (v1::Option& option : options) {
    const Row* row = matching.snapshot.Find(option.listing().id());
    if (row == nullptr) continue;
    Candidate candidate;
    ConsiderRow(matching.question, need, range, *row, candidate);
    const auto later = LaterOf(matching.question, need, candidate);
    if (!later.has_value()) continue;
    *option.mutable_later() = *later;
    waiting.push_back({.id = option.listing().id(),
                       .bridges = Continuum::BuiltIn().Bridges(
                           row->terms | row->broader_terms)});
  }
  return waiting;
}

// Picks listings so that as many as can be are bridged to, then other kinds.
std::vector<const Slot*> Pick(const std::vector<const Slot*>& usable,
                              const std::vector<TermIndex>& kinds,
                              std::vector<Waiting>& waiting) {
  std::vector<const Slot*> picked;
  std::set<TermIndex> told;
  const auto pick = [&](const Slot& slot) {
    const Row& row = *slot.first.candidate.row;
    picked.push_back(&slot);
    if (const auto kind = KindOf(row, kinds)) told.insert(*kind);
    for (Waiting& one : waiting) {
      one.bridged = one.bridged || KindOf(row, one.bridges).has_value();
    }
  };
  const auto is_picked = [&](const Slot* slot) {
    return std::find(picked.begin(), picked.end(), slot) != picked.end();
  };
  for (const Waiting& one : waiting) {
    if (one.bridged || picked.size() >= kTodayMax) continue;
    for (const Slot* slot : usable) {
      if (is_picked(slot) ||
          !KindOf(*slot->first.candidate.row, one.bridges).has_value()) {
        continue;
      }
      pick(*slot);
      break;
    }
  }
  for (const Slot* slot : usable) {
    if (picked.size() >= kTodayMax) break;
    const auto kind = KindOf(*slot->first.candidate.row, kinds);
    if (is_picked(slot) || !kind.has_value() || told.contains(*kind)) continue;
    pick(*slot);
  }
  return picked;
}

}  // namespace

std::optional<v1::Later> LaterOf(const Question& question,
                                 const AskedNeed& need,
                                 const Candidate& candidate) {
  const Speaker speaker(question, need, candidate);
  const Sentences& say = speaker.say();
  if (HANDRAIL_MUTATE(later_waitlist, HasToWait(question, *candidate.row),
                      false)) {
    return MakeLater(v1::Later::WAITLISTED, say.Fill("later.waitlisted"));
  }
  const std::optional<Opening> next = NextOf(question, candidate);
  if (!next.has_value() || next->now) return std::nullopt;
  const std::string moment =
      speaker.Moment(next->interval.start, LocalZone(question, candidate));
  return next->today
             ? MakeLater(v1::Later::CLOSED_NOW,
                         say.Fill("later.closed_now", {{"value", moment}}))
             : MakeLater(v1::Later::STARTS_LATER,
                         say.Fill("later.starts", {{"value", moment}}));
}

absl::Status AddToday(const Matching& matching, const AskedNeed& need,
                      const Reached& reached, v1::NeedAnswer& answer) {
  const Question& question = matching.question;
  std::vector<Waiting> waiting =
      SetLaters(matching, need, reached.range, *answer.mutable_options());
  SetLaters(matching, need, reached.range, *answer.mutable_range());
  std::vector<TermIndex> kinds;
  for (const Waiting& one : waiting) {
    for (const TermIndex kind : one.bridges) {
      if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
        kinds.push_back(kind);
      }
    }
  }
  if (kinds.empty()) return absl::OkStatus();

  const BridgeNeed bridge(need, kinds);
  AskedTimes times(question, bridge.need());
  HANDRAIL_ASSIGN_OR_RETURN(
      Judgments judgments,
      JudgeAll(matching, bridge.need(), times, reached.range));
  const Reached found{.range = reached.range,
                      .judgments = std::move(judgments)};
  const int all = found.judgments.fits + found.judgments.checks;
  HANDRAIL_ASSIGN_OR_RETURN(
      const std::vector<Slot> slots,
      BestSlots(matching, bridge.need(), times, found, all));
  std::set<std::string_view> shown;
  for (const v1::Option& option : answer.options()) {
    shown.insert(option.listing().id());
  }
  std::vector<const Slot*> usable;
  for (const Slot& slot : slots) {
    const Candidate& candidate = slot.first.candidate;
    if (shown.contains(candidate.row->listing.id())) continue;
    if (CanStartToday(question, candidate)) usable.push_back(&slot);
  }
  for (const Slot* slot : Pick(usable, kinds, waiting)) {
    const Row& row = *slot->first.candidate.row;
    v1::TodayOption& today = *answer.add_today();
    *today.mutable_option() =
        MakeOption(matching, bridge.need(), found.range, *slot);
    for (const Waiting& one : waiting) {
      if (KindOf(row, one.bridges).has_value()) today.add_bridges_to(one.id);
    }
    const TermIndex kind = KindOf(row, kinds).value_or(kinds.front());
    today.set_sentence(question.say->Fill(
        "today.bridge",
        {{"value", BuiltInTaxonomy().Label(kind, question.say->language())}}));
  }
  return absl::OkStatus();
}

}  // namespace handrail::matcher
