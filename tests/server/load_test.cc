// Loading: what a load changes, what it leaves alone, what it refuses, and that
// a dry run tells exactly what a load does. Over the journal in memory, through
// the handlers.
#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "matcher/matcher.h"
#include "server/ingest/load_start.h"
#include "server/page_token.h"
#include "server/source_ttls.h"
#include "tests/server/loading.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::HasReason;
using handrail::testing::IsOk;
using handrail::testing::ParseText;
using handrail::testing::StatusIs;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> Reasons(const LoadOutcome& outcome) {
  std::vector<std::string> reasons;
  for (const v1::Finding& finding : outcome.findings) {
    if (finding.severity() == v1::ROW_SKIPPED) {
      reasons.push_back(finding.reason());
    }
  }
  return reasons;
}

std::string Exported(TestDirectory& directory) {
  std::string all;
  EXPECT_THAT(directory->records().ExportRecords(
                  TestContext(), {},
                  [&](const v1::ExportRecordsResponse& run) {
                    for (const auto& record : run.records()) {
                      all += record.record().SerializeAsString() + "\n";
                    }
                    return true;
                  }),
              IsOk());
  return all;
}

TEST(LoadTest, CountsEveryRecordOnceAndMakesItMatchable) {
  TestDirectory directory;
  const LoadOutcome done = directory.Load({}, SampleRows("Nook"));
  ASSERT_THAT(done.status, IsOk());
  EXPECT_EQ(done.report.rows_read(), 4);
  EXPECT_EQ(done.report.rows_skipped(), 0);
  EXPECT_EQ(done.report.records_loaded(), 9);
  EXPECT_EQ(done.report.added(), 9);
  ASSERT_EQ(done.report.tables_size(), 1);
  EXPECT_EQ(done.report.tables(0).rows_loaded(), 4);
  const auto answer = directory->match().Match(TestContext(), SampleQuestion());
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->needs(0).options_size(), 4);
  EXPECT_EQ(answer->directory_revision(), done.report.revision());
}

TEST(LoadTest, SameContentAgainChangesNothing) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  const std::string before = Exported(directory);
  const LoadOutcome again =
      directory.Load({.report_changes = true}, SampleRows("Nook"));
  EXPECT_EQ(again.report.unchanged(), 9);
  EXPECT_EQ(again.report.added() + again.report.changed(), 0);
  EXPECT_THAT(again.changes, IsEmpty());
  EXPECT_EQ(Exported(directory), before);
}

TEST(LoadTest, DryRunTellsWhatTheLoadThenDoesAndWritesNothing) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  std::vector<v1::Row> rows = SampleRows("Nook");
  rows[0].mutable_records(2)->mutable_service()->set_name("Harbor Home");
  rows[1]
      .mutable_records(1)
      ->mutable_service()
      ->mutable_x_handrail()
      ->mutable_visibility()
      ->set_confidential_location(true);
  rows.erase(rows.begin() + 3);
  const std::string before = Exported(directory);
  for (const int rows_per_batch : {1, 1000}) {
    SCOPED_TRACE(rows_per_batch);
    const LoadOutcome dry = directory.Load({.validate_only = true,
                                            .replace = true,
                                            .report_changes = true,
                                            .rows_per_batch = rows_per_batch},
                                           rows);
    ASSERT_THAT(dry.status, IsOk());
    EXPECT_EQ(Exported(directory), before);
    EXPECT_EQ(dry.report.changed(), 2);
    EXPECT_EQ(dry.report.retired(), 1);
  }
  const LoadOutcome dry = directory.Load(
      {.validate_only = true, .replace = true, .report_changes = true}, rows);
  const LoadOutcome real =
      directory.Load({.replace = true, .report_changes = true}, rows);
  ASSERT_EQ(dry.changes.size(), real.changes.size());
  for (size_t i = 0; i < dry.changes.size(); ++i) {
    EXPECT_THAT(dry.changes[i],
                handrail::testing::EqualsProto(real.changes[i]));
  }
  EXPECT_EQ(dry.report.changed(), real.report.changed());
  EXPECT_NE(Exported(directory), before);
}

