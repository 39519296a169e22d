// Dates of one fold, each of which stands once on its arena, however many
// facts have it.
//
// A listing of fifty facts has one or two dates, and every fact has its own
// effective provenance. On an arena nothing owns its parts, so all facts may
// point at the same message: it must not be changed through one of them.
//
//   SharedDates dates(arena);
//   fact.unsafe_arena_set_allocated_provenance(dates.Of(date));
//
// Belongs to one thread.
#pragma once

#include <utility>
#include <vector>

#include "google/protobuf/arena.h"
#include "handrail/v1/fact.pb.h"

namespace handrail::server {

class SharedDates {
 public:
  // The arena must outlive this.
  explicit SharedDates(google::protobuf::Arena& arena) : arena_(arena) {}
  SharedDates(const SharedDates&) = delete;
  SharedDates& operator=(const SharedDates&) = delete;

  // The copy of `date` on the arena. REQUIRES: `date` neither moves nor changes
  // while this lives.
  v1::Provenance* Of(const v1::Provenance& date) {
    for (const auto& [known, copy] : copies_) {
      if (known == &date) return copy;
    }
    auto* copy =
        google::protobuf::Arena::CreateMessage<v1::Provenance>(&arena_);
    *copy = date;
    copies_.emplace_back(&date, copy);
    return copy;
  }

 private:
  google::protobuf::Arena& arena_;
  // As many as there are levels and dated fields: few.
  std::vector<std::pair<const v1::Provenance*, v1::Provenance*>> copies_;
};

}  // namespace handrail::server
