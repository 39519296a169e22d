// BMLT replies in, rows out: one case per oddity of real servers. The design's
// words: weekday 1 is Sunday in GetSearchResults and 0 in /api/v1; formats are
// looked up in the server's own list; members stay anonymous.
#include <gtest/gtest.h>

#include <algorithm>

#include "clients/formats/bmlt_codes.h"
#include "clients/formats/bmlt_schedule.h"
#include "clients/formats/state_zone.h"
#include "tests/formats/formats_testing.h"

namespace handrail::formats {
namespace {

using ::handrail::testing::EqualsProto;

// A meeting of GetSearchResults with those members besides its id and name.
std::string Meeting(const std::string& members, const std::string& id = "7") {
  return R"({"id_bigint":")" + id + R"(","meeting_name":"One Day")" +
         (members.empty() ? "" : "," + members) + "}";
}

Read ReadMeeting(const std::string& members, ReadOptions options = {}) {
  if (options.zone.empty()) options.zone = "America/New_York";
  return ReadText("[" + Meeting(members) + "]", options);
}

constexpr char kWhen[] =
    R"("weekday_tinyint":"1","start_time":"19:00:00","duration_time":"01:30:00")";
constexpr char kWhere[] =
    R"("location_text":"Hall","location_street":"1 Elm St",
       "location_municipality":"Albany","location_province":"NY",
       "location_postal_code_1":"12207","latitude":"42.65","longitude":"-73.75")";

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

std::string Modes(const Read& read) {
  return Codes(Profile(read.Service()).any().attendance_mode());
}

bool Keeps(const v1::Service& service, const std::string& name) {
  return std::any_of(service.unknown_fields().begin(),
                     service.unknown_fields().end(),
                     [&](const auto& field) { return field.name() == name; });
}

TEST(BmltTest, AMeetingBecomesASupportGroupAtAPlace) {
  const Read read =
      ReadMeeting(std::string(kWhen) + "," + kWhere +
                  R"(,"formats":"O,St","location_info":"2nd floor",
                                "service_body_bigint":"1005",
                                "location_sub_province":"Albany County")");
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.plan->format, Format::kBmlt);
  EXPECT_EQ(read.rows[0].origin().table(), "meetings");
  const v1::Service service = read.Service();
  EXPECT_EQ(service.id(), "7");
  EXPECT_EQ(service.name(), "One Day");
  ASSERT_EQ(service.schedules_size(), 1);
  v1::Schedule schedule = service.schedules(0);
  schedule.clear_id();
  EXPECT_THAT(schedule, EqualsProto(R"pb(
                freq: WEEKLY
                byday: "SU"
                opens_at: "19:00"
                closes_at: "20:30"
                zone: "America/New_York")pb"));
  const v1::SupportGroupProfile& group = Profile(service).support_group();
  EXPECT_EQ(group.fellowship().code(), "na");
  EXPECT_EQ(group.open_closed().code(), "open");
  EXPECT_EQ(Codes(group.focus()), "step_study=YES");
  EXPECT_EQ(Modes(read), "in_person=YES online=NO");
  EXPECT_EQ(service.x_handrail().terms(0).term(), "na-meeting");
  ASSERT_EQ(service.attributes_size(), 2);
  EXPECT_EQ(service.attributes(1).taxonomy_term().code(), "St");
  const v1::Location location = read.Location();
  EXPECT_EQ(location.name(), "Hall");
  EXPECT_EQ(location.latitude_e7(), 426500000);
  EXPECT_EQ(location.addresses(0).city(), "Albany");
  EXPECT_EQ(location.x_handrail().county(), "Albany");
  EXPECT_EQ(service.service_at_locations(0).description(), "2nd floor");
  EXPECT_EQ(read.Organization().id(), "body-1005");
}

TEST(BmltTest, WeekdayOneIsSundayAndDayZeroIsSunday) {
  constexpr const char* kDays[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
  for (int day = 0; day < 7; ++day) {
    const Read semantic =
        ReadMeeting(R"("start_time":"10:00:00","weekday_tinyint":")" +
                    std::to_string(day + 1) + "\"");
    EXPECT_EQ(semantic.Service().schedules(0).byday(), kDays[day]);
    const Read admin = ReadText(
        R"([{"id":3,"name":"One Day","serviceBodyId":1,"venueType":1,
            "formatIds":[],"startTime":"10:00","duration":"01:00","day":)" +
            std::to_string(day) + "}]",
        {.zone = "America/New_York"});
    ASSERT_EQ(admin.rows.size(), 1u);
    EXPECT_EQ(admin.Service().schedules(0).byday(), kDays[day]);
  }
  for (const char* wrong : {"0", "8", "x", "12"}) {
    const Read read =
        ReadMeeting(R"("start_time":"10:00:00","weekday_tinyint":")" +
                    std::string(wrong) + "\"");
    EXPECT_TRUE(read.rows.empty()) << wrong;
    EXPECT_EQ(read.First("impossible-value").field(), "weekday_tinyint");
  }
}

