// Files, folders and tables of centroids: what is taken, what is left out, and
// how bad input ends.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "clients/formats/hsds_writer.h"
#include "tests/formats/formats_testing.h"

namespace handrail::formats {
namespace {

using ::handrail::testing::EqualsProto;
using ::handrail::testing::StatusIs;
using ::handrail::testing::TempDir;
using ::handrail::testing::WriteFile;

constexpr char kGood[] = R"([{"id":"s","name":"S","status":"active"}])";

TEST(InputsTest, AFileThatCannotBeReadSendsNothing) {
  struct Case {
    std::string name, text, reason;
  };
  const std::string record = R"({"id":"s","name":"S","status":"active"})";
  const Case cases[] = {
      {"empty.json", "", "empty-file"},
      {"text.json", "hello", "not-json"},
      {"cut.json", "[" + record + ",", "truncated"},
      {"after.json", "[" + record + "]\n\n invalid text", "trailing-text"},
      {"line.ndjson", record + "\n{\"id\":\n", "truncated"},
      {"utf16.json", std::string("\xff\xfe[\0]\0", 6), "not-utf8"},
      {"latin1.json",
       R"([{"id":"s","name":")"
       "\xe9"
       R"("}])",
       "not-utf8"},
      {"nul.json", std::string("[\0]", 3), "nul-byte"},
      {"deep.json", std::string(100'000, '['), "too-deep"},
      {"half.json", "[" + record + R"(,{"id":"t","name":"\ud800"}])",
       "bad-escape"},
      {"long.json",
       "[" + record + R"(,{"id":"t","name":")" + std::string(5 << 20, 'x') +
           "\"}]",
       "too-long"},
      {"other.json", R"({"hello":"world"})", "unknown-format"},
      {"numbers.json", "[1,2,3]", "unknown-format"},
      {"none.json", "[]", "unknown-format"},
      {"codes.json", R"({"11":{"en":"Step"},"A":{"en":"Secular"}})",
       "unknown-format"},
      {"words.txt", "some words\n", "unknown-format"},
      {"table.csv", "id,name\n1,x\n", "unknown-format"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Read read = ReadText(c.text, {}, c.name);
    EXPECT_THAT(read.plan, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_TRUE(read.rows.empty());
    ASSERT_EQ(read.findings.size(), 1u);
    EXPECT_EQ(read.findings[0].severity(), v1::FILE_SKIPPED);
    EXPECT_EQ(read.findings[0].reason(), c.reason);
    EXPECT_EQ(read.findings[0].origin().file(), c.name);
  }
}

TEST(InputsTest, AGibibyteInOneTextIsRefusedInBoundedMemory) {
  // As sparse as it can be: what counts is that it is not held. 64 MiB stand
  // for the gibibyte, 16 times what a record may have.
  const TempDir folder;
  {
    std::ofstream out(folder.File("big.json"), std::ios::binary);
    out << R"([{"id":"s","name":")";
    const std::string block(1 << 20, 'x');
    for (int i = 0; i < 64; ++i) out << block;
    out << "\"}]";
  }
  const Read read = ReadPaths({folder.File("big.json")});
  EXPECT_FALSE(read.plan.ok());
  EXPECT_EQ(read.First("too-long").severity(), v1::FILE_SKIPPED);
  EXPECT_EQ(read.First("too-long").origin().line(), 1);
}

TEST(InputsTest, AFolderGoesOnWithoutItsBrokenFiles) {
  const TempDir folder;
  WriteFile(folder.File("a.json"), kGood);
  WriteFile(folder.File("b.json"), "[");
  WriteFile(folder.File("README.md"), "words");
  WriteFile(folder.File("c.csv"), "id,name\n");
  std::filesystem::create_directory(folder.File("sub"));
  WriteFile(folder.File("sub/d\xe9.ndjson"),
            R"({"id":"t","name":"T","status":"active"})");
  const Read read = ReadPaths({folder.path().string()});
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.rows.size(), 2u);
  EXPECT_EQ(read.rows[1].origin().file(), "sub/d\xef\xbf\xbd.ndjson");
  EXPECT_EQ(read.First("truncated").severity(), v1::FILE_SKIPPED);
  EXPECT_EQ(read.First("unknown-format").origin().file(), "c.csv");
  EXPECT_EQ(read.First("not-data").severity(), v1::NOTICE);
}

