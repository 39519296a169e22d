// The kinds of need: a small graph of terms, each below one or more parents.
//
// A term covers its whole sub-tree: who asks for "housing" is answered by a
// "recovery-residence". The terms, their words and the rules that places of a
// kind usually set are data (matcher/data/taxonomy.json, embedded).
//
//   const Taxonomy& taxonomy = BuiltInTaxonomy();
//   const std::optional<TermIndex> housing = taxonomy.Find("housing");
//   if (taxonomy.Covers(*housing, *listing_term)) …
//
// Thread-safe: immutable after Parse. Terms are known by TermIndex, their place
// in the file, which is also the order in which they are shown. An index means
// nothing outside one Taxonomy: keep ids in records.
#pragma once

#include <bitset>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"

namespace handrail::matcher {

// The most terms a taxonomy may have.
inline constexpr int kTaxonomyTermsMax = 512;

using TermIndex = int;

// A set of terms. Bit i is the term with index i.
using TermSet = std::bitset<kTaxonomyTermsMax>;

// A rule that places of a kind usually set ("asks" in the data). Where a person
// states such a thing and a listing of that kind says nothing, the answer is
// "ask them"; a kind that does not ask has no rule.
enum class AskedRule : std::uint8_t {
  kAge,
  kGender,
  kHousehold,
  kMedication,
  kCoverage,
  kDocuments,
  kRecord,
  kSubstanceUseToday,
  kAudience,
};
inline constexpr int kAskedRules = 9;

// A set of AskedRule: asked[static_cast<int>(AskedRule::kAge)], or Asks below.
using AskedRules = std::bitset<kAskedRules>;

inline bool Asks(const AskedRules& rules, AskedRule rule) {
  return rules[static_cast<int>(rule)];
}

// How help of a kind is taken: as a whole, from start to end (a meeting, a
// class), or at any moment of the opening hours. Decides the default window
// mode: INSIDE for an occurrence, OVERLAPS for hours.
enum class Attendance : std::uint8_t { kHours, kOccurrence };

// Texts by language tag ("en", "es").
using TextByLanguage = std::map<std::string, std::string, std::less<>>;
using WordsByLanguage =
    std::map<std::string, std::vector<std::string>, std::less<>>;

// One kind of need. What the data leave out is already inherited here.
struct Term {
  std::string id;
  std::vector<TermIndex> parents;
  TextByLanguage labels;
  TextByLanguage descriptions;
  // What people type. Matched, never shown.
  WordsByLanguage synonyms;
  AskedRules asks;
  Attendance attendance = Attendance::kHours;
};

class Taxonomy {
 public:
  // Reads taxonomy.json. INVALID_ARGUMENT names the term and what is wrong:
  // not JSON, a missing member, an id twice, an unknown parent, a circle, an
  // unknown rule, parents that differ in attendance with no word of its own.
  static absl::StatusOr<Taxonomy> Parse(std::string_view json);

  // "2026.1": part of scorer_version.
  const std::string& version() const { return version_; }

  // Number of terms; the indices are 0 … size() - 1.
  int size() const { return static_cast<int>(terms_.size()); }

  // REQUIRES: 0 <= index < size().
  const Term& term(TermIndex index) const;

  // The term with this id, or absent.
  std::optional<TermIndex> Find(std::string_view id) const;

  // True when `term` is `ancestor` or below it.
  bool Covers(TermIndex ancestor, TermIndex term) const;

  // `ancestor` and everything below it: one bit test per listing term.
  const TermSet& SubTree(TermIndex ancestor) const;

  // Label or description in `language`, else in English, else the id (label)
  // or nothing (description).
  std::string_view Label(TermIndex term, std::string_view language) const;
  std::string_view Description(TermIndex term, std::string_view language) const;

  // Synonyms in exactly this language; none where the data have none.
  const std::vector<std::string>& Synonyms(TermIndex term,
                                           std::string_view language) const;

  // What any of the terms asks.
  AskedRules AsksOfAny(const TermSet& terms) const;

  // kOccurrence where any of the terms is attended whole.
  Attendance AttendanceOfAny(const TermSet& terms) const;

 private:
  Taxonomy() = default;

  std::string version_;
  std::vector<Term> terms_;
  std::unordered_map<std::string, TermIndex> by_id_;
  std::vector<TermSet> sub_trees_;
  // Terms that are attended whole.
  TermSet occurrences_;
};

// The taxonomy of this build, parsed once.
const Taxonomy& BuiltInTaxonomy();

}  // namespace handrail::matcher
