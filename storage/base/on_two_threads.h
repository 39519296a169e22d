// Work on the parts of a list that do not need to know of each other, on this
// thread and a second one.
//
//   ForEachOnTwo(rows.size(), /*piece=*/16,
//                [&](size_t i) { done[i] = Normalise(rows[i]); });
//
// Whichever thread is free takes the next piece, so that nothing waits where
// the machine has other things to do.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>

namespace handrail {

// Calls work(i) once for every i below `count`, from either thread and in any
// order, and returns when all is done. A list of one piece stays here.
// REQUIRES: piece > 0; work does not throw.
template <typename Work>
void ForEachOnTwo(size_t count, size_t piece, const Work& work) {
  std::atomic<size_t> next = 0;
  const auto take_pieces = [&] {
    for (size_t from; (from = next.fetch_add(piece)) < count;) {
      const size_t to = std::min(from + piece, count);
      for (size_t i = from; i < to; ++i) work(i);
    }
  };
  std::jthread other;
  try {
    if (count > piece) other = std::jthread(take_pieces);
  } catch (const std::system_error&) {
    // There is no second thread to be had; this one does all of it.
  }
  take_pieces();
}

}  // namespace handrail
