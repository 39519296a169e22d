// The listing's own rules about what the person did say.
#include <algorithm>

#include "tests/oracle/entry.h"

namespace handrail::oracle {
namespace {

class PersonRules {
 public:
  PersonRules(const Question& question, const Candidate& candidate,
              absl::CivilDay arrival, std::vector<Judged>& out)
      : person_(question.person()),
        moment_(question.moment),
        entry_(*candidate.entry),
        in_person_(candidate.in_person),
        arrival_(arrival),
        out_(out) {}

  void All() {
    Age();
    if (!person_.gender().empty()) {
      Coded("any.genders", person_.gender(), "gender");
    }
    Household();
    Medications();
    Coverage();
    Documents();
    for (const auto& code : person_.circumstances()) {
      Coded("any.record_accepted", code, "record");
    }
    Use();
    Papers();
    // What it is like there matters to who goes there.
    for (const auto& code : person_.access_needs()) {
      if (in_person_) Coded("any.access", code, kAlways);
    }
    Languages();
    if (person_.pregnant_or_postpartum()) Group("pregnant_postpartum");
    if (person_.veteran()) Group("veterans");
  }

 private:
  static constexpr const char* kAlways = "always";
  static constexpr const char* kNever = "never";
  static constexpr const char* kBoys = "housing.boys_age_max";
  static constexpr const char* kGirls = "housing.girls_age_max";

  bool Usual(const char* asks) const {
    return asks == kAlways || (asks != kNever && entry_.Asks(asks));
  }

  Recorded Of(const std::string& path, const std::string& code = "") const {
    return Read(entry_.profile(), path, code);
  }

  // Judges what is recorded; nothing recorded is a question where places of
  // this kind usually set such a rule.
  void Add(const std::string& path, const Recorded& recorded, v1::Answer answer,
           const char* asks) {
    if (!recorded.said() && !Usual(asks)) return;
    out_.push_back(JudgeRecorded(path, recorded, answer, moment_));
  }

  void Coded(const std::string& path, const std::string& code,
             const char* asks) {
    const Recorded recorded = Of(path, code);
    // A list that names others says something: this one is absent from it.
    const bool listed = NamesAny(entry_.profile(), path);
    Add(path, recorded, recorded.answer, listed ? kAlways : asks);
  }

  // What a place is especially for refuses nobody whom it does not name.
  void Group(const std::string& code) {
    const Recorded recorded = Of("any.populations", code);
    if (recorded.answer == v1::YES) return;
    Add("any.populations", recorded, recorded.answer, kNever);
  }

  void YesNo(const std::string& path, const char* asks) {
    Coded(path, "", asks);
  }

  void Age() {
    if (!person_.has_age()) return;
    const Recorded youngest = Of("any.minimum_age");
    const Recorded oldest = Of("any.maximum_age");
    if (!youngest.said() && !oldest.said()) {
      Add("age", youngest, youngest.answer, "age");
    }
    Add("any.minimum_age", youngest,
        Compare(youngest, "any.minimum_age", '<', person_.age()), kNever);
    Add("any.maximum_age", oldest,
        Compare(oldest, "any.maximum_age", '>', person_.age()), kNever);
  }

  // A job may say it of all that is prescribed.
  void Medications() {
    if (person_.medications().empty()) return;
    const Recorded prescribed = Of("employment.prescribed_medication_ok");
    YesNo("employment.prescribed_medication_ok", kNever);
    for (const auto& code : person_.medications()) {
      Coded("any.medication", code, prescribed.said() ? kNever : "medication");
    }
  }

  void Household() {
    const v1::Household& home = person_.household();
    if (home.partner()) YesNo("housing.partner", "household");
    if (!home.children().empty()) Children(home);
    if (home.pets()) YesNo("housing.pets", "household");
    if (home.service_animal()) {
      const Recorded welcome = Of("any.access", "service_animals");
      Add("any.access", welcome, welcome.answer, "household");
    }
  }

