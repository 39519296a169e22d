// Files that are made to do harm, or that nobody meant: each ends soon, in
// little memory, and with a finding that says what is wrong.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>

#include "absl/strings/str_cat.h"
#include "clients/formats/limits.h"
#include "tests/formats/formats_testing.h"

namespace handrail::formats {
namespace {

using ::handrail::testing::StatusIs;
using ::handrail::testing::TempDir;
using ::handrail::testing::WriteFile;

// GCC says only the last of a thread sanitizer whose own macro is taken back
// (CMakeLists.txt).
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    defined(_GLIBCXX_TSAN)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// Of the processor's time, so that nothing else on the machine counts. What
// grows with the square of a file takes minutes; what waits for ever ends with
// the test's own limit.
constexpr auto kSoon = std::chrono::seconds(kSanitized ? 200 : 60);

std::chrono::microseconds ProcessorTime() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) +
           std::chrono::microseconds(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

// Reads, and checks that it ends soon.
class HostileTest : public ::testing::Test {
 protected:
  HostileTest() : began_(ProcessorTime()) {}
  ~HostileTest() override { EXPECT_LT(ProcessorTime() - began_, kSoon); }

  std::string File(const std::string& name) const { return folder_.File(name); }
  // So many lines of a file, made by their number.
  void WriteLines(const std::string& name, const std::string& first, int count,
                  const std::function<std::string(int)>& line) {
    std::ofstream out(File(name), std::ios::binary);
    out << first;
    for (int i = 0; i < count; ++i) out << line(i) << '\n';
  }
  Read ReadFolder() const { return ReadPaths({folder_.path().string()}); }

  TempDir folder_;

 private:
  const std::chrono::microseconds began_;
};

// The most memory the process ever had, in MiB.
int64_t PeakMemory() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

TEST_F(HostileTest, AGibibyteInOneFieldIsRefusedInLittleMemory) {
  struct Case {
    std::string name, before, after;
    int64_t line;
  };
  const Case cases[] = {
      {"text.json", R"([{"id":"s","name":")", "\"}]", 1},
      {"key.json", R"([{"id":"s",")", "\":1}]", 1},
      {"line.ndjson",
       "{\"id\":\"s\",\"name\":\"S\"}\n{\"id\":\"t\",\"name\":\"", "\"}\n", 2},
      {"services.csv", "id,organization_id,name,status\ns,o,", ",active\n", 2},
      {"quoted/services.csv", "id,organization_id,name,status\ns,o,\"",
       "\",active\n", 2},
      {"header/services.csv", "id,", "\n1,2\n", 1},
  };
  // The whole of it once; what is read is the same from the start.
  int mebibytes = kSanitized ? 64 : 1024;
  const std::string block(1 << 20, 'x');
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::filesystem::create_directories(
        std::filesystem::path(File(c.name)).parent_path());
    {
      std::ofstream out(File(c.name), std::ios::binary);
      out << c.before;
      for (int i = 0; i < mebibytes; ++i) out << block;
      out << c.after;
    }
    const int64_t before = PeakMemory();
    const Read read = ReadPaths({File(c.name)});
    std::filesystem::remove(File(c.name));
    EXPECT_THAT(read.plan, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(read.First("too-long").severity(), v1::FILE_SKIPPED);
    EXPECT_EQ(read.First("too-long").origin().line(), c.line);
    if (!kSanitized) {
      EXPECT_LE(PeakMemory() - before, 32);
    }
    mebibytes = 64;
  }
}

TEST_F(HostileTest, AMillionColumnsAreRefused) {
  std::string wide = "id";
  for (int i = 1; i < 1'000'000; ++i) wide += ",n";
  WriteFile(File("services.csv"), wide + "\n1,2\n");
  EXPECT_EQ(
      ReadPaths({File("services.csv")}).First("too-many-columns").severity(),
      v1::FILE_SKIPPED);
  // Below a header of three, it is a row that does not fit.
  WriteFile(File("services.csv"),
            "id,name,status\ns,Detox,active\n" + wide + "\n");
  const Read read = ReadPaths({File("services.csv")});
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.First("wrong-columns").severity(), v1::ROW_SKIPPED);
  EXPECT_EQ(read.First("wrong-columns").origin().line(), 3);
  EXPECT_EQ(read.plan->rows_skipped, 1);
}

