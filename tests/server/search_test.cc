// Searching one server's directory: pages over a directory that changes, tokens
// that are bound to what was asked, nothing told that is private.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tests/server/loading.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using ::handrail::testing::HasReason;
using ::handrail::testing::IsOk;
using ::handrail::testing::NamesField;
using ::handrail::testing::ParseText;
using ::handrail::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Names = std::vector<std::string>;

// A service without a place.
v1::Row Service(const std::string& id, const std::string& name) {
  return MakeRow(absl::StrCat("records { service { id: '", id, "' name: '",
                              name,
                              "' status: ACTIVE x_handrail { terms { term: "
                              "'food' } } } }"));
}

class SearchPagesTest : public ::testing::Test {
 protected:
  // Answers only from what was loaded last.
  void Load(const std::vector<v1::Row>& rows, bool replace = false) {
    const LoadOutcome done = directory_.Load({.replace = replace}, rows);
    ASSERT_THAT(done.status, IsOk());
    revision_ = done.report.revision();
  }

  absl::StatusOr<v1::SearchResponse> Search(v1::SearchRequest request) {
    request.set_min_revision(revision_);
    return directory_->search().Search(RequestContext({.now = TestNow()}),
                                       request);
  }

  v1::SearchResponse Answer(const std::string& request) {
    auto answer = Search(ParseText<v1::SearchRequest>(request));
    EXPECT_THAT(answer, IsOk());
    return answer.ok() ? *answer : v1::SearchResponse();
  }

  static Names NamesOf(const v1::SearchResponse& response) {
    Names names;
    for (const auto& result : response.results()) {
      names.push_back(result.listing().name());
    }
    return names;
  }

  TestDirectory directory_;
  uint64_t revision_ = 0;
};

TEST_F(SearchPagesTest, FindsTheCounty) {
  Load(CentroidRows());
  Load(SampleRows("Nook"));
  EXPECT_THAT(NamesOf(Answer("words: 'harbor'")),
              UnorderedElementsAre("Harbor Recovery Home", "North Shelter",
                                   "Housing Phone Line"));
  EXPECT_THAT(NamesOf(Answer("words: 'shelter'")),
              UnorderedElementsAre("North Shelter", "Safe Haven Shelter"));
  EXPECT_THAT(NamesOf(Answer("terms: 'recovery-residence'")),
              ElementsAre("Harbor Recovery Home"));
  EXPECT_THAT(NamesOf(Answer("near { postal_code: '21202' } within_m: 1000")),
              ElementsAre("North Shelter", "Housing Phone Line"));
  EXPECT_THAT(NamesOf(Answer("in_area { state: 'MD' county: 'Baltimore' }")),
              ElementsAre("Harbor Recovery Home", "North Shelter",
                          "Safe Haven Shelter"));
  const auto all = Answer("facets: 'county'");
  EXPECT_EQ(all.total_count(), 4);
  EXPECT_EQ(all.facets(0).values(0).value(), "MD/Baltimore");
  EXPECT_EQ(all.facets(0).values(0).count(), 3);
  EXPECT_EQ(all.directory_revision(), revision_);
}

TEST_F(SearchPagesTest, WhatIsPrivateIsNotFound) {
  Load(CentroidRows());
  Load(SampleRows("Canary77"));
  EXPECT_THAT(NamesOf(Answer("words: 'Canary77'")), IsEmpty());
  EXPECT_THAT(NamesOf(Answer("words: 'lane'")), IsEmpty());
  EXPECT_THAT(NamesOf(Answer("in_area { postal_code: '21203' }")), IsEmpty());
  const auto found =
      Answer("words: 'haven' facets: 'city' facets: 'county' facets: 'state'");
  EXPECT_THAT(NamesOf(found), ElementsAre("Safe Haven Shelter"));
  EXPECT_EQ(found.results(0).listing().address(), "location private: call");
  EXPECT_EQ(found.facets(0).values_size(), 0);
  EXPECT_EQ(found.DebugString().find("Canary77"), std::string::npos);
  EXPECT_EQ(found.facets(1).values(0).value(), "MD/Baltimore");
}

TEST_F(SearchPagesTest, PagesStayRightWhileListingsComeAndGo) {
  std::vector<v1::Row> rows;
  for (int i = 10; i < 40; ++i) {
    rows.push_back(Service(absl::StrCat("s", i), absl::StrCat("Pantry ", i)));
  }
  Load(rows);
  v1::SearchRequest request = ParseText<v1::SearchRequest>("words: 'pantry'");
  Names seen;
  std::set<std::string> gone;
  for (int page = 0;; ++page) {
    // A page may have another size than the one before.
    request.set_page_size(3 + page % 3);
    const auto answer = Search(request);
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(answer->total_count(), static_cast<int>(rows.size()));
    for (const std::string& name : NamesOf(*answer)) seen.push_back(name);
    if (answer->next_page_token().empty()) break;
    request.set_page_token(answer->next_page_token());
    // The last one seen goes, one further on goes, and two come: one before
    // this place, one at the end.
    const std::string last = seen.back();
    std::erase_if(rows, [&](const v1::Row& row) {
      const std::string& name = row.records(0).service().name();
      const bool goes = name == last || (page == 1 && name == "Pantry 35");
      if (goes) gone.insert(name);
      return goes;
    });
    rows.push_back(Service(absl::StrCat("a", page), "Pantry 0"));
    rows.push_back(
        Service(absl::StrCat("z", page), absl::StrCat("Pantry 9", page)));
    Load(rows, /*replace=*/true);
  }
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(),
            seen.size());
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  for (int i = 10; i < 40; ++i) {
    const std::string name = absl::StrCat("Pantry ", i);
    const bool found = std::find(seen.begin(), seen.end(), name) != seen.end();
    EXPECT_EQ(found, name != "Pantry 35") << name;
  }
  EXPECT_EQ(seen.back().substr(0, 8), "Pantry 9");
}