TEST(InputsTest, WithoutAnyKnownFileThereIsAnError) {
  const TempDir folder;
  WriteFile(folder.File("LICENSE"), "words");
  EXPECT_THAT(ReadPaths({folder.path().string()}).plan,
              StatusIs(absl::StatusCode::kInvalidArgument));
  WriteFile(folder.File("b.json"), "[");
  EXPECT_THAT(ReadPaths({folder.path().string()}).plan,
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ReadPaths({folder.File("none.json")}).plan,
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(ReadPaths({}).plan, StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(InputsTest, NothingIsFetched) {
  const Read read = ReadPaths({"https://example.org/services.json"});
  EXPECT_THAT(read.plan, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_NE(read.plan.status().message().find("nothing is fetched"),
            std::string_view::npos);
}

TEST(InputsTest, SeveralFormatsAreNotOneLoad) {
  const TempDir folder;
  WriteFile(folder.File("a.json"), kGood);
  WriteFile(folder.File("b.json"),
            R"([{"slug":"x","name":"X","day":1,"time":"10:00"}])");
  const Read both = ReadPaths({folder.path().string()}, {.fellowship = "aa"});
  EXPECT_THAT(both.plan, StatusIs(absl::StatusCode::kInvalidArgument));
  const Read one =
      ReadPaths({folder.path().string()},
                {.format = Format::kMeetingGuide, .fellowship = "aa"});
  ASSERT_TRUE(one.plan.ok()) << MessageOf(one.plan.status());
  EXPECT_EQ(one.plan->format, Format::kMeetingGuide);
}

TEST(InputsTest, APlanSendsAgainAndNoticesChanges) {
  const TempDir folder;
  WriteFile(folder.File("a.json"), kGood);
  const auto plan = Inspect({folder.File("a.json")}, {.source = "test"});
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->files[0].file.sha256().size(), 64u);
  EXPECT_EQ(plan->files[0].file.bytes(),
            static_cast<int64_t>(std::string(kGood).size()));
  int rows = 0;
  const auto count = [&](v1::Row) {
    ++rows;
    return absl::OkStatus();
  };
  EXPECT_TRUE(Send(*plan, count).ok());
  EXPECT_TRUE(Send(*plan, count).ok());
  EXPECT_EQ(rows, 2);
  WriteFile(folder.File("a.json"), std::string(kGood) + "\n");
  EXPECT_THAT(Send(*plan, count),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(rows, 2);
}

TEST(InputsTest, ProgressGrowsToTheTotal) {
  const TempDir folder;
  WriteFile(folder.File("a.json"), kGood);
  ReadOptions options{.source = "test"};
  std::vector<ReadProgress> seen;
  options.on_progress = [&](const ReadProgress& p) { seen.push_back(p); };
  ASSERT_TRUE(Inspect({folder.File("a.json")}, options).ok());
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().bytes_read, seen.back().bytes_total);
  EXPECT_EQ(seen.back().rows, 1);
  EXPECT_TRUE(seen.back().inspecting);
}

TEST(CentroidTest, TheThreeFormsOfATableAreRead) {
  struct Case {
    std::string name, text, first;
  };
  const Case cases[] = {
      {"zips.csv", "zip,latitude,longitude\n00601,18.180555,-66.749961\n",
       R"pb(area: ZIP_CODE
            code: "00601"
            latitude_e7: 181805550
            longitude_e7: -667499610)pb"},
      {"gaz.txt",
       "GEOID\tALAND\tINTPTLONG\tINTPTLAT            \r\n"
       "00601\t166659789\t-66.749961\t18.180555\r\n",
       R"pb(area: ZIP_CODE
            code: "00601"
            latitude_e7: 181805550
            longitude_e7: -667499610)pb"},
      {"counties.txt",
       "USPS\tGEOID\tNAME\tINTPTLAT\tINTPTLONG   \r\n"
       "MD\t24005\tBaltimore County\t39.443167\t-76.616569\r\n",
       R"pb(area: COUNTY_AREA
            code: "MD/Baltimore"
            latitude_e7: 394431670
            longitude_e7: -766165690
            state: "MD"
            county: "Baltimore")pb"},
      {"ours.csv",
       "area,code,latitude,longitude,state,county\n"
       "county,MD/\"\"Tall Pine,39.5,-76.5,MD,Tall Pine\n"
       "county,MD/Tall Pine,39.5,-76.5,MD,Tall Pine\n",
       R"pb(area: COUNTY_AREA
            code: "MD/Tall Pine"
            latitude_e7: 395000000
            longitude_e7: -765000000
            state: "MD"
            county: "Tall Pine")pb"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Read read = ReadText(c.text, {}, c.name);
    ASSERT_TRUE(read.plan.ok()) << MessageOf(read.plan.status());
    EXPECT_EQ(read.plan->format, Format::kZipCentroids);
    ASSERT_EQ(read.rows.size(), 1u);
    EXPECT_EQ(read.rows[0].origin().table(), "centroids");
    EXPECT_THAT(read.rows[0].records(0).centroid(), EqualsProto(c.first));
  }
}

TEST(CentroidTest, WrongRowsAreSkippedWithTheirLine) {
  const Read read = ReadText(
      "zip,latitude,longitude\n"
      "601,18.1,-66.7\n"
      "00602,98.1,-66.7\n"
      "00603,18.1\n"
      "\n"
      "00604,x,-66.7\n"
      "00605,0,0\n"
      "00606,18.1,-66.7\n"
      "00606,18.2,-66.7\n"
      "00607,18.1,-66.7",
      {}, "zips.csv");
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.rows.size(), 2u);
  EXPECT_EQ(read.plan->rows_read, 8);
  EXPECT_EQ(read.First("impossible-value").origin().line(), 2);
  EXPECT_EQ(read.Count("impossible-coordinates"), 3);
  EXPECT_EQ(read.First("wrong-columns").origin().line(), 4);
  EXPECT_EQ(read.First("id-reused").origin().line(), 9);
}

TEST(CentroidTest, ATableWithoutItsColumnsIsRefused) {
  const Read read =
      ReadText("a,b\n1,2\n", {.format = Format::kZipCentroids}, "zips.csv");
  EXPECT_FALSE(read.plan.ok());
  EXPECT_EQ(read.First("missing-column").origin().line(), 1);
  const Read broken =
      ReadText("zip,latitude,longitude\n00601,\xff,1\n", {}, "zips.csv");
  EXPECT_EQ(broken.First("not-utf8").origin().line(), 2);
}

TEST(HsdsWriterTest, WhatNoServiceNestsGetsALineOfItsOwn) {
  const Read read = ReadText(
      R"({"id":"o","name":"O","description":"d"}
         {"x_handrail_type":"taxonomy","id":"t","name":"n","description":"d"}
         {"x_handrail_type":"location","id":"l"}
         {"x_handrail_type":"program","id":"p","name":"P"})");
  ASSERT_EQ(read.rows.size(), 4u);
  std::string out;
  HsdsWriter writer([&](std::string_view line) {
    out += line;
    return absl::OkStatus();
  });
  for (const v1::Row& row : read.rows) {
    ASSERT_TRUE(writer.Add(row.records(0)).ok());
  }
  ASSERT_TRUE(writer.Finish().ok());
  EXPECT_EQ(out, R"({"x_handrail_type":"organization","id":"o","name":"O",)"
                 R"("description":"d"})"
                 "\n"
                 R"({"x_handrail_type":"program","id":"p","name":"P"})"
                 "\n"
                 R"({"x_handrail_type":"location","id":"l"})"
                 "\n"
                 R"({"x_handrail_type":"taxonomy","id":"t","name":"n",)"
                 R"("description":"d"})"
                 "\n");
  EXPECT_EQ(writer.lines(), 4);
  const Read again = ReadText(out, {}, "export.ndjson");
  EXPECT_EQ(again.rows.size(), 4u);
}

TEST(HsdsWriterTest, ServicesThatComeFirstWaitForTheirOthers) {
  const Read read = ReadText(R"({"id":"s","name":"S","status":"active",
    "organization":{"id":"o","name":"O","description":"d"},
    "program":{"id":"p","name":"P"}})");
  std::string forward;
  std::string backward;
  for (std::string* out : {&forward, &backward}) {
    HsdsWriter writer([out](std::string_view line) {
      *out += line;
      return absl::OkStatus();
    });
    const auto& records = read.rows[0].records();
    for (int i = 0; i < records.size(); ++i) {
      const int at = out == &forward ? i : records.size() - 1 - i;
      ASSERT_TRUE(writer.Add(records[at]).ok());
    }
    ASSERT_TRUE(writer.Finish().ok());
  }
  EXPECT_EQ(forward, backward);
  EXPECT_EQ(forward,
            R"({"id":"s","organization_id":"o","program_id":"p","name":"S",)"
            R"("status":"active","organization":{"id":"o","name":"O",)"
            R"("description":"d"},"program":{"id":"p","organization_id":"o",)"
            R"("name":"P"}})"
            "\n");
}

TEST(HsdsWriterTest, RecordsThatComeBetweenServicesAreNestedAllTheSame) {
  const auto record = [](auto set) {
    v1::Record made;
    set(made);
    return made;
  };
  const auto organization = [&](const std::string& id) {
    return record([&](v1::Record& made) {
      made.mutable_organization()->set_id(id);
      made.mutable_organization()->set_name("O " + id);
    });
  };
  const auto service = [&](const std::string& id, const std::string& of) {
    return record([&](v1::Record& made) {
      made.mutable_service()->set_id(id);
      made.mutable_service()->set_organization_id(of);
    });
  };
  std::string out;
  HsdsWriter writer([&](std::string_view line) {
    out += line;
    return absl::OkStatus();
  });
  // What has come is nested at once; the others wait, and one for ever.
  for (const v1::Record& next :
       {organization("o1"), service("s1", "o2"), service("s2", "o1"),
        organization("o2"), service("s3", "o9"), organization("o3")}) {
    ASSERT_TRUE(writer.Add(next).ok());
  }
  ASSERT_TRUE(writer.Finish().ok());
  EXPECT_EQ(out, R"({"id":"s2","organization_id":"o1",)"
                 R"("organization":{"id":"o1","name":"O o1"}})"
                 "\n"
                 R"({"id":"s1","organization_id":"o2",)"
                 R"("organization":{"id":"o2","name":"O o2"}})"
                 "\n"
                 R"({"id":"s3","organization_id":"o9"})"
                 "\n"
                 R"({"x_handrail_type":"organization","id":"o3",)"
                 R"("name":"O o3"})"
                 "\n");
}

}  // namespace
}  // namespace handrail::formats
