// Formats out, read back by the formats in.
#include "clients/formats/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "clients/formats/archive.h"
#include "clients/formats/record_merge.h"
#include "tests/formats/formats_testing.h"

namespace handrail::formats {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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

// A package as others would unpack it.
struct UnpackedPackage {
  std::string descriptor;
  std::map<std::string, std::string> files;
};
UnpackedPackage UnpackPackage(const std::string& zip) {
  const testing::TempDir folder;
  const testing::TempDir into;
  testing::WriteFile(folder.File("services.zip"), zip);
  const auto unpacked =
      Unpack(folder.File("services.zip"), "services.zip", into.File(""));
  EXPECT_TRUE(unpacked.ok() && !unpacked->problem.has_value());
  UnpackedPackage package;
  if (!unpacked.ok()) return package;
  for (const UnpackedFile& file : unpacked->files) {
    std::ifstream in(file.path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    if (file.name == "datapackage.json") {
      package.descriptor = std::move(text);
    } else {
      package.files[file.name] = std::move(text);
    }
  }
  return package;
}

Read ReadPackage(const std::string& zip) {
  return ReadText(zip, {}, "services.zip");
}

TEST(ExportTest, APackageHasATableForWhateverHasRows) {
  const Read read = ReadText(
      R"({"id":"s1","name":"=1+1","description":"a, \"b\"\nc","status":"active",
          "minimum_age":18,"organization":{"id":"o1","name":"Harbor"},
          "phones":[{"id":"p1","number":"410-555-0177",
                     "languages":[{"id":"l1","code":"es"}],
                     "x_handrail":{"restricted":true}}],
          "x_handrail":{"visibility":{"confidentialLocation":true}}})",
      {}, "services.json");
  ASSERT_EQ(read.rows.size(), 1u);
  const UnpackedPackage package =
      UnpackPackage(WriteOut("hsds-tabular", read).text);
  std::vector<std::string> names;
  for (const auto& [name, text] : package.files) {
    names.push_back(name);
    EXPECT_THAT(package.descriptor, HasSubstr("\"path\":\"" + name + "\""));
  }
  EXPECT_THAT(names,
              ::testing::ElementsAre("languages.csv", "organizations.csv",
                                     "phones.csv", "services.csv"));
  EXPECT_THAT(package.files.at("services.csv"), HasSubstr("s1,o1,,'=1+1,"));
  EXPECT_THAT(package.files.at("services.csv"),
              HasSubstr("\"a, \"\"b\"\"\nc\""));
  EXPECT_THAT(package.files.at("phones.csv"), HasSubstr("p1,,s1,,,,"));
  EXPECT_THAT(package.files.at("languages.csv"), HasSubstr("l1,,,p1,,es,"));
}

TEST(ExportTest, APackageReadBackGivesTheSamePackageAndItsFlags) {
  const Read read = ReadText(
      R"({"id":"s1","name":"Meals, hot","status":"Active ","minimum_age":"18",
          "phones":[{"id":"p1","number":"410-555-0177",
                     "x_handrail":{"restricted":true}},
                    {"number":"410-555-0178"}],
          "service_at_locations":[{"id":"sl1","location":{
             "id":"l1","name":"House","latitude":39.2904,"longitude":-76.6122,
             "phones":[{"id":"p1","number":"410-555-0177"}],
             "x_handrail":{"visibility":{"confidentialLocation":true}}}}],
          "attributes":[{"id":"a1","taxonomy_term":{"id":"t1","code":"x",
                         "name":"Meals"}}],
          "made_up":1})",
      {}, "services.json");
  ASSERT_EQ(read.rows.size(), 1u);
  const Written out = WriteOut("hsds-tabular", read);
  const Read again = ReadPackage(out.text);
  EXPECT_EQ(again.plan->rows_skipped, 0);
  EXPECT_TRUE(WriteOut("hsds-tabular", again).text == out.text);
  EXPECT_EQ(WriteOut("hsds-ndjson", again).text,
            WriteOut("hsds-ndjson", read).text);
  v1::Service service;
  v1::Location location;
  for (size_t i = 0; i < again.rows.size(); ++i) {
    if (!again.Service(i).id().empty()) service = again.Service(i);
    if (!again.Location(i).id().empty()) location = again.Location(i);
  }
  ASSERT_EQ(service.phones_size(), 2);
  EXPECT_TRUE(service.phones(0).restricted());
  EXPECT_EQ(service.phones(0).number(), "410-555-0177");
  EXPECT_EQ(service.phones(1).number(), "410-555-0178");
  EXPECT_EQ(service.minimum_age(), 18);
  ASSERT_EQ(service.attributes_size(), 1);
  EXPECT_EQ(service.attributes(0).taxonomy_term().name(), "Meals");
  ASSERT_EQ(location.phones_size(), 1);
  EXPECT_EQ(location.latitude_e7(), 392904000);
  EXPECT_TRUE(location.x_handrail().visibility().confidential_location());
}

