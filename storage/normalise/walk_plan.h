// What the walk over a record has to look at in each type of message: worked
// out once from the schema, so that no record pays for it.
//
// Immutable; any number of threads.
//
//   const TypePlan& plan = PlanOf(*v1::Service::descriptor());
//   const FieldPlan& how = plan.fields[field.index()];
#pragma once

#include <google/protobuf/message.h>

#include <cstddef>
#include <vector>

#include "storage/normalise/rules.h"
#include "storage/normalise/sound_facts.h"

namespace handrail::storage {

// How long a text may be, and what that bound is called (limits.h).
struct TextLimit {
  size_t bytes = 0;
  const char* name = "";
};

struct TypePlan;

struct FieldPlan {
  enum class Kind { kText, kObject, kEnum, kOther };

  const google::protobuf::FieldDescriptor* field = nullptr;
  Kind kind = Kind::kOther;
  bool repeated = false;
  // Of a text: its bound, and whether it must stay byte for byte what the
  // source wrote.
  TextLimit limit;
  bool is_sources_own = false;
  // Of an object; never null there.
  const TypePlan* type = nullptr;
};

struct TypePlan {
  const google::protobuf::Reflection* reflection = nullptr;
  // By FieldDescriptor::index().
  std::vector<FieldPlan> fields;
  // Null where the type has none.
  Rules rules = nullptr;
  // Null where the type has none, or has rules.
  SoundLook look = nullptr;
};

// The plan of a type that a record can hold. REQUIRES: it is one.
const TypePlan& PlanOf(const google::protobuf::Descriptor& type);

}  // namespace handrail::storage