TEST(LoadTest, ChangesAreToldFieldByFieldInHsdsWords) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  std::vector<v1::Row> rows = SampleRows("Nook");
  rows[0].mutable_records(2)->mutable_service()->set_name("Harbor Home");
  rows[0].mutable_records(1)->mutable_location()->set_latitude_e7(392905000);
  const LoadOutcome done = directory.Load({.report_changes = true}, rows);
  std::map<std::string, std::pair<std::string, std::string>> told;
  for (const v1::RecordChange& change : done.changes) {
    for (const v1::FieldChange& field : change.fields()) {
      told[field.field()] = {field.old_json(), field.new_json()};
    }
  }
  EXPECT_EQ(told.size(), 2u);
  EXPECT_EQ(told["service.name"].first, "\"Harbor Recovery Home\"");
  EXPECT_EQ(told["service.name"].second, "\"Harbor Home\"");
  EXPECT_EQ(told["location.latitude"].second, "\"39.2905000\"");
}

TEST(LoadTest, ReplaceRetiresWhatTheSourceNoLongerHas) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  std::vector<v1::Row> rows = SampleRows("Nook");
  rows.erase(rows.begin() + 1);  // North Shelter and its hall.
  const LoadOutcome done = directory.Load({.replace = true}, rows);
  ASSERT_THAT(done.status, IsOk());
  EXPECT_EQ(done.report.retired(), 2);
  EXPECT_EQ(directory->state().snapshot()->rows().size(), 3u);
}

TEST(LoadTest, ReplaceRetiresNothingWhereTheCallerCouldNotReadRows) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  std::vector<v1::Row> rows = SampleRows("Nook");
  rows.erase(rows.begin() + 1);
  const LoadOutcome done =
      directory.Load({.replace = true, .rows_skipped_before = 1}, rows);
  ASSERT_THAT(done.status, IsOk());
  EXPECT_EQ(done.report.retired(), 0);
  EXPECT_EQ(done.report.rows_skipped(), 1);
  EXPECT_TRUE(std::any_of(done.findings.begin(), done.findings.end(),
                          [](const v1::Finding& finding) {
                            return finding.reason() == "retiring-held-back";
                          }));
  EXPECT_EQ(directory->state().snapshot()->rows().size(), 4u);
}

TEST(LoadTest, ReplaceWithoutARowIsRefused) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  const LoadOutcome done = directory.Load({.replace = true}, {});
  EXPECT_THAT(done.status, HasReason(v1::ERROR_REASON_RETIRE_LIMIT));
  EXPECT_EQ(directory->state().snapshot()->rows().size(), 4u);
}

TEST(LoadTest, ServiceThatRefersToNothingIsSkipped) {
  TestDirectory directory;
  const LoadOutcome done = directory.Load(
      {}, {MakeRow(R"pb(
        records {
          service { id: "s" name: "A" status: ACTIVE organization_id: "none" }
        }
      )pb")});
  ASSERT_THAT(done.status, IsOk());
  EXPECT_EQ(done.report.rows_skipped(), 1);
  EXPECT_THAT(Reasons(done), Contains("dangling-reference"));
}

TEST(LoadTest, IdUsedTwiceWithOtherContentSkipsTheLaterRow) {
  TestDirectory directory;
  const char kRow[] = R"pb(
    records { organization { id: "o" name: "O" } }
    records {
      service { id: "s" name: "A" status: ACTIVE organization_id: "o" }
    }
  )pb";
  v1::Row other = MakeRow(kRow);
  other.mutable_records(1)->mutable_service()->set_name("B");
  const LoadOutcome done =
      directory.Load({}, {MakeRow(kRow), other, MakeRow(kRow)});
  ASSERT_THAT(done.status, IsOk());
  EXPECT_EQ(done.report.rows_skipped(), 1);
  EXPECT_EQ(done.report.added(), 2);
  EXPECT_THAT(Reasons(done), Contains("id-reused"));
}

// A county's rows of every fate: as they are, changed, refused, with the ids of
// another source, and with those of a row before.
std::vector<v1::Row> MixedRows() {
  std::vector<v1::Row> rows;
  for (int i = 0; i < 120; ++i) {
    const std::string id =
        absl::StrFormat("00000000-0000-4000-8000-%012d", i % 11 == 10 ? 1 : i);
    v1::Row& row = rows.emplace_back(MakeRow(absl::StrFormat(
        R"pb(
          records { organization { id: "org %d" name: "O %d" } }
          records { location { id: "%s" name: "Hall %d" } }
          records {
            service {
              id: "%s"
              name: "S %d"
              status: ACTIVE
              organization_id: "org %d"
              phones { number: "%s" }
              service_at_locations {
                id: "%s"
                location { id: "%s" }
              }
            }
          }
        )pb",
        i / 10, i / 10, id, i % 11, id, i, i / 10,
        i % 13 == 0 ? "ask for Pat" : "410-555-0100", id, id)));
    if (i % 17 == 16) row.mutable_records(2)->mutable_service()->clear_id();
    row.mutable_origin()->set_line(i + 1);
  }
  return rows;
}