TEST_F(SearchPagesTest, ATokenIsOfOneQueryAlone) {
  Load(SampleRows("Nook"));
  const auto first = Answer("words: 'shelter' page_size: 1");
  const std::string token = first.next_page_token();
  ASSERT_FALSE(token.empty());
  for (const char* other :
       {"words: 'shelters'", "words: 'shelter' terms: 'housing'",
        "words: 'shelter' sort: NAME", "words: 'shelter' language: 'es'",
        "words: 'shelter' as_of { seconds: 1780315200 }", "",
        "words: 'shelter' facets: 'term'", "words: 'shelter' source: 'county'",
        "words: 'shelter' zone: 'America/New_York'"}) {
    v1::SearchRequest request = ParseText<v1::SearchRequest>(other);
    request.set_page_token(token);
    const auto refused = Search(request);
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument)) << other;
    EXPECT_THAT(refused, HasReason(v1::ERROR_REASON_PAGE_TOKEN_INVALID));
  }
  v1::SearchRequest request =
      ParseText<v1::SearchRequest>("words: 'shelter' page_size: 1");
  std::string bytes;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(token, &bytes));
  for (const std::string& wrong :
       {std::string("x"), token + "A", token.substr(0, token.size() / 2),
        absl::WebSafeBase64Escape(bytes.substr(0, 33) + "no position"),
        std::string(5000, 'A')}) {
    request.set_page_token(wrong);
    // What is cut off or added inside of the id cannot be told; it is a place
    // in the order all the same.
    const auto answer = Search(request);
    if (answer.ok()) continue;
    EXPECT_THAT(answer, HasReason(v1::ERROR_REASON_PAGE_TOKEN_INVALID))
        << wrong;
  }
  request.set_page_token(token);
  EXPECT_THAT(Search(request), IsOk());
}

TEST_F(SearchPagesTest, ATokenOfARevisionAheadIsRefused) {
  Load(SampleRows("Nook"));
  const std::string token =
      Answer("words: 'shelter' page_size: 1").next_page_token();
  // A directory that has seen less: as after a restored backup.
  TestDirectory other;
  v1::SearchRequest request = ParseText<v1::SearchRequest>("words: 'shelter'");
  request.set_page_token(token);
  EXPECT_THAT(other->search().Search(TestContext(), request),
              HasReason(v1::ERROR_REASON_PAGE_TOKEN_INVALID));
}

TEST_F(SearchPagesTest, LaterPagesAreAboutTheInstantOfTheFirst) {
  Load(SampleRows("Nook"));
  v1::SearchRequest request = ParseText<v1::SearchRequest>("page_size: 1");
  const auto first = directory_->search().Search(TestContext(), request);
  ASSERT_THAT(first, IsOk());
  request.set_page_token(first->next_page_token());
  const auto later = directory_->search().Search(
      RequestContext({.now = TestNow() + absl::Hours(30)}), request);
  ASSERT_THAT(later, IsOk());
  EXPECT_EQ(later->as_of().seconds(), first->as_of().seconds());
}

TEST_F(SearchPagesTest, LongNamesHaveTokensToo) {
  const std::string long_name(900, 'a');
  Load({Service("1", long_name + " b"), Service("2", long_name + " c"),
        Service("3", "zeta")});
  Names names;
  v1::SearchRequest request = ParseText<v1::SearchRequest>("page_size: 1");
  do {
    const auto answer = Search(request);
    ASSERT_THAT(answer, IsOk());
    for (const std::string& name : NamesOf(*answer)) names.push_back(name);
    request.set_page_token(answer->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(names.size(), 3u);
}

TEST_F(SearchPagesTest, WrongAndUnknownFieldsAreRefusedByName) {
  EXPECT_THAT(Search(ParseText<v1::SearchRequest>("page_size: -1")),
              NamesField("page_size"));
  EXPECT_THAT(Search(ParseText<v1::SearchRequest>("sort: DISTANCE")),
              NamesField("sort"));
  v1::SearchRequest newer;
  newer.GetReflection()->MutableUnknownFields(&newer)->AddVarint(777, 1);
  const auto refused = Search(newer);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kUnimplemented));
  EXPECT_THAT(refused, testing::HasMetadata("field", "field 777"));
}

TEST_F(SearchPagesTest, WaitsForTheRevisionAskedFor) {
  v1::SearchRequest request;
  request.set_min_revision(1'000'000);
  const auto late = directory_->search().Search(
      RequestContext({.now = absl::Now(),
                      .deadline = absl::Now() + absl::Milliseconds(50)}),
      request);
  EXPECT_THAT(late, HasReason(v1::ERROR_REASON_REVISION_NOT_REACHED));
}

}  // namespace
}  // namespace handrail::server
