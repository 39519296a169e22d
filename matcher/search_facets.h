// Counts of what the listings of a search have in common.
//
//   FacetCounter counter(*FindFacet("county"));
//   for (const Row* row : rows) counter.Add(*row);
//   counter.Fill(say, 20, *response.add_facets());
//
// A listing counts once under each of its values:
//   term      each kind of help it names, not those above it
//   mode      each way of taking part that is recorded; where none is and it
//             has a place, going there
//   state     where it stands, "MD"; county and city with their state in front,
//             "MD/Baltimore", spelled as most spell it
//   source    of its service
//   language  the primary tags of languages recorded, "es"
//   a profile field with codes: each code
// Recorded yes and CONDITIONAL count, at any age; unknown does not.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "handrail/v1/search.pb.h"
#include "matcher/fact_register.h"
#include "matcher/row.h"
#include "matcher/sentences.h"

namespace handrail::matcher {

enum class FacetKind : std::uint8_t {
  kTerm,
  kMode,
  kState,
  kCounty,
  kCity,
  kSource,
  kLanguage,
  kProfile,
};

// A facet as a request names it.
struct AskedFacet {
  FacetKind kind = FacetKind::kTerm;
  std::string name;
  // Of kProfile: has codes.
  const FactField* field = nullptr;
};

// Absent where there is no facet of this name.
std::optional<AskedFacet> FindFacet(std::string_view name);

class FacetCounter {
 public:
  explicit FacetCounter(AskedFacet facet) : facet_(std::move(facet)) {}

  void Add(const Row& row);

  // The `size` values with the most listings, labels in the language of `say`.
  void Fill(const Sentences& say, int size, v1::Facet& facet) const;

 private:
  struct Value {
    int count = 0;
    // What it is written as, where that differs.
    std::map<std::string, int> spellings;
  };

  // Adds the values of a row, each as often as it is recorded.
  void AddValues(const Row& row);
  void AddLanguages(const Row& row);
  void AddArea(std::string_view state, std::string_view name);
  void AddValue(std::string_view key);
  // Counts a listing under a key at most once.
  Value* Count(const std::string& key);
  std::string Label(const Sentences& say, const std::string& value) const;

  AskedFacet facet_;
  std::unordered_map<std::string, Value> values_;
  // Keys of the row being added.
  std::vector<std::string> keys_;
};

}  // namespace handrail::matcher
