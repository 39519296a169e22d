#include "server/ingest/load_counts.h"

#include <algorithm>
#include <utility>

#include "server/limits.h"

namespace handrail::server {
namespace {

// A finding can stand for many alike.
int64_t CountOf(const v1::Finding& finding) {
  return std::max<int64_t>(finding.count(), 1);
}

// A caller that skips all of a table may give only what it read.
int64_t RowsSkippedIn(const v1::TableCount& table) {
  return std::max<int64_t>(
      table.rows_skipped() > 0 ? table.rows_skipped() : table.rows_read(), 0);
}

}  // namespace

void LoadCounts::RowRead(const std::string& table) {
  all_.set_rows_read(all_.rows_read() + 1);
  v1::TableCount& count = Table(table);
  count.set_rows_read(count.rows_read() + 1);
}

void LoadCounts::RowLoaded(const std::string& table) {
  v1::TableCount& count = Table(table);
  count.set_rows_loaded(count.rows_loaded() + 1);
}

void LoadCounts::RowSkipped(const std::string& table) {
  all_.set_rows_skipped(all_.rows_skipped() + 1);
  v1::TableCount& count = Table(table);
  count.set_rows_skipped(count.rows_skipped() + 1);
}

void LoadCounts::AddFindings(const std::vector<v1::Finding>& findings) {
  for (const v1::Finding& finding : findings) {
    all_.set_finding_count(all_.finding_count() + CountOf(finding));
    if (all_.findings_size() < kFindingsPerReportMax) {
      *all_.add_findings() = finding;
    }
  }
}

void LoadCounts::AddOfLoad(v1::Finding finding) {
  all_.set_finding_count(all_.finding_count() + CountOf(finding));
  of_load_.push_back(std::move(finding));
}

void LoadCounts::AddFromCaller(const v1::LoadEnd& end) {
  for (const v1::TableCount& skipped : end.skipped_before_sending()) {
    const int64_t rows = RowsSkippedIn(skipped);
    v1::TableCount& table = Table(skipped.table());
    table.set_rows_read(table.rows_read() + rows);
    table.set_rows_skipped(table.rows_skipped() + rows);
    all_.set_rows_read(all_.rows_read() + rows);
    all_.set_rows_skipped(all_.rows_skipped() + rows);
  }
  int64_t told = 0;
  for (const v1::Finding& finding : end.findings()) told += CountOf(finding);
  AddFindings({end.findings().begin(), end.findings().end()});
  all_.set_finding_count(all_.finding_count() +
                         std::max<int64_t>(end.finding_count() - told, 0));
}

v1::LoadReport LoadCounts::Report() const {
  v1::LoadReport report = all_;
  for (const auto& [name, table] : tables_) *report.add_tables() = table;
  if (of_load_.empty()) return report;
  report.mutable_findings()->Assign(of_load_.begin(), of_load_.end());
  for (const v1::Finding& finding : all_.findings()) {
    if (report.findings_size() >= kFindingsPerReportMax) break;
    *report.add_findings() = finding;
  }
  return report;
}

v1::TableCount& LoadCounts::Table(const std::string& name) {
  v1::TableCount& table = tables_[name];
  table.set_table(name);
  return table;
}

}  // namespace handrail::server
