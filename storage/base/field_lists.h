// The fields that are set in an object, for walks by reflection that go from
// object to object inside it: one list for each depth, which keeps its memory
// for the next object there. Asking protobuf for the list of an object is much
// cheaper than asking it field by field.
//
//   const FieldLists::Level set(lists, object, reflection);
//   for (const FieldDescriptor* field : set.fields()) …   // may go deeper
//
// Belongs to one thread; levels end in the reverse order of their beginning.
#pragma once

#include <google/protobuf/message.h>

#include <cstddef>
#include <deque>
#include <vector>

namespace handrail {

class FieldLists {
 public:
  using Fields = std::vector<const google::protobuf::FieldDescriptor*>;

  class Level {
   public:
    Level(FieldLists& lists, const google::protobuf::Message& object,
          const google::protobuf::Reflection& reflection)
        : lists_(lists), fields_(lists.Next()) {
      reflection.ListFields(object, &fields_);
    }
    ~Level() { --lists_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

    // By number.
    const Fields& fields() const { return fields_; }

   private:
    FieldLists& lists_;
    Fields& fields_;
  };

 private:
  Fields& Next() {
    if (depth_ == lists_.size()) lists_.emplace_back();
    return lists_[depth_++];
  }

  // A deque: lists stay where they are while others are added.
  std::deque<Fields> lists_;
  size_t depth_ = 0;
};

// The one of the thread: for walks that start over and over.
inline FieldLists& ThreadFieldLists() {
  thread_local FieldLists lists;
  return lists;
}

}  // namespace handrail
