// Meeting Guide feeds in, rows out: one case per oddity of real feeds.
#include <gtest/gtest.h>

#include <algorithm>

#include "clients/formats/hsds_writer.h"
#include "clients/formats/meeting_guide_address.h"
#include "tests/formats/formats_testing.h"

namespace handrail::formats {
namespace {

using ::handrail::testing::EqualsProto;

Read ReadMeeting(const std::string& members, ReadOptions options = {}) {
  if (options.fellowship.empty()) options.fellowship = "aa";
  return ReadText(
      R"([{"slug":"one","name":"One","timezone":"America/New_York",)" +
          members + "}]",
      options);
}

// "in_person=YES online=NO": the codes of a set and their answers.
std::string Codes(const v1::SetFact& set) {
  std::string text;
  for (const v1::CodedFact& fact : set.values()) {
    text += (text.empty() ? "" : " ") + fact.code() + "=" +
            v1::Answer_Name(fact.answer());
  }
  return text;
}

const v1::RecoveryProfile& Profile(const v1::Service& service) {
  return service.x_handrail().profile();
}

bool Keeps(const v1::Service& service, const std::string& name) {
  return std::any_of(service.unknown_fields().begin(),
                     service.unknown_fields().end(),
                     [&](const auto& field) { return field.name() == name; });
}

constexpr char kPlace[] =
    R"("formatted_address":"18 Olive Ave, Rehoboth Beach, DE 19971, USA",
       "latitude":38.7186782,"longitude":-75.0780198)";

TEST(MeetingGuideTest, AMeetingBecomesAServiceAtAPlaceOfAGroup) {
  const Read read =
      ReadMeeting(std::string(R"("day":0,"time":"19:00","end_time":"20:00",
      "types":["O","SP"],"group":"Sunday Group","location":"All Saints",
      "location_notes":"Side door.","notes":"Ring twice.",)") +
                  kPlace);
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.rows[0].origin().table(), "meetings");
  const v1::Service service = read.Service();
  EXPECT_EQ(service.id(), "one");
  EXPECT_EQ(service.name(), "One");
  EXPECT_EQ(service.status(), v1::ACTIVE);
  EXPECT_EQ(service.description(), "Ring twice.");
  EXPECT_EQ(service.organization_id(), read.Organization().id());
  EXPECT_EQ(read.Organization().name(), "Sunday Group");
  ASSERT_EQ(service.schedules_size(), 1);
  v1::Schedule schedule = service.schedules(0);
  schedule.clear_id();
  EXPECT_THAT(schedule, EqualsProto(R"pb(
                freq: WEEKLY
                byday: "SU"
                opens_at: "19:00"
                closes_at: "20:00"
                zone: "America/New_York")pb"));
  ASSERT_EQ(service.service_at_locations_size(), 1);
  const v1::ServiceAtLocation& link = service.service_at_locations(0);
  EXPECT_EQ(link.id(), "one");
  EXPECT_EQ(link.description(), "Side door.");
  const v1::Location location = read.Location();
  EXPECT_EQ(link.location().id(), location.id());
  EXPECT_EQ(location.name(), "All Saints");
  EXPECT_EQ(location.latitude_e7(), 387186782);
  EXPECT_EQ(location.addresses(0).address_1(), "18 Olive Ave");
  EXPECT_EQ(location.addresses(0).city(), "Rehoboth Beach");
  EXPECT_EQ(location.addresses(0).state_province(), "DE");
  EXPECT_EQ(location.addresses(0).postal_code(), "19971");
  EXPECT_FALSE(location.x_handrail().approximate());
  const v1::RecoveryProfile& profile = Profile(service);
  EXPECT_EQ(profile.support_group().fellowship().code(), "aa");
  EXPECT_EQ(profile.support_group().open_closed().code(), "open");
  EXPECT_EQ(Codes(profile.support_group().focus()), "speaker=YES");
  EXPECT_EQ(Codes(profile.any().pathway()), "twelve_step=YES");
  EXPECT_EQ(Codes(profile.any().audience()), "person=YES");
  EXPECT_EQ(Codes(profile.any().attendance_mode()), "in_person=YES online=NO");
  EXPECT_THAT(service.x_handrail().terms(0),
              EqualsProto(R"pb(term: "aa-meeting"
                               mapped_from: "meeting-guide:aa")pb"));
  ASSERT_EQ(service.attributes_size(), 2);
  EXPECT_EQ(service.attributes(1).taxonomy_term().code(), "SP");
  EXPECT_EQ(service.attributes(1).taxonomy_term().name(), "Speaker");
}

TEST(MeetingGuideTest, DaysComeAsNumbersTextsAndLists) {
  const std::pair<const char*, const char*> cases[] = {
      {"3", "WE"}, {"\"6\"", "SA"}, {"[1]", "MO"}, {"[5,\"1\",1]", "MO,FR"}};
  for (const auto& [day, byday] : cases) {
    const Read read =
        ReadMeeting(std::string(R"("time":"10:00","day":)") + day);
    ASSERT_EQ(read.rows.size(), 1u) << day;
    EXPECT_EQ(read.Service().schedules(0).byday(), byday);
  }
  for (const char* day : {"7", "-1", "\"Monday\"", "[9]", "1.5"}) {
    const Read read =
        ReadMeeting(std::string(R"("time":"10:00","day":)") + day);
    EXPECT_TRUE(read.rows.empty()) << day;
    EXPECT_EQ(read.First("impossible-value").field(), "day");
  }
}

TEST(MeetingGuideTest, TimesInOtherWordsAreReadAndKept) {
  const Read read = ReadMeeting(R"("day":6,"time":"11:00 AM")");
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.Service().schedules(0).opens_at(), "11:00");
  EXPECT_FALSE(read.Service().schedules(0).has_closes_at());
  EXPECT_TRUE(Keeps(read.Service(), "time"));
  const Read wrong = ReadMeeting(R"("day":6,"time":"25:00")");
  EXPECT_EQ(wrong.First("impossible-value").field(), "time");
}

TEST(MeetingGuideTest, AnEndBeforeTheStartCrossesMidnight) {
  const Read read = ReadMeeting(R"("day":0,"time":"23:00","end_time":"00:00")");
  EXPECT_EQ(read.Service().schedules(0).opens_at(), "23:00");
  EXPECT_EQ(read.Service().schedules(0).closes_at(), "00:00");
}

TEST(MeetingGuideTest, AnEndAtTheStartIsNoEnd) {
  const Read read = ReadMeeting(R"("day":0,"time":"19:00","end_time":"19:00")");
  EXPECT_FALSE(read.Service().schedules(0).has_closes_at());
  EXPECT_EQ(read.First("impossible-value").severity(), v1::VALUE_KEPT_AS_TEXT);
}

TEST(MeetingGuideTest, NeitherDayNorTimeMeansByAppointment) {
  const Read read = ReadMeeting(R"("types":["O"])");
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.Service().schedules_size(), 0);
  EXPECT_EQ(Codes(Profile(read.Service()).any().admission_routes()),
            "appointment=YES");
  const Read half = ReadMeeting(R"("day":1)");
  EXPECT_EQ(half.rows.size(), 1u);
  EXPECT_EQ(half.First("missing-field").field(), "time");
}

