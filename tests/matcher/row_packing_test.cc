// A row gives back the listing that it was made from, whatever is in it.
#include "matcher/row_packing.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "matcher/snapshot.h"
#include "tests/matcher/matching_kit.h"
#include "tests/oracle/random_world.h"

namespace handrail::matcher {
namespace {

using ::handrail::testing::EqualsProto;
using ::handrail::testing::ParseText;

TEST(RowPackingTest, GivesBackEveryRandomListing) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    for (const v1::Listing& listing : oracle::RandomWorld(seed).listings) {
      EXPECT_THAT(ListingOf(*MakeRow(listing)), EqualsProto(listing));
    }
  }
}

TEST(RowPackingTest, GivesBackWhatNoFactTableCanSay) {
  for (const char* text : {
           "",
           "profile {}",
           "profile { housing {} }",
           "profile { any { genders {} } }",
           "profile { any { genders { values {} values { code: 'man' } } } }",
           "profile { any { cost { answer: YES words: 'ask' } } }",
           "profile { any { cost { code: 'made up' answer: NO } } }",
           "profile { any { accepting_new { answer: 9 } wait_days {} } }",
           "profile { any { wait_days { value: -7 provenance {} } } }",
           "profile { any { languages { values { code: 'x-y' words: 'z' } "
           "values { code: 'x-y' provenance { source: 's' } } } } }",
           "profile { any { places { unit: 'bed' } places {} } }",
           "schedules { opens_at: '08:00' } schedules { zone: 'UTC' }",
           "fields { field: 'hours' } fields { provenance { source: 's' } } "
           "fields { field: 'hours' provenance { method: CALL } }",
       }) {
    const auto listing = ParseText<v1::Listing>(text);
    EXPECT_THAT(ListingOf(*MakeRow(listing)), EqualsProto(listing)) << text;
  }
}

TEST(RowPackingTest, KeepsFieldsThatThisProgramDoesNotKnow) {
  auto listing = ParseText<v1::Listing>(
      "profile { any { genders { values { code: 'man' answer: YES } } "
      "accepting_new { answer: NO provenance { source: 's' } } } }");
  const auto add = [](google::protobuf::Message& message) {
    message.GetReflection()->MutableUnknownFields(&message)->AddVarint(999, 7);
  };
  v1::AnyServiceProfile& any = *listing.mutable_profile()->mutable_any();
  add(listing);
  add(any);
  add(*any.mutable_genders()->mutable_values(0));
  add(*any.mutable_accepting_new()->mutable_provenance());
  const auto row = MakeRow(listing);
  EXPECT_THAT(ListingOf(*row), EqualsProto(listing));
  EXPECT_EQ(row->facts.Read(KnownField("any.genders"), "man").answer, v1::YES);
}

TEST(RowPackingTest, KeepsEqualDatesOnce) {
  const auto row = MakeRow(ParseText<v1::Listing>(
      "profile { any { accepting_new { provenance { source: 'a' } } "
      "wait_days { provenance { source: 'a' } } "
      "cost { code: 'free' provenance { source: 'b' } } } } "
      "fields { field: 'phone' provenance { source: 'b' } }"));
  const auto date = [&](const char* path) {
    return row->facts.Read(KnownField(path)).provenance;
  };
  EXPECT_EQ(date("any.accepting_new"), date("any.wait_days"));
  EXPECT_NE(date("any.accepting_new"), date("any.cost"));
  EXPECT_EQ(date("any.cost"), row->FieldDate(HsdsField::kPhone));
}

TEST(RowPackingTest, KeepsWhatASmallFactCannotSay) {
  v1::Listing listing;
  v1::AnyServiceProfile& any = *listing.mutable_profile()->mutable_any();
  // More dates than a small fact can name, larger numbers, longer words.
  for (int i = 0; i < 200; ++i) {
    v1::CodedFact& fact = *any.mutable_languages()->add_values();
    fact.set_code("x-" + std::to_string(i));
    fact.set_answer(static_cast<v1::Answer>(i % 4));
    if (i % 3 == 0) fact.set_words(std::string(1000, 'w'));
    fact.mutable_provenance()->set_source(std::to_string(i));
  }
  any.mutable_wait_days()->set_value(std::numeric_limits<int>::max());
  const auto row = MakeRow(listing);
  EXPECT_THAT(ListingOf(*row), EqualsProto(listing));
  const Reading last = row->facts.Read(KnownField("any.languages"), "x-199");
  EXPECT_EQ(last.answer, v1::CONDITIONAL);
  ASSERT_NE(last.provenance, nullptr);
  EXPECT_EQ(last.provenance->source(), "199");
  EXPECT_EQ(row->facts.Read(KnownField("any.languages"), "x-198").words,
            std::string(1000, 'w'));
  EXPECT_EQ(row->facts.Read(KnownField("any.wait_days")).number,
            std::numeric_limits<int>::max());
}

}  // namespace
}  // namespace handrail::matcher
