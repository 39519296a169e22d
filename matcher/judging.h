// Collects the findings of one listing: shared by judge.cc, person_rules.cc and
// judge_hours.cc.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "matcher/fact_age.h"
#include "matcher/judge.h"

namespace handrail::matcher {

class Judging {
 public:
  Judging(const Question& question, const AskedNeed& need, AskedTimes& times,
          const Candidate& candidate, AfterNo after_no,
          std::vector<Finding>& findings)
      : question_(question),
        need_(need),
        times_(times),
        candidate_(candidate),
        row_(*candidate.row),
        after_no_(after_no),
        findings_(findings) {}

  // Every rule, in the order in which findings are shown.
  void AllRules();

 private:
  // The person's own MUSTs, obligations that bind, the agency's rules.
  void Criteria();
  // The listing's rules about what the person said about themself.
  void PersonRules();
  // Who may come, for FAMILY, SELF and BOTH.
  void Audience();
  // Whether home is in the area served.
  void ServiceArea();
  // An approximate place, where distance was asked.
  void Place();
  // The mode asked for.
  void ModeAsked();
  // Hours, closures, holds.
  void Hours();
  void Closures();

  // Nothing that is still to be judged matters.
  bool done() const { return refused_ && after_no_ == AfterNo::kStop; }

  const v1::Person& person() const { return question_.person(); }
  const v1::RecoveryProfile& profile() const { return row_.listing.profile(); }
  const ProfileFacts& facts() const { return row_.facts; }
  bool Asks(AskedRule rule) const { return matcher::Asks(row_.asks, rule); }

  v1::AgeState Age(const v1::Provenance* provenance, v1::FactTtl ttl) const {
    return AgeOf(provenance, ttl, question_.as_of, *question_.ttls);
  }

  // A finding about `field` from what was read; judged by its answer.
  Finding Of(const FactField& field, const Reading& reading) const {
    return Of(field, reading, reading.answer);
  }
  // The same with an answer worked out from the reading.
  Finding Of(const FactField& field, const Reading& reading, v1::Answer answer,
             Wanted wanted = Wanted::kYes) const;
  // Nothing is recorded about `rule`.
  static Finding Absent(std::string_view rule, const FactField* field,
                        std::string_view code = {});
  void Add(const Finding& finding) {
    refused_ = refused_ || finding.judged.state == v1::NOT_MET;
    findings_.push_back(finding);
  }

  // Adds the finding where something is recorded, or where places of this kind
  // usually set such a rule.
  void AddIfRule(const Finding& finding, bool usual);

  void AgeRule();
  void GenderRule();
  void ChildRules();
  void ChildAgeRules(bool usual);
  void AddAbsentLimit(const FactField& field, const Reading& limit, int oldest,
                      bool usual);
  void OtherHouseholdRules();
  void MedicationRules();
  void CoverageRule();
  std::optional<Finding> CoverageByKind() const;
  Finding CoverageOfNobody() const;
  void DocumentRules();
  void ResidencyRule();
  bool Owns(std::string_view document, absl::CivilDay by) const;
  void CircumstanceRules();
  void UseRules();
  void PaperRule();
  void AccessRules();
  void LanguageRule();
  std::optional<Finding> LanguageFinding(std::string_view tag) const;
  Finding SignFinding() const;
  void GroupRules();
  void IntakeCutoff(absl::Time time);
  void IntakeHours();
  Finding FamilyFinding() const;

  const Question& question_;
  const AskedNeed& need_;
  AskedTimes& times_;
  const Candidate& candidate_;
  const Row& row_;
  AfterNo after_no_;
  std::vector<Finding>& findings_;
  // Something added is not met.
  bool refused_ = false;
};

// The one of `findings` that decides an any-of. REQUIRES: not empty.
const Finding& BestOf(const std::vector<Finding>& findings);

}  // namespace handrail::matcher