// A package of one table, with one cell put in the place of another.
std::string Edited(const UnpackedPackage& package, const std::string& file,
                   const std::string& from, const std::string& to) {
  std::string text = package.files.at(file);
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << text;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

TEST(ExportTest, WhoeverEditsACellOfAPackageIsBelieved) {
  const Read read = ReadText(
      R"({"id":"s1","name":"'=1","status":"active","minimum_age":"18",
          "made_up":1})",
      {}, "services.json");
  const UnpackedPackage package =
      UnpackPackage(WriteOut("hsds-tabular", read).text);
  const std::string text = package.files.at("services.csv");
  const Read same = ReadText(text, {}, "services.csv");
  EXPECT_EQ(WriteOut("hsds-ndjson", same).text,
            WriteOut("hsds-ndjson", read).text);
  const Read edited = ReadText(Edited(package, "services.csv", ",18,", ",21,"),
                               {}, "services.csv");
  ASSERT_EQ(edited.rows.size(), 1u);
  EXPECT_EQ(edited.Service().minimum_age(), 21);
  EXPECT_EQ(edited.Service().name(), "'=1");
  EXPECT_EQ(edited.Service().unknown_fields_size(), 1);
  EXPECT_THAT(WriteOut("hsds-ndjson", edited).text,
              HasSubstr(R"("minimum_age":21,)"));
}

TEST(ExportTest, WhatIsKeptCannotSayWhatMustNotBeShown) {
  const std::string header = "id,name,status,x_handrail,x_handrail_kept\n";
  for (const char* const kept :
       {R"("{""x_handrail"":{}}")", R"([1])", R"("{""a"":")"}) {
    const Read read =
        ReadText(header + "s1,A,active,," + kept + "\ns2,B,active,,\n", {},
                 "services.csv");
    EXPECT_EQ(read.rows.size(), 1u) << kept;
    EXPECT_EQ(read.First("impossible-value").field(), "x_handrail_kept");
  }
}

TEST(ExportTest, ARowThatNoReaderTakesDoesNotSpoilItsTable) {
  // 3 MiB of JSON: quotation marks are written twice in CSV.
  const std::string marks(1 << 20, 'x');
  std::string quotes;
  for (int i = 0; i < 3 << 19; ++i) quotes += "\\\"";
  const Read read = ReadText(
      R"([{"id":"s1","name":"Long","status":"active","made_up":")" + quotes +
          R"("},{"id":"s2","name":"Short","status":"active","made_up":")" +
          marks + R"("}])",
      {}, "services.json");
  ASSERT_EQ(read.rows.size(), 2u);
  const Written out = WriteOut("hsds-tabular", read);
  EXPECT_THAT(out.summary, HasSubstr("too long for a table: 1"));
  const Read again = ReadPackage(out.text);
  ASSERT_EQ(again.rows.size(), 1u);
  EXPECT_EQ(again.Service().name(), "Short");
}

TEST(ExportTest, ThePackageOfNothingIsADescriptorAlone) {
  const UnpackedPackage package =
      UnpackPackage(WriteOut("hsds-tabular", Read()).text);
  EXPECT_TRUE(package.files.empty());
  EXPECT_THAT(package.descriptor, HasSubstr("\"resources\":["));
}

TEST(ExportRealDataTest, APackageOfBaltimoreIsTheSameAfterItWasLoaded) {
  const auto folder = testing::SharedData("hsds-3.0-derived-baltimore");
  if (!folder.has_value()) GTEST_SKIP() << "shared data is not here";
  const Read read = ReadPaths({(*folder / "services.ndjson").string()});
  const Written out = WriteOut("hsds-tabular", read);
  const Read again = ReadPackage(out.text);
  EXPECT_EQ(again.plan->rows_skipped, 0);
  EXPECT_TRUE(WriteOut("hsds-tabular", again).text == out.text);
  EXPECT_TRUE(WriteOut("hsds-ndjson", again).text ==
              WriteOut("hsds-ndjson", read).text);
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
