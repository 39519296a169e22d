// What the listing sets about things the person did not say, and what to bring.
// These leave the verdict alone: they are told, not judged.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "matcher/fact_age.h"
#include "matcher/speaker.h"

namespace handrail::matcher {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

// Walks the rules of one listing.
class RuleTeller {
 public:
  RuleTeller(const Speaker& speaker, Texts& rules)
      : speaker_(speaker),
        // Nothing that was said is about whoever comes as family.
        person_(speaker.need_.for_family_only() ? v1::Person::default_instance()
                                                : speaker.question_.person()),
        profile_(speaker.row_.listing.profile()),
        facts_(speaker.row_.facts),
        rules_(rules) {}

  void Tell();

 private:
  void Add(std::string text) { rules_.Add(std::move(text)); }

  // The rule is told where its answer is one of these.
  enum class When { kNoOrDepends, kYesOrDepends };
  static bool Tells(v1::Answer answer, When when) {
    return answer == v1::CONDITIONAL ||
           answer == (when == When::kNoOrDepends ? v1::NO : v1::YES);
  }

  void YesNo(const char* path, When when, bool said) {
    if (said) return;
    const Reading reading = facts_.Read(KnownField(path));
    if (Tells(reading.answer, when)) {
      Add(speaker_.RuleFact(path, reading, ""));
    }
  }

  // Entries of a set, but for the codes that were said.
  void Set(const char* path, When when, const std::vector<std::string>& said) {
    for (const Reading& reading : facts_.All(KnownField(path))) {
      const bool known = std::find(said.begin(), said.end(),
                                   std::string(reading.code)) != said.end();
      if (known || !Tells(reading.answer, when)) continue;
      Add(speaker_.RuleFact(path, reading, speaker_.say_.Code(reading.code)));
    }
  }

  // A bound with a sentence of its own.
  void Bound(const char* path, const char* key, bool said) {
    if (said) return;
    const FactField& field = KnownField(path);
    const Reading reading = facts_.Read(field);
    const std::string dated = speaker_.DatedReading(field, reading);
    if (reading.answer == v1::YES) {
      Add(speaker_.say_.Count(
          key, reading.number,
          {{"value", absl::StrCat(reading.number)}, {"dated", dated}}));
    } else if (reading.answer == v1::CONDITIONAL) {
      Add(speaker_.RuleFact(path, reading,
                            speaker_.Number(field, reading.number)));
    }
  }

  void Genders();
  void Audience();
  void Children();
  void Documents();
  void Area();
  void Intake();