TEST(MeetingGuideTest, ARowThatSaysNothingOfAMeetingIsNone) {
  const Read read = ReadText(
      R"([{"id":"s","name":"A service","status":"active","day":""},
          {"id":"m","name":"A meeting","day":1,"time":"10:00"}])",
      {.format = Format::kMeetingGuide, .fellowship = "aa"});
  EXPECT_EQ(read.rows.size(), 1u);
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.plan->rows_skipped, 1);
  int skipped = 0;
  int noted = 0;
  for (const v1::Finding& finding : read.findings) {
    if (finding.reason() != "missing-field" || finding.field() != "slug") {
      continue;
    }
    (finding.severity() == v1::ROW_SKIPPED ? skipped : noted) += 1;
  }
  EXPECT_EQ(skipped, 1);
  // The meeting's id stands in for its slug.
  EXPECT_EQ(noted, 1);
}

TEST(MeetingGuideTest, StringsAsCoordinatesAndNullsAreRead) {
  const Read read = ReadMeeting(
      R"("day":3,"time":"18:30","end_time":null,"notes":null,"address":
      "500 Magnolia Ave","city":"Larkspur","state":"CA","postal_code":"94939",
      "country":"USA","latitude":"37.93662","longitude":"-122.534462")");
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.Location().latitude_e7(), 379366200);
  EXPECT_EQ(read.Location().longitude_e7(), -1225344620);
  EXPECT_EQ(read.Location().addresses(0).address_1(), "500 Magnolia Ave");
  EXPECT_FALSE(read.Service().has_description());
}

