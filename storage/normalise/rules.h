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

// Applies the rules of one kind of object; its nested objects have been through
// already. `path` leads to the object, which is of the kind.
using Rules = void (*)(google::protobuf::Message& object, const Path& path,
                       const RuleContext& context);

// The rules of a kind; null where it has none.
Rules RulesOf(const google::protobuf::Descriptor& type);

}  // namespace handrail::storage
