// Formats out, read back by the formats in.
#include "clients/formats/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <tuple>

#include "tests/formats/formats_testing.h"

namespace handrail::formats {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Written {
  std::string text;
  std::string summary;
};

// Services last, as the server sends them.
Written WriteOut(const std::string& format, const Read& read) {
  Written written;
  const auto out = NewExport(format, [&](std::string_view text) {
    written.text += text;
    return absl::OkStatus();
  });
  for (const bool services : {false, true}) {
    for (const v1::Row& row : read.rows) {
      for (const v1::Record& record : row.records()) {
        if (record.has_service() != services) continue;
        EXPECT_TRUE(out->Add(record).ok());
      }
    }
  }
  EXPECT_TRUE(out->Finish().ok());
  written.summary = out->Summary();
  return written;
}

Read ReadMeetings(const std::string& text, const std::string& fellowship) {
  return ReadText(text, {.source = "test", .fellowship = fellowship},
                  "meetings.json");
}

// Name, days, times and place of every meeting.
using When = std::tuple<std::string, std::string, std::string, std::string,
                        std::string, std::string>;
std::multiset<When> Meetings(const Read& read) {
  std::multiset<When> meetings;
  for (size_t i = 0; i < read.rows.size(); ++i) {
    const v1::Service service = read.Service(i);
    const v1::Location location = read.Location(i);
    for (const v1::Schedule& at : service.schedules()) {
      meetings.emplace(
          service.name(), at.byday(), at.opens_at(), at.closes_at(), at.zone(),
          location.addresses().empty() ? ""
                                       : location.addresses(0).address_1());
    }
  }
  return meetings;
}

TEST(ExportTest, AListHasTheObjectsOfTheLines) {
  const Read read = ReadText(R"({"id":"s1","name":"Meals","status":"active"})"
                             "\n"
                             R"({"id":"s2","name":"Beds","status":"active"})"
                             "\n",
                             {}, "services.ndjson");
  ASSERT_EQ(read.rows.size(), 2u);
  const std::string list = WriteOut("hsds-json", read).text;
  EXPECT_EQ(list.substr(0, 2), "[\n");
  EXPECT_EQ(list.substr(list.size() - 3), "\n]\n");
  const Read again = ReadText(list, {}, "services.json");
  EXPECT_EQ(again.rows.size(), 2u);
  EXPECT_EQ(WriteOut("hsds-ndjson", again).text,
            WriteOut("hsds-ndjson", read).text);
  EXPECT_EQ(WriteOut("hsds-json", again).text, list);
}

TEST(ExportTest, NothingIsAnEmptyList) {
  EXPECT_EQ(WriteOut("hsds-json", Read()).text, "[]\n");
  EXPECT_EQ(WriteOut("meeting-guide", Read()).text, "[]\n");
  EXPECT_EQ(WriteOut("hsds-ndjson", Read()).text, "");
}

TEST(ExportTest, AMeetingComesBackAsItWas) {
  const std::string feed = R"([{"name":"Morning Light","slug":"morning-light",
      "day":[1,3],"time":"07:00","end_time":"08:00",
      "timezone":"America/New_York","location":"Pier Hall",
      "address":"1 Pier St","city":"Oakfield","state":"MD",
      "postal_code":"21201","country":"US","latitude":39.29,
      "longitude":-76.61,"types":["O","X"],"notes":"Ring the bell.",
      "group":"Light","attendance_option":"hybrid",
      "conference_url":"https://example.org/join"}])";
  const Read read = ReadMeetings(feed, "aa");
  const Written out = WriteOut("meeting-guide", read);
  const Read again = ReadMeetings(out.text, "aa");
  ASSERT_EQ(again.rows.size(), 1u) << out.text;
  EXPECT_EQ(Meetings(again), Meetings(read));
  EXPECT_EQ(WriteOut("meeting-guide", again).text, out.text);
  for (const char* const part :
       {R"("slug":"morning-light")", R"("day":[1,3])", R"("time":"07:00")",
        R"("types":["O","X"])", R"("attendance_option":"hybrid")",
        R"("approximate":"no")",
        R"("conference_url":"https://example.org/join")",
        R"("notes":"Ring the bell.")"}) {
    EXPECT_THAT(out.text, HasSubstr(part));
  }
  EXPECT_THAT(out.summary, HasSubstr("meetings: 1;"));
}

TEST(ExportTest, WhatAFeedCannotHoldIsCountedAndLeftOut) {
  const Read read = ReadText(
      R"([{"id":"a","name":"Monthly","status":"active",
           "schedules":[{"id":"m","freq":"MONTHLY","bymonthday":"1",
                         "opens_at":"18:00"}],
           "x_handrail":{"profile":{"supportGroup":{},"any":{"attendanceMode":
             {"values":[{"code":"online","answer":"YES"}]}}}}},
          {"id":"b","name":"Beds","status":"active"}])",
      {}, "services.json");
  ASSERT_EQ(read.rows.size(), 2u);
  const Written out = WriteOut("meeting-guide", read);
  EXPECT_EQ(out.text, "[]\n");
  EXPECT_THAT(out.summary, HasSubstr("cannot hold: 2"));
}

TEST(ExportTest, NoPersonalLineOfAMeetingIsInTheFeed) {
  const Read read = ReadMeetings(
      R"([{"name":"Morning","slug":"m","day":1,"time":"07:00",
           "address":"1 Pier St, Oakfield, MD 21201, USA",
           "contact_1_name":"Robin Q","contact_1_phone":"410-555-0177"}])",
      "aa");
  const std::string out = WriteOut("meeting-guide", read).text;
  EXPECT_THAT(out, Not(HasSubstr("Robin")));
  EXPECT_THAT(out, Not(HasSubstr("0177")));
}

TEST(ExportRealDataTest, AFeedOfRealMeetingsKeepsTheirTimesAndPlaces) {
  const auto folder = testing::SharedData("meeting-guide");
  if (!folder.has_value()) GTEST_SKIP() << "shared data is not here";
  const Read read = ReadPaths(
      {(*folder / "aasfmarin-2021.json").string()},
      {.source = "test", .fellowship = "aa", .zone = "America/Los_Angeles"});
  ASSERT_GT(read.rows.size(), 600u);
  const Written out = WriteOut("meeting-guide", read);
  const Read again = ReadMeetings(out.text, "aa");
  EXPECT_EQ(WriteOut("meeting-guide", again).text, out.text);
  std::multiset<When> lost;
  const std::multiset<When> before = Meetings(read);
  const std::multiset<When> after = Meetings(again);
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                      std::inserter(lost, lost.end()));
  // Those that can be neither gone to nor joined.
  EXPECT_LT(lost.size(), 40u);
  EXPECT_TRUE(
      std::includes(before.begin(), before.end(), after.begin(), after.end()));
}

}  // namespace
}  // namespace handrail::formats
