// The matcher gives the oracle's answers on random directories and requests.
//
//   HANDRAIL_ORACLE_PAIRS=200000   how many pairs (5,000 else)
//   HANDRAIL_ORACLE_SEED=n         where the seeds begin (1 else)
//   HANDRAIL_ORACLE_KINDS=n        stop after so many kinds of differences (6)
//
// A failure prints the seeds of the directory and the request, and the
// smallest directory and request that differ in the same way.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>

#include "tests/oracle/compare.h"

namespace handrail::oracle {
namespace {

// Requests that one directory is asked.
constexpr int kRequestsEach = 25;
// Kinds of differences that are shown before it stops.
constexpr int kKindsMax = 6;

int Number(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

// The one that says most: counts and order follow from what was judged.
const Difference& Telling(const std::vector<Difference>& differences) {
  for (const char* kind : {"judged ", "points "}) {
    for (const Difference& one : differences) {
      if (one.kind.starts_with(kind)) return one;
    }
  }
  return differences.front();
}

TEST(OracleTest, TheMatcherGivesTheAnswersOfTheRules) {
  const int pairs = Number("HANDRAIL_ORACLE_PAIRS", 5'000);
  const unsigned first = Number("HANDRAIL_ORACLE_SEED", 1);
  std::set<std::string> kinds;
  int asked_count = 0;
  for (int i = 0; asked_count < pairs; ++i) {
    const unsigned seed = first + static_cast<unsigned>(i);
    const Comparison comparison(RandomWorld(seed));
    for (int j = 0; j < kRequestsEach && asked_count < pairs; ++j) {
      ++asked_count;
      const unsigned request_seed = seed * 1000 + static_cast<unsigned>(j);
      const Asked asked = RandomRequest(request_seed, comparison.world());
      const auto differences = comparison.With(asked);
      if (differences.empty()) continue;
      const Difference& one = Telling(differences);
      if (!kinds.insert(one.kind).second) continue;
      ADD_FAILURE() << "directory " << seed << ", request " << request_seed
                    << ": " << one.text << "\n"
                    << Smallest(comparison.world(), asked, one.kind);
      if (static_cast<int>(kinds.size()) >=
          Number("HANDRAIL_ORACLE_KINDS", kKindsMax)) {
        return;
      }
    }
  }
  RecordProperty("pairs", asked_count);
}

}  // namespace
}  // namespace handrail::oracle
