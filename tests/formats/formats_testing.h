// Helpers of the format tests: text in, rows and findings out, through the same
// doors that the command line uses.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clients/formats/export.h"
#include "clients/formats/reader.h"
#include "clients/formats/record_merge.h"
#include "tests/testing/testing.h"

namespace handrail::formats {

struct Read {
  absl::StatusOr<ReadPlan> plan = ReadPlan();
  std::vector<v1::Finding> findings;
  std::vector<v1::Row> rows;

  // Findings with this reason, counted with their count.
  int64_t Count(std::string_view reason) const {
    int64_t count = 0;
    for (const v1::Finding& finding : findings) {
      if (finding.reason() == reason) count += finding.count();
    }
    return count;
  }
  // The first finding with this reason; an empty one when there is none.
  v1::Finding First(std::string_view reason) const {
    for (const v1::Finding& finding : findings) {
      if (finding.reason() == reason) return finding;
    }
    return {};
  }
  // The first record of that kind.
  v1::Service Service(size_t row = 0) const {
    for (const v1::Record& record : rows.at(row).records()) {
      if (record.has_service()) return record.service();
    }
    return {};
  }
  v1::Organization Organization(size_t row = 0) const {
    for (const v1::Record& record : rows.at(row).records()) {
      if (record.has_organization()) return record.organization();
    }
    return {};
  }
  v1::Location Location(size_t row = 0) const {
    for (const v1::Record& record : rows.at(row).records()) {
      if (record.has_location()) return record.location();
    }
    return {};
  }
};

// Expects that the rows are those that are sent where none were kept since the
// files were inspected. Standard input can be read once alone.
inline void ExpectTheSameReadAgain(const std::vector<std::string>& paths,
                                   ReadOptions options,
                                   const std::vector<v1::Row>& rows) {
  options.on_finding = nullptr;
  options.on_progress = nullptr;
  options.kept_bytes_max = 0;
  if (std::find(paths.begin(), paths.end(), "-") != paths.end()) return;
  const auto plan = Inspect(paths, options);
  ASSERT_TRUE(plan.ok());
  size_t at = 0;
  const absl::Status sent = Send(*plan, [&](const v1::Row& row) {
    EXPECT_TRUE(at < rows.size() &&
                row.SerializeAsString() == rows[at].SerializeAsString())
        << "row " << at;
    ++at;
    return absl::OkStatus();
  });
  EXPECT_TRUE(sent.ok()) << MessageOf(sent);
  EXPECT_EQ(at, rows.size());
}

// Inspects and sends files; checks the account of rows on the way.
inline Read ReadPaths(const std::vector<std::string>& paths,
                      ReadOptions options = {}) {
  Read read;
  if (options.source.empty()) options.source = "test";
  options.on_finding = [&](const v1::Finding& finding) {
    read.findings.push_back(finding);
  };
  read.plan = Inspect(paths, options);
  if (!read.plan.ok()) return read;
  const absl::Status sent = Send(*read.plan, [&](v1::Row row) {
    read.rows.push_back(std::move(row));
    return absl::OkStatus();
  });
  EXPECT_TRUE(sent.ok()) << MessageOf(sent);
  ExpectTheSameReadAgain(paths, options, read.rows);
  EXPECT_EQ(read.plan->rows_read,
            static_cast<int64_t>(read.rows.size()) + read.plan->rows_skipped);
  int64_t skipped = 0;
  for (const v1::Finding& finding : read.findings) {
    EXPECT_FALSE(finding.message().empty());
    EXPECT_FALSE(finding.hint().empty());
    if (finding.severity() == v1::ROW_SKIPPED) skipped += finding.count();
  }
  EXPECT_GE(skipped, read.plan->rows_skipped);
  return read;
}

// The same for text, as a file of that name.
inline Read ReadText(std::string_view text, ReadOptions options = {},
                     const std::string& name = "input.json") {
  const testing::TempDir folder;
  testing::WriteFile(folder.File(name), text);
  return ReadPaths({folder.File(name)}, options);
}

// An export, and what it says of itself.
struct Written {
  std::string text;
  std::string summary;
};

// Each record once, those that others refer to first and services last, as the
// server sends them.
inline Written WriteOut(const std::string& format, const Read& read) {
  Written written;
  const auto out = NewExport(format, [&](std::string_view text) {
    written.text += text;
    return absl::OkStatus();
  });
  std::set<std::pair<v1::RecordType, std::string>> seen;
  for (const v1::RecordType type :
       {v1::TAXONOMY, v1::TAXONOMY_TERM, v1::ORGANIZATION, v1::PROGRAM,
        v1::LOCATION, v1::SERVICE}) {
    for (const v1::Row& row : read.rows) {
      for (const v1::Record& record : row.records()) {
        const RecordKey key = KeyOf(record);
        if (key.type != type || !seen.emplace(type, key.id).second) continue;
        EXPECT_TRUE(out->Add(record).ok());
      }
    }
  }
  EXPECT_TRUE(out->Finish().ok());
  written.summary = out->Summary();
  return written;
}

// Whether what comes out, read again, comes out the same. Texts of this size
// are not for EXPECT_EQ, which would look for the smallest difference.
inline bool ComesOutTheSameAgain(const Read& read) {
  const std::string once = WriteOut("hsds-ndjson", read).text;
  const Read again = ReadText(once, {}, "export.ndjson");
  return again.plan.ok() && WriteOut("hsds-ndjson", again).text == once;
}

}  // namespace handrail::formats
