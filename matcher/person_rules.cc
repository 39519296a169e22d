// The listing's own rules about what the person said about themself.
//
// Each rule reads exactly the fact that is recorded for exactly what was said:
// no code stands in for another, so that forgetting a fact can turn a yes into
// a question but never into a no.
#include <algorithm>
#include <string>

#include "matcher/judging.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

v1::Answer YesIf(bool yes) { return yes ? v1::YES : v1::NO; }

// The answer to "`number` is allowed" where the fact is a bound.
v1::Answer ByBound(const Reading& bound, bool allowed) {
  switch (bound.answer) {
    case v1::YES:
      return YesIf(allowed);
    case v1::NO:  // There is no such bound.
      return v1::YES;
    default:
      return bound.answer;
  }
}

std::string_view PrimarySubtag(std::string_view tag) {
  return tag.substr(0, tag.find('-'));
}

}  // namespace

Finding Judging::Of(const FactField& field, const Reading& reading,
                    v1::Answer answer, Wanted wanted) const {
  Finding finding;
  finding.rule = field.path;
  finding.field = &field;
  finding.answer = answer;
  finding.words = reading.words;
  finding.code = reading.code;
  if (reading.answer != v1::ANSWER_UNSPECIFIED) {
    finding.provenance = reading.provenance;
    finding.age = Age(reading.provenance, field.ttl);
  }
  finding.judged = JudgeAnswer(answer, finding.age, wanted);
  return finding;
}

Finding Judging::Absent(std::string_view rule, const FactField* field,
                        std::string_view code) {
  Finding finding;
  finding.rule = rule;
  finding.field = field;
  finding.code = code;
  finding.judged =
      JudgeAnswer(v1::ANSWER_UNSPECIFIED, v1::AGE_STATE_UNSPECIFIED);
  return finding;
}

void Judging::AddIfRule(const Finding& finding, bool usual) {
  const bool asked = HANDRAIL_MUTATE(absent_rule_asks, usual, false);
  if (finding.recorded() || asked) Add(finding);
}

void Judging::AgeRule() {
  if (!person().has_age()) return;
  static const FactField& youngest = KnownField("any.minimum_age");
  static const FactField& oldest = KnownField("any.maximum_age");
  const Reading least = facts().Read(youngest);
  const Reading most = facts().Read(oldest);
  if (least.answer == v1::ANSWER_UNSPECIFIED &&
      most.answer == v1::ANSWER_UNSPECIFIED) {
    Finding finding = Absent("age", nullptr);
    finding.number = person().age();
    AddIfRule(finding, Asks(AskedRule::kAge));
    return;
  }
  const int age = person().age();
  const bool old_enough = HANDRAIL_MUTATE(
      minimum_age_inclusive, age >= least.number, age > least.number);
  const bool young_enough = HANDRAIL_MUTATE(
      maximum_age_inclusive, age <= most.number, age < most.number);
  for (Finding finding : {Of(youngest, least, ByBound(least, old_enough)),
                          Of(oldest, most, ByBound(most, young_enough))}) {
    finding.number = age;
    if (finding.recorded()) Add(finding);
  }
}

void Judging::GenderRule() {
  if (person().gender().empty()) return;
  static const FactField& field = KnownField("any.genders");
  Finding finding = Of(field, facts().Read(field, person().gender()));
  finding.code = person().gender();
  const bool others = !facts().All(field).empty();
  AddIfRule(finding, others || Asks(AskedRule::kGender));
}

void Judging::ChildRules() {
  const v1::Household& household = person().household();
  if (household.children().empty()) return;
  static const FactField& field = KnownField("housing.children");
  static const FactField& beds_field = KnownField("treatment.child_beds");
  const Finding beds = Of(beds_field, facts().Read(beds_field));
  const bool usual = Asks(AskedRule::kHousehold);
  const Finding children = Of(field, facts().Read(field));
  AddIfRule(children, usual && !beds.recorded());
  if (usual && beds.recorded()) Add(beds);

  // Where nothing is said about children, that is the one question; where they
  // are refused, there is none.
  const bool open = children.recorded() && children.answer != v1::NO;
  static const FactField& most_field = KnownField("housing.children_max");
  const Reading most = facts().Read(most_field);
  const int count = household.children_size();
  Finding finding =
      Of(most_field, most,
         ByBound(most, HANDRAIL_MUTATE(children_max, count <= most.number,
                                       count < most.number)));
  finding.number = count;
  AddIfRule(finding, usual && open && count > 1);
  ChildAgeRules(usual && open);
}

