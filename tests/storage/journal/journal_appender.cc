// Appends to a journal until it is stopped: the program that the crash test
// kills in the middle of its work. Also tells how fast appends are.
//
//   journal_appender DIRECTORY ROWS [APPENDS]
//
// Each append writes ROWS values of about 1 KB under keys of its own, and the
// key "last". After each acknowledgement a line with its position goes to
// standard output. With APPENDS it stops after so many and prints the rate.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "storage/base/status.h"
#include "storage/journal/rocks_journal.h"

namespace {

using handrail::storage::AppendRequest;
using handrail::storage::RocksJournal;

// Half of it can be compressed, as of real records.
std::string SomeValue(std::mt19937& random) {
  std::string value(1000, 'v');
  for (int i = 0; i < 500; ++i) value[i] = static_cast<char>(random());
  return value;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const long rows = std::atol(argv[2]);
  const long appends = argc > 3 ? std::atol(argv[3]) : 0;
  auto journal = RocksJournal::Open({.directory = argv[1]});
  if (!journal.ok()) {
    std::fprintf(stderr, "%s\n", handrail::MessageOf(journal.status()).c_str());
    return 1;
  }
  std::mt19937 random(1);
  const absl::Time start = absl::Now();
  for (long i = 1; appends == 0 || i <= appends; ++i) {
    AppendRequest request{.stream = "directory", .at = absl::UnixEpoch()};
    request.request_id = "request " + std::to_string(i);
    const std::string prefix = std::to_string(i) + "/";
    for (long row = 0; row < rows; ++row) {
      std::string key = prefix + std::to_string(row);
      request.expected.push_back({key, 0});
      request.mutations.push_back({std::move(key), SomeValue(random)});
    }
    request.mutations.push_back({"last", std::to_string(i)});
    const auto result = (*journal)->Append(std::move(request));
    if (!result.ok()) {
      std::fprintf(stderr, "%s\n",
                   handrail::MessageOf(result.status()).c_str());
      return 1;
    }
    std::printf("%llu\n", static_cast<unsigned long long>(result->position));
    std::fflush(stdout);
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  std::fprintf(stderr, "%ld appends of %ld rows: %.0f appends/s, %.0f rows/s\n",
               appends, rows, appends / seconds, appends * rows / seconds);
  return 0;
}