TEST(MeetingGuideTest, AnOnlineMeetingHasNoPlaceWhateverItsTown) {
  const Read read = ReadMeeting(
      R"("day":3,"time":"18:30","types":["ONL"],"city":"Marin","state":"CA",
      "address":null,"latitude":null,"longitude":null,
      "conference_url":"https://example.org/j/0","conference_phone":"+15550100")");
  ASSERT_EQ(read.rows.size(), 1u);
  const v1::Service service = read.Service();
  EXPECT_EQ(service.service_at_locations_size(), 0);
  EXPECT_FALSE(read.Location().has_id());
  EXPECT_EQ(Codes(Profile(service).any().attendance_mode()),
            "in_person=NO online=YES phone=YES");
  EXPECT_EQ(Profile(service).support_group().conference_link().text(),
            "https://example.org/j/0");
  EXPECT_EQ(Profile(service).support_group().phone_dial_in().text(),
            "+15550100");
  EXPECT_TRUE(Keeps(service, "city"));
}

TEST(MeetingGuideTest, AttendanceIsWhatTheFeedSaysOrWhatFollows) {
  const std::string place = kPlace;
  const std::string link = R"("conference_url":"https://example.org/j/0")";
  struct Case {
    std::string name, members, modes;
    bool has_place, shut;
  };
  const Case cases[] = {
      {"a place", place, "in_person=YES online=NO", true, false},
      {"a place and a link", place + "," + link, "in_person=YES online=YES",
       true, false},
      {"a place that is shut, and a link",
       place + "," + link + R"(,"types":["TC"])", "in_person=NO online=YES",
       false, false},
      {"a place that is shut", place + R"(,"types":["TC"])", "", true, true},
      {"said to be online", place + R"(,"attendance_option":"online")",
       "in_person=NO online=YES", false, false},
      {"said to be hybrid", place + R"(,"attendance_option":"hybrid")",
       "in_person=YES online=YES", true, false},
      {"said to be in person, with a link",
       place + "," + link + R"(,"attendance_option":"in_person")",
       "in_person=YES online=NO", true, false},
      {"said to be inactive", place + R"(,"attendance_option":"inactive")", "",
       true, true},
      {"a town alone", R"("formatted_address":"Anytown, OK 12345, USA")", "",
       true, false},
      {"an approximate place and a link",
       place + "," + link + R"(,"approximate":"yes")",
       "in_person=NO online=YES", false, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Read read = ReadMeeting(R"("day":1,"time":"10:00",)" + c.members);
    ASSERT_EQ(read.rows.size(), 1u);
    const v1::Service service = read.Service();
    EXPECT_EQ(Codes(Profile(service).any().attendance_mode()), c.modes);
    EXPECT_EQ(service.service_at_locations_size(), c.has_place ? 1 : 0);
    EXPECT_EQ(service.x_handrail().operating_state().kind() ==
                  v1::OperatingState::TEMPORARILY_SHUT,
              c.shut);
    EXPECT_EQ(service.status(), v1::ACTIVE);
  }
}

TEST(MeetingGuideTest, ApproximatePlacesSaySo) {
  EXPECT_TRUE(ReadMeeting(R"("day":1,"time":"10:00","attendance_option":
      "in_person","approximate":"yes",)" +
                          std::string(kPlace))
                  .Location()
                  .x_handrail()
                  .approximate());
  EXPECT_TRUE(ReadMeeting(R"("day":1,"time":"10:00","formatted_address":
      "Anytown, OK 12345, USA")")
                  .Location()
                  .x_handrail()
                  .approximate());
}

TEST(MeetingGuideTest, CodesMeanWhatTheFellowshipMeansByThem) {
  const std::string members =
      R"("day":1,"time":"10:00","types":["POA","S","12X12","","ZZ","o"])";
  const Read aa = ReadMeeting(members);
  EXPECT_EQ(Profile(aa.Service()).any().proof_of_attendance().answer(),
            v1::YES);
  EXPECT_EQ(Codes(Profile(aa.Service()).any().languages()), "es=YES");
  EXPECT_EQ(Codes(Profile(aa.Service()).support_group().focus()),
            "step_study=YES tradition_study=YES");
  EXPECT_EQ(Profile(aa.Service()).support_group().open_closed().code(), "open");
  EXPECT_EQ(aa.Count("unknown-code"), 2);
  EXPECT_EQ(aa.Service().attributes_size(), 5);
  const Read al_anon = ReadMeeting(members, {.fellowship = "al-anon"});
  EXPECT_EQ(Profile(al_anon.Service()).any().proof_of_attendance().answer(),
            v1::ANSWER_UNSPECIFIED);
  EXPECT_EQ(Codes(Profile(al_anon.Service()).any().audience()).substr(0, 10),
            "family=YES");
}