  const Speaker& speaker_;
  const v1::Person& person_;
  // What is no fact of the register; the facts.
  const v1::RecoveryProfile& profile_;
  const ProfileFacts& facts_;
  Texts& rules_;
};

void RuleTeller::Genders() {
  if (!person_.gender().empty()) return;
  const ProfileFacts::Readings entries = facts_.All(KnownField("any.genders"));
  const bool refuses = std::any_of(
      entries.begin(), entries.end(),
      [](const Reading& reading) { return reading.answer != v1::YES; });
  // Only some are named: whom it is for is the rule.
  const size_t all = KnownField("any.genders").codes.size();
  Set("any.genders",
      refuses || entries.size() == all ? When::kNoOrDepends
                                       : When::kYesOrDepends,
      {});
}

void RuleTeller::Audience() {
  if (speaker_.need_.need->for_whom() != v1::FOR_WHOM_UNSPECIFIED) return;
  const FactField& field = KnownField("any.audience");
  const bool for_person = facts_.Read(field, "person").answer == v1::YES;
  Set("any.audience", for_person ? When::kNoOrDepends : When::kYesOrDepends,
      {});
}

void RuleTeller::Children() {
  const bool said = !person_.household().children().empty();
  YesNo("housing.children", When::kNoOrDepends, said);
  Bound("housing.children_max", "rule.children_max", said);
  const auto ages_said = [this](const char* gender) {
    const auto& children = person_.household().children();
    return !children.empty() && std::all_of(children.begin(), children.end(),
                                            [gender](const v1::Child& child) {
                                              return child.has_age() &&
                                                     !child.gender().empty() &&
                                                     gender != nullptr;
                                            });
  };
  Bound("housing.boys_age_max", "rule.boys_age_max", ages_said("boy"));
  Bound("housing.girls_age_max", "rule.girls_age_max", ages_said("girl"));
}

void RuleTeller::Documents() {
  const bool said =
      speaker_.question_.documents_said && !speaker_.need_.for_family_only();
  YesNo("any.residency_proof", When::kYesOrDepends, said);
  if (said) return;
  for (const v1::DocumentRule& rule : profile_.any().documents()) {
    if (rule.answer() != v1::YES && rule.answer() != v1::CONDITIONAL) continue;
    Add(speaker_.DocumentRuleSentence(rule));
  }
}

void RuleTeller::Area() {
  if (speaker_.question_.home_stated ||
      speaker_.row_.listing.coverage().empty()) {
    return;
  }
  const v1::Provenance* date = speaker_.row_.FieldDate(HsdsField::kServiceArea);
  const v1::AgeState age =
      AgeOf(date, v1::TTL_ELIGIBILITY, speaker_.question_.as_of,
            *speaker_.question_.ttls);
  Add(speaker_.say_.Fill("rule.service_area",
                         {{"value", speaker_.AreaServed()},
                          {"dated", speaker_.Dated(age, date)}}));
}

void RuleTeller::Intake() {
  const v1::NeedTime& when = speaker_.need_.need->when();
  const bool said =
      when.time_case() != v1::NeedTime::TIME_NOT_SET && !when.has_window();
  const FactField& field = KnownField("any.intake_cutoff");
  const Reading cutoff = facts_.Read(field);
  if (!said && Tells(cutoff.answer, When::kYesOrDepends)) {
    Add(speaker_.RuleFact("any.intake_cutoff", cutoff,
                          speaker_.Number(field, cutoff.number)));
  }
  const v1::TextFact& hours = profile_.any().intake_hours();
  if (!hours.text().empty()) Add(speaker_.IntakeHoursSentence(hours));
  Set("any.admission_routes", When::kYesOrDepends, {});
}

void RuleTeller::Tell() {
  Bound("any.minimum_age", "rule.minimum_age", person_.has_age());
  Bound("any.maximum_age", "rule.maximum_age", person_.has_age());
  Genders();
  Audience();
  Children();
  const v1::Household& household = person_.household();
  YesNo("housing.partner", When::kNoOrDepends, household.has_partner());
  YesNo("housing.pets", When::kNoOrDepends, household.has_pets());
  Set("any.medication", When::kNoOrDepends,
      {person_.medications().begin(), person_.medications().end()});
  YesNo("employment.prescribed_medication_ok", When::kNoOrDepends,
        !person_.medications().empty());
  if (person_.coverage().empty()) {
    Set("any.payments", When::kNoOrDepends, {});
  }
  Documents();
  Set("any.record_accepted", When::kNoOrDepends,
      {person_.circumstances().begin(), person_.circumstances().end()});
  YesNo("any.admits_if_used_today", When::kNoOrDepends,
        person_.has_used_today());
  Bound("housing.minimum_days_without_use", "rule.minimum_days",
        person_.has_days_without_use());
  Bound("housing.reentry_wait_days", "rule.reentry",
        person_.has_days_without_use());
  YesNo("any.ssn_or_status_required", When::kYesOrDepends,
        person_.cannot_show_ssn_or_status());
  Set("any.required_activities", When::kYesOrDepends, {});
  Set("any.serves_only", When::kYesOrDepends, {});
  Set("any.populations", When::kNoOrDepends, {});
  YesNo("treatment.medical_clearance", When::kYesOrDepends, false);
  YesNo("employment.licence_needed", When::kYesOrDepends, false);
  Intake();
  Area();
}

std::string Speaker::DatedReading(const FactField& field,
                                  const Reading& reading) const {
  return Dated(
      AgeOf(reading.provenance, field.ttl, question_.as_of, *question_.ttls),
      reading.provenance);
}

std::string Speaker::RuleFact(std::string_view field, const Reading& reading,
                              std::string_view value) const {
  const std::string claim = Capitalized(say_.Claim(field, value));
  const std::string dated = DatedReading(KnownField(field), reading);
  if (reading.answer == v1::CONDITIONAL) {
    return say_.Fill(
        reading.words.empty() ? "rule.depends" : "rule.depends_words",
        {{"claim", claim}, {"words", reading.words}, {"dated", dated}});
  }
  const v1::AgeState age = AgeOf(reading.provenance, KnownField(field).ttl,
                                 question_.as_of, *question_.ttls);
  return say_.Fill(
      IsOld(age) ? "rule.fact_old" : "rule.fact",
      {{"claim", claim},
       {"answer", say_.Fill(reading.answer == v1::YES ? "rule.answer.yes"
                                                      : "rule.answer.no")},
       {"dated", dated}});
}

std::string Speaker::AreaServed() const {
  CommaList areas;
  for (const v1::CoverageArea& area : row_.listing.coverage()) {
    switch (area.kind()) {
      case v1::CoverageArea::NATIONWIDE:
        areas.Add(say_.Fill("value.nationwide"));
        break;
      case v1::CoverageArea::COUNTY: {
        const std::string& code = area.code();
        areas.Add(say_.Fill("value.county",
                            {{"value", code.substr(code.find('/') + 1)}}));
        break;
      }
      default:
        areas.Add(area.code());
    }
  }
  return areas.text();
}

void Speaker::TheirRules(Texts& rules) const {
  RuleTeller(*this, rules).Tell();
}

void Speaker::WhatToBring(Texts& list) const {
  const v1::AnyServiceProfile& any = row_.listing.profile().any();
  const auto with_age = [this](std::string text, const v1::Provenance* date) {
    const v1::AgeState age =
        AgeOf(date, v1::TTL_ELIGIBILITY, question_.as_of, *question_.ttls);
    // What is still good needs no date here; the facts have it.
    return IsOld(age) ? absl::StrCat(text, " ", Dated(age, date)) : text;
  };
  if (!any.what_to_bring().text().empty()) {
    const v1::TextFact& fact = any.what_to_bring();
    list.Add(with_age(say_.Fill("bring.text", {{"value", fact.text()}}),
                      fact.has_provenance() ? &fact.provenance() : nullptr));
  }
  for (const v1::DocumentRule& rule : any.documents()) {
    if (rule.answer() != v1::YES && rule.answer() != v1::CONDITIONAL) continue;
    const std::string value = Capitalized(Documents(rule));
    std::string text;
    if (rule.answer() == v1::CONDITIONAL) {
      text = say_.Fill("bring.documents_may", {{"value", value}});
    } else if (rule.within_days() > 0) {
      text = say_.Count("bring.documents_days", rule.within_days(),
                        {{"value", value}});
    } else {
      text = say_.Fill("bring.documents", {{"value", value}});
    }
    list.Add(with_age(std::move(text),
                      rule.has_provenance() ? &rule.provenance() : nullptr));
  }
  for (const v1::RequiredDocument& document :
       row_.listing.required_documents()) {
    if (document.document().empty()) continue;
    list.Add(
        with_age(document.document(), row_.FieldDate(HsdsField::kDocuments)));
  }
}

}  // namespace handrail::matcher