// A child whose age or gender was not said makes no finding where it matters.
// Homes that take children usually say up to which age: `usual`.
void Judging::ChildAgeRules(bool usual) {
  static const FactField& boys_field = KnownField("housing.boys_age_max");
  static const FactField& girls_field = KnownField("housing.girls_age_max");
  const Reading boys_max = facts().Read(boys_field);
  const Reading girls_max = facts().Read(girls_field);
  int oldest_boy = -1;
  int oldest_girl = -1;
  for (const v1::Child& child : person().household().children()) {
    if (!child.has_age()) continue;
    const auto allowed = [&child](const Reading& bound) {
      return ByBound(bound,
                     HANDRAIL_MUTATE(child_age_max, child.age() <= bound.number,
                                     child.age() < bound.number));
    };
    Finding boys = Of(boys_field, boys_max, allowed(boys_max));
    Finding girls = Of(girls_field, girls_max, allowed(girls_max));
    boys.number = girls.number = child.age();
    if (child.gender() == "boy") oldest_boy = std::max(oldest_boy, child.age());
    if (child.gender() == "girl") {
      oldest_girl = std::max(oldest_girl, child.age());
    }
    const bool said = !child.gender().empty();
    if (!said && boys.answer != girls.answer) continue;
    if (child.gender() != "girl" && boys.recorded()) Add(boys);
    if (child.gender() != "boy" && girls.recorded()) Add(girls);
  }
  AddAbsentLimit(boys_field, boys_max, oldest_boy, usual);
  AddAbsentLimit(girls_field, girls_max, oldest_girl, usual);
}

// One question for all boys or girls, about the oldest of them.
void Judging::AddAbsentLimit(const FactField& field, const Reading& limit,
                             int oldest, bool usual) {
  if (oldest < 0 || limit.answer != v1::ANSWER_UNSPECIFIED) return;
  Finding finding = Absent(field.path, &field);
  finding.number = oldest;
  AddIfRule(finding, HANDRAIL_MUTATE(child_age_absent_asks, usual, false));
}

void Judging::OtherHouseholdRules() {
  const v1::Household& household = person().household();
  const bool usual = Asks(AskedRule::kHousehold);
  if (household.partner()) {
    static const FactField& field = KnownField("housing.partner");
    AddIfRule(Of(field, facts().Read(field)), usual);
  }
  if (household.pets()) {
    static const FactField& field = KnownField("housing.pets");
    AddIfRule(Of(field, facts().Read(field)), usual);
  }
  if (household.service_animal()) {
    static const FactField& field = KnownField("any.access");
    Finding finding = Of(field, facts().Read(field, "service_animals"));
    finding.code = "service_animals";
    AddIfRule(finding, usual);
  }
}

void Judging::MedicationRules() {
  if (person().medications().empty()) return;
  static const FactField& work_field =
      KnownField("employment.prescribed_medication_ok");
  const Finding work = Of(work_field, facts().Read(work_field));
  if (work.recorded()) Add(work);
  static const FactField& field = KnownField("any.medication");
  const bool others = !facts().All(field).empty();
  const bool usual =
      others || (Asks(AskedRule::kMedication) && !work.recorded());
  for (const std::string& form : person().medications()) {
    Finding finding = Of(field, facts().Read(field, form));
    finding.code = form;
    AddIfRule(finding, HANDRAIL_MUTATE(medication_absent_asks, usual, false));
  }
}

