// Every listing is found by the words of its own name: of the sample, and of
// the real data sets where they are, through the readers, the load, the
// projection and the search that everybody uses.
#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "matcher/search.h"
#include "matcher/text.h"
#include "tests/formats/formats_testing.h"
#include "tests/server/loading.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using ::handrail::testing::IsOk;

struct Recall {
  int listings = 0;
  int found = 0;
  // Found by their names, were they not shut for now.
  int shut = 0;
  // Names without a word, which no words can find.
  int wordless = 0;
  std::vector<std::string> missed;
};

// As many words as a query may have characters for.
std::string QueryOf(const std::string& name) {
  constexpr size_t kBytesMax = 200;
  std::vector<std::string> words;
  size_t bytes = 0;
  for (const std::string& word : matcher::WordsOf(name)) {
    bytes += word.size() + 1;
    if (bytes > kBytesMax) break;
    words.push_back(word);
  }
  return absl::StrJoin(words, " ");
}

bool IsFound(Directory& directory, const std::string& id,
             const std::string& words) {
  v1::SearchRequest request;
  request.set_words(words);
  request.add_facets("source");
  request.set_page_size(100);
  while (true) {
    const auto page = directory.search().Search(TestContext(), request);
    EXPECT_THAT(page, IsOk()) << words;
    if (!page.ok()) return false;
    for (const auto& result : page->results()) {
      if (result.listing().id() == id) return true;
    }
    if (page->next_page_token().empty()) return false;
    request.set_page_token(page->next_page_token());
  }
}

// What is shut for now fits nobody, so no search shows it, under any words.
bool IsShut(const v1::Listing& listing) {
  return listing.status() == v1::TEMPORARILY_CLOSED ||
         listing.operating_state().kind() ==
             v1::OperatingState::TEMPORARILY_SHUT ||
         listing.do_not_refer();
}

// Whether it would be found by the words, were it open.
bool IsFoundOpen(v1::Listing listing, const std::string& words) {
  listing.set_status(v1::ACTIVE);
  listing.clear_operating_state();
  listing.clear_do_not_refer();
  const auto snapshot = matcher::Snapshot::Create(
      {.revision = 1, .rows = {matcher::MakeRow(std::move(listing))}});
  v1::SearchRequest request;
  request.set_words(words);
  const auto page = matcher::Search(*snapshot, request, TestNow());
  return page.ok() && page->response.total_count() == 1;
}

Recall Measure(TestDirectory& directory) {
  Recall recall;
  directory->state().snapshot()->ForEachRow([&](const matcher::Row& row) {
    const v1::Listing& listing = matcher::ListingOf(row);
    ++recall.listings;
    const std::string words = QueryOf(listing.name());
    if (words.empty()) {
      ++recall.wordless;
    } else if (IsFound(*directory, listing.id(), words)) {
      ++recall.found;
    } else if (IsShut(listing) && IsFoundOpen(listing, words)) {
      ++recall.shut;
    } else {
      recall.missed.push_back(listing.name());
    }
  });
  return recall;
}

void Load(TestDirectory& directory, const std::string& path,
          const std::string& source, const std::string& fellowship = "") {
  formats::ReadOptions options;
  options.source = source;
  options.fellowship = fellowship;
  options.zone = fellowship.empty() ? "" : "America/New_York";
  const formats::Read read = formats::ReadPaths({path}, options);
  ASSERT_THAT(read.plan, IsOk());
  const LoadOutcome done = directory.Load({.source = source}, read.rows);
  ASSERT_THAT(done.status, IsOk());
  const RequestContext patient({.now = TestNow()});
  ASSERT_THAT(directory->state().WaitFor(done.report.revision(), patient),
              IsOk());
}

void ExpectAllFound(TestDirectory& directory, const std::string& what) {
  const Recall recall = Measure(directory);
  std::cout << what << ": " << recall.found << " of " << recall.listings
            << " listings found by the words of their names, " << recall.shut
            << " more but for being shut for now, " << recall.wordless
            << " names without a word\n";
  EXPECT_GT(recall.listings, 0);
  EXPECT_THAT(recall.missed, ::testing::IsEmpty());
}

TEST(RecallTest, EveryListingOfTheSampleIsFoundByItsName) {
  TestDirectory directory;
  const auto sample = [](const std::string& name) {
    return testing::SourceData("clients/sample/" + name).string();
  };
  Load(directory, sample("centroids.csv"), "sample-places");
  Load(directory, sample("services.ndjson"), "tamarack-211");
  Load(directory, sample("meetings-aa.json"), "tamarack-aa", "aa");
  Load(directory, sample("meetings-na.json"), "tamarack-na", "na");
  Load(directory, sample("meetings-al-anon.json"), "tamarack-al", "al-anon");
  ExpectAllFound(directory, "the sample");
}

TEST(RecallTest, EveryListingOfBaltimoreIsFoundByItsName) {
  HANDRAIL_SHARED_DATA_OR_SKIP(file,
                               "hsds-3.0-derived-baltimore/services.ndjson");
  TestDirectory directory;
  Load(directory, file.string(), "bchd");
  ExpectAllFound(directory, "Baltimore");
}

class RecallOfMeetingsTest
    : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(RecallOfMeetingsTest, EveryMeetingIsFoundByItsName) {
  const auto [name, fellowship] = GetParam();
  HANDRAIL_SHARED_DATA_OR_SKIP(file, std::string("meeting-guide/") + name);
  TestDirectory directory;
  Load(directory, file.string(), "meetings", fellowship);
  ExpectAllFound(directory, name);
}

INSTANTIATE_TEST_SUITE_P(
    Sets, RecallOfMeetingsTest,
    ::testing::Values(std::pair("aasfmarin-2021.json", "aa"),
                      std::pair("al-anon-massachusetts.json", "al-anon"),
                      std::pair("atlanta-sample.json", "aa"),
                      std::pair("edmonton-ca.json", "aa"),
                      std::pair("sussex-delaware.json", "aa")));

}  // namespace
}  // namespace handrail::server
