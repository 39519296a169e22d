// The readers of single values: names, dates, times, numbers, text. Each table
// has what is accepted first, then what is refused.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "storage/base/hash.h"
#include "storage/normalise/calendar.h"
#include "storage/normalise/names.h"
#include "storage/normalise/phone.h"
#include "storage/normalise/text.h"
#include "storage/normalise/uuid.h"

namespace handrail::storage {
namespace {

constexpr char kBad[] = "impossible";
constexpr char kNone[] = "not understood";

std::string Outcome(const Understood& value) {
  switch (value.sense) {
    case Sense::kGood:
      return value.text;
    case Sense::kImpossible:
      return kBad;
    case Sense::kNotUnderstood:
      return kNone;
  }
  return "?";
}

struct Case {
  std::string text, want;
};

TEST(CalendarTest, ReadsDates) {
  const Case cases[] = {
      {"2021-06-01", "2021-06-01"}, {"2024-02-29", "2024-02-29"},
      {"20210601", "2021-06-01"},   {"2021-06-01T10:00:00.000Z", "2021-06-01"},
      {"2021-02-29", kBad},         {"2021-13-01", kBad},
      {"2021-00-10", kBad},         {"0000-00-00", kBad},
      {"1066-10-14", kBad},         {"06/01/2021", kNone},
      {"June 2021", kNone},         {"2021", kNone},
      {"2021-06-011", kNone},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Outcome(ReadDate(c.text)), c.want) << c.text;
  }
}

TEST(CalendarTest, ReadsTimes) {
  const Case cases[] = {
      {"09:00", "09:00"},
      {"9:00", "09:00"},
      {"09:00:30", "09:00:30"},
      {"09:00Z", "09:00Z"},
      {"09:00-05:00", "09:00-05:00"},
      {"T09:00:00.000+0530", "09:00:00+05:30"},
      {"9:00 AM", "09:00"},
      {"12:00 am", "00:00"},
      {"12:30 p.m.", "12:30"},
      {"00:00", "00:00"},
      {"23:59", "23:59"},
      {"25:00", kBad},
      {"24:00", kBad},
      {"09:60", kBad},
      {"13:00 PM", kBad},
      {"09:00+99:00", kBad},
      {"noon", kNone},
      {"9-5", kNone},
      {"09:00 - 17:00", kNone},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Outcome(ReadTime(c.text, false)), c.want) << c.text;
  }
  EXPECT_EQ(Outcome(ReadTime("24:00", true)), "24:00");
  EXPECT_EQ(Outcome(ReadTime("24:01", true)), kBad);
}

TEST(CalendarTest, ReadsPartsOfRecurrenceRules) {
  EXPECT_EQ(Outcome(ReadByDay("MO,TU")), "MO,TU");
  EXPECT_EQ(Outcome(ReadByDay("mo, Tuesday")), "MO,TU");
  EXPECT_EQ(Outcome(ReadByDay("2MO,-1FR,+3WE")), "2MO,-1FR,3WE");
  EXPECT_EQ(Outcome(ReadByDay("0MO")), kBad);
  EXPECT_EQ(Outcome(ReadByDay("weekdays")), kNone);
  EXPECT_EQ(Outcome(ReadByDay("MO,,TU")), kNone);
  EXPECT_EQ(Outcome(ReadNumbers("1, 15,-1", 31)), "1,15,-1");
  EXPECT_EQ(Outcome(ReadNumbers("32", 31)), kBad);
  EXPECT_EQ(Outcome(ReadNumbers("0", 31)), kBad);
  EXPECT_EQ(Outcome(ReadNumbers("first", 31)), kNone);
}

TEST(CalendarTest, ReadsAmounts) {
  EXPECT_EQ(Outcome(ReadAmount("35.50")), "35.50");
  EXPECT_EQ(Outcome(ReadAmount("0")), "0");
  EXPECT_EQ(Outcome(ReadAmount("-1")), kBad);
  EXPECT_EQ(Outcome(ReadAmount("$35")), kNone);
  EXPECT_EQ(Outcome(ReadAmount("1e3")), kNone);
  EXPECT_EQ(Outcome(ReadAmount(std::string(40, '9'))), kNone);
}

TEST(PhoneTest, ReadsNumbersAsPeopleWriteThem) {
  struct PhoneCase {
    std::string text, number, extension;
  };
  const PhoneCase cases[] = {
      {"(410) 555-0100", "+14105550100", ""},
      {"410.555.0100", "+14105550100", ""},
      {"+1 410 555 0100", "+14105550100", ""},
      {"1-410-555-0100 ext. 012", "+14105550100", "012"},
      {"410-555-0100 x12", "+14105550100", "12"},
      {"1-800-662-HELP", "+18006624357", ""},
      {"988", "988", ""},
      {"211", "211", ""},
      {"741741", "741741", ""},
  };
  for (const PhoneCase& c : cases) {
    const std::optional<PhoneNumber> phone = ParsePhone(c.text, "US");
    ASSERT_TRUE(phone.has_value()) << c.text;
    EXPECT_EQ(phone->number, c.number) << c.text;
    EXPECT_EQ(phone->extension, c.extension) << c.text;
  }
}

TEST(PhoneTest, RefusesWhatIsNoNumber) {
  for (const char* text :
       {"", "call the office", "555-0100", "410-555-0100 or 410-555-0199",
        "000-000-0000", "1234567890123456789", "Call 988"}) {
    EXPECT_FALSE(ParsePhone(text, "US").has_value()) << text;
  }
}

