#include "storage/normalise/kept_facts.h"

#include <utility>

namespace handrail::storage {

void KeepFact(const FactPlace& place, std::string json, Problem problem,
              KeptFacts& kept) {
  kept.context.report.Kept(place.path, "", std::move(problem));
  kept.parts.push_back({.field = std::string(place.within).append(place.field),
                        .json = std::move(json)});
}

Problem UnknownCode(const std::string& code, std::string hint) {
  return {.reason = "unknown-code",
          .value_class = ClassOf(code),
          .message = "this is not one of the codes of the field",
          .hint = std::move(hint)};
}

}  // namespace handrail::storage
