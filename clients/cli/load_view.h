// Loads, reports, findings and changes as text.
#pragma once

#include <string>

#include "handrail/v1/ingest_service.pb.h"

namespace handrail::cli {

// "running", "done", "broken off", "taken back".
std::string LoadStateWords(v1::LoadState state);

// Counts by table, then the findings, worst first.
std::string ViewReport(const v1::LoadReport& report, int columns);

// A load of the history, with its report.
std::string ViewLoad(const v1::Load& load, int columns);

// What taking a load back did, and what it left.
std::string ViewUndo(const v1::UndoLoadResponse& undo, bool dry_run,
                     int columns);

// One line: where, field, what is wrong, what would be right.
std::string ViewFinding(const v1::Finding& finding);

// "changed service 5d2c…" and a line per field with old and new.
std::string ViewChange(const v1::RecordChange& change);

}  // namespace handrail::cli