TEST(BmltTest, TheEndIsTheStartPlusTheDuration) {
  EXPECT_EQ(BmltEnd("19:00", "01:30:00"), "20:30");
  EXPECT_EQ(BmltEnd("23:30", "1:00"), "00:30");
  EXPECT_EQ(BmltEnd("22:30", "01:30:00"), "00:00");
  EXPECT_EQ(BmltEnd("19:00", "06:00:00"), "01:00");
  for (const char* none :
       {"00:00:00", "07:00:00", "12:00:00", "", "90", "1:75", "x:y", "1:-1"}) {
    EXPECT_EQ(BmltEnd("19:00", none), "") << none;
  }
  const Read read = ReadMeeting(
      R"("weekday_tinyint":"2","start_time":"10:00:00","duration_time":"12:00:00")");
  EXPECT_FALSE(read.Service().schedules(0).has_closes_at());
  EXPECT_EQ(read.First("impossible-value").field(), "duration_time");
  EXPECT_TRUE(Keeps(read.Service(), "duration_time"));
}

TEST(BmltTest, UnpublishedMeetingsAreSkippedAndSaid) {
  for (const char* flag : {"\"0\"", "0", "false"}) {
    const Read read =
        ReadMeeting(std::string(kWhen) + R"(,"published":)" + flag);
    EXPECT_TRUE(read.rows.empty()) << flag;
    EXPECT_EQ(read.plan->rows_skipped, 1);
    EXPECT_EQ(read.First("unpublished").severity(), v1::ROW_SKIPPED);
  }
  EXPECT_EQ(ReadMeeting(std::string(kWhen) + R"(,"published":"1")").rows.size(),
            1u);
}