TEST_F(HostileTest, AnUnclosedQuoteCostsTheFileAndNamesItsLine) {
  WriteLines("services.csv", "id,name,status\ns,\"Detox,active\n", 200'000,
             [](int i) { return absl::StrCat(i, ",Detox,active"); });
  const Read read = ReadPaths({File("services.csv")});
  EXPECT_FALSE(read.plan.ok());
  const v1::Finding finding = read.findings.at(0);
  EXPECT_EQ(finding.severity(), v1::FILE_SKIPPED);
  EXPECT_EQ(finding.origin().line(), 2);
  EXPECT_TRUE(finding.reason() == "unclosed-quote" ||
              finding.reason() == "too-long")
      << finding.reason();
}

TEST_F(HostileTest, OtherEncodingsAreNamed) {
  const auto utf16 = [](std::string_view text, bool big, bool mark) {
    std::string out = !mark ? "" : big ? "\xfe\xff" : "\xff\xfe";
    for (const char c : text) {
      if (big) out += '\0';
      out += c;
      if (!big) out += '\0';
    }
    return out;
  };
  const std::string json = R"([{"id":"s","name":"S","status":"active"}])";
  const std::string csv = "id,name,status\ns,S,active\n";
  struct Case {
    std::string name, text;
    std::vector<std::string> reasons;
  };
  const Case cases[] = {
      {"a.json", utf16(json, false, true), {"not-utf8"}},
      {"b.json", utf16(json, true, true), {"not-utf8"}},
      {"c.json", utf16(json, false, false), {"not-utf8", "nul-byte"}},
      {"d.json", utf16(json, true, false), {"not-utf8", "nul-byte"}},
      {"services.csv", utf16(csv, false, true), {"not-utf8"}},
      {"organizations.csv", utf16(csv, true, true), {"not-utf8"}},
      {"locations.csv", utf16(csv, false, false), {"not-utf8", "nul-byte"}},
      {"programs.csv", utf16(csv, true, false), {"not-utf8", "nul-byte"}},
      {"nul.json", json.substr(0, 20) + '\0' + json.substr(20), {"nul-byte"}},
      {"contacts.csv", csv + std::string("t,\0,x\n", 6), {"nul-byte"}},
      {"latin.json", "[{\"id\":\"s\",\"name\":\"Caf\xe9\"}]", {"not-utf8"}},
      // Half of a surrogate pair, as an escape and as bytes of its own.
      {"half.json", R"([{"id":"s","name":"\ud83d"}])", {"bad-escape"}},
      {"low.json", R"([{"id":"s","name":"\ude00x"}])", {"bad-escape"}},
      {"turned.json", R"([{"id":"s","name":"\ude00\ud83d"}])", {"bad-escape"}},
      {"bytes.json",
       "[{\"id\":\"s\",\"name\":\"\xed\xa0\xbd\"}]",
       {"not-utf8"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    WriteFile(File(c.name), c.text);
    const Read read = ReadPaths({File(c.name)});
    EXPECT_FALSE(read.plan.ok());
    EXPECT_TRUE(read.rows.empty());
    ASSERT_EQ(read.findings.size(), 1u);
    EXPECT_EQ(read.findings[0].severity(), v1::FILE_SKIPPED);
    EXPECT_GT(read.findings[0].origin().line(), 0);
    EXPECT_NE(std::find(c.reasons.begin(), c.reasons.end(),
                        read.findings[0].reason()),
              c.reasons.end())
        << read.findings[0].reason();
  }
}

TEST_F(HostileTest, EndlessNestingIsRefusedWhereverItIs) {
  const auto times = [](std::string_view text) {
    std::string out;
    for (int i = 0; i < 100'000; ++i) out += text;
    return out;
  };
  const std::string service = R"({"id":"s","name":"S","status":"active",)";
  const std::pair<std::string, std::string> cases[] = {
      {"lists.json", times("[") + times("]")},
      {"objects.json", times(R"({"a":)") + "1" + times("}")},
      {"records.json", times(R"({"id":"s","services":[)")},
      {"inside.ndjson", R"({"id":"r","name":"R","status":"active"})"
                        "\n" +
                            service + R"("x":)" + times("[") + times("]") +
                            "}"},
      {"extension.json", service + R"("x_handrail":{"profile":)" +
                             times(R"({"any":)") + "1" + times("}") + "}}"},
  };
  for (const auto& [name, text] : cases) {
    SCOPED_TRACE(name);
    WriteFile(File(name), text);
    const Read read = ReadPaths({File(name)});
    EXPECT_FALSE(read.plan.ok());
    ASSERT_EQ(read.findings.size(), 1u);
    EXPECT_EQ(read.findings[0].severity(), v1::FILE_SKIPPED);
    EXPECT_EQ(read.findings[0].reason(), "too-deep");
  }
}

TEST_F(HostileTest, ManyRowsOfOneIdAreSkippedOneByOne) {
  WriteLines("a.ndjson", "", 20'000, [](int i) {
    return absl::StrCat(R"({"id":"s","name":"S)", i, R"(","status":"active"})");
  });
  const Read read = ReadPaths({File("a.ndjson")});
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.plan->rows_skipped, 19'999);
  EXPECT_EQ(read.Count("id-reused"), 19'999);
}

TEST_F(HostileTest, IdsReusedAcrossFilesAreSkippedAndSayWhere) {
  WriteFile(File("a.json"), R"([{"id":"s","name":"S","status":"active"},
                                {"id":"r","name":"R","status":"active"}])");
  WriteFile(File("b.json"), R"([{"id":"s","name":"Other","status":"active"},
                                {"id":"r","name":"R","status":"active"}])");
  const Read read = ReadFolder();
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.plan->rows_read, 4);
  EXPECT_EQ(read.plan->rows_skipped, 1);
  const v1::Finding reused = read.First("id-reused");
  EXPECT_EQ(reused.origin().file(), "b.json");
  EXPECT_EQ(reused.origin().record(), 1);
  EXPECT_NE(reused.message().find("a.json"), std::string::npos);
}