TEST(LoadTest, BatchesOfAnySizeComeToTheSame) {
  const auto load = [](int rows_per_batch, bool validate_only) {
    TestDirectory directory;
    const std::vector<v1::Row> rows = MixedRows();
    const std::vector<v1::Row> some(rows.begin() + 20, rows.begin() + 50);
    EXPECT_THAT(directory.Load({.source = "other"}, some).status, IsOk());
    LoadOutcome done = directory.Load({.validate_only = validate_only,
                                       .replace = true,
                                       .report_changes = true,
                                       .rows_per_batch = rows_per_batch},
                                      rows);
    EXPECT_THAT(done.status, IsOk());
    EXPECT_THAT(Reasons(done), Contains("id-reused"));
    EXPECT_THAT(Reasons(done), Contains("missing-field"));
    EXPECT_GT(done.report.rows_read(), done.report.rows_skipped() + 90);
    done.report.clear_load_id();
    done.report.clear_revision();
    done.report.clear_changes();
    std::string all = Exported(directory) + done.report.DebugString();
    for (const v1::Finding& finding : done.findings) {
      all += finding.DebugString();
    }
    std::vector<std::string> changes;
    for (const v1::RecordChange& change : done.changes) {
      changes.push_back(change.DebugString());
    }
    std::sort(changes.begin(), changes.end());
    for (const std::string& change : changes) all += change;
    return all;
  };
  for (const bool validate_only : {false, true}) {
    SCOPED_TRACE(validate_only);
    const std::string row_by_row = load(1, validate_only);
    EXPECT_EQ(load(7, validate_only), row_by_row);
    EXPECT_EQ(load(1000, validate_only), row_by_row);
  }
}

TEST(LoadTest, SourcesNeverOverwriteEachOther) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({.source = "one"}, SampleRows("Nook")).status,
              IsOk());
  const LoadOutcome two = directory.Load({.source = "two"}, SampleRows("Nook"));
  EXPECT_EQ(two.report.added(), 9);
  EXPECT_EQ(directory->state().snapshot()->rows().size(), 8u);
}

TEST(LoadTest, RepeatedRequestIdGivesTheReportAgain) {
  TestDirectory directory;
  const LoadOptions options{.request_id =
                                "11111111-2222-4333-8444-555555555555"};
  const LoadOutcome first = directory.Load(options, SampleRows("Nook"));
  ASSERT_THAT(first.status, IsOk());
  const LoadOutcome again = directory.Load(options, {});
  ASSERT_THAT(again.status, IsOk());
  EXPECT_EQ(again.report.added(), 9);
  v1::GetLoadRequest get;
  get.set_id(first.report.load_id());
  const auto load = directory->ingest().GetLoad(TestContext(), get);
  ASSERT_THAT(load, IsOk());
  EXPECT_EQ(load->load().state(), v1::DONE);
}

TEST(LoadTest, LoadThatBreaksOffSaysSoAndKeepsItsBatches) {
  storage::MemoryJournal journal;
  TestDirectory directory(journal);
  std::vector<v1::BulkLoadRequest> messages =
      LoadMessages({.rows_per_batch = 2}, SampleRows("Nook"));
  size_t next = 0;
  std::map<std::string, int64_t> counts;
  const absl::Status status = directory->ingest().BulkLoad(
      TestContext(),
      {.read =
           [&](v1::BulkLoadRequest& request) {
             if (next == 2) return false;
             request = messages[next++];
             return true;
           },
       .write = [](const v1::BulkLoadResponse&) { return true; }},
      counts);
  EXPECT_THAT(status, HasReason(v1::ERROR_REASON_LOAD_SEQUENCE));
  const auto loads = directory->ingest().ListLoads(TestContext(), {});
  ASSERT_THAT(loads, IsOk());
  ASSERT_EQ(loads->loads_size(), 1);
  EXPECT_EQ(loads->loads(0).state(), v1::BROKEN_OFF);
  // Loading it all again ends where an undisturbed load ends.
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  TestDirectory undisturbed;
  ASSERT_THAT(undisturbed.Load({}, SampleRows("Nook")).status, IsOk());
  EXPECT_EQ(Exported(directory), Exported(undisturbed));
}