TEST(MeetingGuideTest, AMeetingThatIsOpenAndClosedIsNeither) {
  const Read read = ReadMeeting(R"("day":1,"time":"10:00","types":["O","C"])");
  EXPECT_FALSE(Profile(read.Service()).support_group().has_open_closed());
  EXPECT_EQ(read.Count("contradicting-codes"), 1);
}

TEST(MeetingGuideTest, MembersStayAnonymousAndTheOfficesLinesStay) {
  const Read read = ReadMeeting(
      R"("day":1,"time":"10:00","contact_1_name":"CANARY","contact_1_phone":
      "CANARY","contact_2_email":"CANARY","venmo":"CANARY","square":"CANARY",
      "paypal":"CANARY","phone":"CANARY","email":"CANARY","author":"CANARY",
      "feedback_emails":["CANARY"],"edit_url":"CANARY","last_contact":"CANARY",
      "entity":"Area Office","entity_phone":"+1 410 555 0100",
      "entity_email":"office@example.org","entity_url":"https://example.org",
      "updated":"2022-07-09 19:32:28")");
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.rows[0].DebugString().find("CANARY"), std::string::npos);
  for (const v1::Finding& finding : read.findings) {
    EXPECT_EQ(finding.DebugString().find("CANARY"), std::string::npos);
  }
  EXPECT_EQ(read.First("personal-dropped").severity(), v1::NOTICE);
  const v1::Service service = read.Service();
  EXPECT_EQ(service.phones(0).number(), "+1 410 555 0100");
  EXPECT_EQ(service.email(), "office@example.org");
  EXPECT_EQ(read.Organization().name(), "Area Office");
  EXPECT_EQ(service.additional_urls(0).url(), "https://example.org");
  // When a page was edited is not when anybody checked.
  EXPECT_TRUE(Keeps(service, "updated"));
  EXPECT_FALSE(service.has_assured_date());
  EXPECT_FALSE(service.x_handrail().has_provenance());
}

TEST(MeetingGuideTest, WithoutGroupAndOfficeTheSourceIsTheOrganization) {
  const Read read =
      ReadMeeting(R"("day":1,"time":"10:00")", {.source = "marin"});
  EXPECT_EQ(read.Organization().name(), "Alcoholics Anonymous (marin)");
}

TEST(MeetingGuideTest, FellowshipAndZoneComeFromTheOptions) {
  const std::string feed =
      R"([{"slug":"a","name":"A","day":1,"time":"10:00"}])";
  const Read none = ReadText(feed);
  ASSERT_FALSE(none.plan.ok());
  EXPECT_THAT(none.plan, testing::NamesField("fellowship"));
  const Read wrong = ReadText(feed, {.fellowship = "nobody"});
  EXPECT_THAT(wrong.plan, testing::NamesField("fellowship"));
  EXPECT_THAT(ReadText(feed, {.fellowship = "aa", .zone = "Mars/North"}).plan,
              testing::NamesField("zone"));
  const Read without = ReadText(feed, {.fellowship = "aa"});
  EXPECT_EQ(without.First("missing-field").field(), "timezone");
  EXPECT_FALSE(without.Service().schedules(0).has_zone());
  const Read with = ReadText(feed, {.fellowship = "Alcoholics Anonymous",
                                    .zone = "America/Los_Angeles"});
  EXPECT_EQ(with.Service().schedules(0).zone(), "America/Los_Angeles");
}

TEST(MeetingGuideTest, AZoneThatIsNotGivenComesFromTheStateIfItHasOne) {
  const auto read = [](const std::string& state) {
    return ReadText(R"([{"slug":"a","name":"A","day":1,"time":"10:00",
                        "address":"1 Elm St","city":"Paris","state":")" +
                        state + "\"}]",
                    {.fellowship = "aa"});
  };
  EXPECT_EQ(read("DE").Service().schedules(0).zone(), "America/New_York");
  EXPECT_EQ(read("DE").Count("derived"), 1);
  // A zone line runs through it.
  EXPECT_FALSE(read("TN").Service().schedules(0).has_zone());
}