TEST(BmltTest, VenueTypeCountsMost) {
  const std::string here = std::string(kWhen) + "," + kWhere;
  EXPECT_EQ(Modes(ReadMeeting(here + R"(,"venue_type":"1")")),
            "in_person=YES online=NO");
  const Read online = ReadMeeting(
      here +
      R"(,"venue_type":2,"virtual_meeting_link":"https://example.org/m")");
  EXPECT_EQ(Modes(online), "in_person=NO online=YES");
  // Nobody goes there, whatever the address says.
  EXPECT_FALSE(online.Location().has_id());
  EXPECT_TRUE(Keeps(online.Service(), "location_street"));
  EXPECT_EQ(Profile(online.Service()).support_group().conference_link().text(),
            "https://example.org/m");
  EXPECT_EQ(Modes(ReadMeeting(here + R"(,"venue_type":"3")")),
            "in_person=YES online=YES");
}

TEST(BmltTest, ReservedFormatsSayItWhereVenueTypeDoesNot) {
  const std::string here = std::string(kWhen) + "," + kWhere;
  EXPECT_EQ(Modes(ReadMeeting(here + R"(,"formats":"VM")")),
            "in_person=NO online=YES");
  EXPECT_EQ(Modes(ReadMeeting(here + R"(,"formats":"HY")")),
            "in_person=YES online=YES");
  const Read moved = ReadMeeting(
      here + R"(,"formats":"TC","phone_meeting_number":"+1 212 555 0100")");
  EXPECT_EQ(Modes(moved), "in_person=NO online=YES phone=YES");
  const Read shut = ReadMeeting(here + R"(,"formats":"TC")");
  EXPECT_EQ(shut.Service().x_handrail().operating_state().kind(),
            v1::OperatingState::TEMPORARILY_SHUT);
  EXPECT_EQ(Modes(shut), "");
}

TEST(BmltTest, FormatsAreLookedUpInTheServersOwnList) {
  // A server where C means candles, S is Swedish for closed, and X is its own.
  const Read read =
      ReadText(R"({"meetings":[)" +
                   Meeting(std::string(kWhen) +
                           R"(,"formats":"C,S,X","lang_enum":"sv")") +
                   R"(],"formats":[
      {"key_string":"C","name_string":"Candlelight","lang":"en","id":"4",
       "world_id":"CAN","format_type_enum":"FC2"},
      {"key_string":"S","name_string":"Slutet","lang":"sv","id":"5",
       "world_id":"CLOSED"},
      {"key_string":"X","name_string":"Xylophone","lang":"en","id":"6",
       "world_id":""}]})",
               {.zone = "Europe/Stockholm"});
  ASSERT_EQ(read.rows.size(), 1u);
  const v1::SupportGroupProfile group = Profile(read.Service()).support_group();
  EXPECT_EQ(group.open_closed().code(), "closed");
  EXPECT_EQ(Codes(group.focus()), "candlelight=YES");
  EXPECT_EQ(read.Count("unknown-code"), 1);
  EXPECT_NE(read.First("unknown-code").message().find("\"X\""),
            std::string::npos);
  // Unknown is kept and can be searched by its name.
  EXPECT_EQ(read.Service().attributes(2).taxonomy_term().name(), "Xylophone");
  EXPECT_EQ(read.Count("formats-not-described"), 0);
}

TEST(BmltTest, IdsOfFormatsGoBeforeTheirCodes) {
  const Read read = ReadText(R"({"meetings":[)" +
                                 Meeting(std::string(kWhen) +
                                         R"(,"formats":"Q",
      "format_shared_id_list":"17")") +
                                 R"(],"formats":[
      {"key_string":"Q","name_string":"Women","lang":"en","id":"17",
       "world_id":"W"},
      {"key_string":"Q","name_string":"Question and Answer","lang":"en",
       "id":"18","world_id":"QA"}]})",
                             {.zone = "America/New_York"});
  EXPECT_EQ(Codes(Profile(read.Service()).any().genders()), "woman=YES man=NO");
  EXPECT_EQ(read.Service().attributes_size(), 1);
}

TEST(BmltTest, ACodeMeansWhatItsSystemSays) {
  // T, A, POA, SP, TC and C of other code systems are none of BMLT's.
  const CodeTables& meetings = CodeTables::Get();
  EXPECT_EQ(meetings.MeetingType("aa", "SP").facts.at(0).value, "speaker");
  EXPECT_EQ(meetings.MeetingType("aa", "M").facts.at(0).value, "man");
  const BmltCodes& codes = BmltCodes::Get();
  for (const char* code : {"T", "A", "POA", "SP"}) {
    EXPECT_FALSE(codes.Seed("na", code).known) << code;
  }
  EXPECT_EQ(codes.Seed("na", "C").facts.at(0).value, "closed");
  EXPECT_TRUE(codes.Seed("na", "TC").facts.empty());
  EXPECT_TRUE(codes.Seed("aa", "TC").known) << "reserved in every fellowship";
  EXPECT_FALSE(codes.Seed("aa", "C").known) << "not NA's";
}

TEST(BmltTest, WithoutAListOfFormatsTheSeedsAreTakenAndSaid) {
  const Read read = ReadMeeting(std::string(kWhen) + R"(,"formats":"O,W,??")");
  EXPECT_EQ(Profile(read.Service()).support_group().open_closed().code(),
            "open");
  EXPECT_EQ(read.Count("formats-not-described"), 1);
  EXPECT_EQ(read.Count("unknown-code"), 1);
}

