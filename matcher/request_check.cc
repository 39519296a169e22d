#include "matcher/request_check.h"

#include <algorithm>
#include <string>
#include <utility>

#include "matcher/limits.h"
#include "matcher/violations.h"

namespace handrail::matcher {
namespace {

// The least and greatest instants a request may name: years 1970 and 2199.
constexpr std::int64_t kSecondsMin = 0;
constexpr std::int64_t kSecondsMax = 7'258'118'400;

std::optional<absl::Time> ReadTime(const std::string& field,
                                   const google::protobuf::Timestamp& time,
                                   Violations& violations) {
  if (time.seconds() < kSecondsMin || time.seconds() >= kSecondsMax ||
      time.nanos() < 0 || time.nanos() > 999'999'999) {
    violations.Add(field, "must be a time from 1970 to 2199");
    return std::nullopt;
  }
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

std::vector<std::string> RootTerms() {
  std::vector<std::string> ids;
  const Taxonomy& taxonomy = BuiltInTaxonomy();
  for (TermIndex i = 0; i < taxonomy.size(); ++i) {
    if (taxonomy.term(i).parents.empty()) ids.push_back(taxonomy.term(i).id);
  }
  return ids;
}

AskedCriterion ReadCriterion(const std::string& path,
                             const v1::Criterion& criterion,
                             Violations& violations) {
  AskedCriterion asked;
  asked.kind = criterion.kind();
  if (criterion.kind() != v1::MUST && criterion.kind() != v1::MUST_NOT &&
      criterion.kind() != v1::PREFER) {
    violations.Add(path + ".kind", "must be MUST, MUST_NOT or PREFER");
  }
  violations.CheckRange(path + ".weight", criterion.weight(), 0, kWeightMax);
  if (criterion.weight() != 0 && criterion.kind() != v1::PREFER) {
    violations.Add(path + ".weight", "is for PREFER only; leave it out");
  }
  asked.weight = criterion.weight() == 0 ? 1 : criterion.weight();
  const absl::StatusOr<const FactField*> field =
      FactRegister::Instance().Field(criterion.field());
  if (!field.ok()) {
    violations.Add(path + ".field", MessageOf(field.status()));
    return asked;
  }
  asked.field = *field;
  if (criterion.values().empty()) {
    violations.Add(path + ".values", "needs at least one value");
  }
  violations.CheckSize(path + ".values", criterion.values_size(),
                       kValuesPerCriterionMax);
  const int size = std::min(criterion.values_size(), kValuesPerCriterionMax);
  for (int i = 0; i < size; ++i) {
    absl::StatusOr<FactValue> value =
        ParseFactValue(*asked.field, criterion.values(i));
    if (value.ok()) {
      asked.values.push_back(*std::move(value));
    } else {
      violations.Add(At(path + ".values", i), MessageOf(value.status()));
    }
  }
  return asked;
}

void AddCriteria(const std::string& path,
                 const google::protobuf::RepeatedPtrField<v1::Criterion>& list,
                 v1::RuleOwner owner, std::vector<AskedCriterion>& musts,
                 std::vector<AskedCriterion>& prefers, Violations& violations) {
  violations.CheckSize(path, list.size(), kCriteriaMax);
  for (int i = 0; i < std::min(list.size(), kCriteriaMax); ++i) {
    AskedCriterion asked = ReadCriterion(At(path, i), list[i], violations);
    asked.owner = owner;
    (asked.kind == v1::PREFER ? prefers : musts).push_back(std::move(asked));
  }
}

AskedCriterion ProofWanted() {
  AskedCriterion asked;
  asked.field = &KnownField("any.proof_of_attendance");
  asked.values.push_back(FactValue{});
  return asked;
}

void AddObligation(const std::string& path, const v1::Obligation& obligation,
                   std::vector<AskedCriterion>& musts, Violations& violations) {
  static const auto* const owners =
      new std::vector<std::string>{"contract", "court", "family", "licence"};
  if (std::find(owners->begin(), owners->end(), obligation.owner()) ==
      owners->end()) {
    violations.Add(path + ".owner", "must be one of: " + OneOf(*owners));
  }
  violations.CheckRange(path + ".hours_required", obligation.hours_required(),
                        0, kHoursPerWeekMax);
  std::optional<absl::CivilDay> last_day;
  if (!obligation.end_date().empty()) {
    last_day = ReadDay(path + ".end_date", obligation.end_date(), violations);
  }
  std::vector<AskedCriterion> asked;
  if (obligation.has_criterion()) {
    v1::Criterion criterion = obligation.criterion();
    if (criterion.kind() == v1::CRITERION_KIND_UNSPECIFIED) {
      criterion.set_kind(v1::MUST);
    }
    if (criterion.kind() == v1::PREFER) {
      violations.Add(path + ".criterion.kind", "must be MUST or MUST_NOT");
    }
    asked.push_back(ReadCriterion(path + ".criterion", criterion, violations));
  }
  if (obligation.proof_wanted()) asked.push_back(ProofWanted());
  if (asked.empty()) {
    violations.Add(path, "needs a criterion or proof_wanted");
  }
  for (AskedCriterion& criterion : asked) {
    criterion.owner = v1::OBLIGATION;
    criterion.obligation = &obligation;
    criterion.last_day = last_day;
    musts.push_back(std::move(criterion));
  }
}

// Code points of UTF-8 text.
int Characters(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

void ReadTerms(const std::string& path, AskedNeed& asked,
               Violations& violations) {
  const Taxonomy& taxonomy = BuiltInTaxonomy();
  const v1::Need& need = *asked.need;
  violations.CheckSize(path + ".terms", need.terms_size(), kTermsPerNeedMax);
  for (int i = 0; i < std::min(need.terms_size(), kTermsPerNeedMax); ++i) {
    const std::optional<TermIndex> term = taxonomy.Find(need.terms(i));
    if (!term.has_value()) {
      violations.Add(At(path + ".terms", i),
                     "is no kind of need; ListNeedTerms has them all, the "
                     "widest are: " +
                         OneOf(RootTerms()));
    } else if (std::find(asked.terms.begin(), asked.terms.end(), *term) !=
               asked.terms.end()) {
      violations.Add(At(path + ".terms", i), "is named twice");
    } else {
      asked.terms.push_back(*term);
      asked.covered |= taxonomy.SubTree(*term);
    }
  }
}

void ReadWords(const std::string& path, Language language, BareNeed bare,
               AskedNeed& asked, Violations& violations) {
  const v1::Need& need = *asked.need;
  if (!v1::WordsMode_IsValid(need.words_mode())) {
    violations.Add(path + ".words_mode", "must be BOOST or left out");
  }
  const bool boost = need.words_mode() == v1::BOOST;
  if (need.words().empty()) {
    if (need.terms().empty() && bare == BareNeed::kRefused) {
      violations.Add(path, "needs terms or words");
    }
    if (boost) violations.Add(path + ".words_mode", "BOOST needs words");
    return;
  }
  if (Characters(need.words()) > kNeedWordsMax) {
    violations.Add(path + ".words", absl::StrCat("must have at most ",
                                                 kNeedWordsMax, " characters"));
    return;
  }
  asked.words.emplace(need.words(), language, BuiltInSynonyms());
  if (asked.words->words().empty()) {
    violations.Add(path + ".words", "has no word in it");
  }
  if (boost && need.terms().empty()) {
    violations.Add(path + ".words_mode", "BOOST needs terms");
  }
  asked.words_required = !boost;
}

void ReadWhen(const std::string& path, AskedNeed& asked,
              Violations& violations) {
  const v1::NeedTime& when = asked.need->when();
  if (!v1::WindowMode_IsValid(when.mode())) {
    violations.Add(path + ".mode", "must be INSIDE, OVERLAPS or THROUGHOUT");
  }
  switch (when.time_case()) {
    case v1::NeedTime::kNow:
      if (!when.now()) violations.Add(path + ".now", "must be true");
      break;
    case v1::NeedTime::kTonight:
      if (!when.tonight()) violations.Add(path + ".tonight", "must be true");
      break;
    case v1::NeedTime::kAt:
      ReadTime(path + ".at", when.at(), violations);
      break;
    case v1::NeedTime::kWindow:
      asked.window = ReadWindow(path + ".window", when.window(), violations);
      break;
    case v1::NeedTime::TIME_NOT_SET:
      if (asked.need->has_when()) {
        violations.Add(path, "needs now, at, window or tonight");
      }
      break;
  }
  const bool moment = when.time_case() == v1::NeedTime::kNow ||
                      when.time_case() == v1::NeedTime::kAt;
  if (moment && when.mode() != v1::WINDOW_MODE_UNSPECIFIED) {
    violations.Add(path + ".mode", "is for window and tonight only");
  }
}

void ReadModes(const std::string& path, AskedNeed& asked,
               Violations& violations) {
  violations.CheckSize(path, asked.need->modes_size(), kModes);
  for (int i = 0; i < std::min(asked.need->modes_size(), kModes); ++i) {
    bool found = false;
    for (int m = 0; m < kModes; ++m) {
      if (asked.need->modes(i) != ModeCode(static_cast<Mode>(m))) continue;
      asked.modes.push_back(static_cast<Mode>(m));
      found = true;
    }
    if (!found) {
      violations.Add(At(path, i),
                     "must be one of: in_person, online, phone, comes_to_you");
    }
  }
}

AskedNeed ReadNeed(const std::string& path, const v1::Need& need, BareNeed bare,
                   const Question& question, Violations& violations) {
  AskedNeed asked;
  asked.need = &need;
  ReadTerms(path, asked, violations);
  ReadWords(path,
            LanguageOf(question.say->language()).value_or(Language::kEnglish),
            bare, asked, violations);
  if (!v1::ForWhom_IsValid(need.for_whom())) {
    violations.Add(path + ".for_whom", "must be SELF, FAMILY or BOTH");
  }
  violations.CheckRange(path + ".within_m", need.within_m(), 0,
                        kWithinMetresMax);
  if (asked.distance_bound() && !question.request->person().has_start()) {
    violations.Add(path + (need.widen() ? ".widen" : ".within_m"),
                   "needs person.start to measure from");
  }
  ReadModes(path + ".modes", asked, violations);
  ReadWhen(path + ".when", asked, violations);
  return asked;
}

void ReadNeeds(const v1::MatchRequest& request,
               const std::vector<v1::Criterion>& policy, BareNeed bare,
               Question& question, Violations& violations) {
  // Who states a crisis need not say more to be answered.
  const bool none = request.needs().empty() && request.crisis().empty();
  if (none || request.needs_size() > kNeedsMax) {
    violations.Add("needs", absl::StrCat("must have 1 to ", kNeedsMax,
                                         ", or none where crisis is stated"));
  }
  std::vector<AskedCriterion> musts, prefers, obliged, unwanted, agency;
  AddCriteria("criteria", request.criteria(), v1::PERSON, musts, prefers,
              violations);
  violations.CheckSize("obligations", request.obligations_size(),
                       kObligationsMax);
  const int obligations = std::min(request.obligations_size(), kObligationsMax);
  for (int i = 0; i < obligations; ++i) {
    AddObligation(At("obligations", i), request.obligations(i), obliged,
                  violations);
  }
  const google::protobuf::RepeatedPtrField<v1::Criterion> rules(policy.begin(),
                                                                policy.end());
  AddCriteria("policy", rules, v1::AGENCY, agency, unwanted, violations);
  if (!unwanted.empty()) violations.Add("policy", "must be MUST or MUST_NOT");

  for (int i = 0; i < std::min(request.needs_size(), kNeedsMax); ++i) {
    const std::string path = At("needs", i);
    AskedNeed need =
        ReadNeed(path, request.needs(i), bare, question, violations);
    need.musts = musts;
    need.prefers = prefers;
    AddCriteria(path + ".criteria", request.needs(i).criteria(), v1::PERSON,
                need.musts, need.prefers, violations);
    need.musts.insert(need.musts.end(), obliged.begin(), obliged.end());
    need.musts.insert(need.musts.end(), agency.begin(), agency.end());
    question.needs.push_back(std::move(need));
  }
}

void ReadLanguage(const v1::MatchRequest& request, Question& question,
                  Violations& violations) {
  const auto say = Sentences::For(request.language());
  if (say.ok()) {
    question.say = *say;
  } else {
    violations.Add("language", Sentences::kMustBeSpoken);
  }
}

void ReadExclude(const v1::Exclude& exclude, Question& question,
                 Violations& violations) {
  violations.CheckSize("exclude.listing_ids", exclude.listing_ids_size(),
                       kExcludedMax);
  violations.CheckSize("exclude.organization_ids",
                       exclude.organization_ids_size(), kExcludedMax);
  question.excluded_listings = {exclude.listing_ids().begin(),
                                exclude.listing_ids().end()};
  question.excluded_organizations = {exclude.organization_ids().begin(),
                                     exclude.organization_ids().end()};
}

void CheckCrisis(const v1::MatchRequest& request, Violations& violations) {
  violations.CheckSize("crisis", request.crisis_size(), kCrisisKindsMax);
  for (int i = 0; i < request.crisis_size(); ++i) {
    const int kind = request.crisis(i);
    if (kind == v1::CRISIS_KIND_UNSPECIFIED || !v1::CrisisKind_IsValid(kind)) {
      violations.Add(At("crisis", i),
                     "must be one of: OVERDOSE, SUICIDE, VIOLENCE, "
                     "WITHDRAWAL, NOWHERE_TONIGHT");
    }
  }
}

absl::Status NotYet(const std::string& field) {
  return Unimplemented(v1::ERROR_REASON_NOT_IMPLEMENTED,
                       field + " is not answered yet; leave it out",
                       {{"field", field}});
}

absl::Status CheckAnswered(const v1::MatchRequest& request,
                           const Snapshot& snapshot) {
  if (request.at_revision() != 0 &&
      request.at_revision() != snapshot.revision()) {
    return NotYet("at_revision");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Question> CheckRequest(const v1::MatchRequest& request,
                                      const Snapshot& snapshot, absl::Time now,
                                      const std::vector<v1::Criterion>& policy,
                                      const TtlTable& ttls, BareNeed bare) {
  Violations violations;
  Question question;
  question.request = &request;
  question.ttls = &ttls;
  question.as_of = now;
  if (request.has_as_of()) {
    const auto as_of = ReadTime("as_of", request.as_of(), violations);
    if (as_of.has_value()) question.as_of = *as_of;
  }
  violations.CheckRange("max_results", request.max_results(), 0, kResultsMax);
  question.max_results =
      request.max_results() == 0 ? kResultsDefault : request.max_results();
  ReadLanguage(request, question, violations);
  violations.CheckRange("range_size", request.range_size(), 0, kRangeSizeMax);
  question.range_size =
      request.range_size() == 0 ? kRangeSizeDefault : request.range_size();
  ReadPerson(request, snapshot, question, violations);
  ReadNeeds(request, policy, bare, question, violations);
  ReadExclude(request.exclude(), question, violations);
  CheckCrisis(request, violations);
  HANDRAIL_RETURN_IF_ERROR(violations.ToStatus());
  HANDRAIL_RETURN_IF_ERROR(CheckAnswered(request, snapshot));
  return question;
}

}  // namespace handrail::matcher
