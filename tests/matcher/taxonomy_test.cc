// The taxonomy: what covers what, and what is inherited.
#include "matcher/taxonomy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/testing/testing.h"

namespace handrail::matcher {
namespace {

using ::handrail::testing::IsOk;
using ::handrail::testing::StatusIs;

std::string Terms(const std::string& rows) {
  return R"({"version":"1","terms":[)" + rows + "]}";
}
std::string Row(const std::string& id, const std::string& parents,
                const std::string& more = "") {
  return R"({"id":")" + id + R"(","parents":[)" + parents +
         R"(],"label":{"en":"A )" + id + R"("},"description":{"en":"D"})" +
         more + "}";
}

TEST(TaxonomyTest, ATermCoversItselfAndAllBelowIt) {
  const auto taxonomy =
      Taxonomy::Parse(Terms(Row("c", R"("b","x")") + "," + Row("a", "") + "," +
                            Row("b", R"("a")") + "," + Row("x", "")));
  ASSERT_THAT(taxonomy, IsOk());
  const auto at = [&](const char* id) { return *taxonomy->Find(id); };
  EXPECT_TRUE(taxonomy->Covers(at("a"), at("a")));
  EXPECT_TRUE(taxonomy->Covers(at("a"), at("c")));
  EXPECT_TRUE(taxonomy->Covers(at("x"), at("c")));
  EXPECT_FALSE(taxonomy->Covers(at("c"), at("a")));
  EXPECT_FALSE(taxonomy->Covers(at("x"), at("b")));
  EXPECT_EQ(taxonomy->SubTree(at("a")).count(), 3u);
  EXPECT_EQ(at("c"), 0);  // The order of the file.
  EXPECT_FALSE(taxonomy->Find("nothing").has_value());
}

TEST(TaxonomyTest, InheritsAsksAndAttendanceUnlessItSaysOtherwise) {
  const auto taxonomy = Taxonomy::Parse(Terms(
      Row("a", "", R"(,"asks":["age"],"attendance":"occurrence")") + "," +
      Row("b", "", R"(,"asks":["gender"],"attendance":"hours")") + "," +
      Row("both", R"("a","b")", R"(,"attendance":"hours")") + "," +
      Row("none", R"("a")", R"(,"asks":[])") + "," + Row("deep", R"("none")")));
  ASSERT_THAT(taxonomy, IsOk());
  const auto term = [&](const char* id) {
    return taxonomy->term(*taxonomy->Find(id));
  };
  EXPECT_TRUE(Asks(term("both").asks, AskedRule::kAge));
  EXPECT_TRUE(Asks(term("both").asks, AskedRule::kGender));
  EXPECT_EQ(term("both").attendance, Attendance::kHours);
  EXPECT_TRUE(term("none").asks.none());
  EXPECT_TRUE(term("deep").asks.none());
  EXPECT_EQ(term("deep").attendance, Attendance::kOccurrence);
  TermSet set;
  set.set(*taxonomy->Find("b"));
  EXPECT_EQ(taxonomy->AttendanceOfAny(set), Attendance::kHours);
  set.set(*taxonomy->Find("a"));
  EXPECT_EQ(taxonomy->AttendanceOfAny(set), Attendance::kOccurrence);
  EXPECT_TRUE(Asks(taxonomy->AsksOfAny(set), AskedRule::kGender));
}

TEST(TaxonomyTest, RefusesWhatCannotBeATaxonomy) {
  const std::pair<const char*, std::string> cases[] = {
      {"not JSON", "{"},
      {"a list", "[]"},
      {"no terms", R"({"version":"1"})"},
      {"no version", R"({"terms":[]})"},
      {"an id twice", Terms(Row("a", "") + "," + Row("a", ""))},
      {"an unknown parent", Terms(Row("a", R"("b")"))},
      {"its own parent", Terms(Row("a", R"("a")"))},
      {"a circle", Terms(Row("a", R"("b")") + "," + Row("b", R"("a")"))},
      {"an unknown rule", Terms(Row("a", "", R"(,"asks":["shoe size"])"))},
      {"an unknown attendance", Terms(Row("a", "", R"(,"attendance":"x")"))},
      {"parents that differ in attendance",
       Terms(Row("a", "", R"(,"attendance":"hours")") + "," +
             Row("b", "", R"(,"attendance":"occurrence")") + "," +
             Row("c", R"("a","b")"))},
      {"a number as id", R"({"version":"1","terms":[{"id":1}]})"},
      {"no label", R"({"version":"1","terms":[{"id":"a","parents":[]}]})"},
  };
  for (const auto& [name, json] : cases) {
    EXPECT_THAT(Taxonomy::Parse(json),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
  }
}

TEST(BuiltInTaxonomyTest, HasTheFourteenRootsAndPlainLabels) {
  const Taxonomy& taxonomy = BuiltInTaxonomy();
  int roots = 0;
  for (TermIndex i = 0; i < taxonomy.size(); ++i) {
    roots += taxonomy.term(i).parents.empty() ? 1 : 0;
    EXPECT_FALSE(taxonomy.Label(i, "en").empty());
    EXPECT_FALSE(taxonomy.Description(i, "en").empty());
    EXPECT_EQ(taxonomy.Label(i, "xx"), taxonomy.Label(i, "en"));
  }
  EXPECT_EQ(roots, 14);
  EXPECT_TRUE(taxonomy.Covers(*taxonomy.Find("housing"),
                              *taxonomy.Find("recovery-residence")));
  EXPECT_FALSE(taxonomy.Synonyms(*taxonomy.Find("housing"), "en").empty());
  EXPECT_TRUE(taxonomy.Synonyms(*taxonomy.Find("housing"), "xx").empty());
}

TEST(BuiltInTaxonomyTest, HousingAsksAndFoodDoesNot) {
  const Taxonomy& taxonomy = BuiltInTaxonomy();
  const auto asks = [&](const char* id, AskedRule rule) {
    return Asks(taxonomy.term(*taxonomy.Find(id)).asks, rule);
  };
  EXPECT_TRUE(asks("recovery-residence", AskedRule::kHousehold));
  EXPECT_FALSE(asks("food", AskedRule::kAge));
}

}  // namespace
}  // namespace handrail::matcher