TEST(BmltTest, OpenAndClosedAtOnceIsNeither) {
  const Read read = ReadMeeting(std::string(kWhen) + R"(,"formats":"O,C")");
  EXPECT_FALSE(Profile(read.Service()).support_group().has_open_closed());
  EXPECT_EQ(read.Count("contradicting-codes"), 1);
}

TEST(BmltTest, MembersStayAnonymous) {
  const Read read = ReadMeeting(
      std::string(kWhen) +
      R"(,"contact_name_1":"Quill Testperson","contact_phone_1":"212-555-0101",
      "contact_email_2":"quill@example.org","email_contact":"q@example.org",
      "comments":"Ring twice")");
  ASSERT_EQ(read.rows.size(), 1u);
  const std::string all = read.rows[0].ShortDebugString();
  for (const char* personal : {"Quill", "0101", "quill@", "q@example"}) {
    EXPECT_EQ(all.find(personal), std::string::npos) << personal;
    for (const v1::Finding& finding : read.findings) {
      EXPECT_EQ(finding.ShortDebugString().find(personal), std::string::npos);
    }
  }
  EXPECT_EQ(read.Count("personal-dropped"), 1);
  EXPECT_EQ(read.Service().description(), "Ring twice");
  const Read custom = ReadText(
      R"([{"id":3,"name":"One","serviceBodyId":1,"formatIds":[],"venueType":1,
      "email":"quill@example.org","customFields":{"key_holder":"Quill"}}])");
  EXPECT_EQ(custom.rows[0].ShortDebugString().find("uill"), std::string::npos);
}

TEST(BmltTest, ServerVersionOneIsCamelCase) {
  const testing::TempDir folder;
  testing::WriteFile(folder.File("meetings.json"), R"([{"id":31,
    "serviceBodyId":5,"formatIds":[2,9],"venueType":3,
    "temporarilyVirtual":false,"day":6,"startTime":"22:30","duration":"02:00",
    "timeZone":"America/Chicago","latitude":41.9,"longitude":-87.6,
    "published":true,"worldId":"G1 ","name":"Night Owls",
    "location_text":"Depot","locationStreet":"9 Main St",
    "location_municipality":"Chicago","location_province":"IL",
    "virtual_meeting_link":"https://example.org/owls"}])");
  testing::WriteFile(folder.File("formats.json"), R"([
    {"id":2,"worldId":"W","type":"COMMON_NEEDS_OR_RESTRICTION",
     "translations":[{"key":"F","name":"Kvinnor","language":"sv"},
                     {"key":"W","name":"Women","language":"en"}]},
    {"id":9,"worldId":"LANG","type":"LANGUAGE",
     "translations":[{"key":"ES","name":"Español","language":"en"}]}])");
  testing::WriteFile(folder.File("bodies.json"), R"([
    {"id":5,"parentId":null,"name":"Lake Area","type":"AS","url":"",
     "helpline":"312-555-0100","worldId":"AR1"}])");
  const Read read =
      ReadPaths({folder.File("meetings.json"), folder.File("formats.json"),
                 folder.File("bodies.json")});
  ASSERT_TRUE(read.plan.ok()) << MessageOf(read.plan.status());
  EXPECT_EQ(read.plan->rows_read, 2);
  const v1::Service service = read.Service(0);
  EXPECT_EQ(service.schedules(0).byday(), "SA");
  EXPECT_EQ(service.schedules(0).closes_at(), "00:30");
  EXPECT_EQ(service.schedules(0).zone(), "America/Chicago");
  EXPECT_EQ(Codes(Profile(service).any().genders()), "woman=YES man=NO");
  EXPECT_EQ(Codes(Profile(service).any().languages()), "es=YES");
  EXPECT_EQ(Modes(read), "in_person=YES online=YES");
  EXPECT_EQ(read.Location().addresses(0).address_1(), "9 Main St");
  EXPECT_EQ(read.Organization().name(), "Lake Area");
  // The body's own help line is a public one.
  EXPECT_EQ(read.Organization().phones(0).number(), "312-555-0100");
}

