// Which listings answer a need at all, and how one gets there.
#include <algorithm>

#include "tests/oracle/entry.h"
#include "tests/oracle/taxonomy.h"

namespace handrail::oracle {
namespace {

constexpr const char* kRemoteModes[] = {"online", "phone", "comes_to_you"};

bool Offered(const Entry& entry, const std::string& mode) {
  const std::vector<Recorded> said = entry.Modes(mode);
  return std::any_of(said.begin(), said.end(), [](const Recorded& one) {
    return one.answer == v1::YES || one.answer == v1::CONDITIONAL;
  });
}

bool Asked(const v1::Need& need, const std::string& mode) {
  return std::find(need.modes().begin(), need.modes().end(), mode) !=
         need.modes().end();
}

bool LeftOut(const Question& question, const v1::Listing& listing) {
  const v1::Exclude& exclude = question.request->exclude();
  const auto holds = [](const auto& ids, const std::string& id) {
    return !id.empty() && std::find(ids.begin(), ids.end(), id) != ids.end();
  };
  return holds(exclude.listing_ids(), listing.id()) ||
         holds(exclude.organization_ids(), listing.organization_id());
}

bool AnswersTerms(const v1::Need& need, const Entry& entry) {
  return need.terms().empty() ||
         std::any_of(need.terms().begin(), need.terms().end(),
                     [&](const std::string& term) {
                       return entry.answers.contains(term) ||
                              entry.answers_broadly.contains(term);
                     });
}

bool AnswersWords(const Question& question, const Candidate& candidate) {
  const v1::Need& need = *question.need;
  const bool only_boost =
      need.words_mode() == v1::BOOST && !need.terms().empty();
  return question.words.empty() || only_boost ||
         std::any_of(candidate.word_parts.begin(), candidate.word_parts.end(),
                     [](int parts) { return parts > 0; });
}

bool InReach(const Question& question, const Reach& reach, const Entry& entry,
             int distance_m) {
  if (!reach.bound || distance_m <= reach.within_m) return true;
  const v1::Listing& listing = entry.listing;
  const std::string& state = listing.place().state().empty()
                                 ? listing.address().state_province()
                                 : listing.place().state();
  return reach.whole_state && state == question.start_state;
}

// Offered on the local day: both days of its time are in it.
bool Published(const Question& question, const v1::Listing& listing) {
  const auto from = DateOf(listing.publish_from());
  const auto until = DateOf(listing.publish_until());
  auto zone = ZoneNamed(listing.zone());
  if (!zone.has_value()) zone = Hours(listing, "").zone();
  if (!zone.has_value()) zone = ZoneNamed(question.request->zone());
  const absl::CivilDay today = absl::ToCivilDay(
      question.moment.as_of, zone.value_or(absl::UTCTimeZone()));
  return (!from || *from <= today) && (!until || today <= *until);
}

}  // namespace

Entry::Entry(const v1::Listing& from) : listing(from), bag(BagOf(from)) {
  for (const v1::NeedTerm& term : listing.terms()) {
    const auto kind = Kinds().find(term.term());
    if (kind == Kinds().end()) continue;
    (term.broader() ? answers_broadly : answers)
        .insert(kind->second.answers.begin(), kind->second.answers.end());
    asks.insert(kind->second.asks.begin(), kind->second.asks.end());
  }
}

bool Entry::AttendedWhole(const v1::Need& need) const {
  return std::any_of(listing.terms().begin(), listing.terms().end(),
                     [&](const v1::NeedTerm& term) {
                       const auto kind = Kinds().find(term.term());
                       if (kind == Kinds().end() || !kind->second.occurrence)
                         return false;
                       return need.terms().empty() ||
                              std::any_of(
                                  need.terms().begin(), need.terms().end(),
                                  [&](const std::string& asked) {
                                    return kind->second.answers.contains(asked);
                                  });
                     });
}

const v1::Provenance* Entry::FieldDate(const char* field) const {
  for (const v1::FieldProvenance& entry : listing.fields()) {
    if (entry.field() == field) return &entry.provenance();
  }
  return nullptr;
}

std::optional<Spot> Entry::spot() const {
  const v1::Place& place = listing.place();
  if (place.basis() == v1::Place::BASIS_UNSPECIFIED) return std::nullopt;
  return Spot{place.latitude_e7(), place.longitude_e7()};
}

bool Entry::StandsSomewhere() const {
  return !listing.location_id().empty() ||
         !listing.address().address_1().empty() || spot().has_value();
}

std::vector<Recorded> Entry::Modes(const std::string& mode) const {
  std::vector<Recorded> out;
  for (const char* code : {mode.c_str(), "delivery"}) {
    if (code != mode && mode != "comes_to_you") continue;
    const Recorded one = Read(profile(), "any.attendance_mode", code);
    if (one.said()) out.push_back(one);
  }
  return out;
}

Found Consider(const Question& question, const Reach& reach, const Entry& entry,
               Candidate& candidate) {
  const v1::Need& need = *question.need;
  const v1::Listing& listing = entry.listing;
  candidate = {};
  candidate.entry = &entry;
  if (listing.status() == v1::INACTIVE || listing.status() == v1::DEFUNCT ||
      !Published(question, listing) || LeftOut(question, listing) ||
      !AnswersTerms(need, entry)) {
    return Found::kNo;
  }
  if (!question.words.empty()) {
    candidate.word_parts =
        MatchWords(question.words, question.language, entry.bag);
  }
  if (!AnswersWords(question, candidate)) return Found::kNo;

  // Recorded modes count; with none recorded one goes there.
  bool any_way = Offered(entry, "in_person");
  for (const char* mode : kRemoteModes) any_way |= Offered(entry, mode);
  bool in_person =
      any_way ? Offered(entry, "in_person") : entry.Modes("in_person").empty();
  if (!need.modes().empty() && !Asked(need, "in_person")) in_person = false;
  for (const char* mode : kRemoteModes) {
    if (!need.modes().empty() && !Asked(need, mode)) continue;
    candidate.without_travel |= Offered(entry, mode);
  }
  if (in_person && question.start.has_value() && entry.spot().has_value()) {
    candidate.distance_m = MetresBetween(*question.start, *entry.spot());
  }
  const bool nowhere = in_person && reach.bound && !entry.spot().has_value();
  candidate.in_person = in_person && !nowhere &&
                        InReach(question, reach, entry, candidate.distance_m);
  if (!candidate.in_person) candidate.distance_m = -1;
  // Asked how, and nothing is recorded: a question.
  const bool only_there = need.modes_size() == 1 && in_person;
  const bool ask_how = !need.modes().empty() && !candidate.in_person &&
                       !only_there &&
                       entry.profile().any().attendance_mode().values().empty();
  if (candidate.in_person || candidate.without_travel || ask_how) {
    return Found::kYes;
  }
  return nowhere ? Found::kNowhere : Found::kNo;
}

}  // namespace handrail::oracle