// Any coverage that is in force is enough. A recorded no to all of it decides;
// where it is a question, a service that costs nothing is an answer.
std::optional<Finding> Judging::CoverageByKind() const {
  static const FactField& field = KnownField("any.payments");
  std::vector<Finding> kinds;
  for (const v1::Coverage& coverage : person().coverage()) {
    if (coverage.state() == v1::Coverage::NONE) continue;
    const Reading reading = facts().Read(field, coverage.kind());
    const bool waits = coverage.state() != v1::Coverage::IN_FORCE;
    const bool asks = HANDRAIL_MUTATE(coverage_pending, waits, false) &&
                      reading.answer == v1::YES;
    Finding finding =
        Of(field, reading, asks ? v1::CONDITIONAL : reading.answer);
    finding.code = coverage.kind();
    if (asks) finding.say = Say::kCoverageNotInForce;
    kinds.push_back(finding);
  }
  if (kinds.empty()) return std::nullopt;
  const Finding best = BestOf(kinds);
  if (best.judged.state != v1::UNKNOWN) return best;
  static const FactField& cost = KnownField("any.cost");
  Finding free = Of(cost, facts().Read(cost, "free"));
  free.rule = field.path;
  free.code = "free";
  free.say = Say::kFree;
  if (free.answer != v1::YES) return best;
  return BestOf({best, free});
}

// Nobody pays: free, for people who cannot pay, or a way to pay less.
Finding Judging::CoverageOfNobody() const {
  static const FactField& payments = KnownField("any.payments");
  static const FactField& cost = KnownField("any.cost");
  static const FactField& help = KnownField("any.payment_help");
  const auto way = [this](const FactField& field, std::string_view code,
                          Say say) {
    const Reading reading = facts().Read(field, code);
    const bool less = say == Say::kPayLess && reading.answer == v1::YES;
    Finding finding =
        Of(field, reading, less ? v1::CONDITIONAL : reading.answer);
    finding.rule = payments.path;
    finding.code = code;
    if (reading.answer == v1::YES) finding.say = say;
    if (reading.answer == v1::ANSWER_UNSPECIFIED)
      finding.say = Say::kNoCoverage;
    return finding;
  };
  return BestOf({way(cost, "free", Say::kFree),
                 way(payments, "no_payment", Say::kClaim),
                 way(payments, "self_pay", Say::kPayLess),
                 way(cost, "sliding_scale", Say::kPayLess),
                 way(help, "", Say::kPayLess)});
}

void Judging::CoverageRule() {
  if (person().coverage().empty()) return;
  static const FactField& payments = KnownField("any.payments");
  const bool usual =
      Asks(AskedRule::kCoverage) || !facts().All(payments).empty();
  const bool asked = HANDRAIL_MUTATE(coverage_rule, usual, false);
  if (!asked) return;
  const std::optional<Finding> by_kind = CoverageByKind();
  Add(by_kind.has_value() ? *by_kind : CoverageOfNobody());
}

bool Judging::Owns(std::string_view document, absl::CivilDay by) const {
  return std::any_of(question_.documents.begin(), question_.documents.end(),
                     [&](const OwnedDocument& owned) {
                       const bool in_time = HANDRAIL_MUTATE(
                           document_available_on,
                           !owned.from.has_value() || *owned.from <= by, true);
                       return owned.code == document && in_time;
                     });
}