  void Children(const v1::Household& home) {
    const Recorded welcome = Of("housing.children");
    const bool takes = welcome.said() && welcome.answer != v1::NO;
    const bool beds = Usual("household") && Of("treatment.child_beds").said();
    YesNo("housing.children", beds ? kNever : "household");
    if (beds) YesNo("treatment.child_beds", kNever);
    const Recorded most = Of("housing.children_max");
    // One child is among "children may live there".
    const bool several = home.children_size() > 1;
    Add("housing.children_max", most,
        Compare(most, "housing.children_max", '>', home.children_size()),
        takes && several ? "household" : kNever);
    int boy = -1, girl = -1;
    for (const v1::Child& one : home.children()) {
      if (!one.has_age()) continue;
      if (one.gender() == "boy") boy = std::max(boy, one.age());
      if (one.gender() == "girl") girl = std::max(girl, one.age());
      ChildAge(one);
    }
    const char* asks = takes ? "household" : kNever;
    if (boy >= 0 && !Of(kBoys).said()) Coded(kBoys, "", asks);
    if (girl >= 0 && !Of(kGirls).said()) Coded(kGirls, "", asks);
  }

  // A child of whom no gender was said is judged where it makes no difference
  // whether it is a boy or a girl.
  void ChildAge(const v1::Child& child) {
    if (child.gender() == "boy") return Limit(kBoys, child.age());
    if (child.gender() == "girl") return Limit(kGirls, child.age());
    const Recorded boys = Of(kBoys);
    const Recorded girls = Of(kGirls);
    if (!boys.said() || !girls.said() ||
        Compare(boys, kBoys, '>', child.age()) !=
            Compare(girls, kGirls, '>', child.age())) {
      return;
    }
    Limit(kBoys, child.age());
    Limit(kGirls, child.age());
  }

  void Limit(const std::string& path, int age) {
    const Recorded limit = Of(path);
    Add(path, limit, Compare(limit, path, '>', age), kNever);
  }

  void Coverage() {
    const std::string rule = "any.payments";
    if (person_.coverage().empty()) return;
    std::vector<Judged> kinds;
    bool none = false;
    for (const v1::Coverage& one : person_.coverage()) {
      if (one.state() == v1::Coverage::NONE) {
        none = true;
        continue;
      }
      const Recorded taken = Of(rule, one.kind());
      v1::Answer answer = taken.answer;
      if (answer == v1::YES && one.state() != v1::Coverage::IN_FORCE) {
        answer = v1::CONDITIONAL;
      }
      kinds.push_back(JudgeRecorded(rule, taken, answer, moment_));
    }
    if (!entry_.Asks("coverage") && !NamesAny(entry_.profile(), rule)) return;
    const Recorded free = Of("any.cost", "free");
    const Judged cost = JudgeRecorded(rule, free, free.answer, moment_);
    if (kinds.empty()) {
      if (none) NoCoverage(cost);
      return;
    }
    const Judged best = AnyOf(kinds);
    const bool free_may_answer =
        best.state == v1::UNKNOWN && free.answer == v1::YES;
    out_.push_back(free_may_answer ? AnyOf({best, cost}) : best);
  }

  // Who has no coverage goes where it costs nothing, or asks about paying less.
  void NoCoverage(const Judged& free) {
    std::vector<Judged> ways = {free};
    const Recorded none = Of("any.payments", "no_payment");
    ways.push_back(JudgeRecorded("any.payments", none, none.answer, moment_));
    for (const Recorded& less :
         {Of("any.payments", "self_pay"), Of("any.cost", "sliding_scale"),
          Of("any.payment_help")}) {
      ways.push_back(JudgeRecorded(
          "any.payments", less,
          less.answer == v1::YES ? v1::CONDITIONAL : less.answer, moment_));
    }
    out_.push_back(AnyOf(ways));
  }

  bool Holds(const std::string& document, absl::CivilDay by) const {
    return std::any_of(person_.documents().begin(), person_.documents().end(),
                       [&](const v1::HeldDocument& held) {
                         const auto from = DateOf(held.available_on());
                         return held.document() == document &&
                                (!from || *from <= by);
                       });
  }

