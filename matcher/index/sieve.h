// Tells from the columns of a segment that a listing does not fit.
//
// Only a no that the judge (judge.h) would surely find is told: something asked
// for, or something the person said, that a fact which can still be believed
// rules out. Whatever the sieve lets through is judged; so it changes what an
// answer costs, never what it says.
//
//   const Sieve sieve(question, need);
//   if (sieve.Refuses(segment, number, candidate.in_person)) …
//
// Points into nothing after construction. Thread-safe: immutable.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "matcher/index/known_facts.h"
#include "matcher/index/segment.h"
#include "matcher/question.h"

namespace handrail::matcher {

class Sieve {
 public:
  Sieve(const Question& question, const AskedNeed& need);

  // Whether the row surely does not fit. False for segments without columns.
  bool Refuses(const Segment& segment, int number, bool in_person) const {
    if (!segment.indexed()) return false;
    const KnownFacts& known = segment.known();
    if (RefusesAge(known, number)) return true;
    for (const Test& test : tests_) {
      if ((in_person || !test.only_in_person) && Fails(test, known, number)) {
        return true;
      }
    }
    return false;
  }

 private:
  // Facets of one word.
  struct Bits {
    int word = 0;
    std::uint64_t mask = 0;
  };
  // What rules a row out: one of the facets has the answer, or all have.
  struct Test {
    int fact_class = 0;
    KnownFacts::Answer answer = KnownFacts::Answer::kNo;
    bool all = false;
    bool only_in_person = false;
    std::vector<Bits> bits;
  };

  bool Fails(const Test& test, const KnownFacts& known, int number) const;
  bool RefusesAge(const KnownFacts& known, int number) const {
    return age_.has_value() &&
           (known.least_age(number) > *age_ ||
            known.greatest_age(number) < *age_) &&
           known.Believed(number, kAgeClass, believed_[kAgeClass]);
  }

  void AddCriterion(const AskedCriterion& criterion);
  void AddPerson(const v1::Person& person);
  // A listing with this answer to a code of the field does not fit.
  void AddOne(std::string_view path, std::string_view code,
              KnownFacts::Answer answer = KnownFacts::Answer::kNo);
  void AddAccess(std::string_view code);

  static constexpr int kAgeClass = v1::TTL_ELIGIBILITY;

  std::array<BelievedDays, kFactClasses> believed_;
  std::vector<Test> tests_;
  std::optional<int> age_;
};

}  // namespace handrail::matcher
