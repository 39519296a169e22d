// The county, ZIP code or state that listings are asked to stand in.
//
// It is where a listing stands that counts, not whom it serves: one without a
// place is in no area. A private place stands in its public area alone.
//
// Pure; a plain value.
#pragma once

#include <string>
#include <string_view>

#include "handrail/v1/match.pb.h"
#include "matcher/row.h"

namespace handrail::matcher {

class SearchArea {
 public:
  // Everywhere.
  SearchArea() = default;
  // Each part that is set has to hold.
  explicit SearchArea(const v1::HomeArea& area);

  bool Holds(const Row& row) const;

 private:
  // Normalised; empty: any.
  std::string state_;
  std::string county_;
  std::string zip_;
};

// A county's name without "County" behind it: "Baltimore".
std::string_view BareCounty(std::string_view county);

// In small letters, as far as they are English ones.
std::string SmallLetters(std::string_view text);

}  // namespace handrail::matcher