void Judging::DocumentRules() {
  if (!question_.documents_said) return;
  const v1::AnyServiceProfile& any = profile().any();
  const absl::TimeZone zone = LocalZone(question_, candidate_);
  const absl::CivilDay arrival(
      absl::ToCivilDay(FromTime(question_, zone), zone));
  const absl::CivilDay now = absl::ToCivilDay(question_.as_of, zone);
  bool said = false;
  for (const v1::DocumentRule& rule : any.documents()) {
    if (rule.answer() == v1::ANSWER_UNSPECIFIED) continue;
    said = true;
    const bool not_asked = rule.answer() == v1::NO;
    if (HANDRAIL_MUTATE(not_asked_is_a_yes, false, not_asked)) continue;
    const absl::CivilDay due = arrival + rule.within_days();
    const bool shown =
        std::any_of(rule.any_of().begin(), rule.any_of().end(),
                    [&](const std::string& code) { return Owns(code, due); });
    Finding finding;
    finding.rule = "any.documents";
    finding.say = Say::kDocument;
    finding.document = &rule;
    finding.held_later =
        shown &&
        std::none_of(rule.any_of().begin(), rule.any_of().end(),
                     [&](const std::string& code) { return Owns(code, now); });
    const bool unclear =
        rule.answer() == v1::CONDITIONAL || rule.any_of().empty();
    finding.answer = shown || not_asked ? v1::YES
                     : unclear          ? v1::CONDITIONAL
                                        : v1::NO;
    finding.words = rule.words();
    finding.provenance = rule.has_provenance() ? &rule.provenance() : nullptr;
    finding.age = Age(finding.provenance, v1::TTL_ELIGIBILITY);
    finding.judged = JudgeAnswer(finding.answer, finding.age);
    Add(finding);
  }
  const bool prose = std::any_of(
      row_.listing.required_documents().begin(),
      row_.listing.required_documents().end(),
      [](const v1::RequiredDocument& d) { return !d.document().empty(); });
  if (!said && (prose || Asks(AskedRule::kDocuments))) {
    Finding finding = Absent("any.documents", nullptr);
    finding.say = Say::kDocument;
    Add(finding);
  }
  ResidencyRule();
}

void Judging::ResidencyRule() {
  static const FactField& field = KnownField("any.residency_proof");
  const Reading reading = facts().Read(field);
  if (reading.answer == v1::ANSWER_UNSPECIFIED) return;
  const absl::TimeZone zone = LocalZone(question_, candidate_);
  const absl::CivilDay arrival(
      absl::ToCivilDay(FromTime(question_, zone), zone));
  Finding finding = Of(field, reading, reading.answer, Wanted::kNo);
  if (Owns("proof_of_residency", arrival)) {
    finding.judged = JudgeAnswer(v1::YES, finding.age);
  }
  Add(finding);
}

void Judging::CircumstanceRules() {
  if (person().circumstances().empty()) return;
  static const FactField& field = KnownField("any.record_accepted");
  const bool usual = !facts().All(field).empty() || Asks(AskedRule::kRecord);
  for (const std::string& code : person().circumstances()) {
    Finding finding = Of(field, facts().Read(field, code));
    finding.code = code;
    AddIfRule(finding, HANDRAIL_MUTATE(record_absent_asks, usual, false));
  }
}

// What a house asks about use is the house's rule; nothing here counts against
// a person.
void Judging::UseRules() {
  const bool usual = Asks(AskedRule::kSubstanceUseToday);
  if (person().used_today()) {
    static const FactField& field = KnownField("any.admits_if_used_today");
    AddIfRule(Of(field, facts().Read(field)), usual);
  }
  if (!person().has_days_without_use()) return;
  const int days = person().days_without_use();
  static const FactField& least_field =
      KnownField("housing.minimum_days_without_use");
  const Reading least = facts().Read(least_field);
  Finding finding =
      Of(least_field, least,
         ByBound(least,
                 HANDRAIL_MUTATE(days_without_use_inclusive,
                                 days >= least.number, days > least.number)));
  finding.number = days;
  AddIfRule(finding, usual);

  // The wait is for people who left; who never lived there has none. So too few
  // days are a question, not a no.
  static const FactField& wait_field = KnownField("housing.reentry_wait_days");
  const Reading wait = facts().Read(wait_field);
  if (wait.answer != v1::YES && wait.answer != v1::CONDITIONAL) return;
  if (HANDRAIL_MUTATE(reentry_wait, days >= wait.number, true)) return;
  Finding reentry = Of(wait_field, wait, v1::CONDITIONAL);
  reentry.say = Say::kReentry;
  reentry.number = wait.number;
  Add(reentry);
}