TEST(LoadTest, BatchOutOfOrderIsRefused) {
  TestDirectory directory;
  std::vector<v1::BulkLoadRequest> messages =
      LoadMessages({.rows_per_batch = 2}, SampleRows("Nook"));
  messages[1].mutable_batch()->set_sequence(2);
  size_t next = 0;
  std::map<std::string, int64_t> counts;
  EXPECT_THAT(directory->ingest().BulkLoad(
                  TestContext(),
                  {.read =
                       [&](v1::BulkLoadRequest& request) {
                         request = messages[next++];
                         return true;
                       },
                   .write = [](const v1::BulkLoadResponse&) { return true; }},
                  counts),
              HasReason(v1::ERROR_REASON_LOAD_SEQUENCE));
}

TEST(LoadTest, StartNamesEachWrongField) {
  TestDirectory directory;
  const LoadOutcome done =
      directory.Load({.source = "No Good", .request_id = "x"}, {});
  EXPECT_THAT(done.status, handrail::testing::NamesField("start.source"));
  EXPECT_THAT(done.status, handrail::testing::NamesField("start.request_id"));
}

TEST(LoadTest, AsOfInTheFutureIsRefused) {
  v1::LoadStart start = LoadMessages({}, {}).front().start();
  start.mutable_as_of()->set_seconds(absl::ToUnixSeconds(TestNow()) + 86'400);
  EXPECT_THAT(CheckLoadStart(start, TestNow()), IsOk());
  start.mutable_as_of()->set_seconds(absl::ToUnixSeconds(TestNow()) + 86'401);
  EXPECT_THAT(CheckLoadStart(start, TestNow()),
              handrail::testing::NamesField("start.as_of"));
}

TEST(LoadTest, ATermThatAProgramNamesIsRenamedInItsListings) {
  TestDirectory directory;
  const auto term = [](const std::string& name) {
    return MakeRow("records { taxonomy_term { id: 't' name: '" + name +
                   "' description: 'D' } }");
  };
  ASSERT_THAT(
      directory
          .Load(
              {},
              {term("Old name"), MakeRow(R"pb(
                 records { organization { id: "o" name: "O" } }
                 records {
                   program {
                     id: "p"
                     organization_id: "o"
                     name: "P"
                     attributes { id: "a" taxonomy_term_id: "t" }
                   }
                 }
                 records {
                   service { id: "s" name: "S" status: ACTIVE program_id: "p" }
                 }
               )pb")})
          .status,
      IsOk());
  const auto categories = [&] {
    const auto snapshot = directory->state().snapshot();
    const auto names =
        matcher::ListingOf(**snapshot->rows().begin()).categories();
    return std::vector<std::string>(names.begin(), names.end());
  };
  EXPECT_THAT(categories(), ::testing::Contains("Old name"));
  ASSERT_THAT(directory.Load({}, {term("New name")}).status, IsOk());
  EXPECT_THAT(categories(), ::testing::Contains("New name"));
}

TEST(LoadTest, BatchesShareSnapshotsWhenTheyComeFast) {
  TestDirectory directory;
  std::vector<v1::Row> rows;
  for (int i = 0; i < 300; ++i) {
    rows.push_back(MakeRow("records { service { id: 's" + std::to_string(i) +
                           "' name: 'S' status: ACTIVE } }"));
  }
  std::atomic<bool> done = false;
  std::set<uint64_t> revisions;
  std::thread watcher([&] {
    while (!done) {
      revisions.insert(directory->state().snapshot()->revision());
      absl::SleepFor(absl::Microseconds(200));
    }
  });
  const absl::Time start = absl::Now();
  const LoadOutcome outcome = directory.Load({.rows_per_batch = 1}, rows);
  const int64_t took = absl::ToInt64Milliseconds(absl::Now() - start);
  done = true;
  watcher.join();
  ASSERT_THAT(outcome.status, IsOk());
  EXPECT_EQ(directory->state().snapshot()->rows().size(), 300u);
  // One at most in 50 ms, the first, and the one the load's end waits for.
  EXPECT_LE(revisions.size(), static_cast<size_t>(took / 50 + 3));
}

TEST(PageTokenTest, GoesOnInALaterDirectoryAndNotInAnEarlierOne) {
  const std::string token =
      MakePageToken("ListRecords", {.after = "id", .revision = 7});
  const auto later = ReadPageToken("ListRecords", 9, token);
  ASSERT_THAT(later, IsOk());
  EXPECT_EQ(later->after, "id");
  EXPECT_EQ(later->revision, 7u);
  EXPECT_THAT(ReadPageToken("ListRecords", 7, token), IsOk());
  for (const auto& refused : {ReadPageToken("ListRecords", 6, token),
                              ReadPageToken("ListListings", 9, token),
                              ReadPageToken("ListRecords", 9, "abc")}) {
    EXPECT_THAT(refused.status(),
                HasReason(v1::ERROR_REASON_PAGE_TOKEN_INVALID));
  }
  EXPECT_EQ(ReadPageToken("ListRecords", 9, "")->revision, 9u);
}

TEST(SourceTtlTest, EntriesFillTheTableAndChangeTheScorersVersion) {
  const auto none = ReadSourceTtls({});
  ASSERT_THAT(none, IsOk());
  EXPECT_EQ(ScorerVersionWith(*none), matcher::ScorerVersion());
  const auto some =
      ReadSourceTtls({"bchd:policy=100", "bchd:policy=365", "x:capacity=1"});
  ASSERT_THAT(some, IsOk());
  EXPECT_EQ(some->Of(v1::TTL_POLICY, "bchd"), absl::Hours(24 * 365));
  EXPECT_EQ(some->Of(v1::TTL_CAPACITY, "x"), absl::Hours(24));
  EXPECT_EQ(some->Of(v1::TTL_POLICY, "x"), matcher::DefaultTtl(v1::TTL_POLICY));
  EXPECT_NE(ScorerVersionWith(*some), matcher::ScorerVersion());
  EXPECT_EQ(ScorerVersionWith(*some).size(), matcher::ScorerVersion().size());
  for (const char* wrong :
       {"", "bchd", "bchd:policy", "bchd=3:policy", ":policy=3", "B:policy=3",
        "bchd:hours=3", "bchd:policy=0", "bchd:policy=1.5",
        "bchd:policy=9999"}) {
    const auto read = ReadSourceTtls({wrong});
    ASSERT_FALSE(read.ok()) << wrong;
    EXPECT_NE(MessageOf(read.status()).find("--ttl"), std::string::npos);
  }
}

TEST(SourceTtlTest, AnswersJudgeFactsByTheLifetimeOfTheirSource) {
  storage::MemoryJournal journal;
  const std::string plain = matcher::ScorerVersion();
  auto opened = Directory::Open(journal, TestNow(),
                                *ReadSourceTtls({"county:eligibility=1"}));
  ASSERT_THAT(opened, IsOk());
  const auto answer = (*opened)->match().Match(TestContext(), SampleQuestion());
  ASSERT_THAT(answer, IsOk());
  EXPECT_NE(answer->scorer_version(), plain);
  const auto told = (*opened)->records().GetDirectory(TestContext(), {});
  ASSERT_THAT(told, IsOk());
  EXPECT_EQ(told->scorer_version(), answer->scorer_version());
}

TEST(LoadTest, OpeningAgainShowsTheSameBytes) {
  storage::MemoryJournal journal;
  std::string before;
  {
    TestDirectory directory(journal);
    ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
    ASSERT_THAT(directory.Load({.source = "zip"}, CentroidRows()).status,
                IsOk());
    before = directory.EverythingShown();
  }
  TestDirectory again(journal);
  EXPECT_EQ(again.EverythingShown(), before);
}

TEST(LoadTest, CentroidsLoadedLaterPlaceWhatHadNoPlace) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  EXPECT_EQ(
      directory->records().GetDirectory(TestContext(), {})->unplaced_count(),
      3);
  ASSERT_THAT(directory.Load({.source = "zip"}, CentroidRows()).status, IsOk());
  EXPECT_EQ(
      directory->records().GetDirectory(TestContext(), {})->unplaced_count(),
      1);
}

TEST(LoadTest, ACountyTakenFromAZipCodeFollowsTheZipCode) {
  TestDirectory directory;
  // Stands at coordinates of its own; only the county is not said.
  ASSERT_THAT(directory.Load({}, {SampleRows("Nook")[0]}).status, IsOk());
  std::vector<v1::Row> zips = CentroidRows();
  for (const std::string county : {"Baltimore", "Howard"}) {
    zips[0].mutable_records(0)->mutable_centroid()->set_county(county);
    ASSERT_THAT(directory.Load({.source = "zip"}, zips).status, IsOk());
    const auto& rows = directory->state().snapshot()->rows();
    ASSERT_EQ(rows.size(), 1u);
    const v1::Place place = matcher::ListingOf(**rows.begin()).place();
    EXPECT_EQ(place.basis(), v1::Place::COORDINATES);
    EXPECT_EQ(place.county(), county);
  }
}

// --- Confidential places --------------------------------------------------

TEST(ConfidentialTest, NothingThatIsShownHoldsTheSecret) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({.source = "zip"}, CentroidRows()).status, IsOk());
  const LoadOutcome done = directory.Load(
      {.validate_only = true, .report_changes = true}, SampleRows("Canary77"));
  for (const v1::RecordChange& change : done.changes) {
    EXPECT_THAT(change.DebugString(), Not(::testing::HasSubstr("Canary77")));
  }
  ASSERT_THAT(directory.Load({}, SampleRows("Canary77")).status, IsOk());
  const std::string all = directory.EverythingShown();
  EXPECT_EQ(all.find("Canary77"), std::string::npos);
  EXPECT_NE(all.find("Safe Haven Shelter"), std::string::npos);
  EXPECT_NE(all.find("1 Pier St"), std::string::npos);
}

TEST(ConfidentialTest, DirectoriesThatDifferOnlyInSecretsShowTheSameBytes) {
  std::string shown[2];
  const char* const kSecrets[] = {"Canary77", "A much longer secret word"};
  for (int i = 0; i < 2; ++i) {
    TestDirectory directory;
    const LoadOptions zip{.source = "zip",
                          .request_id = "11111111-2222-4333-8444-555555555501"};
    const LoadOptions county{.request_id =
                                 "11111111-2222-4333-8444-555555555502"};
    ASSERT_THAT(directory.Load(zip, CentroidRows()).status, IsOk());
    std::vector<v1::Row> rows = SampleRows(kSecrets[i]);
    rows[2].mutable_records(1)->mutable_location()->set_latitude_e7(391230000 +
                                                                    i * 1000);
    ASSERT_THAT(directory.Load(county, rows).status, IsOk());
    shown[i] = directory.EverythingShown();
  }
  const size_t differs =
      std::mismatch(shown[0].begin(),
                    shown[0].begin() + static_cast<std::ptrdiff_t>(std::min(
                                           shown[0].size(), shown[1].size())),
                    shown[1].begin())
          .first -
      shown[0].begin();
  EXPECT_TRUE(shown[0] == shown[1])
      << "first difference at " << differs << ": "
      << ::testing::PrintToString(
             shown[0].substr(differs < 100 ? 0 : differs - 100, 200))
      << "\n"
      << ::testing::PrintToString(
             shown[1].substr(differs < 100 ? 0 : differs - 100, 200));
}

TEST(ConfidentialTest, PrivatePlaceStandsAtItsCounty) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({.source = "zip"}, CentroidRows()).status, IsOk());
  ASSERT_THAT(directory.Load({}, SampleRows("Canary77")).status, IsOk());
  int found = 0;
  for (const auto& row : directory->state().snapshot()->rows()) {
    const v1::Listing& listing = matcher::ListingOf(*row);
    if (listing.name() != "Safe Haven Shelter") continue;
    ++found;
    EXPECT_TRUE(listing.confidential());
    EXPECT_EQ(listing.place().basis(), v1::Place::COUNTY_CENTROID);
    EXPECT_TRUE(listing.place().approximate());
    EXPECT_EQ(listing.place().latitude_e7(), 394430000);
    EXPECT_FALSE(listing.has_address());
    EXPECT_EQ(listing.phones_size(), 1);
  }
  EXPECT_EQ(found, 1);
}

