// Which rows of the input speak of a place that must not be shown, so that
// findings about them quote nothing: a code, a name or the key of a property
// can hold the address as well as any value.
//
// A row is private where
// - an object in it, however deep, says so in x_handrail's visibility, or says
//   there what cannot be understood: too much is withheld sooner than too
//   little;
// - it refers to an object that a private row of any file of the input flags.
//
//   PrivateRows rows;
//   for each element of each file: rows.Note(element);
//   for each element again: if (rows.Has(element)) …
//
// Memory grows with the number of flagged objects alone. One thread at a time
// while it is filled; const members are safe to share afterwards.
#pragma once

#include <string>

#include "absl/container/flat_hash_set.h"
#include "clients/formats/json_tree.h"

namespace handrail::formats {

class PrivateRows {
 public:
  // Remembers what is flagged in the element, and the element as its keeper.
  void Note(const JsonValue& element);

  // Whether the element is private. REQUIRES: every element was noted.
  bool Has(const JsonValue& element) const;

  // Whether anything is. A table's parts are spread over rows of their own, so
  // files of tables are private as a whole or not at all.
  bool any() const { return any_; }

 private:
  bool any_ = false;
  // Ids of flagged objects and of the elements that hold them.
  absl::flat_hash_set<std::string> ids_;
};

}  // namespace handrail::formats