TEST(BmltTest, AZoneThatIsNotGivenComesFromTheState) {
  EXPECT_EQ(ZoneOfPlace({.state = "NY"}), "America/New_York");
  EXPECT_EQ(ZoneOfPlace({.state = " vermont "}), "America/New_York");
  EXPECT_EQ(ZoneOfPlace({.state = "TN"}), "") << "two zones";
  EXPECT_EQ(ZoneOfPlace({.state = ""}), "");
  const Read read =
      ReadText("[" + Meeting(std::string(kWhen) + "," + kWhere) + "]");
  EXPECT_EQ(read.Service().schedules(0).zone(), "America/New_York");
  EXPECT_EQ(read.Count("derived"), 1);
  const Read none = ReadText("[" + Meeting(kWhen) + "]");
  EXPECT_FALSE(none.Service().schedules(0).has_zone());
  EXPECT_EQ(none.First("missing-field").field(), "time_zone");
}

TEST(BmltTest, CoordinatesThatAreNoneAreNotUsed) {
  const Read zero = ReadMeeting(
      std::string(kWhen) +
      R"(,"latitude":"0","longitude":"0.0","location_street":"1 Elm St")");
  EXPECT_FALSE(zero.Location().has_latitude_e7());
  EXPECT_EQ(zero.Count("impossible-coordinates"), 1);
  const Read town = ReadMeeting(
      std::string(kWhen) +
      R"(,"latitude":"42.65","longitude":"-73.75","location_municipality":"Albany")");
  EXPECT_TRUE(town.Location().x_handrail().approximate());
}

TEST(BmltTest, RowsOfAShortSelectionWithoutIdsAreSkipped) {
  const Read read = ReadText(
      R"([{"service_body_bigint":"1","longitude":"-78.8","latitude":"42.8"}])");
  EXPECT_EQ(read.plan->rows_skipped, 1);
  EXPECT_EQ(read.First("missing-field").field(), "id_bigint");
}

TEST(BmltTest, WordsInProseAreNamedAndNothingIsMadeOfThem) {
  const Read read = ReadMeeting(
      std::string(kWhen) +
      R"(,"comments":"Women only. Nobody on methadone shares. Methadone!")");
  EXPECT_EQ(read.Count("only-in-prose"), 2);
  EXPECT_FALSE(Profile(read.Service()).any().has_genders());
  EXPECT_FALSE(Profile(read.Service()).any().has_medication());
  EXPECT_EQ(read.First("only-in-prose").field(), "comments");
  // A field that has the fact needs no reminder.
  const Read said = ReadMeeting(std::string(kWhen) +
                                R"(,"formats":"W","comments":"Women only.")");
  EXPECT_EQ(said.Count("only-in-prose"), 0);
}

TEST(BmltTest, EveryShapeIsRecognisedByItsContent) {
  const Read list = ReadMeeting(kWhen);
  EXPECT_EQ(list.plan->files.at(0).why, "BMLT: a list of meetings");
  const Read envelope =
      ReadText(R"({"meetings":[)" + Meeting(kWhen) + R"(],"formats":[]})");
  EXPECT_EQ(envelope.plan->files.at(0).why, "BMLT: a list under \"meetings\"");
  const Read empty =
      ReadText(R"({"meetings":[],"formats":[]})", {.format = Format::kBmlt});
  EXPECT_EQ(empty.plan->rows_read, 0);
  EXPECT_EQ(ReadText(R"({"meetings":[],"formats":[]})").plan->files.at(0).why,
            "BMLT: a reply without meetings");
  const Read server = ReadText(
      R"([{"version":"4.2.6","versionInt":"4002006","available_keys":"a"}])");
  EXPECT_EQ(server.First("nothing-to-load").severity(), v1::NOTICE);
  // Meeting Guide feeds stay what they are.
  const Read guide = ReadText(
      R"([{"slug":"a","name":"A","day":1,"time":"10:00","types":["O"]}])",
      {.fellowship = "aa"});
  EXPECT_EQ(guide.plan->format, Format::kMeetingGuide);
}

}  // namespace
}  // namespace handrail::formats
