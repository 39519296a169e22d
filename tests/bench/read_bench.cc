// Reads files of any format as `handrail load` does, without a server, and says
// how long it took and how much memory.
//
//   read_bench PATH…
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "clients/formats/reader.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

using Clock = std::chrono::steady_clock;

void Tell(const char* what, int64_t rows, Clock::time_point began) {
  const double seconds =
      std::chrono::duration<double>(Clock::now() - began).count();
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%s: %lld rows in %.1f s, %.0f a second; peak memory %ld MiB\n",
              what, static_cast<long long>(rows), seconds,
              static_cast<double>(rows) / seconds, usage.ru_maxrss / 1024);
}

int Bench(const std::vector<std::string>& paths) {
  auto began = Clock::now();
  const absl::StatusOr<ReadPlan> plan =
      Inspect(paths, {.source = "bench", .fellowship = "aa"});
  if (!plan.ok()) {
    std::fprintf(stderr, "%s\n", MessageOf(plan.status()).c_str());
    return 1;
  }
  Tell("inspected", plan->rows_read, began);
  began = Clock::now();
  int64_t rows = 0;
  int64_t bytes = 0;
  const absl::Status sent = Send(*plan, [&](const v1::Row& row) {
    ++rows;
    bytes += static_cast<int64_t>(row.ByteSizeLong());
    return absl::OkStatus();
  });
  if (!sent.ok()) {
    std::fprintf(stderr, "%s\n", MessageOf(sent).c_str());
    return 1;
  }
  Tell("read", rows, began);
  std::printf("skipped %lld, findings %lld, bytes of rows %lld\n",
              static_cast<long long>(plan->rows_skipped),
              static_cast<long long>(plan->finding_count),
              static_cast<long long>(bytes));
  return 0;
}

}  // namespace
}  // namespace handrail::formats

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: read_bench PATH...\n");
    return 2;
  }
  return handrail::formats::Bench({argv + 1, argv + argc});
}