// Each flag alone hides the place, whichever record carries it, and also when
// it comes with a later load.
TEST(ConfidentialTest, FlagOfAnyRecordHidesThePlace) {
  const std::vector<std::string> kWhere = {
      "location", "service", "service_at_location", "organization"};
  for (const std::string& where : kWhere) {
    for (const bool later : {false, true}) {
      SCOPED_TRACE(where + (later ? " later" : ""));
      std::vector<v1::Row> rows = {MakeRow(R"pb(
        records { organization { id: "o" name: "Org" } }
        records {
          location {
            id: "l"
            name: "Canary77"
            location_type: PHYSICAL
            latitude_e7: 391230000
            longitude_e7: -765430000
            addresses {
              address_1: "Canary77"
              city: "Canary77"
              state_province: "MD"
              country: "US"
            }
          }
        }
        records {
          service {
            id: "s"
            name: "Shelter"
            status: ACTIVE
            organization_id: "o"
            description: "At Canary77"
            service_at_locations {
              id: "x"
              location { id: "l" }
            }
            x_handrail { terms { term: "housing" } }
          }
        }
      )pb")};
      TestDirectory directory;
      if (later) {
        ASSERT_THAT(directory.Load({}, rows).status, IsOk());
        EXPECT_NE(directory.EverythingShown().find("Canary77"),
                  std::string::npos);
      }
      v1::Service& service = *rows[0].mutable_records(2)->mutable_service();
      v1::RecordExtension* extension =
          where == "location" ? rows[0]
                                    .mutable_records(1)
                                    ->mutable_location()
                                    ->mutable_x_handrail()
          : where == "service" ? service.mutable_x_handrail()
          : where == "organization"
              ? rows[0]
                    .mutable_records(0)
                    ->mutable_organization()
                    ->mutable_x_handrail()
              : service.mutable_service_at_locations(0)->mutable_x_handrail();
      extension->mutable_visibility()->set_confidential_location(true);
      const LoadOutcome done = directory.Load({}, rows);
      ASSERT_THAT(done.status, IsOk());
      ASSERT_EQ(done.report.rows_skipped(), 0);
      EXPECT_EQ(directory.EverythingShown().find("Canary77"),
                std::string::npos);
      const auto snapshot = directory->state().snapshot();
      ASSERT_EQ(snapshot->rows().size(), 1u);
      EXPECT_TRUE(
          matcher::ListingOf(**snapshot->rows().begin()).confidential());
    }
  }
}

// --- Pages ----------------------------------------------------------------

TEST(PageTest, PagesGoOnAfterTheLastIdAndBelongToTheirQuery) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  v1::ListRecordsRequest list;
  list.set_type(v1::SERVICE);
  list.set_page_size(3);
  const auto first = directory->records().ListRecords(TestContext(), list);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->records_size(), 3);
  list.set_page_token(first->next_page_token());
  const auto second = directory->records().ListRecords(TestContext(), list);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->records_size(), 1);
  EXPECT_TRUE(second->next_page_token().empty());
  EXPECT_LT(first->records(2).info().id(), second->records(0).info().id());

  list.set_type(v1::LOCATION);
  EXPECT_THAT(directory->records().ListRecords(TestContext(), list),
              HasReason(v1::ERROR_REASON_PAGE_TOKEN_INVALID));
  list.set_page_token("not a token");
  EXPECT_THAT(directory->records().ListRecords(TestContext(), list),
              HasReason(v1::ERROR_REASON_PAGE_TOKEN_INVALID));
  list.clear_page_token();
  list.set_page_size(-1);
  EXPECT_THAT(directory->records().ListRecords(TestContext(), list),
              handrail::testing::NamesField("page_size"));
}

TEST(PageTest, ListingsOfATermAreThoseAtOrBelowIt) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  v1::ListListingsRequest list;
  list.set_term("emergency-shelter");
  EXPECT_EQ(
      directory->records().ListListings(TestContext(), list)->listings_size(),
      2);
  list.set_term("housing");
  EXPECT_EQ(
      directory->records().ListListings(TestContext(), list)->listings_size(),
      4);
  list.set_term("no-such-term");
  EXPECT_THAT(directory->records().ListListings(TestContext(), list),
              handrail::testing::NamesField("term"));
}

TEST(RevisionTest, RevisionThatNeverComesIsUnavailable) {
  TestDirectory directory;
  v1::MatchRequest request = SampleQuestion();
  request.set_min_revision(1'000'000);
  const RequestContext context(
      {.now = TestNow(), .deadline = absl::Now() + absl::Milliseconds(100)});
  const auto answer = directory->match().Match(context, request);
  EXPECT_THAT(answer, HasReason(v1::ERROR_REASON_REVISION_NOT_REACHED));
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace handrail::server