TEST(MeetingGuideTest, WordsInNotesAreNamedAndNothingIsMadeOfThem) {
  const Read read =
      ReadMeeting(R"("day":1,"time":"10:00","notes":"Women only. Call 24/7."})"
                  R"(,{"slug":"two","name":"Two","notes":"Women only.")");
  // Its hours are known, so that the second thing needs no field.
  EXPECT_EQ(read.Count("only-in-prose"), 2);
  EXPECT_EQ(read.First("only-in-prose").count(), 2);
  EXPECT_FALSE(Profile(read.Service()).any().has_genders());
}

TEST(MeetingGuideTest, TheEnvelopeWithFormatsNamesItsOwnCodes) {
  const Read read = ReadText(
      R"({"formats":{"QQ":{"en":"Quiet"}},"meetings":[
          {"slug":"a","name":"A","day":1,"time":"10:00","types":["QQ"]}]})",
      {.fellowship = "aa"});
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.Service().attributes(0).taxonomy_term().name(), "Quiet");
}

TEST(MeetingGuideTest, RowsThatCannotBeToldApartAreSkipped) {
  const Read read = ReadText(R"([
      {"name":"A","day":1,"time":"10:00"},
      {"slug":"b","day":1,"time":"10:00"},
      {"slug":"c","name":"C","day":1,"time":"10:00"},
      {"slug":"c","name":"Other","day":1,"time":"10:00"},
      "text"])",
                             {.fellowship = "aa", .zone = "America/New_York"});
  EXPECT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.plan->rows_skipped, 4);
  EXPECT_EQ(read.First("missing-field").field(), "slug");
  EXPECT_EQ(read.Count("id-reused"), 1);
  EXPECT_EQ(read.Count("wrong-kind"), 1);
}

TEST(MeetingGuideTest, WhatAMeetingBecameIsReadBackFromHsds) {
  const Read read = ReadMeeting(
      std::string(R"("day":0,"time":"7:00 PM","types":["O","W","ZZ"],
      "group":"G","entity":"E","region":"R",)") +
      kPlace);
  std::string lines;
  const auto write = [&](const Read& from) {
    lines.clear();
    HsdsWriter writer([&](std::string_view line) {
      lines += line;
      return absl::OkStatus();
    });
    for (const v1::Row& row : from.rows) {
      for (const v1::Record& record : row.records()) {
        EXPECT_TRUE(writer.Add(record).ok());
      }
    }
    EXPECT_TRUE(writer.Finish().ok());
    return lines;
  };
  const std::string first = write(read);
  const Read again = ReadText(first, {}, "export.ndjson");
  ASSERT_EQ(again.rows.size(), 1u);
  EXPECT_THAT(again.Service(), EqualsProto(read.Service()));
  EXPECT_EQ(write(again), first);
}

TEST(MeetingAddressTest, LinesAreTakenApart) {
  struct Case {
    std::string line, street, city, state, code, country;
  };
  const Case cases[] = {
      {"18 Olive Ave, Rehoboth Beach, DE 19971, USA", "18 Olive Ave",
       "Rehoboth Beach", "DE", "19971", "USA"},
      {"8318 104 St, Edmonton, Alberta, T6E 4E8, Canada", "8318 104 St",
       "Edmonton", "Alberta", "T6E 4E8", "Canada"},
      {" #201 - 14567-118 Ave NW, Edmonton, Alberta, T5L 2M7, Canada",
       "#201 - 14567-118 Ave NW", "Edmonton", "Alberta", "T5L 2M7", "Canada"},
      {"Anytown, OK 12345, USA", "", "Anytown", "OK", "12345", "USA"},
      {"1 Main St, Suite 2, Town, MD", "1 Main St, Suite 2", "Town", "MD", "",
       ""},
      {"Somewhere by the river", "Somewhere by the river", "", "", "", ""},
      {"", "", "", "", "", ""},
      {", ,", "", "", "", "", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.line);
    const MeetingAddress address = ParseAddressLine(c.line);
    EXPECT_EQ(address.street, c.street);
    EXPECT_EQ(address.city, c.city);
    EXPECT_EQ(address.state, c.state);
    EXPECT_EQ(address.postal_code, c.code);
    EXPECT_EQ(address.country, c.country);
  }
}

}  // namespace
}  // namespace handrail::formats
