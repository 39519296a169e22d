#include "matcher/continuum.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "matcher/data/matcher_data.h"
#include "nlohmann/json.hpp"
#include "storage/base/check.h"
#include "storage/base/status.h"

namespace handrail::matcher {
namespace {

absl::Status Bad(const std::string& what) {
  return InvalidArgument(v1::ERROR_REASON_INVALID_FIELD,
                         "continuum.json: " + what);
}

absl::StatusOr<TermIndex> TermOf(const nlohmann::json& id,
                                 const Taxonomy& taxonomy) {
  if (!id.is_string()) return Bad("a kind must be a term's id");
  const std::string text = id.get<std::string>();
  const std::optional<TermIndex> term = taxonomy.Find(text);
  if (!term.has_value()) return Bad(text + " is no term of the taxonomy");
  return *term;
}

absl::StatusOr<std::map<TermIndex, std::vector<TermIndex>>> ReadTable(
    const nlohmann::json& root, const char* name, const Taxonomy& taxonomy) {
  const auto found = root.find(name);
  if (found == root.end() || !found->is_object()) {
    return Bad(absl::StrCat(name, " must be an object"));
  }
  std::map<TermIndex, std::vector<TermIndex>> table;
  for (const auto& [key, list] : found->items()) {
    HANDRAIL_ASSIGN_OR_RETURN(const TermIndex from, TermOf(key, taxonomy));
    if (!list.is_array() || list.empty()) {
      return Bad(absl::StrCat(name, ".", key, " must be a list of terms"));
    }
    for (const nlohmann::json& id : list) {
      HANDRAIL_ASSIGN_OR_RETURN(const TermIndex to, TermOf(id, taxonomy));
      table[from].push_back(to);
    }
  }
  return table;
}

// The entry of a term, or of the nearest of its parents that has one: parents
// by their order, level by level.
const std::vector<TermIndex>* NearestEntry(
    const std::map<TermIndex, std::vector<TermIndex>>& table,
    const Taxonomy& taxonomy, TermIndex term) {
  std::vector<TermIndex> level = {term};
  while (!level.empty()) {
    std::vector<TermIndex> above;
    for (const TermIndex one : level) {
      const auto found = table.find(one);
      if (found != table.end()) return &found->second;
      const std::vector<TermIndex>& parents = taxonomy.term(one).parents;
      above.insert(above.end(), parents.begin(), parents.end());
    }
    level = std::move(above);
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<Continuum> Continuum::Parse(std::string_view json,
                                           const Taxonomy& taxonomy) {
  const nlohmann::json root =
      nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object()) return Bad("it must be a JSON object");
  Continuum continuum(taxonomy);
  HANDRAIL_ASSIGN_OR_RETURN(continuum.leads_to_,
                            ReadTable(root, "leads_to", taxonomy));
  HANDRAIL_ASSIGN_OR_RETURN(continuum.bridges_,
                            ReadTable(root, "bridges", taxonomy));
  return continuum;
}

const Continuum& Continuum::BuiltIn() {
  static const Continuum& continuum = *new Continuum([] {
    absl::StatusOr<Continuum> parsed =
        Parse(data::kContinuumJson, BuiltInTaxonomy());
    HANDRAIL_CHECK(parsed.ok());
    return *std::move(parsed);
  }());
  return continuum;
}

std::vector<ContinuumStep> Continuum::Steps(const Table& table,
                                            const TermSet& terms) const {
  std::vector<ContinuumStep> steps;
  TermSet seen = terms;
  for (TermIndex from = 0; from < taxonomy_.size(); ++from) {
    if (!terms[from]) continue;
    const std::vector<TermIndex>* entry = NearestEntry(table, taxonomy_, from);
    if (entry == nullptr) continue;
    for (const TermIndex to : *entry) {
      if (seen[to]) continue;
      seen.set(to);
      steps.push_back({.from = from, .to = to});
    }
  }
  return steps;
}

std::vector<ContinuumStep> Continuum::LeadsTo(const TermSet& terms) const {
  return Steps(leads_to_, terms);
}

std::vector<TermIndex> Continuum::Bridges(const TermSet& terms) const {
  std::vector<TermIndex> bridges;
  for (const ContinuumStep& step : Steps(bridges_, terms)) {
    bridges.push_back(step.to);
  }
  return bridges;
}

}  // namespace handrail::matcher