TEST_F(HostileTest, CyclesOfParentsAreReadAsTheyAre) {
  WriteFile(File("a.ndjson"),
            R"({"x_handrail_type":"organization","id":"a","name":"A",)"
            R"("description":"d","parent_organization_id":"b"})"
            "\n"
            R"({"x_handrail_type":"organization","id":"b","name":"B",)"
            R"("description":"d","parent_organization_id":"a"})"
            "\n"
            R"({"x_handrail_type":"organization","id":"c","name":"C",)"
            R"("description":"d","parent_organization_id":"c"})"
            "\n"
            R"({"x_handrail_type":"taxonomy_term","id":"t","code":"1",)"
            R"("name":"T","description":"d","parent_id":"u"})"
            "\n"
            R"({"x_handrail_type":"taxonomy_term","id":"u","code":"2",)"
            R"("name":"U","description":"d","parent_id":"t"})"
            "\n");
  const Read lines = ReadPaths({File("a.ndjson")});
  ASSERT_TRUE(lines.plan.ok());
  EXPECT_EQ(lines.rows.size(), 5u);
  EXPECT_EQ(lines.Organization(0).parent_organization_id(), "b");
  const TempDir tables;
  WriteFile(tables.File("organizations.csv"),
            "id,name,description,parent_organization_id\n"
            "a,A,d,b\nb,B,d,a\nc,C,d,c\n");
  WriteFile(tables.File("taxonomy_terms.csv"),
            "id,code,name,description,parent_id\nt,1,T,d,u\nu,2,U,d,t\n");
  const Read rows = ReadPaths({tables.path().string()});
  ASSERT_TRUE(rows.plan.ok());
  EXPECT_EQ(rows.rows.size(), 5u);
}

// --- What grows with the square of a file ----------------------------------

TEST_F(HostileTest, AnElementFullOfRecordsIsReadSoon) {
  std::string services;
  for (int i = 0; i < 150'000; ++i) {
    absl::StrAppend(&services, i > 0 ? "," : "", R"({"id":")", i,
                    R"(","name":"S"})");
  }
  const std::string organization = absl::StrCat(
      R"({"id":"o","name":"O","description":"d","services":[)", services, "]}");
  ASSERT_LT(organization.size(), static_cast<size_t>(kElementBytesMax));
  const Read read = ReadText(organization);
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.rows.size(), 1u);
}

