// The real data of the formats with codes, with counts that were taken from the
// files by other means (Python's json and csv modules), not from these readers.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "clients/formats/suggest_mapping.h"
#include "tests/formats/formats_testing.h"

namespace handrail::formats {
namespace {

std::map<std::string, int64_t> FindingsByReason(const Read& read) {
  std::map<std::string, int64_t> counts;
  for (const v1::Finding& finding : read.findings) {
    counts[finding.reason()] += finding.count();
  }
  return counts;
}

const v1::RecoveryProfile& Profile(const v1::Service& service) {
  return service.x_handrail().profile();
}

v1::Answer AnswerOf(const v1::SetFact& set, std::string_view code) {
  for (const v1::CodedFact& fact : set.values()) {
    if (fact.code() == code) return fact.answer();
  }
  return v1::ANSWER_UNSPECIFIED;
}

// How many services of the read a test is true of.
template <typename Test>
int Count(const Read& read, const Test& test) {
  int count = 0;
  for (size_t i = 0; i < read.rows.size(); ++i) {
    for (const v1::Record& record : read.rows[i].records()) {
      if (record.has_service() && test(record.service())) ++count;
    }
  }
  return count;
}

bool HasTerm(const v1::Service& service, std::string_view wanted) {
  for (const v1::NeedTerm& term : service.x_handrail().terms()) {
    if (term.term() == wanted) return true;
  }
  return false;
}

TEST(CodedRealDataTest, NewYorkHas1513PublishedMeetingsOf39ServiceBodies) {
  HANDRAIL_SHARED_DATA_OR_SKIP(meetings,
                               "bmlt-new-york/get_search_results.json");
  HANDRAIL_SHARED_DATA_OR_SKIP(formats, "bmlt-new-york/get_formats.json");
  HANDRAIL_SHARED_DATA_OR_SKIP(bodies, "bmlt-new-york/get_service_bodies.json");
  const Read read =
      ReadPaths({meetings.string(), formats.string(), bodies.string()});
  ASSERT_TRUE(read.plan.ok()) << MessageOf(read.plan.status());
  EXPECT_EQ(read.plan->format, Format::kBmlt);
  EXPECT_EQ(read.plan->rows_read, 1555 + 44);
  EXPECT_EQ(read.plan->rows_skipped, 42);
  EXPECT_EQ(Count(read, [](const auto&) { return true; }), 1513);
  std::map<std::string, int64_t> findings = FindingsByReason(read);
  EXPECT_EQ(findings["unpublished"], 42);
  EXPECT_EQ(findings["unknown-code"], 0);
  EXPECT_EQ(findings["formats-not-described"], 0);
  EXPECT_EQ(findings["contradicting-codes"], 5);
  // Seven and twelve hours.
  EXPECT_EQ(findings["impossible-value"], 2);
  // 864 of O and 329 of C, less the five that are both.
  EXPECT_EQ(
      Count(read,
            [](const v1::Service& service) {
              return Profile(service).support_group().open_closed().code() ==
                     "open";
            }),
      859);
  EXPECT_EQ(
      Count(read,
            [](const v1::Service& service) {
              return Profile(service).support_group().open_closed().code() ==
                     "closed";
            }),
      324);
  EXPECT_EQ(Count(read,
                  [](const v1::Service& service) {
                    return AnswerOf(Profile(service).any().languages(), "es") ==
                           v1::YES;
                  }),
            26);
  // 32 of M, less the one that is W, too.
  EXPECT_EQ(Count(read,
                  [](const v1::Service& service) {
                    return AnswerOf(Profile(service).any().genders(),
                                    "woman") == v1::NO;
                  }),
            31);
  EXPECT_EQ(Count(read,
                  [](const v1::Service& service) {
                    return service.schedules_size() == 1 &&
                           service.schedules(0).byday() == "SU";
                  }),
            188);
  // All but the one without a state have the zone of theirs.
  EXPECT_EQ(Count(read,
                  [](const v1::Service& service) {
                    return service.x_handrail().zone() == "America/New_York";
                  }),
            1512);
  std::set<std::string> organizations;
  for (const v1::Row& row : read.rows) {
    for (const v1::Record& record : row.records()) {
      if (record.has_organization()) {
        organizations.insert(record.organization().id());
      }
    }
  }
  EXPECT_EQ(organizations.size(), 44u);
}

TEST(CodedRealDataTest, RecordedRepliesHaveTheirFormatsWithThem) {
  const std::pair<const char*, int> replies[] = {
      {"2", 53}, {"3", 54}, {"4", 62}};
  for (const auto& [day, meetings] : replies) {
    HANDRAIL_SHARED_DATA_OR_SKIP(
        path, std::string("bmlt-new-york/recorded/meeting-search-42.867970-"
                          "day") +
                  day + ".json");
    const Read read = ReadPaths({path.string()});
    ASSERT_TRUE(read.plan.ok());
    EXPECT_EQ(static_cast<int>(read.rows.size()), meetings);
    EXPECT_EQ(read.Count("unknown-code"), 0);
    EXPECT_EQ(read.Count("formats-not-described"), 0);
    EXPECT_EQ(Count(read,
                    [&](const v1::Service& service) {
                      return service.schedules(0).byday() !=
                             (day[0] == '2'   ? "MO"
                              : day[0] == '3' ? "TU"
                                              : "WE");
                    }),
              0);
  }
  HANDRAIL_SHARED_DATA_OR_SKIP(server,
                               "bmlt-new-york/recorded/server-info.json");
  EXPECT_EQ(ReadPaths({server.string()}).plan->rows_read, 0);
  HANDRAIL_SHARED_DATA_OR_SKIP(
      geneva, "bmlt-new-york/recorded/helpline-search-geneva-override.json");
  const Read selection = ReadPaths({geneva.string()});
  EXPECT_GT(selection.plan->rows_read, 0);
  EXPECT_EQ(selection.plan->rows_skipped, selection.plan->rows_read);
}

TEST(CodedRealDataTest, TheOpioidDirectoryOf2017Has1090Programs) {
  HANDRAIL_SHARED_DATA_OR_SKIP(path, "samhsa-directory-otp/otp_2017.csv");
  const Read read = ReadPaths({path.string()});
  ASSERT_TRUE(read.plan.ok()) << MessageOf(read.plan.status());
  EXPECT_EQ(read.plan->format, Format::kSamhsa);
  EXPECT_EQ(read.plan->rows_read, 1090);
  // Three rows are of a facility that is there already, and say more of it.
  EXPECT_EQ(read.plan->rows_skipped, 0);
  std::map<std::string, int64_t> findings = FindingsByReason(read);
  EXPECT_EQ(findings["zeros-restored"], 142);
  // Languages F5, F10, F20 … that no key we read explains.
  EXPECT_EQ(findings["unknown-code"], 25);
  std::set<std::string> programs;
  std::set<std::string> affirming;
  std::set<std::string> one_gender;
  for (size_t i = 0; i < read.rows.size(); ++i) {
    const v1::Service service = read.Service(i);
    if (Profile(service).treatment().opioid_treatment_program().answer() ==
            v1::YES &&
        HasTerm(service, "methadone")) {
      programs.insert(service.id());
    }
    const v1::AnyServiceProfile& any = Profile(service).any();
    if (AnswerOf(any.medication(), "methadone") == v1::YES) {
      affirming.insert(service.id());
    }
    if (AnswerOf(any.genders(), "man") == v1::NO ||
        AnswerOf(any.genders(), "woman") == v1::NO) {
      one_gender.insert(service.id());
    }
    EXPECT_FALSE(read.Location(i).has_latitude_e7());
  }
  EXPECT_EQ(programs.size(), 1087u);
  EXPECT_EQ(affirming.size(), 33u);
  EXPECT_EQ(one_gender.size(), 9u);
}

TEST(CodedRealDataTest, TheLocatorHas14034FacilitiesIn52StatesAndTerritories) {
  HANDRAIL_SHARED_DATA_OR_SKIP(
      path, "samhsa-locator-su-2021/substance_use_treatment.csv");
  const Read read = ReadPaths({path.string()});
  ASSERT_TRUE(read.plan.ok()) << MessageOf(read.plan.status());
  EXPECT_EQ(read.plan->format, Format::kSamhsa)
      << "and no table of ZIP centroids, though it has their columns";
  EXPECT_EQ(read.plan->rows_read, 14034);
  // Facilities that the table has at two places of the map.
  EXPECT_EQ(read.plan->rows_skipped, 3);
  EXPECT_EQ(FindingsByReason(read)["zeros-restored"], 1382);
  std::set<std::string> states;
  std::set<std::string> ids;
  for (size_t i = 0; i < read.rows.size(); ++i) {
    const v1::Location location = read.Location(i);
    states.insert(location.addresses(0).state_province());
    ids.insert(read.Service(i).id());
    EXPECT_GE(location.addresses(0).postal_code().size(), 5u);
  }
  EXPECT_EQ(states.size(), 52u);
  EXPECT_EQ(ids.size(), 14027u);
}

TEST(CodedRealDataTest, CaliforniaHas478ResidentialFacilities) {
  HANDRAIL_SHARED_DATA_OR_SKIP(
      path, "findtreatment-ca-residential/residential_facilities.json");
  const Read read = ReadPaths({path.string()});
  ASSERT_TRUE(read.plan.ok()) << MessageOf(read.plan.status());
  EXPECT_EQ(read.plan->rows_read, 478);
  EXPECT_EQ(read.Count("unknown-code"), 0);
  // Without a street five rows cannot be told from another of theirs; three of
  // them say otherwise of it.
  EXPECT_EQ(read.plan->rows_skipped, 3);
  const auto residential = [](const v1::Service& service) {
    return AnswerOf(Profile(service).treatment().settings(), "residential") ==
           v1::YES;
  };
  EXPECT_EQ(Count(read, residential), static_cast<int>(read.rows.size()));
  const int beds = Count(read, [](const v1::Service& service) {
    return Profile(service).treatment().child_beds().answer() == v1::YES;
  });
  EXPECT_LE(beds, 50);
  EXPECT_GE(beds, 45);
  const int one_gender = Count(read, [](const v1::Service& service) {
    return AnswerOf(Profile(service).any().genders(), "man") == v1::NO ||
           AnswerOf(Profile(service).any().genders(), "woman") == v1::NO;
  });
  EXPECT_LE(one_gender, 168);
  EXPECT_GE(one_gender, 163);
}

TEST(CodedRealDataTest, KentuckyLoadsByItsMapping) {
  HANDRAIL_SHARED_DATA_OR_SKIP(
      path, "flat-csv-kentucky-sud/kentucky-substance-abuse-referral-list.csv");
  const Read read = ReadPaths(
      {path.string()},
      {.mapping =
           testing::SourceData("tests/formats/data/kentucky.toml").string()});
  ASSERT_TRUE(read.plan.ok()) << MessageOf(read.plan.status());
  EXPECT_EQ(read.plan->rows_read, 69);
  EXPECT_EQ(read.plan->rows_skipped, 0);
  EXPECT_EQ(Count(read,
                  [](const v1::Service& service) {
                    return HasTerm(service, "outpatient-treatment");
                  }),
            45);
  EXPECT_EQ(Count(read,
                  [](const v1::Service& service) {
                    return HasTerm(service, "residential-treatment");
                  }),
            30);
  EXPECT_EQ(Count(read,
                  [](const v1::Service& service) {
                    return AnswerOf(Profile(service).any().genders(), "man") ==
                           v1::NO;
                  }),
            11);
  EXPECT_EQ(Count(read,
                  [](const v1::Service& service) {
                    return AnswerOf(Profile(service).any().populations(),
                                    "veterans") == v1::YES;
                  }),
            29);
  bool number_kept = false;
  for (size_t i = 0; i < read.rows.size(); ++i) {
    const v1::Service service = read.Service(i);
    for (const auto& field : service.unknown_fields()) {
      number_kept = number_kept || field.json() == "\"810281\"";
    }
    const v1::Location location = read.Location(i);
    EXPECT_EQ(location.addresses(0).city().find(','), std::string::npos);
    EXPECT_EQ(location.addresses(0).state_province(), "KY");
  }
  EXPECT_TRUE(number_kept);
}

TEST(CodedRealDataTest, TheProposalForKentuckyRuns) {
  HANDRAIL_SHARED_DATA_OR_SKIP(
      path, "flat-csv-kentucky-sud/kentucky-substance-abuse-referral-list.csv");
  const auto proposal = SuggestMapping(path.string());
  ASSERT_TRUE(proposal.ok()) << MessageOf(proposal.status());
  const testing::TempDir folder;
  testing::WriteFile(folder.File("map.toml"), *proposal);
  const Read read =
      ReadPaths({path.string()}, {.mapping = folder.File("map.toml")});
  ASSERT_TRUE(read.plan.ok()) << MessageOf(read.plan.status()) << *proposal;
  EXPECT_EQ(read.rows.size(), 69u);
  // One more says it in words of its own.
  EXPECT_EQ(Count(read,
                  [](const v1::Service& service) {
                    return HasTerm(service, "outpatient-treatment");
                  }),
            46);
}

TEST(CodedRealDataTest, AFlatTableWithoutAMappingIsNotGuessedAt) {
  HANDRAIL_SHARED_DATA_OR_SKIP(
      path, "flat-csv-kentucky-sud/kentucky-substance-abuse-referral-list.csv");
  const Read read = ReadPaths({path.string()});
  ASSERT_FALSE(read.plan.ok());
  EXPECT_NE(MessageOf(read.plan.status()).find("--suggest-mapping"),
            std::string::npos)
      << MessageOf(read.plan.status());
}

}  // namespace
}  // namespace handrail::formats
