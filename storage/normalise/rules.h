// The rules of each kind of HSDS object: what a value must be, and what becomes
// of it otherwise. The table in README.md lists them; change both together.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "storage/normalise/report.h"

namespace handrail::storage {

// What the rules know besides the object in hand.
struct RuleContext {
  RowReport& report;
  const std::string& source;
  std::optional<absl::Time> as_of;
  // Where numbers without a country code are dialled: the row's first address
  // with a country, else "US".
  std::string region;
};

// Applies the rules of `object`'s own kind, if it has any; its nested objects
// have been through already. `path` leads to the object.
void ApplyRules(google::protobuf::Message& object, const Path& path,
                const RuleContext& context);

}  // namespace handrail::storage
