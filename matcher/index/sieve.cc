#include "matcher/index/sieve.h"

#include <algorithm>

#include "matcher/index/facet_table.h"

namespace handrail::matcher {
namespace {

using Answer = KnownFacts::Answer;

// Asks for a no: of a field that is yes or no.
bool WantsNo(const AskedCriterion& criterion, const FactValue& value) {
  return criterion.field->kind == FactKind::kYesNo && value.yes_no == v1::NO;
}

}  // namespace

Sieve::Sieve(const Question& question, const AskedNeed& need)
    : believed_(BelievedAt(question.as_of, *question.ttls)) {
  for (const AskedCriterion& criterion : need.musts) AddCriterion(criterion);
  if (!need.for_family_only()) AddPerson(question.person());
}

void Sieve::AddCriterion(const AskedCriterion& criterion) {
  // Whether an obligation still binds hangs on the listing's zone.
  if (criterion.last_day.has_value()) return;
  const bool not_wanted = criterion.kind == v1::MUST_NOT;
  Test test;
  test.fact_class = criterion.field->ttl;
  // Any value is enough: all must be a no. None may be: one yes is too much.
  test.all = !not_wanted;
  for (const FactValue& value : criterion.values) {
    const std::optional<int> facet =
        FacetTable::Instance().Find(*criterion.field, value.code);
    if (!facet.has_value()) return;
    const bool no = WantsNo(criterion, value) == not_wanted;
    const Answer answer = no ? Answer::kNo : Answer::kYes;
    // Yes and no of one field are not one test.
    if (!test.bits.empty() && answer != test.answer) return;
    test.answer = answer;
    test.bits.push_back(
        {.word = *facet / 64, .mask = std::uint64_t{1} << *facet % 64});
  }
  if (!test.bits.empty()) tests_.push_back(std::move(test));
}

void Sieve::AddOne(std::string_view path, std::string_view code,
                   Answer answer) {
  const FactField& field = KnownField(path);
  const std::optional<int> facet = FacetTable::Instance().Find(field, code);
  if (!facet.has_value()) return;
  tests_.push_back({.fact_class = field.ttl,
                    .answer = answer,
                    .bits = {{.word = *facet / 64,
                              .mask = std::uint64_t{1} << *facet % 64}}});
}

void Sieve::AddAccess(std::string_view code) {
  const std::size_t before = tests_.size();
  AddOne("any.access", code);
  if (tests_.size() > before) tests_.back().only_in_person = true;
}

// Of the rules in person_rules.cc those that a recorded no decides alone.
void Sieve::AddPerson(const v1::Person& person) {
  if (person.has_age()) age_ = person.age();
  if (!person.gender().empty()) AddOne("any.genders", person.gender());
  const v1::Household& household = person.household();
  if (!household.children().empty()) AddOne("housing.children", "");
  if (household.partner()) AddOne("housing.partner", "");
  if (household.pets()) AddOne("housing.pets", "");
  if (household.service_animal()) AddOne("any.access", "service_animals");
  if (!person.medications().empty()) {
    AddOne("employment.prescribed_medication_ok", "");
  }
  for (const std::string& form : person.medications()) {
    AddOne("any.medication", form);
  }
  for (const std::string& code : person.circumstances()) {
    AddOne("any.record_accepted", code);
  }
  if (person.used_today()) AddOne("any.admits_if_used_today", "");
  if (person.cannot_show_ssn_or_status()) {
    AddOne("any.ssn_or_status_required", "", Answer::kYes);
  }
  for (const std::string& code : person.access_needs()) AddAccess(code);
  if (person.pregnant_or_postpartum()) {
    AddOne("any.populations", "pregnant_postpartum");
  }
  if (person.veteran()) AddOne("any.populations", "veterans");
}

bool Sieve::Fails(const Test& test, const KnownFacts& known, int number) const {
  const auto has = [&](const Bits& bits) {
    return (known.Word(test.answer, bits.word, number) & bits.mask) != 0;
  };
  const bool refused =
      test.all ? std::all_of(test.bits.begin(), test.bits.end(), has)
               : std::any_of(test.bits.begin(), test.bits.end(), has);
  return refused &&
         known.Believed(number, test.fact_class, believed_[test.fact_class]);
}

}  // namespace handrail::matcher