  void Documents() {
    const std::string rule = "any.documents";
    if (!person_.has_documents_stated() && person_.documents().empty()) return;
    bool said = false;
    for (const v1::DocumentRule& one : entry_.profile().any().documents()) {
      if (one.answer() == v1::ANSWER_UNSPECIFIED) continue;
      said = true;
      const bool held = std::any_of(
          one.any_of().begin(), one.any_of().end(), [&](const auto& document) {
            return Holds(document, arrival_ + one.within_days());
          });
      const Recorded recorded = {
          one.answer(), 0, one.has_provenance() ? &one.provenance() : nullptr,
          v1::TTL_ELIGIBILITY};
      // Needed and not held is a no; not needed, or held, a yes.
      v1::Answer answer = Not(one.answer());
      if (held) answer = v1::YES;
      Add(rule, recorded, answer, kNever);
      // Nobody is told to bring papers of status, nor a card they cannot show.
      out_.back().another_would_do =
          std::any_of(one.any_of().begin(), one.any_of().end(),
                      [&](const std::string& document) {
                        return document != "status_document" &&
                               (document != "ssn_card" ||
                                !person_.cannot_show_ssn_or_status());
                      });
    }
    // Papers in words that nobody can compare with.
    const auto& prose = entry_.listing.required_documents();
    const bool some_prose =
        std::any_of(prose.begin(), prose.end(),
                    [](const auto& one) { return !one.document().empty(); });
    if (!said && some_prose) Add(rule, {}, v1::ANSWER_UNSPECIFIED, kAlways);
    if (!said && !some_prose)
      Add(rule, {}, v1::ANSWER_UNSPECIFIED, "documents");
    const Recorded residency = Of("any.residency_proof");
    Add("any.residency_proof", residency,
        Holds("proof_of_residency", arrival_) ? v1::YES : Not(residency.answer),
        kNever);
  }

  void Use() {
    if (person_.used_today()) {
      YesNo("any.admits_if_used_today", "substance_use_today");
    }
    if (!person_.has_days_without_use()) return;
    const int days = person_.days_without_use();
    const std::string rule = "housing.minimum_days_without_use";
    const Recorded least = Of(rule);
    Add(rule, least, Compare(least, rule, '<', days), "substance_use_today");
    const std::string wait_rule = "housing.reentry_wait_days";
    const Recorded wait = Of(wait_rule);
    // It is for people who left that house: too few days are a question.
    if (wait.answer != v1::NO && days < wait.number) {
      Add(wait_rule, wait, v1::CONDITIONAL, kNever);
    }
  }

  void Papers() {
    if (!person_.cannot_show_ssn_or_status()) return;
    const Recorded asked = Of("any.ssn_or_status_required");
    Add("any.ssn_or_status_required", asked, Not(asked.answer), "documents");
  }

  // Who needs another language or signs gets a yes, a no or a question.
  void Languages() {
    if (person_.languages().empty()) return;
    std::vector<Judged> each;
    bool signs = false, english = false;
    for (const std::string& tag : person_.languages()) {
      const std::string language = tag.substr(0, tag.find('-'));
      signs = signs || language == "ase";
      // English is taken as spoken everywhere.
      english = english || language == "en";
      each.push_back(Speaks(tag));
    }
    if (signs) {
      out_.push_back(Signs());
    } else if (!english) {
      out_.push_back(AnyOf(each));
    }
  }

  Judged Speaks(const std::string& tag) const {
    const std::string rule = "any.languages";
    const Recorded said = Of(rule, tag);
    if (said.said()) return JudgeRecorded(rule, said, said.answer, moment_);
    const auto& spoken = entry_.listing.languages();
    const bool listed =
        std::any_of(spoken.begin(), spoken.end(),
                    [&](const auto& one) { return one.code() == tag; });
    const Recorded hsds = {listed ? v1::YES : v1::ANSWER_UNSPECIFIED, 0,
                           entry_.FieldDate("languages"), v1::TTL_ELIGIBILITY};
    return JudgeRecorded(rule, hsds, hsds.answer, moment_);
  }

  Judged Signs() const {
    const std::string rule = "any.sign_language";
    const Recorded staff = Of(rule, "staff_signs");
    if (!staff.said()) {
      Judged listed = Speaks("ase");
      if (listed.doubt == 3) listed.rule = rule;
      return listed;
    }
    v1::Answer answer = staff.answer;
    const v1::Answer on_notice = Of(rule, "interpreter_on_notice").answer;
    if (on_notice == v1::YES || on_notice == v1::CONDITIONAL) {
      answer = v1::CONDITIONAL;
    }
    return JudgeRecorded(rule, staff, answer, moment_);
  }

  const v1::Person& person_;
  const Moment& moment_;
  const Entry& entry_;
  bool in_person_;
  absl::CivilDay arrival_;
  std::vector<Judged>& out_;
};

}  // namespace

void JudgePerson(const Question& question, const Candidate& candidate,
                 absl::CivilDay arrival, std::vector<Judged>& out) {
  PersonRules(question, candidate, arrival, out).All();
}

}  // namespace handrail::oracle
