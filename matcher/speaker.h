// Says what was judged and scored: findings and points become sentences.
//
// The code here decides which sentence is true; how it reads is the catalogue's
// business (sentences.h). Nothing old or unknown is asserted: an old fact is
// "listed" and ends with a call to check, an unknown one is a question.
//
// One per option; points into question, need and candidate. Pure.
#pragma once

#include <string>
#include <string_view>

#include "google/protobuf/repeated_field.h"
#include "matcher/candidates.h"
#include "matcher/judge.h"
#include "matcher/points.h"
#include "matcher/question.h"
#include "matcher/sentences.h"
#include "matcher/snapshot.h"

namespace handrail::matcher {

class Speaker {
 public:
  Speaker(const Question& question, const AskedNeed& need,
          const Candidate& candidate)
      : question_(question),
        need_(need),
        candidate_(candidate),
        row_(*candidate.row),
        texts_(TextsOf(row_)),
        say_(*question.say) {}

  // What the listing says of itself; without the facts of the register.
  const v1::Listing& texts() const { return texts_; }

  // The catalogue of the answer's language.
  const Sentences& say() const { return say_; }

  // "Confirmed 2 days ago by phone." Empty for no fact.
  std::string Dated(v1::AgeState age, const v1::Provenance* provenance) const;
  // "2 days ago". REQUIRES: the provenance is dated.
  std::string Ago(const v1::Provenance& provenance) const;

  // Why a finding is as it is, with its owner.
  std::string SentenceOf(const Finding& finding) const;
  // What would be so: "takes people on methadone". No full stop.
  std::string ClaimOf(const Finding& finding) const;
  // What to ask about an UNKNOWN.
  std::string QuestionOf(const Finding& finding) const;
  // "Takes women: yes. Confirmed …": what is recorded, for dated facts.
  std::string FactOf(const Finding& finding) const;

  // How one takes part without travel: "online", "online or by phone"; empty
  // where that is not recorded.
  std::string WithoutTravelText() const;
  // Whether some of it is recorded as a yes that is not old.
  bool WithoutTravelIsSure() const;
  // "Online: Tuesday 7:00 pm": says first that nobody needs to go there.
  std::string WithoutTravelFirst(std::string text) const;

  // The sentence of each component.
  std::string NeedSentence(const Points& points) const;
  std::string WordsSentence(const Points& points) const;
  std::string NearSentence() const;
  std::string WhenSentence(const Points& points) const;
  std::string PreferSentence(const Finding& finding) const;
  std::string AvailabilitySentence(const Availability& reported) const;
  std::string FreshnessSentence(int days) const;

  // What the listing sets about things the person did not say.
  void TheirRules(google::protobuf::RepeatedPtrField<std::string>& rules) const;
  void WhatToBring(google::protobuf::RepeatedPtrField<std::string>& list) const;

  // "2.1 km", "$150", "4:00 pm", "a photo ID or a birth certificate".
  std::string Distance(int distance_m) const;
  std::string Number(const FactField& field, int number) const;
  std::string Documents(const v1::DocumentRule& rule) const;
  // "They ask for a photo ID within 14 days. Confirmed …".
  std::string DocumentRuleSentence(const v1::DocumentRule& rule) const;
  // "They do not ask for a photo ID."
  std::string NoDocumentSentence(const v1::DocumentRule& rule) const;
  // "Intake has its own hours: “8 to 3”. Confirmed …".
  std::string IntakeHoursSentence(const v1::TextFact& hours) const;
  std::string AreaServed() const;
  // "Tuesday 7:00 pm"; with a date where it is a week away or more.
  std::string Moment(absl::Time time, absl::TimeZone zone) const;
  std::string Clock(int minutes) const;
  // The modes asked for, or those offered without travel.
  std::string ModesText() const;
  // "now", "tonight", …
  std::string WhenText() const;

 private:
  // Something of the record was checked within its lifetime.
  bool AnythingIsFresh() const;
  std::string DistanceSentence() const;
  std::string ValueOf(const Finding& finding) const;
  std::string ClaimSentence(const Finding& finding) const;
  std::string HoursSentence(const Finding& finding) const;
  std::string StateSentence(const Finding& finding) const;
  std::string DocumentSentence(const Finding& finding) const;
  std::string BareSentence(const Finding& finding) const;
  std::string RuleFact(std::string_view field, const Reading& reading,
                       std::string_view value) const;
  std::string DatedReading(const FactField& field,
                           const Reading& reading) const;

  friend class RuleTeller;

  const Question& question_;
  const AskedNeed& need_;
  const Candidate& candidate_;
  const Row& row_;
  const v1::Listing texts_;
  const Sentences& say_;
};

}  // namespace handrail::matcher
