// How long a search takes in process, on one thread, over a made-up directory.
//
//   search_bench [LISTINGS]      (100,000 where nothing is said)
//
// Names and texts are drawn from a vocabulary of 20,000 made-up words, few of
// them often, most of them seldom. Prints the CPU time of a search, the median
// of some, and what the index takes.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "matcher/search.h"
#include "matcher/snapshot.h"
#include "matcher/taxonomy.h"

namespace handrail::bench {
namespace {

constexpr int kVocabulary = 20'000;
constexpr int kPasses = 9;

double CpuMilliseconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 +
         static_cast<double>(time.tv_nsec) / 1e6;
}

std::string Word(int number) {
  static const char* const kSyllables[] = {"ba",  "ker", "lo", "min", "sa",
                                           "tor", "vel", "du", "ren", "shi"};
  std::string word;
  for (int rest = number + 10; rest > 0; rest /= 10) {
    word += kSyllables[rest % 10];
  }
  return word;
}

class Maker {
 public:
  v1::Listing Make(int number) {
    v1::Listing listing;
    listing.set_id(absl::StrCat("listing-", number));
    listing.set_name(absl::StrCat(Text(2), " House"));
    listing.set_organization_name(Text(3));
    listing.set_description(Text(60));
    listing.set_source("bench");
    listing.set_zone("America/New_York");
    const matcher::Taxonomy& taxonomy = matcher::BuiltInTaxonomy();
    listing.add_terms()->set_term(
        taxonomy.term(static_cast<int>(random_() % taxonomy.size())).id);
    v1::Place& place = *listing.mutable_place();
    place.set_basis(v1::Place::COORDINATES);
    place.set_latitude_e7(380'000'000 +
                          static_cast<int>(random_() % 20'000'000));
    place.set_longitude_e7(-780'000'000 +
                           static_cast<int>(random_() % 30'000'000));
    place.set_state("MD");
    place.set_county(absl::StrCat("County ", random_() % 24));
    return listing;
  }

 private:
  std::string Text(int words) {
    std::string text;
    for (int i = 0; i < words; ++i) {
      // The smaller the number, the more often.
      const double at = static_cast<double>(random_()) / 4294967296.0;
      absl::StrAppend(&text, i == 0 ? "" : " ",
                      Word(static_cast<int>(at * at * at * kVocabulary)));
    }
    return text;
  }

  std::mt19937 random_{7};
};

void Measure(const matcher::Snapshot& snapshot, const char* what,
             const std::string& text) {
  v1::SearchRequest request;
  if (!google::protobuf::TextFormat::ParseFromString(text, &request)) {
    std::abort();
  }
  std::vector<double> times;
  int total = 0;
  for (int i = 0; i < kPasses; ++i) {
    const double start = CpuMilliseconds();
    const auto page =
        matcher::Search(snapshot, request, absl::FromUnixSeconds(1780660800));
    times.push_back(CpuMilliseconds() - start);
    if (!page.ok()) std::abort();
    total = page->response.total_count();
  }
  std::sort(times.begin(), times.end());
  std::printf("%-28s %8d found %9.2f ms\n", what, total,
              times[times.size() / 2]);
}

int Main(int argc, char** argv) {
  const int listings = argc > 1 ? std::atoi(argv[1]) : 100'000;
  Maker maker;
  std::vector<std::shared_ptr<const matcher::Row>> rows;
  double start = CpuMilliseconds();
  for (int i = 0; i < listings; ++i) {
    rows.push_back(matcher::MakeRow(maker.Make(i)));
  }
  std::printf("%d rows made in %.1f s\n", listings,
              (CpuMilliseconds() - start) / 1e3);
  for (const bool words : {false, true}) {
    start = CpuMilliseconds();
    matcher::SegmentSizes sizes;
    if (!words) sizes.words_min = listings + 1;
    matcher::Snapshot::Parts parts;
    parts.revision = 1;
    parts.row_set = matcher::RowSet::Of(rows, sizes);
    std::printf("\n%s runs of words: indexed in %.1f s, %zu bytes a listing\n",
                words ? "with" : "without", (CpuMilliseconds() - start) / 1e3,
                parts.row_set.Bytes() / static_cast<size_t>(listings));
    const auto snapshot = matcher::Snapshot::Create(std::move(parts));
    const std::string near =
        "near { latitude_e7: 390000000 longitude_e7: -765000000 } ";
    Measure(*snapshot, "a seldom word", "words: '" + Word(15'000) + "'");
    Measure(*snapshot, "a word of most", "words: 'house'");
    Measure(*snapshot, "two words", "words: '" + Word(40) + " house'");
    Measure(*snapshot, "a word misspelt", "words: '" + Word(9'000) + "x'");
    Measure(*snapshot, "a kind of help", "terms: 'housing'");
    Measure(*snapshot, "a kind within 10 km",
            near + "within_m: 10000 terms: 'housing'");
    Measure(*snapshot, "a county", "in_area { county: 'County 7' }");
    Measure(*snapshot, "everything, by name", "");
    Measure(*snapshot, "everything, by distance", near);
  }
  return 0;
}

}  // namespace
}  // namespace handrail::bench

int main(int argc, char** argv) { return handrail::bench::Main(argc, argv); }