TEST_F(HostileTest, LongListsOfOneRecordArePutTogetherSoon) {
  const auto with_phones = [](std::string_view name, int from) {
    std::string phones;
    for (int i = from; i < from + 100'000; ++i) {
      absl::StrAppend(&phones, i > from ? "," : "", R"({"id":")", i, R"("})");
    }
    return absl::StrCat(R"({"id":"s",")", std::string(name),
                        R"(":"x","status":"active","phones":[)", phones,
                        "]}\n");
  };
  WriteFile(File("a.ndjson"),
            with_phones("name", 0) + with_phones("url", 50'000));
  const Read read = ReadPaths({File("a.ndjson")});
  ASSERT_TRUE(read.plan.ok());
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_EQ(read.Service().phones_size(), 150'000);
}

TEST_F(HostileTest, AnObjectFullOfKeysIsReadSoon) {
  std::string keys;
  for (int i = 0; i < 300'000; ++i) absl::StrAppend(&keys, R"(,"x)", i, "\":1");
  for (const std::string where : {"", R"("x_handrail":{"zone":"x")"}) {
    SCOPED_TRACE(where);
    const std::string text = absl::StrCat(
        R"([{"id":"s","name":"S","status":"active",)", where,
        where.empty() ? keys.substr(1) : keys, where.empty() ? "" : "}", "}]");
    ASSERT_LT(text.size(), static_cast<size_t>(kElementBytesMax));
    const Read read = ReadText(text);
    ASSERT_TRUE(read.plan.ok());
    EXPECT_EQ(read.plan->rows_read, 1);
  }
}

TEST_F(HostileTest, ARowWithAnyNumberOfPartsIsSkipped) {
  WriteFile(File("organizations.csv"), "id,name,description\no,O,d\n");
  WriteFile(File("services.csv"),
            "id,organization_id,name,status\ns,o,S,active\nt,o,T,active\n");
  WriteLines("phones.csv", "id,service_id,number\np,t,410 555 0100\n", 60'000,
             [](int i) { return absl::StrCat(i, ",s,410 555 0100"); });
  const Read read = ReadFolder();
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.First("too-many").severity(), v1::ROW_SKIPPED);
  EXPECT_EQ(read.First("too-many").origin().file(), "services.csv");
  EXPECT_EQ(read.First("too-many").origin().line(), 2);
  EXPECT_EQ(read.rows.size(), 2u);
}

TEST_F(HostileTest, PartsOfManyRowsOfOneIdAreNotFetchedWithoutEnd) {
  WriteFile(File("organizations.csv"), "id,name,description\no,O,d\n");
  WriteLines("services.csv", "id,organization_id,name,status\n", 20'000,
             [](int) { return "s,o,S,active"; });
  WriteLines("phones.csv", "id,service_id,number\n", 900,
             [](int i) { return absl::StrCat(i, ",s,410 555 0100"); });
  const Read read = ReadFolder();
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.plan->rows_read, 20'001);
  EXPECT_EQ(read.First("id-reused").severity(), v1::ROW_SKIPPED);
  EXPECT_EQ(read.Service(1).phones_size(), 900);
}

TEST_F(HostileTest, ALongTermThatManyReferToIsNotRepeatedWithoutEnd) {
  const std::string longest(3 << 20, 'x');
  WriteFile(File("services.csv"), "id,name,status\ns,S,active\n");
  WriteFile(File("taxonomy_terms.csv"),
            "id,code,name,description\nt,1,T," + longest + "\n");
  WriteLines("attributes.csv", "id,link_id,link_entity,taxonomy_term_id\n", 900,
             [](int i) { return absl::StrCat(i, ",s,service,t"); });
  const int64_t before = PeakMemory();
  const Read read = ReadFolder();
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.First("too-long").severity(), v1::ROW_SKIPPED);
  if (!kSanitized) {
    EXPECT_LE(PeakMemory() - before, 256);
  }
}

}  // namespace
}  // namespace handrail::formats
