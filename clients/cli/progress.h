// How far a load or export is: rate and time left. On a terminal one line that
// is redrawn; otherwise a plain line now and then, so that logs stay readable.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "absl/time/time.h"

namespace handrail::cli {

// Not thread-safe. Time comes in, so that it can be tested.
class Progress {
 public:
  // `what` names the stage: "reading", "loading". `total` is in the unit of
  // Update's `done`; 0 where it is not known.
  Progress(std::ostream& out, bool terminal, std::string what, int64_t total,
           absl::Time start);

  // `done` of the total (bytes), and the rows so far. Prints at most every
  // 100 ms on a terminal and every 5 s otherwise.
  void Update(int64_t done, int64_t rows, absl::Time now);

  // Prints the last line with the whole rate.
  void Finish(int64_t rows, absl::Time now);

 private:
  std::string Line(int64_t done, int64_t rows, absl::Time now) const;
  void Print(const std::string& line, bool last);

  std::ostream& out_;
  const bool terminal_;
  const std::string what_;
  const int64_t total_;
  const absl::Time start_;
  absl::Time printed_;
};

}  // namespace handrail::cli
