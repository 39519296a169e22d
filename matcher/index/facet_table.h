// Facets: everything a profile can say with yes or no about a fixed code, each
// with a bit of its own, so that a row's known answers are a few words.
//
// Fields that are yes or no have one facet, choices and sets one for each code
// they may hold. Numbers, and fields where any text is a code, have none.
//
//   const std::optional<int> facet =
//       FacetTable::Instance().Find(KnownField("any.genders"), "woman");
//
// Thread-safe: immutable after the first use.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "matcher/fact_register.h"

namespace handrail::matcher {

class FacetTable {
 public:
  static const FacetTable& Instance();

  // The bit of a code of the field; `code` is ignored where it is yes or no.
  std::optional<int> Find(const FactField& field, std::string_view code) const;

  // The bit of a field that is yes or no; of a choice or a set that of its
  // first code, behind which those of the others stand in their order.
  int First(const FactField& field) const { return first_[field.index]; }

  // How many facets there are.
  int size() const { return size_; }
  // How many words of 64 bits hold them.
  int words() const { return (size_ + 63) / 64; }

 private:
  FacetTable();

  // The first facet of each field, by FactField::index.
  std::vector<int> first_;
  int size_ = 0;
};

}  // namespace handrail::matcher
