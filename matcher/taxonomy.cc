#include "matcher/taxonomy.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "handrail/v1/error_reason.pb.h"
#include "matcher/data/matcher_data.h"
#include "nlohmann/json.hpp"
#include "storage/base/check.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"

namespace handrail::matcher {
namespace {

using Json = nlohmann::json;

// Codes of "asks", in the order of AskedRule.
constexpr std::array<std::string_view, kAskedRules> kAskedRuleCodes = {
    "age",       "gender", "household",           "medication", "coverage",
    "documents", "record", "substance_use_today", "audience"};

absl::Status Wrong(std::string_view where, std::string_view what) {
  return InvalidField(absl::StrCat("taxonomy.", std::string(where)),
                      std::string(what));
}

// What one row says by itself, before inheritance.
struct Own {
  std::vector<std::string> parents;
  std::optional<AskedRules> asks;
  std::optional<Attendance> attendance;
};

absl::StatusOr<AskedRules> ParseAsks(const std::string& id, const Json& json) {
  AskedRules rules;
  for (const Json& code : json) {
    const auto* const found =
        std::find(kAskedRuleCodes.begin(), kAskedRuleCodes.end(),
                  code.get<std::string>());
    if (found == kAskedRuleCodes.end()) {
      return Wrong(id + ".asks",
                   "must hold only age, gender, household, medication, "
                   "coverage, documents, record, substance_use_today, "
                   "audience");
    }
    rules.set(static_cast<int>(found - kAskedRuleCodes.begin()));
  }
  return rules;
}

absl::StatusOr<Attendance> ParseAttendance(const std::string& id,
                                           const Json& json) {
  const std::string code = json.get<std::string>();
  if (code == "occurrence") return Attendance::kOccurrence;
  if (code == "hours") return Attendance::kHours;
  return Wrong(id + ".attendance", "must be \"occurrence\" or \"hours\"");
}

// Throws Json::exception where a member is missing or of the wrong type.
absl::StatusOr<std::pair<Term, Own>> ParseTerm(const Json& json) {
  Term term;
  Own own;
  json.at("id").get_to(term.id);
  json.at("parents").get_to(own.parents);
  term.labels = json.at("label").get<TextByLanguage>();
  term.descriptions = json.at("description").get<TextByLanguage>();
  if (json.contains("synonyms")) {
    term.synonyms = json.at("synonyms").get<WordsByLanguage>();
  }
  if (json.contains("asks")) {
    HANDRAIL_ASSIGN_OR_RETURN(own.asks, ParseAsks(term.id, json.at("asks")));
  }
  if (json.contains("attendance")) {
    HANDRAIL_ASSIGN_OR_RETURN(own.attendance,
                              ParseAttendance(term.id, json.at("attendance")));
  }
  return std::pair(std::move(term), std::move(own));
}

// Gives the terms their inherited values and sub-trees, parents before
// children; a term that never becomes ready is part of a circle.
class Inheritance {
 public:
  Inheritance(std::vector<Term>& terms, const std::vector<Own>& own)
      : terms_(terms), own_(own), above_(terms.size()), done_(terms.size()) {}

  absl::StatusOr<std::vector<TermSet>> Run() {
    std::size_t left = terms_.size();
    while (left > 0) {
      const std::size_t before = left;
      for (std::size_t i = 0; i < terms_.size(); ++i) {
        if (done_[i] || !ParentsDone(i)) continue;
        HANDRAIL_RETURN_IF_ERROR(Inherit(i));
        done_[i] = true;
        --left;
      }
      if (left == before) return CircleError();
    }
    return SubTrees();
  }

 private:
  bool ParentsDone(std::size_t i) const {
    return std::all_of(terms_[i].parents.begin(), terms_[i].parents.end(),
                       [&](TermIndex parent) { return done_[parent]; });
  }

  absl::Status Inherit(std::size_t i) {
    Term& term = terms_[i];
    above_[i].set(i);
    std::optional<Attendance> attendance = own_[i].attendance;
    for (TermIndex parent : term.parents) {
      above_[i] |= above_[parent];
      term.asks |= terms_[parent].asks;
      if (own_[i].attendance.has_value()) continue;
      if (attendance.value_or(terms_[parent].attendance) !=
          terms_[parent].attendance) {
        return Wrong(term.id + ".attendance",
                     "must be given, because the parents differ in it");
      }
      attendance = terms_[parent].attendance;
    }
    if (own_[i].asks.has_value()) term.asks = *own_[i].asks;
    term.attendance = attendance.value_or(Attendance::kHours);
    return absl::OkStatus();
  }

  absl::Status CircleError() const {
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      if (!done_[i]) {
        return Wrong(terms_[i].id + ".parents",
                     "must not lead back to the term or stand below a circle");
      }
    }
    return absl::OkStatus();
  }

