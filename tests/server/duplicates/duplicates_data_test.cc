// How well duplicates are found in data as it is: the shipped sample, and real
// public directories where they are at hand. Each directory is compared with a
// second source that has the same listings under other ids, once word for word
// and once written another way; what is found is printed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/formats/reader.h"
#include "server/duplicates/duplicate_index.h"
#include "tests/server/loading.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

std::vector<v1::Row> RowsOf(const std::string& path,
                            formats::ReadOptions options) {
  const auto plan = formats::Inspect({path}, options);
  EXPECT_THAT(plan, testing::IsOk());
  std::vector<v1::Row> rows;
  if (!plan.ok()) return rows;
  EXPECT_THAT(formats::Send(*plan,
                            [&](v1::Row row) {
                              rows.push_back(std::move(row));
                              return absl::OkStatus();
                            }),
              testing::IsOk());
  return rows;
}

// The listings that a file comes to, loaded as the server does.
std::vector<v1::Listing> ListingsOf(const std::string& path,
                                    formats::ReadOptions options = {}) {
  options.source = "north";
  TestDirectory directory;
  EXPECT_THAT(directory.Load({.source = "north"}, RowsOf(path, options)).status,
              testing::IsOk());
  v1::ListListingsRequest request;
  request.set_page_size(500);
  std::vector<v1::Listing> listings;
  do {
    const auto page = directory->records().ListListings(TestContext(), request);
    EXPECT_THAT(page, testing::IsOk());
    if (!page.ok()) break;
    listings.insert(listings.end(), page->listings().begin(),
                    page->listings().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return listings;
}

// --- Another source of the same ---------------------------------------------

// The same listing as another source has it, word for word.
v1::Listing Twin(v1::Listing listing) {
  listing.set_id("twin of " + listing.id());
  listing.set_service_id("twin of " + listing.service_id());
  listing.set_source("south");
  return listing;
}

// The same as another agency would have typed it: capitals, legal form,
// shorthand, long street words, a suite; now and then no phone, no page or no
// coordinates.
v1::Listing Retyped(const v1::Listing& original, size_t number) {
  v1::Listing listing = Twin(original);
  std::string name =
      absl::StrReplaceAll(listing.name(), {{"Center", "Ctr"},
                                           {"Services", "Svcs"},
                                           {" & ", " and "},
                                           {"Department", "Dept"},
                                           {"Saint ", "St. "}});
  if (number % 2 == 0) absl::AsciiStrToUpper(&name);
  if (number % 3 == 0) absl::StrAppend(&name, ", Inc.");
  listing.set_name(name);
  if (listing.has_address()) {
    std::string line = absl::StrReplaceAll(listing.address().address_1() + " ",
                                           {{" St ", " Street "},
                                            {" Ave ", " Avenue "},
                                            {" Rd ", " Road "},
                                            {" N ", " North "},
                                            {" W ", " West "},
                                            {" Dr ", " Drive "}});
    absl::StripAsciiWhitespace(&line);
    if (number % 5 == 0 && !line.empty()) absl::StrAppend(&line, ", Suite 9");
    listing.mutable_address()->set_address_1(line);
  }
  if (number % 4 == 1) listing.clear_phones();
  if (number % 4 == 2) listing.clear_url();
  if (number % 7 == 3) listing.mutable_place()->clear_basis();
  return listing;
}

struct Found {
  int listings = 0;
  // Listings that are with their twin.
  int with_twin = 0;
  // Pairs across the sources that are twins, and that are not.
  int right_pairs = 0;
  int wrong_pairs = 0;
  // Clusters of one source's listings alone, or more than one of a source.
  int clusters_in_one_source = 0;
  std::vector<std::string> wrong;
  std::vector<std::string> missed;
};

constexpr char kTwinOf[] = "twin of ";

Found Compare(const std::vector<v1::Listing>& listings,
              const std::vector<v1::Listing>& others) {
  DuplicateIndex index;
  std::map<std::string, const v1::Listing*> by_id;
  for (const auto* side : {&listings, &others}) {
    for (const v1::Listing& listing : *side) {
      by_id[listing.id()] = &listing;
      index.Set(FeaturesOf(listing, {}));
    }
  }
  const auto table = index.Update();
  Found found{.listings = static_cast<int>(listings.size())};
  for (const v1::Listing& listing : listings) {
    const std::string* one = table->cluster_of.Find(listing.id());
    const std::string* other = table->cluster_of.Find(kTwinOf + listing.id());
    if (one != nullptr && other != nullptr && *one == *other) {
      ++found.with_twin;
    } else {
      const auto a = table->features->Find(listing.id());
      const auto b = table->features->Find(kTwinOf + listing.id());
      std::string why;
      for (const std::string& reason : ReasonsFor(*a, *b)) {
        absl::StrAppend(&why, "; ", reason);
      }
      found.missed.push_back(
          absl::StrCat(ScorePair(*a, *b).score, " ", listing.name(), why));
    }
  }
  table->clusters.ForEach([&](const std::string&, const ClusterPtr& cluster) {
    int of_north = 0;
    for (const std::string& a : cluster->listing_ids) {
      if (a.starts_with(kTwinOf)) continue;
      ++of_north;
      for (const std::string& b : cluster->listing_ids) {
        if (!b.starts_with(kTwinOf)) continue;
        if (b == kTwinOf + a) {
          ++found.right_pairs;
        } else {
          ++found.wrong_pairs;
          found.wrong.push_back(absl::StrCat(
              by_id[a]->name(), " [", by_id[a]->address().address_1(), "] + ",
              by_id[b]->name(), " [", by_id[b]->address().address_1(), "]"));
        }
      }
    }
    if (of_north > 1) ++found.clusters_in_one_source;
  });
  return found;
}

void Print(const std::string& what, const Found& found) {
  std::cout << what << ": " << found.listings << " listings, "
            << found.with_twin << " with their twin; pairs across sources "
            << found.right_pairs << " right, " << found.wrong_pairs
            << " wrong; clusters with several of one source "
            << found.clusters_in_one_source << "\n";
  // For reading with one's own eyes.
  if (std::getenv("HANDRAIL_SHOW_DUPLICATES") == nullptr) return;
  for (const std::string& line : found.wrong)
    std::cout << "  wrong: " << line << "\n";
  for (const std::string& line : found.missed) {
    std::cout << "  missed: " << line << "\n";
  }
}

// Clusters inside one source alone, to be read.
int PrintClustersOf(const std::string& what,
                    const std::vector<v1::Listing>& listings) {
  DuplicateIndex index;
  std::map<std::string, const v1::Listing*> by_id;
  for (const v1::Listing& listing : listings) {
    by_id[listing.id()] = &listing;
    index.Set(FeaturesOf(listing, {}));
  }
  const auto table = index.Update();
  std::cout << what << " alone: " << listings.size() << " listings, "
            << table->clusters.size() << " clusters\n";
  if (std::getenv("HANDRAIL_SHOW_DUPLICATES") != nullptr) {
    table->clusters.ForEach([&](const std::string&, const ClusterPtr& cluster) {
      std::cout << "  cluster\n";
      for (const std::string& id : cluster->listing_ids) {
        const v1::Listing& listing = *by_id[id];
        std::cout << "    " << listing.name() << " | "
                  << listing.organization_name() << " | "
                  << listing.address().address_1() << " | "
                  << (listing.schedules_size() > 0
                          ? listing.schedules(0).byday() + " " +
                                listing.schedules(0).opens_at()
                          : "")
                  << "\n";
      }
      for (const auto& pair : cluster->pairs) {
        std::cout << "    " << pair.score();
        for (const std::string& reason : pair.reasons()) {
          std::cout << "; " << reason;
        }
        std::cout << "\n";
      }
    });
  }
  return static_cast<int>(table->clusters.size());
}

// --- The directories --------------------------------------------------------

void ExpectTwinsFound(const std::string& what,
                      const std::vector<v1::Listing>& listings,
                      double retyped_share) {
  ASSERT_FALSE(listings.empty());
  PrintClustersOf(what, listings);
  std::vector<v1::Listing> twins;
  std::vector<v1::Listing> retyped;
  for (size_t i = 0; i < listings.size(); ++i) {
    twins.push_back(Twin(listings[i]));
    retyped.push_back(Retyped(listings[i], i));
  }
  const Found same = Compare(listings, twins);
  Print(what + ", word for word", same);
  const Found typed = Compare(listings, retyped);
  Print(what + ", retyped", typed);
  EXPECT_GE(
      typed.with_twin,
      static_cast<int>(retyped_share * static_cast<double>(listings.size())));
}

TEST(DuplicatesDataTest, FindsEveryTwinOfTheSampleAndNothingElse) {
  const std::vector<v1::Listing> listings = ListingsOf(
      testing::SourceData("clients/sample/services.ndjson").string());
  ExpectTwinsFound("sample", listings, 0.9);
  std::vector<v1::Listing> twins;
  for (const v1::Listing& listing : listings) twins.push_back(Twin(listing));
  const Found found = Compare(listings, twins);
  EXPECT_EQ(found.with_twin, found.listings);
  EXPECT_EQ(found.wrong_pairs, 0);
  EXPECT_EQ(found.clusters_in_one_source, 0);
}

TEST(DuplicatesDataTest, FindsTheSamplesMeetings) {
  ExpectTwinsFound(
      "sample meetings",
      ListingsOf(
          testing::SourceData("clients/sample/meetings-aa.json").string(),
          {.fellowship = "aa", .zone = "America/New_York"}),
      0.9);
}

TEST(DuplicatesDataTest, FindsTheTwinsOfBaltimore) {
  HANDRAIL_SHARED_DATA_OR_SKIP(path,
                               "hsds-3.0-derived-baltimore/services.ndjson");
  ExpectTwinsFound("Baltimore", ListingsOf(path.string()), 0.8);
}

TEST(DuplicatesDataTest, FindsTheTwinsOfMarinsMeetings) {
  HANDRAIL_SHARED_DATA_OR_SKIP(path, "meeting-guide/aasfmarin-2021.json");
  ExpectTwinsFound("Marin", ListingsOf(path.string(), {.fellowship = "aa"}),
                   0.8);
}

}  // namespace
}  // namespace handrail::server