void Judging::PaperRule() {
  if (!person().cannot_show_ssn_or_status()) return;
  static const FactField& field = KnownField("any.ssn_or_status_required");
  const Reading reading = facts().Read(field);
  AddIfRule(Of(field, reading, reading.answer,
               HANDRAIL_MUTATE(ssn_required, Wanted::kNo, Wanted::kYes)),
            Asks(AskedRule::kDocuments));
}

// Needed of every place one goes to, whatever its kind.
void Judging::AccessRules() {
  if (!candidate_.in_person) return;
  static const FactField& field = KnownField("any.access");
  for (const std::string& code : person().access_needs()) {
    Finding finding = Of(field, facts().Read(field, code));
    finding.code = code;
    Add(finding);
  }
}

std::optional<Finding> Judging::LanguageFinding(std::string_view tag) const {
  static const FactField& field = KnownField("any.languages");
  for (const Reading& reading : facts().All(field)) {
    if (PrimarySubtag(reading.code) != PrimarySubtag(tag)) continue;
    return Of(field, reading);
  }
  for (const v1::Language& language : row_.listing.languages()) {
    if (PrimarySubtag(language.code()) != PrimarySubtag(tag)) continue;
    const Reading listed = {.answer = v1::YES,
                            .provenance = row_.FieldDate(HsdsField::kLanguages),
                            .code = tag};
    return Of(field, listed);
  }
  return std::nullopt;
}

// Staff who sign is a yes; an interpreter who must be asked for depends.
Finding Judging::SignFinding() const {
  static const FactField& field = KnownField("any.sign_language");
  for (const Reading& reading : facts().All(field)) {
    v1::Answer answer = reading.answer;
    if (reading.code == "none") answer = v1::NO;
    if (reading.code == "interpreter_on_notice") answer = v1::CONDITIONAL;
    Finding finding = Of(field, reading, answer);
    if (reading.code == "none") finding.code = "staff_signs";
    return finding;
  }
  const std::optional<Finding> spoken = LanguageFinding("ase");
  return spoken.has_value() ? *spoken
                            : Absent(field.path, &field, "staff_signs");
}

// English is taken as spoken everywhere; who signs needs someone who signs.
void Judging::LanguageRule() {
  const auto& languages = person().languages();
  const auto has = [&languages](std::string_view tag) {
    return std::any_of(languages.begin(), languages.end(),
                       [tag](const std::string& language) {
                         return PrimarySubtag(language) == tag;
                       });
  };
  if (languages.empty()) return;
  if (has("ase")) {
    Add(SignFinding());
    return;
  }
  if (has("en")) return;
  std::vector<Finding> found;
  for (const std::string& tag : languages) {
    const std::optional<Finding> finding = LanguageFinding(tag);
    static const FactField& field = KnownField("any.languages");
    found.push_back(finding.has_value() ? *finding
                                        : Absent(field.path, &field, tag));
  }
  Add(BestOf(found));
}

// Groups a service says it does not take. Being for others is no refusal.
void Judging::GroupRules() {
  static const FactField& field = KnownField("any.populations");
  const auto refuse = [this](std::string_view code) {
    const Reading reading = facts().Read(field, code);
    if (reading.answer != v1::NO && reading.answer != v1::CONDITIONAL) return;
    Add(Of(field, reading));
  };
  if (person().pregnant_or_postpartum()) refuse("pregnant_postpartum");
  if (person().veteran()) refuse("veterans");
}

void Judging::PersonRules() {
  if (need_.for_family_only()) return;
  constexpr void (Judging::*kRules[])() = {
      &Judging::AgeRule,         &Judging::GenderRule,
      &Judging::ChildRules,      &Judging::OtherHouseholdRules,
      &Judging::MedicationRules, &Judging::CoverageRule,
      &Judging::DocumentRules,   &Judging::CircumstanceRules,
      &Judging::UseRules,        &Judging::PaperRule,
      &Judging::AccessRules,     &Judging::LanguageRule,
      &Judging::GroupRules};
  for (const auto rule : kRules) {
    if (done()) return;
    (this->*rule)();
  }
}

}  // namespace handrail::matcher