  std::vector<TermSet> SubTrees() const {
    std::vector<TermSet> below(terms_.size());
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      for (std::size_t a = 0; a < terms_.size(); ++a) {
        if (above_[i][a]) below[a].set(i);
      }
    }
    return below;
  }

  std::vector<Term>& terms_;
  const std::vector<Own>& own_;
  // The term and everything above it.
  std::vector<TermSet> above_;
  std::vector<bool> done_;
};

}  // namespace

absl::StatusOr<Taxonomy> Taxonomy::Parse(std::string_view json) {
  const Json root = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object() || !root.contains("terms")) {
    return Wrong("terms",
                 "must be a JSON object with \"version\" and "
                 "\"terms\"");
  }
  Taxonomy taxonomy;
  std::vector<Own> own;
  try {
    root.at("version").get_to(taxonomy.version_);
    for (const Json& row : root.at("terms")) {
      HANDRAIL_ASSIGN_OR_RETURN(auto parsed, ParseTerm(row));
      const int index = taxonomy.size();
      if (index == kTaxonomyTermsMax) {
        return Wrong("terms", absl::StrCat("must be at most ",
                                           kTaxonomyTermsMax, " terms"));
      }
      if (!taxonomy.by_id_.emplace(parsed.first.id, index).second) {
        return Wrong(parsed.first.id, "must be an id of its own");
      }
      taxonomy.terms_.push_back(std::move(parsed.first));
      own.push_back(std::move(parsed.second));
    }
  } catch (const Json::exception& error) {
    return Wrong(absl::StrCat("terms[", taxonomy.size(), "]"), error.what());
  }
  for (std::size_t i = 0; i < own.size(); ++i) {
    for (const std::string& id : own[i].parents) {
      const std::optional<TermIndex> parent = taxonomy.Find(id);
      if (!parent.has_value()) {
        return Wrong(taxonomy.terms_[i].id + ".parents",
                     "must be ids of other terms");
      }
      taxonomy.terms_[i].parents.push_back(*parent);
    }
  }
  HANDRAIL_ASSIGN_OR_RETURN(taxonomy.sub_trees_,
                            Inheritance(taxonomy.terms_, own).Run());
  for (TermIndex i = 0; i < taxonomy.size(); ++i) {
    taxonomy.occurrences_[i] =
        taxonomy.terms_[i].attendance == Attendance::kOccurrence;
  }
  return taxonomy;
}

const Term& Taxonomy::term(TermIndex index) const {
  HANDRAIL_CHECK(0 <= index && index < size());
  return terms_[index];
}

std::optional<TermIndex> Taxonomy::Find(std::string_view id) const {
  const auto found = by_id_.find(std::string(id));
  if (found == by_id_.end()) return std::nullopt;
  return found->second;
}

bool Taxonomy::Covers(TermIndex ancestor, TermIndex term) const {
  return HANDRAIL_MUTATE(term_covers_sub_tree, SubTree(ancestor)[term],
                         ancestor == term);
}

const TermSet& Taxonomy::SubTree(TermIndex ancestor) const {
  HANDRAIL_CHECK(0 <= ancestor && ancestor < size());
  return sub_trees_[ancestor];
}

std::string_view Taxonomy::Label(TermIndex index,
                                 std::string_view language) const {
  const TextByLanguage& labels = term(index).labels;
  auto found = labels.find(language);
  if (found == labels.end()) found = labels.find("en");
  return found == labels.end() ? term(index).id : found->second;
}

std::string_view Taxonomy::Description(TermIndex index,
                                       std::string_view language) const {
  const TextByLanguage& descriptions = term(index).descriptions;
  auto found = descriptions.find(language);
  if (found == descriptions.end()) found = descriptions.find("en");
  return found == descriptions.end() ? std::string_view() : found->second;
}

const std::vector<std::string>& Taxonomy::Synonyms(
    TermIndex index, std::string_view language) const {
  static const std::vector<std::string> kNone;
  const auto found = term(index).synonyms.find(language);
  return found == term(index).synonyms.end() ? kNone : found->second;
}

AskedRules Taxonomy::AsksOfAny(const TermSet& terms) const {
  AskedRules rules;
  for (TermIndex i = 0; i < size(); ++i) {
    if (terms[i]) rules |= terms_[i].asks;
  }
  return rules;
}

Attendance Taxonomy::AttendanceOfAny(const TermSet& terms) const {
  return (terms & occurrences_).any() ? Attendance::kOccurrence
                                      : Attendance::kHours;
}

const Taxonomy& BuiltInTaxonomy() {
  static const Taxonomy* const taxonomy = [] {
    absl::StatusOr<Taxonomy> parsed = Taxonomy::Parse(data::kTaxonomyJson);
    HANDRAIL_CHECK_OK(parsed);
    return new Taxonomy(*std::move(parsed));
  }();
  return *taxonomy;
}

}  // namespace handrail::matcher
