#include "clients/cli/progress.h"

#include <algorithm>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace handrail::cli {
namespace {

constexpr absl::Duration kTerminalPause = absl::Milliseconds(100);
constexpr absl::Duration kPlainPause = absl::Seconds(5);
// Below this a rate says nothing.
constexpr absl::Duration kRateAfter = absl::Milliseconds(200);

std::string Clock(absl::Duration duration) {
  const int64_t seconds = absl::ToInt64Seconds(duration);
  return absl::StrFormat("%d:%02d", seconds / 60, seconds % 60);
}

}  // namespace

Progress::Progress(std::ostream& out, bool terminal, std::string what,
                   int64_t total, absl::Time start)
    : out_(out),
      terminal_(terminal),
      what_(std::move(what)),
      total_(total),
      start_(start),
      printed_(start) {}

void Progress::Update(int64_t done, int64_t rows, absl::Time now) {
  if (now - printed_ < (terminal_ ? kTerminalPause : kPlainPause)) return;
  printed_ = now;
  Print(Line(done, rows, now), /*last=*/false);
}

void Progress::Finish(int64_t rows, absl::Time now) {
  Print(Line(total_, rows, now), /*last=*/true);
}

std::string Progress::Line(int64_t done, int64_t rows, absl::Time now) const {
  std::string line = what_;
  const absl::Duration elapsed = now - start_;
  if (total_ > 0) {
    absl::StrAppend(&line, " ", std::min<int64_t>(100, 100 * done / total_),
                    "%");
  }
  absl::StrAppend(&line, ", ", rows, " rows");
  if (elapsed >= kRateAfter) {
    absl::StrAppend(&line, ", ",
                    static_cast<int64_t>(rows / absl::ToDoubleSeconds(elapsed)),
                    "/s");
  }
  if (total_ > 0 && done > 0 && done < total_) {
    const double left = static_cast<double>(total_ - done) / done;
    absl::StrAppend(&line, ", ", Clock(elapsed * left), " left");
  } else {
    absl::StrAppend(&line, ", ", Clock(elapsed));
  }
  return line;
}

void Progress::Print(const std::string& line, bool last) {
  if (terminal_) {
    // Back to the first column, the line, and erase what was longer.
    out_ << "\r" << line << "\x1b[K" << (last ? "\n" : "") << std::flush;
  } else {
    out_ << line << "\n";
  }
}

}  // namespace handrail::cli
