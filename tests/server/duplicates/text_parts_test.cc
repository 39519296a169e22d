// Names, addresses and words, taken apart.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/duplicates/name_words.h"
#include "server/duplicates/similarity.h"
#include "server/duplicates/street_address.h"

namespace handrail::server {
namespace {

TEST(JaroWinklerTest, GivesThePublishedValues) {
  // Winkler 1990, table 1, in thousandths; whole numbers round down.
  EXPECT_NEAR(JaroWinkler("martha", "marhta"), 961, 2);
  EXPECT_NEAR(JaroWinkler("dwayne", "duane"), 840, 2);
  EXPECT_NEAR(JaroWinkler("dixon", "dicksonx"), 813, 2);
  EXPECT_EQ(JaroWinkler("same", "same"), 1000);
  EXPECT_EQ(JaroWinkler("abc", "xyz"), 0);
  EXPECT_EQ(JaroWinkler("", "xyz"), 0);
}

TEST(JaroWinklerTest, IsSymmetric) {
  const std::vector<std::string> words = {"harbor", "harbour", "arbor", "h",
                                          "",       "robrah",  "aab",   "aba"};
  for (const std::string& a : words) {
    for (const std::string& b : words) {
      EXPECT_EQ(JaroWinkler(a, b), JaroWinkler(b, a)) << a << " " << b;
    }
  }
}

TEST(IsSameWordTest, ForgivesSlipsInLongWordsOnly) {
  EXPECT_TRUE(IsSameWord("harbor", "harbour"));
  EXPECT_TRUE(IsSameWord("counseling", "counselling"));
  EXPECT_FALSE(IsSameWord("home", "hope"));
  EXPECT_FALSE(IsSameWord("grace", "trace"));
  EXPECT_FALSE(IsSameWord("group123", "group124"));
}

std::vector<std::string> Texts(const NameWords& name) {
  std::vector<std::string> texts;
  for (const NameWord& word : name.words) texts.push_back(word.text);
  return texts;
}

TEST(NameWordsTest, FindsNumbersHoweverWritten) {
  struct Case {
    std::string name;
    std::vector<std::string> numbers;
  };
  const Case cases[] = {
      {"Group 2", {"2"}},          {"Oxford House #12", {"12"}},
      {"Ward III", {"3"}},         {"Level Two", {"2"}},
      {"2nd Chance House", {"2"}}, {"House B", {"b"}},
      {"Phase I", {"1"}},          {"First Baptist", {"1"}},
      {"12-Step Group", {}},       {"Twelve Step House", {}},
      {"24/7 Help", {}},           {"24 hour line", {}},
      {"7 AM Big Book", {}},       {"8:30 PM Group", {}},
      {"10pm Group", {}},          {"I Am Enough", {}},
      {"Vitamin C", {}},           {"007 House", {"7"}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(NameWordsOf(c.name).numbers, c.numbers) << c.name;
  }
}

TEST(NameWordsTest, LeavesTheFormOut) {
  EXPECT_EQ(Texts(NameWordsOf("The Harbor House of Millbrook, Inc.")),
            (std::vector<std::string>{"harbor", "house", "millbrook"}));
  EXPECT_EQ(Texts(NameWordsOf("St. Mary's Ctr")),
            (std::vector<std::string>{"center", "mary", "saint"}));
  EXPECT_EQ(Texts(NameWordsOf("A.A. Meetings")),
            Texts(NameWordsOf("Alcoholics Anonymous Meeting")));
  EXPECT_TRUE(NameWordsOf("").words.empty());
}

TEST(StreetAddressTest, ReadsHouseNumberStreetAndNoSuite) {
  struct Case {
    std::string line;
    int64_t first, last;
    std::string direction, name, suffix;
  };
  const Case cases[] = {
      {"12 Main St", 12, 12, "", "main", "st"},
      {"12 North Main Street, Suite 4", 12, 12, "n", "main", "st"},
      {"417 E Fayette St #1125", 417, 417, "e", "fayette", "st"},
      {"123 W 29th St 2Nd Floor", 123, 123, "w", "29th", "st"},
      {"5999 Harpers Farm Rd Suite 200 E", 5999, 5999, "", "harpers farm",
       "rd"},
      {"413 W. Bel Air Avenue", 413, 413, "w", "bel air", "ave"},
      {"707 St Paul St", 707, 707, "", "st paul", "st"},
      {"707 Saint Paul Street", 707, 707, "", "st paul", "st"},
      {"1 DC Village Ln SW", 1, 1, "sw", "dc village", "ln"},
      {"12 North Ave", 12, 12, "", "north", "ave"},
      {"5 Public Square", 5, 5, "", "public", "sq"},
      {"100-110 Main St", 100, 110, "", "main", "st"},
      {"63-02 Queens Blvd", 6302, 6302, "", "queens", "blvd"},
      {"12-A Main St", 12, 12, "", "main", "st"},
      {"12 1/2 Main St", 12, 12, "", "main", "st"},
      {"Grace Church, 12 Main St", 12, 12, "", "main", "st"},
      {"One Main Street", 1, 1, "", "main", "st"},
      {"Po Box 808", 0, 0, "", "", ""},
      {"P.O. Box 1475", 0, 0, "", "", ""},
      {"Baltimore Gas and Electric Company Building", 0, 0, "", "", ""},
      {"29th Street", 0, 0, "", "29th", "st"},
      {"PO Box 3, 12 Main St", 12, 12, "", "main", "st"},
      {"", 0, 0, "", "", ""},
      {"#", 0, 0, "", "", ""},
      {",,;\n", 0, 0, "", "", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.line);
    const StreetAddress address = ReadStreetAddress(c.line);
    EXPECT_EQ(address.house_first, c.first);
    EXPECT_EQ(address.house_last, c.last);
    EXPECT_EQ(address.direction, c.direction);
    EXPECT_EQ(address.name, c.name);
    EXPECT_EQ(address.suffix, c.suffix);
  }
}

}  // namespace
}  // namespace handrail::server
