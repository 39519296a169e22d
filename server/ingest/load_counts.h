// What one load has read, loaded, skipped and found so far: in all and by the
// source's own tables.
//
// Rows read = rows loaded + rows skipped, in all and in each table. Rows that
// the caller skipped before it sent anything count as read and skipped, too.
//
//   LoadCounts counts;
//   counts.RowRead("services");
//   counts.RowLoaded("services");
//   counts.RecordLoaded();
//   counts.Added();
//   v1::LoadReport report = counts.Report();
//
// Belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "handrail/v1/ingest_service.pb.h"

namespace handrail::server {

class LoadCounts {
 public:
  // One row: read, and then either loaded or skipped.
  void RowRead(const std::string& table);
  void RowLoaded(const std::string& table);
  void RowSkipped(const std::string& table);

  // One record of a loaded row, and then what became of it.
  void RecordLoaded() { all_.set_records_loaded(all_.records_loaded() + 1); }
  void Added() { all_.set_added(all_.added() + 1); }
  void Changed() { all_.set_changed(all_.changed() + 1); }
  void Unchanged() { all_.set_unchanged(all_.unchanged() + 1); }

  // One record that the source no longer has.
  void Retired() { all_.set_retired(all_.retired() + 1); }

  // Records that came with a new id and the content of one that is missing.
  void Renumbered(int64_t count) { all_.set_renumbered(count); }

  // A record that kept the id it had although the source calls it otherwise.
  void Rekeyed() { all_.set_rekeyed(all_.rekeyed() + 1); }

  // Counts every finding, and keeps the first kFindingsPerReportMax of a load.
  void AddFindings(const std::vector<v1::Finding>& findings);

  // A finding about the load as a whole: told before those of rows, however
  // many there are.
  void AddOfLoad(v1::Finding finding);

  // What the caller skipped and found before sending. It may have found more
  // than it tells.
  void AddFromCaller(const v1::LoadEnd& end);

  int64_t rows_read() const { return all_.rows_read(); }
  int64_t rows_skipped() const { return all_.rows_skipped(); }
  int64_t added() const { return all_.added(); }

  // Counts, findings and tables, sorted by name; nothing else of the report.
  v1::LoadReport Report() const;

 private:
  v1::TableCount& Table(const std::string& name);

  v1::LoadReport all_;
  std::vector<v1::Finding> of_load_;
  std::map<std::string, v1::TableCount> tables_;
};

}  // namespace handrail::server
