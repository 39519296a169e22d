// The bounds on what a reader takes in. Whatever is longer, deeper or more is a
// finding that names the limit.
#pragma once

#include <cstddef>
#include <cstdint>

namespace handrail::formats {

// One element of a file's outermost list, with all that is nested in it.
inline constexpr int64_t kElementBytesMax = 4 * 1024 * 1024;
// Brackets open at one place of a file.
inline constexpr int kDepthMax = 64;
// A key of the outermost object, in bytes.
inline constexpr size_t kKeyBytesMax = 1024;
// Keys of the outermost object that are looked at.
inline constexpr size_t kOutermostKeysMax = 1000;
// A JSON file keyed by table is joined in memory and so has a limit of its own.
inline constexpr int64_t kTabularBytesMax = 256 * 1024 * 1024;
// A line of a table of centroids.
inline constexpr size_t kCsvLineBytesMax = 64 * 1024;
// A row of a CSV file with all its cells, and its columns.
inline constexpr size_t kCsvRowBytesMax = 4 * 1024 * 1024;
inline constexpr size_t kCsvColumnsMax = 4096;
// Tables: parts of one row, those of parts included; codes in one of its cells;
// and how often parts of a package are fetched on average for the rows of one
// table, and may be in any case. It is more than a few times only where ids are
// used many times over.
inline constexpr int kPartsPerRowMax = 10'000;
inline constexpr size_t kCodesPerCellMax = 1'000;
inline constexpr int64_t kFetchesPerPartMax = 32;
inline constexpr int64_t kFetchesFree = 10'000;
// Files of one load, and folders inside one another.
inline constexpr size_t kFilesMax = 10'000;
inline constexpr int kFolderDepthMax = 16;
// Standard input is copied to a file first.
inline constexpr int64_t kSpoolBytesMax = int64_t{64} * 1024 * 1024 * 1024;
// What an archive may unpack to: bytes in all, and how many times its own size
// once it is above what any archive may have.
inline constexpr int64_t kUnpackedBytesMax = int64_t{64} * 1024 * 1024 * 1024;
inline constexpr int64_t kUnpackRatioMax = 200;
inline constexpr int64_t kUnpackedBytesFree = 16 * 1024 * 1024;
// Findings a plan keeps; all of them go to ReadOptions::on_finding.
inline constexpr size_t kFindingsKeptMax = 1'000;
// Different findings that are counted instead of repeated.
inline constexpr size_t kFindingKindsMax = 10'000;
// A mapping file of a flat table.
inline constexpr size_t kMappingBytesMax = 1024 * 1024;
// Rows and different values that a proposed mapping is made from.
inline constexpr int64_t kSuggestRowsMax = 10'000;
inline constexpr size_t kSuggestValuesMax = 24;
// Items that are sorted in memory before they go to disk, and those read from
// there at once.
inline constexpr size_t kSpillItems = 256 * 1024;
inline constexpr int64_t kSpillBlock = 256;
// Rows that are kept on disk between inspecting and sending, in bytes; of more
// than that, the files are read twice.
inline constexpr int64_t kKeptBytesMax = int64_t{16} * 1024 * 1024 * 1024;
// Bytes read at once.
inline constexpr size_t kChunkBytes = 256 * 1024;

}  // namespace handrail::formats
