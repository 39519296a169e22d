// What of one x_handrail was not understood: it leaves its typed field, gets a
// finding, and is kept as text.
//
// Not thread-safe: one KeptFacts belongs to one call.
//
//   KeptFacts kept{.context = context};
//   KeepFact({.path = here, .field = "zone"}, JsonOf(zone), problem, kept);
//   KeepParts(kept.parts, extension);
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/normalise/report.h"
#include "storage/normalise/rules.h"
#include "storage/normalise/source_text.h"

namespace handrail::storage {

// What the rules of one x_handrail share.
struct KeptFacts {
  const RuleContext& context;
  // In the order in which they were found, for KeepParts.
  std::vector<KeptPart> parts;
};

// Where in x_handrail we are: for findings and for KeptPart.
struct FactPlace {
  const Path& path;
  // "profile.any.payments", or its last word.
  std::string_view field;
  // What comes before it: "profile.any."; else nothing.
  std::string_view within = {};
};

// Reports the problem as VALUE_KEPT_AS_TEXT and keeps `json`. Taking the value
// out of its field is left to the caller.
void KeepFact(const FactPlace& place, std::string json, Problem problem,
              KeptFacts& kept);

// The problem of a code that its field does not have. `hint` says which it has.
Problem UnknownCode(const std::string& code, std::string hint);

}  // namespace handrail::storage
