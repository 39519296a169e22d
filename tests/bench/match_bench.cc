// How long a match takes in process, on one thread, over the peers' workload.
//
//   match_bench FOLDER [lean|aged] [QUERIES]      (./dev bench match)
//
// FOLDER holds listings.tsv and queries.tsv of the generator in shared/peers.
// Prints medians of five passes over the questions: CPU time of this thread a
// match, which other load disturbs least; then what an edit costs, and memory.
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "matcher/matcher.h"
#include "matcher/snapshot.h"
#include "tests/bench/workload.h"

namespace handrail::bench {
namespace {

constexpr int kPasses = 5;
constexpr int kEdits = 2'000;

double CpuMicroseconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 +
         static_cast<double>(time.tv_nsec) / 1e3;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Pass {
  double mean = 0;
  double p50 = 0;
  double p99 = 0;
  long long judged = 0;
  long long options = 0;
  int refused = 0;
};

Pass RunPass(const matcher::Snapshot& snapshot,
             const std::vector<v1::MatchRequest>& requests, absl::Time now) {
  Pass pass;
  std::vector<double> times;
  double sum = 0;
  for (const v1::MatchRequest& request : requests) {
    const double start = CpuMicroseconds();
    const auto answer = matcher::Match(snapshot, request, now);
    times.push_back(CpuMicroseconds() - start);
    sum += times.back();
    if (!answer.ok()) {
      if (pass.refused++ == 0) {
        std::printf("refused: %s\n",
                    std::string(answer.status().message()).c_str());
      }
      continue;
    }
    const v1::NeedAnswer& need = answer->needs(0);
    pass.judged +=
        need.fits_count() + need.check_count() + need.does_not_fit_count();
    pass.options += need.options_size();
  }
  std::sort(times.begin(), times.end());
  pass.mean = sum / static_cast<double>(times.size());
  pass.p50 = times[times.size() / 2];
  pass.p99 = times[times.size() * 99 / 100];
  return pass;
}

void PrintMatches(const matcher::Snapshot& snapshot,
                  const std::vector<v1::MatchRequest>& requests,
                  absl::Time now) {
  RunPass(snapshot, requests, now);
  std::vector<double> mean, p50, p99;
  Pass last;
  for (int i = 0; i < kPasses; ++i) {
    last = RunPass(snapshot, requests, now);
    mean.push_back(last.mean);
    p50.push_back(last.p50);
    p99.push_back(last.p99);
  }
  const double count = static_cast<double>(requests.size());
  std::printf(
      "match, CPU us: mean %.1f (%.1f-%.1f)  p50 %.1f  p99 %.1f; "
      "%.1f candidates, %.1f options, %d refused\n",
      Median(mean), *std::min_element(mean.begin(), mean.end()),
      *std::max_element(mean.begin(), mean.end()), Median(p50), Median(p99),
      static_cast<double>(last.judged) / count,
      static_cast<double>(last.options) / count, last.refused);
}

// One listing at a time, made anew; merges that are due are done between.
void PrintEdits(const std::vector<v1::Listing>& listings, matcher::RowSet set) {
  std::vector<double> times;
  double merging = 0;
  for (int i = 0; i < kEdits; ++i) {
    const v1::Listing& listing =
        listings[static_cast<std::size_t>(i) * 7919 % listings.size()];
    const matcher::RowEdits edits = {{listing.id(), matcher::MakeRow(listing)}};
    const double start = CpuMicroseconds();
    set = set.Edited(edits);
    times.push_back(CpuMicroseconds() - start);
    if (const auto merge = set.BeginMerge()) {
      const double begun = CpuMicroseconds();
      set = set.WithMerged(*merge, merge->Run());
      merging += CpuMicroseconds() - begun;
    }
  }
  double sum = 0;
  for (const double time : times) sum += time;
  std::sort(times.begin(), times.end());
  std::printf(
      "edit of one listing, CPU us: mean %.1f  p50 %.1f  p99 %.1f  most %.1f; "
      "merges %.1f ms in %d edits; %zu segments\n",
      sum / kEdits, times[kEdits / 2], times[kEdits * 99 / 100], times.back(),
      merging / 1e3, kEdits, set.parts().size());
}

int Main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: match_bench FOLDER [lean|aged] [QUERIES]\n");
    return 2;
  }
  const std::string folder = argv[1];
  const std::string ages = argc > 2 ? argv[2] : "lean";
  const int queries = argc > 3 ? std::atoi(argv[3]) : 10'000;
  const std::vector<v1::Listing> listings = ReadListings(
      folder + "/listings.tsv", ages == "aged" ? Ages::kAged : Ages::kLean);
  const std::vector<v1::MatchRequest> requests =
      ReadRequests(folder + "/queries.tsv", queries);
  const absl::Time now = absl::FromCivil(kWorkloadTime, absl::UTCTimeZone());

  const auto held = [] { return static_cast<double>(mallinfo2().uordblks); };
  const double before = held();
  std::vector<matcher::RowPtr> rows;
  for (const v1::Listing& listing : listings) {
    rows.push_back(matcher::MakeRow(listing));
  }
  const double with_rows = held();
  const double start = CpuMicroseconds();
  matcher::RowSet set = matcher::RowSet::Of(std::move(rows));
  std::printf("%zu listings, %s; index made in %.0f ms\n", listings.size(),
              ages.c_str(), (CpuMicroseconds() - start) / 1e3);
  const double count = static_cast<double>(listings.size());
  std::printf("memory, bytes a listing: rows %.0f, index %.0f\n",
              (with_rows - before) / count,
              static_cast<double>(set.Bytes()) / count);
  PrintMatches(*matcher::Snapshot::Create({.revision = 1, .row_set = set}),
               requests, now);
  PrintEdits(listings, std::move(set));
  return 0;
}

}  // namespace
}  // namespace handrail::bench

int main(int argc, char** argv) { return handrail::bench::Main(argc, argv); }
