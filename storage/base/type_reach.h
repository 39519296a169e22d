// Which fields of a message lead to objects of certain types, however deep:
// worked out once from the schema, so that a walk over a record leaves out
// everything that cannot hold what it looks for. A type that is added to the
// schema is seen like any other.
//
//   const TypeReach flags(*v1::Record::descriptor(), [](const auto& type) {
//     return &type == v1::Visibility::descriptor();
//   });
//   for (const FieldDescriptor* field : flags.FieldsOf(*v1::Service::…)) …
//
// Immutable once made; any number of threads.
#pragma once

#include <google/protobuf/descriptor.h>

#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace handrail {

class TypeReach {
 public:
  using TypeTest = std::function<bool(const google::protobuf::Descriptor&)>;

  // Everything at or below `root`. `is_wanted` says which types are looked for;
  // what is inside a type that `is_shut` names is not looked at.
  // DEFAULT: nothing is shut.
  TypeReach(const google::protobuf::Descriptor& root, const TypeTest& is_wanted,
            const TypeTest& is_shut = nullptr);

  // Fields of `type` whose objects are wanted or can hold one that is, by
  // number. Empty for a type that is not below the root.
  const std::vector<const google::protobuf::FieldDescriptor*>& FieldsOf(
      const google::protobuf::Descriptor& type) const;

 private:
  using Fields = std::vector<const google::protobuf::FieldDescriptor*>;

  std::unordered_map<const google::protobuf::Descriptor*, Fields> fields_;
  const Fields none_;
};

// Every message type at or below `root`, each once, `root` first.
std::vector<const google::protobuf::Descriptor*> TypesBelow(
    const google::protobuf::Descriptor& root);

// The fields of a type, by number.
std::vector<const google::protobuf::FieldDescriptor*> FieldsByNumber(
    const google::protobuf::Descriptor& type);

}  // namespace handrail
