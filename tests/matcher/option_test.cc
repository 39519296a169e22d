// What an option says: how one takes part, what is asked, what is told of a
// place that is old, private or unknown.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/matcher/matching_kit.h"

namespace handrail::matcher {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string Mode(const std::string& codes) {
  return "profile { any { attendance_mode { " + codes + " } } }";
}

// The sentences of the facts about one field.
std::vector<std::string> Facts(const v1::Option& option,
                               const std::string& field) {
  std::vector<std::string> sentences;
  for (const v1::DatedFact& fact : option.facts()) {
    if (fact.field() == field) sentences.push_back(fact.sentence());
  }
  return sentences;
}

std::string ComponentOf(const v1::Option& option, const std::string& name) {
  for (const v1::Component& component : option.explanation().components()) {
    if (component.name() == name) return component.sentence();
  }
  return "";
}

v1::Option OptionOf(const v1::Listing& listing,
                    const v1::MatchRequest& request) {
  const v1::NeedExplanation explained = ExplainOne(listing, request);
  EXPECT_TRUE(explained.candidate()) << explained.why_no_candidate();
  return explained.option();
}

// ------------------------------------------------------ how one takes part

const char kTuesday[] =
    "schedules { freq: WEEKLY byday: 'TU' opens_at: '19:00' closes_at: "
    "'20:00' } fields { field: 'hours' @3; } ";

TEST(TakingPartTest, AnOnlineMeetingIsNotToldAsAPlaceToGoTo) {
  v1::Listing meeting = MakeListing(
      "m", "aa-meeting",
      std::string(kTuesday) +
          "address { address_1: '1 Elm St' city: 'Millbrook' } "
          "profile { any { attendance_mode { values { code: 'online' answer: "
          "YES @3; } } } support_group { conference_link { text: "
          "'https://meet.example.org/j/1' @3; } phone_dial_in { text: '+1 240 "
          "555 0100, 99#' @200; } } }");
  const v1::Option option =
      OptionOf(meeting, Ask("aa-meeting", "person { travel: 'walk' }"));
  EXPECT_EQ(option.distance_m(), -1);
  EXPECT_EQ(option.travel_minutes(), -1);
  EXPECT_FALSE(option.place_approximate());
  EXPECT_EQ(option.next().words(), "Online: Tuesday 7:00 pm");
  EXPECT_EQ(ComponentOf(option, "near"),
            "You do it online. There is no travel needed.");
  ASSERT_GT(option.facts_size(), 0);
  EXPECT_EQ(option.facts(0).field(), "any.attendance_mode");
  EXPECT_EQ(option.facts(0).sentence(),
            "Can be done online: yes. Confirmed 3 days ago by phone.");
  EXPECT_THAT(Facts(option, "support_group.conference_link"),
              ::testing::ElementsAre("Link to join: "
                                     "https://meet.example.org/j/1 Confirmed 3 "
                                     "days ago by phone."));
  EXPECT_THAT(Facts(option, "support_group.phone_dial_in"),
              ::testing::ElementsAre(
                  "Number to join by phone: +1 240 555 0100, 99#. Last checked "
                  "200 days ago by phone; call to check."));
  EXPECT_THAT(Facts(option, "address"), IsEmpty());
}

TEST(TakingPartTest, APhoneMeetingWhoseModeIsOldIsListedAsThat) {
  const v1::Option option = OptionOf(
      MakeListing("m", "aa-meeting",
                  kTuesday + Mode("values { code: 'phone' answer: YES @x; }")),
      Ask("aa-meeting", ""));
  EXPECT_EQ(option.next().words(), "Listed as by phone: Tuesday 7:00 pm");
  EXPECT_THAT(ComponentOf(option, "near"), HasSubstr("listed as by phone"));
  EXPECT_THAT(Facts(option, "any.attendance_mode"),
              ::testing::ElementsAre("Can be done by phone: listed as yes. No "
                                     "date is given; call to check."));
}

TEST(TakingPartTest, OneWhoCanGoThereIsToldHowFarAndThatTheyNeedNot) {
  const v1::Option option =
      OptionOf(MakeListing("m", "aa-meeting",
                           kTuesday +
                               Mode("values { code: 'in_person' answer: "
                                    "YES @3; } values { code: 'online' "
                                    "answer: YES @3; }") +
                               " place { latitude_e7: 390100000 }"),
               Ask("aa-meeting", ""));
  EXPECT_EQ(option.distance_m(), 1112);
  EXPECT_EQ(option.next().words(), "Tuesday 7:00 pm");
  EXPECT_EQ(ComponentOf(option, "near"),
            "It is 1.1 km away. You can do it online, too.");
  EXPECT_EQ(Facts(option, "any.attendance_mode").size(), 2u);
}

TEST(TakingPartTest, TooFarToGoToButOnlineIsToldAsOnline) {
  const v1::Option option =
      OptionOf(MakeListing("m", "aa-meeting",
                           kTuesday +
                               Mode("values { code: 'in_person' answer: "
                                    "YES @3; } values { code: 'online' "
                                    "answer: YES @3; }") +
                               " place { latitude_e7: 400000000 }"),
               Ask("aa-meeting", ""));
  EXPECT_EQ(option.distance_m(), -1);
  EXPECT_EQ(option.next().words(), "Online: Tuesday 7:00 pm");
}

// --------------------------------------------------------------- documents

constexpr std::int64_t kFirstOfJune = 1'780'315'200;  // 12:00 UTC.

v1::MatchRequest WithPhotoId(const std::string& document) {
  v1::MatchRequest request =
      Ask("recovery-residence",
          "person { documents { document: 'photo_id' " + document + " } }");
  request.mutable_as_of()->set_seconds(kFirstOfJune);
  return request;
}

std::vector<std::string> Judged(const v1::Option& option,
                                const std::string& rule) {
  std::vector<std::string> sentences;
  for (const v1::Judgement& judgement : option.explanation().judgements()) {
    if (judgement.rule() == rule) sentences.push_back(judgement.sentence());
  }
  return sentences;
}

TEST(DocumentTest, WhatThePersonWillHaveInTimeIsNotSaidToBeTheirs) {
  const v1::Listing house = MakeListing(
      "h", "recovery-residence",
      "profile { any { documents { any_of: 'photo_id' within_days: 30 answer: "
      "YES @10; } } }");
  const v1::Option later =
      OptionOf(house, WithPhotoId("available_on: '2026-06-20'"));
  EXPECT_THAT(Judged(later, "any.documents"),
              ::testing::ElementsAre(
                  HasSubstr("You will have what they ask for in time: a photo "
                            "ID.")));
  const v1::Option now = OptionOf(house, WithPhotoId(""));
  EXPECT_THAT(Judged(now, "any.documents"),
              ::testing::ElementsAre(HasSubstr("You have what they ask for")));
  // The house asks for it; what the person has is no fact of the house.
  for (const v1::Option& option : {later, now}) {
    EXPECT_THAT(Facts(option, "any.documents"),
                ::testing::ElementsAre(
                    HasSubstr("They ask for a photo ID within 30 days.")));
  }
}

TEST(DocumentTest, AnOldRuleStaysListed) {
  const v1::Option option = OptionOf(
      MakeListing("h", "recovery-residence",
                  "profile { any { documents { any_of: 'photo_id' within_days: "
                  "30 answer: YES @x; } } }"),
      WithPhotoId("available_on: '2026-06-20'"));
  EXPECT_THAT(Judged(option, "any.documents"),
              ::testing::ElementsAre(
                  "They are listed as asking for a photo ID, and you will have "
                  "it in time. No date is given; call to check."));
}

// ------------------------------------------------------------ intake hours

v1::Listing Detox(const std::string& intake) {
  return MakeListing(
      "d", "detox",
      "round_the_clock { answer: YES @3; } profile { any { " + intake + " } }");
}

constexpr char kIntake[] =
    "intake_hours { text: 'Weekdays 8 to 3, call by noon' @3; }";

TEST(IntakeTest, ItsHoursAreTheirRule) {
  const v1::Option option = OptionOf(Detox(kIntake), Ask("detox", ""));
  EXPECT_EQ(option.verdict(), v1::FITS);
  EXPECT_THAT(option.their_rules(),
              ::testing::Contains(
                  "Intake has its own hours: “Weekdays 8 to 3, call by noon”. "
                  "Confirmed 3 days ago by phone."));
}

TEST(IntakeTest, WhoCannotWaitIsToldToAskAboutThem) {
  for (const char* when :
       {"now: true", "tonight: true", "at { seconds: 1780664400 }"}) {
    SCOPED_TRACE(when);
    const v1::MatchRequest request = Ask(
        "detox", absl::StrCat("needs { terms: 'detox' when { ", when, " } }"));
    EXPECT_EQ(OptionOf(Detox(""), request).verdict(), v1::FITS);
    const v1::Option option = OptionOf(Detox(kIntake), request);
    EXPECT_EQ(option.verdict(), v1::CHECK);
    EXPECT_EQ(option.doubt(), 2);
    ASSERT_EQ(option.questions_size(), 1);
    EXPECT_EQ(option.questions(0).rule(), "any.intake_hours");
    EXPECT_THAT(option.questions(0).text(),
                HasSubstr("Intake has its own hours: “Weekdays 8 to 3, call by "
                          "noon”. Can I come in then?"));
  }
}

TEST(IntakeTest, AWindowOfTheWeekAsksNothing) {
  const v1::Option option =
      OptionOf(Detox(kIntake),
               Ask("detox",
                   "needs { terms: 'detox' when { window { days: 'TU' start: "
                   "'09:00' end: '17:00' } } }"));
  EXPECT_EQ(option.verdict(), v1::FITS);
}

// --------------------------------------------------- nothing is recorded

TEST(ForgottenModeTest, IsAQuestionWhereTheListingHasAPlace) {
  const v1::MatchRequest online =
      Ask("aa-meeting",
          "needs { terms: 'aa-meeting' within_m: 10000 modes: 'online' }");
  v1::Listing meeting =
      MakeListing("m", "aa-meeting",
                  kTuesday + Mode("values { code: 'online' answer: YES @3; }"));
  EXPECT_EQ(OptionOf(meeting, online).verdict(), v1::FITS);
  meeting.mutable_profile()->mutable_any()->clear_attendance_mode();
  for (const char* place :
       {"", "place { latitude_e7: 400000000 }", "place { basis: 0 }"}) {
    SCOPED_TRACE(place);
    v1::Listing forgotten = meeting;
    forgotten.MergeFrom(testing::ParseText<v1::Listing>(place));
    const v1::Option option = OptionOf(forgotten, online);
    EXPECT_EQ(option.verdict(), v1::CHECK);
    EXPECT_EQ(option.doubt(), 3);
    ASSERT_EQ(option.questions_size(), 1);
    EXPECT_EQ(option.distance_m(), -1);
    EXPECT_THAT(ComponentOf(option, "near"), HasSubstr("not known"));
  }
}

TEST(ForgottenModeTest, WhereOneMayGoThereItIsAPlaceToGoTo) {
  const v1::Option option =
      OptionOf(MakeListing("m", "aa-meeting", kTuesday),
               Ask("aa-meeting",
                   "needs { terms: 'aa-meeting' within_m: 10000 modes: "
                   "'in_person' modes: 'online' }"));
  EXPECT_EQ(option.verdict(), v1::FITS);
  EXPECT_EQ(option.distance_m(), 0);
  EXPECT_EQ(ComponentOf(option, "near"), "It is 0 m away.");
}

// ----------------------------------------------------------------- wording

TEST(WordingTest, ARuleThatNobodyRecordedIsNotToldAsARule) {
  const v1::Option option =
      OptionOf(MakeListing("h", "recovery-residence", ""),
               Ask("recovery-residence",
                   "person { used_today: true days_without_use: 0 }"));
  EXPECT_THAT(Judged(option, "housing.minimum_days_without_use"),
              ::testing::ElementsAre("We do not know if the house asks for "
                                     "days without use. Ask them."));
}

TEST(WordingTest, TheMiddleOfAnAreaIsNotThePlace) {
  const auto near = [](const std::string& more) {
    return ComponentOf(OptionOf(MakeListing("h", "recovery-residence", more),
                                Ask("recovery-residence", "")),
                       "near");
  };
  // 0.006° of latitude are 667 m, 0.03° are 3,336 m.
  const std::string there = "place { latitude_e7: 390060000 approximate: true ";
  EXPECT_EQ(near("confidential: true " + there + "basis: COUNTY_CENTROID }"),
            "The place is private; the middle of its county is about 1 km "
            "away.");
  EXPECT_EQ(near("confidential: true place { latitude_e7: 390300000 "
                 "approximate: true basis: ZIP3_CENTROID }"),
            "The place is private; the middle of its wider ZIP area is about 3 "
            "km away.");
  EXPECT_EQ(near(there + "basis: ZIP_CENTROID }"),
            "We only know the area; the middle of its ZIP code is about 1 km "
            "away.");
  EXPECT_EQ(near(there + "}"),
            "It is about 667 m away. We only know the area.");
}

TEST(WordingTest, WhatNobodyCheckedIsListedForWhatYouAsked) {
  const auto need = [](const v1::Listing& listing) {
    return ComponentOf(OptionOf(listing, Ask("food-pantry", "")), "need");
  };
  v1::Listing pantry = MakeListing("p", "food-pantry", "");
  EXPECT_THAT(need(pantry), HasSubstr("It is for what you asked"));
  pantry.clear_fields();
  EXPECT_THAT(need(pantry), HasSubstr("It is listed for what you asked"));
  pantry.MergeFrom(testing::ParseText<v1::Listing>(
      WithDates("profile { any { child_care { answer: YES @91; } } }")));
  EXPECT_THAT(need(pantry), HasSubstr("It is listed for what you asked"));
  pantry.MergeFrom(testing::ParseText<v1::Listing>(
      WithDates("profile { any { payments { values { code: 'medicaid' answer: "
                "NO @5; } } } }")));
  EXPECT_THAT(need(pantry), HasSubstr("It is for what you asked"));
}

TEST(WordingTest, GoingThereIsTheLastWayToAsk) {
  const auto way = [](const std::string& listing, const std::string& person) {
    const v1::Option option = OptionOf(
        MakeListing("h", "recovery-residence",
                    "address { address_1: '1 Elm St' } " + listing),
        Ask("recovery-residence", "person { age: 31 " + person + " }"));
    EXPECT_GT(option.questions_size(), 0);
    return option.questions_size() == 0 ? ""
                                        : option.questions(0).channel() + " " +
                                              option.questions(0).contact();
  };
  const std::string url = "url: 'https://example.org' ";
  EXPECT_EQ(way(url + "phones { number: '+12405550100' }", ""),
            "voice +12405550100");
  EXPECT_EQ(way(url + "email: 'a@example.org'", ""), "email a@example.org");
  EXPECT_EQ(way(url, ""), "website https://example.org");
  EXPECT_EQ(way("", ""), "walk_in 1 Elm St");
  // Who can write and walk, but named walking first; who has no data.
  const std::string said =
      "communication { channels: 'walk_in' channels: 'email' }";
  EXPECT_EQ(way(url, said), "website https://example.org");
  EXPECT_EQ(way(url, "communication { has_data: false }"), "walk_in 1 Elm St");
  // Who only said phone is not sent to a page.
  EXPECT_EQ(way(url, "communication { channels: 'voice' }"), " ");
}

TEST(WordingTest, ANumberIsToldAsPeopleReadIt) {
  const auto phone = [](const std::string& number) {
    return Facts(OptionOf(MakeListing("h", "food-pantry",
                                      "phones { " + number +
                                          " } fields { field: 'phone' @2; }"),
                          Ask("food-pantry", "")),
                 "phone");
  };
  EXPECT_THAT(phone("number: '+12405550100'"),
              ::testing::ElementsAre(
                  "Phone: (240) 555-0100. Confirmed 2 days ago by phone."));
  EXPECT_THAT(phone("number: '+12405550100' extension: '12'"),
              ::testing::ElementsAre(HasSubstr("Phone: (240) 555-0100 x12.")));
  EXPECT_THAT(phone("number: '988'"),
              ::testing::ElementsAre(HasSubstr("Phone: 988.")));
}

TEST(ExplainTest, WhatIsNoCandidateHasNoVerdict) {
  const v1::NeedExplanation explained = ExplainOne(
      MakeListing("m", "aa-meeting", ""),
      Ask("food-pantry", "needs { terms: 'food-pantry' within_m: 10000 }"));
  EXPECT_FALSE(explained.candidate());
  EXPECT_FALSE(explained.has_option());
  EXPECT_EQ(explained.summary(), explained.why_no_candidate());
}

}  // namespace
}  // namespace handrail::matcher