TEST(PhoneTest, DialsFromTheCountryOfTheAddress) {
  ASSERT_TRUE(ParsePhone("01273 203343", "GB").has_value());
  EXPECT_EQ(ParsePhone("01273 203343", "GB")->number, "+441273203343");
  EXPECT_FALSE(ParsePhone("01273 203343", "US").has_value());
}

TEST(NamesTest, KnowsLanguages) {
  const Case cases[] = {
      {"es", "es"},
      {"spa", "es"},
      {"Spanish", "es"},
      {"SPANISH ", "es"},
      {"español", "es"},
      {"pt-br", "pt-BR"},
      {"ase", "ase"},
      {"Farsi", "fa"},
      {"American Sign Language", "ase"},
      {"zh-Hans", "zh-Hans"},
      {"Haitian Creole", "ht"},
  };
  for (const Case& c : cases) EXPECT_EQ(LanguageTag(c.text), c.want) << c.text;
  for (const char* text : {"", "xx", "Klingonese", "English, Spanish", "e",
                           "--", "sign language", "not a language at all"}) {
    EXPECT_EQ(LanguageTag(text), std::nullopt) << text;
  }
  EXPECT_EQ(LanguageNamed("English"), "en");
  EXPECT_EQ(LanguageNamed("man"), std::nullopt) << "a code, but a word first";
}

TEST(NamesTest, KnowsCountriesAndStates) {
  for (const char* text : {"US", "us", "USA", "U.S.A.", "United States"}) {
    EXPECT_EQ(CountryCode(text), "US") << text;
  }
  EXPECT_EQ(CountryCode("Canada"), "CA");
  EXPECT_EQ(CountryCode("UK"), "GB");
  EXPECT_EQ(CountryCode("GB"), "GB");
  EXPECT_EQ(CountryCode("XX"), std::nullopt);
  EXPECT_EQ(CountryCode("Atlantis"), std::nullopt);
  for (const char* text : {"MD", "md", "Md.", "Maryland", " maryland "}) {
    EXPECT_EQ(StateLetters(text), "MD") << text;
  }
  EXPECT_EQ(StateLetters("District of Columbia"), "DC");
  EXPECT_EQ(StateLetters("Alberta"), std::nullopt);
  EXPECT_EQ(StateLetters(""), std::nullopt);
}

TEST(NamesTest, KnowsZipCodesWithTheirLeadingZeros) {
  EXPECT_EQ(ZipCode("02108"), "02108");
  EXPECT_EQ(ZipCode("21201-1234"), "21201-1234");
  EXPECT_EQ(ZipCode("212011234"), "21201-1234");
  EXPECT_EQ(ZipCode("2108"), std::nullopt) << "a lost zero is not guessed";
  EXPECT_EQ(ZipCode("T5J 2R7"), std::nullopt);
  EXPECT_EQ(ZipCode("21201-12"), std::nullopt);
}

TEST(NamesTest, KnowsZonesAndCurrencies) {
  EXPECT_TRUE(IsZone("America/New_York"));
  EXPECT_TRUE(IsZone("UTC"));
  for (const char* text : {"", "Mars/Base", "EST", "localtime", "../etc/passwd",
                           "/etc/passwd", "america/new_york", "-5"}) {
    EXPECT_FALSE(IsZone(text)) << text;
  }
  EXPECT_EQ(CurrencyCode("usd"), "USD");
  EXPECT_EQ(CurrencyCode("GBP"), "GBP");
  EXPECT_EQ(CurrencyCode("$"), std::nullopt);
  EXPECT_EQ(CurrencyCode("ZZZ"), std::nullopt);
}

TEST(TextTest, ComposesAndRefuses) {
  std::string decomposed = "Jose\xCC\x81 House";
  EXPECT_EQ(NormaliseText(decomposed), TextState::kComposed);
  EXPECT_EQ(decomposed, "Jos\xC3\xA9 House");
  EXPECT_EQ(NormaliseText(decomposed), TextState::kGood);

  std::string bell = "ring\x07the\x1B bell\x7F";
  EXPECT_EQ(NormaliseText(bell), TextState::kControlsReplaced);
  EXPECT_EQ(bell, "ring the  bell ");
  std::string lines = "a\tb\r\nc";
  EXPECT_EQ(NormaliseText(lines), TextState::kGood);

  std::string latin1 = "caf\xE9";
  EXPECT_EQ(NormaliseText(latin1), TextState::kNotUtf8);
  std::string surrogate = "\xED\xA0\x80";
  EXPECT_EQ(NormaliseText(surrogate), TextState::kNotUtf8);
  std::string nul("a\0b", 3);
  EXPECT_EQ(NormaliseText(nul), TextState::kNul);
  std::string nul_with_more("\xC3\xA9\0", 3);
  EXPECT_EQ(NormaliseText(nul_with_more), TextState::kNul);
}

// The stored ids hang on these: they must never change.
TEST(UuidTest, IdsStayWhatTheyWere) {
  EXPECT_EQ(NamespacedId("bchd", "service", "12"),
            UuidV5(kIdNamespace, "bchd/service/12"));
  EXPECT_EQ(std::string(kIdNamespace), "6f1d3c0a-8e52-4b7e-9a44-2f0c7d5b9e13");
  EXPECT_NE(NamespacedId("bchd", "service", "12"),
            NamespacedId("bchd", "location", "12"));
  EXPECT_NE(NamespacedId("bchd", "service", "12"),
            NamespacedId("marin", "service", "12"));
  const std::string id = NamespacedId("bchd", "service", "12");
  EXPECT_TRUE(IsUuid(ListingIdOfService(id)));
  EXPECT_NE(ListingIdOfService(id), id);
}

}  // namespace
}  // namespace handrail::storage
