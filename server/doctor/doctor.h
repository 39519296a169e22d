// Checks everything that is kept against everything else, and makes again what
// follows from records.
//
//   Doctor doctor(journal, writer, state);
//   doctor.Run(context, /*repair=*/true, [&](const v1::DoctorResponse& step) {
//     return stream.Write(step);
//   });
//
// Looks at one moment of the directory; reading goes on meanwhile, and so does
// writing. What it makes again goes through the journal like any change, so
// that followers and backups see it: only projections, indexes and counts, and
// only where neither they nor their record changed since it looked. Records,
// loads and entries are never touched: where they are damaged, a backup is the
// remedy.
//
// Belongs to one thread; several may be at work at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handrail/v1/admin_service.pb.h"
#include "server/directory_writer.h"
#include "server/doctor/record_check.h"
#include "server/doctor/wrong.h"
#include "server/request_context.h"
#include "storage/journal/journal.h"

namespace handrail::server {

class Doctor {
 public:
  // Sees one step. False when nobody listens any more.
  using Emit = std::function<bool(const v1::DoctorResponse& step)>;

  // Both must outlive the doctor. Without a writer nobody else may use the
  // journal, and there are no served listings to look at: for a directory that
  // is too damaged to be served.
  Doctor(storage::Journal& journal, DirectoryWriter* writer)
      : journal_(journal), writer_(writer) {}

  // The last step is the report. REQUIRES: called once.
  // Errors: DEADLINE_EXCEEDED and CANCELLED (EXPIRED); UNAVAILABLE (READ_ONLY)
  // where something was to be repaired; those of the journal.
  absl::Status Run(const RequestContext& context, bool repair,
                   const Emit& emit);

 private:
  using RecordFunction =
      absl::StatusOr<int64_t> (RecordCheck::*)(const WrongVisitor&);

  absl::Status CheckRecords(RecordCheck& check, const char* name,
                            const char* meaning, RecordFunction function);
  absl::Status CheckJournal();
  absl::Status CheckListings();

  // Says that a check begins; its counts come into the report.
  void Begin(const char* name, const char* meaning);
  // True when the caller still listens and has time.
  bool GoOn();
  void Found(const Wrong& wrong, bool repaired);
  // Mends what can be mended of `held_` and tells of all of it.
  absl::Status TellHeld();
  // Appends what is still as it was found; which that was.
  absl::StatusOr<std::vector<bool>> Mended(const std::vector<Wrong>& wrongs);

  storage::Journal& journal_;
  DirectoryWriter* const writer_;

  // Of the run.
  const RequestContext* context_ = nullptr;
  bool repair_ = false;
  const Emit* emit_ = nullptr;
  bool listening_ = true;
  v1::DoctorReport report_;
  // Found and not told yet.
  std::vector<Wrong> held_;
};

}  // namespace handrail::server
