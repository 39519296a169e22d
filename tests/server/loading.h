// A directory in memory and the shortest way to load rows into it.
//
//   TestDirectory directory;
//   LoadOutcome done = directory.Load({.source = "county"}, {Row(R"pb(…)pb")});
//   EXPECT_EQ(done.report.added(), 3);
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "handrail/v1/ingest_service.pb.h"
#include "server/directory.h"
#include "storage/journal/memory_journal.h"

namespace handrail::server {

// 2026-06-01T12:00:00Z: the instant of every call in these tests.
absl::Time TestNow();

// A context of that instant, whose clock stands still.
RequestContext TestContext();

struct LoadOptions {
  std::string source = "county";
  bool validate_only = false;
  bool replace = false;
  bool report_changes = false;
  // The rows are then sent as often as the server asks for them.
  bool rekey = false;
  // DEFAULT: a new one for each load.
  std::string request_id;
  int rows_per_batch = 1000;
  // Rows the caller could not read and left out.
  int rows_skipped_before = 0;
  // Of a county of so few records each one is a large share.
  std::optional<int> allow_retire_percent = 100;
};

struct LoadOutcome {
  absl::Status status;
  v1::LoadReport report;
  // Of batches and report, in order.
  std::vector<v1::RecordChange> changes;
  std::vector<v1::Finding> findings;
};

// The messages of a load.
std::vector<v1::BulkLoadRequest> LoadMessages(const LoadOptions& options,
                                              const std::vector<v1::Row>& rows);

// A directory over a journal in memory, or over another's journal.
class TestDirectory {
 public:
  TestDirectory();
  explicit TestDirectory(storage::Journal& journal);

  LoadOutcome Load(const LoadOptions& options,
                   const std::vector<v1::Row>& rows);

  Directory& operator*() { return *directory_; }
  Directory* operator->() { return directory_.get(); }

  // Everything anybody can read once the listings have caught up with the
  // records, as bytes in one string: records, listings, pages with their
  // tokens, the export, a match, an explanation of every listing, errors.
  std::string EverythingShown();

 private:
  std::unique_ptr<storage::MemoryJournal> own_;
  std::unique_ptr<Directory> directory_;
};

// What an export gives: every record with its source, without when it was
// written.
std::vector<std::string> Records(Directory& directory);

// Takes a load back, or says what that would do.
absl::StatusOr<v1::UndoLoadResponse> Undo(Directory& directory,
                                          const std::string& load,
                                          bool dry_run = false);

// A row of table "services" with these records.
v1::Row MakeRow(const std::string& text);

// A county's rows: two public services at two places, one at a private place
// with `secret` in every field that can hold an address, one remote.
std::vector<v1::Row> SampleRows(const std::string& secret);

// ZIP and county middles of that county.
std::vector<v1::Row> CentroidRows();

// A question that every service of the sample answers.
v1::MatchRequest SampleQuestion();

}  // namespace handrail::server
