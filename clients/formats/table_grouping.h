// Puts the tables of a load together into packages: those of one folder refer
// to each other.
//
// Reads the tables to index them; otherwise pure.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "clients/formats/file_rows.h"
#include "clients/formats/finding_log.h"

namespace handrail::formats {

// Gives every file that is a table its package, not indexed yet. Where one
// table of a folder is Ohana's, all are. Says which tables a descriptor
// promises and nobody gave, and what is missing to join the others.
void GroupTables(std::vector<RecognisedFile>& files, FindingLog& log);

// Indexes the packages of the files. FAILED_PRECONDITION where a file has
// changed meanwhile.
absl::Status IndexTables(const std::vector<RecognisedFile>& files);

}  // namespace handrail::formats
