// Bounds of everything a caller can make the server do. A call that exceeds one
// ends in INVALID_ARGUMENT or RESOURCE_EXHAUSTED, reason LIMIT_EXCEEDED, with
// the limit's name and maximum; page sizes are lowered instead.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace handrail::server {

// Bytes of one message from a caller, and of one unary answer.
inline constexpr int kMessageBytesMax = 4 << 20;

// Bytes of the metadata of one call.
inline constexpr int kMetadataBytesMax = 16 << 10;

// Bytes of one text in an error, and of all violations of one; a client of
// gRPC's own takes 8 KiB of trailers, in which these bytes stand in base64 and
// the message stands twice.
inline constexpr size_t kErrorTextBytesMax = 400;
inline constexpr size_t kViolationBytesMax = 2 << 10;
inline constexpr int kViolationsMax = 20;

// Bytes of an id in a request: no record has a longer one.
inline constexpr size_t kIdBytesMax = 500;

// How far a load's as_of may lie ahead: a day, for the zones of the world.
inline constexpr absl::Duration kAsOfAheadMax = absl::Hours(24);

// Calls at a time on one connection.
inline constexpr int kStreamsPerConnectionMax = 128;

// Longest time for a unary answer and for a load or an export. A caller that
// gives no deadline, or a later one, gets this one.
inline constexpr absl::Duration kUnaryDeadline = absl::Seconds(5);
inline constexpr absl::Duration kBulkDeadline = absl::Hours(1);

// Threads that answer calls.
inline constexpr int kThreadsMax = 64;

// Loads at a time. Each keeps a thread while it runs.
inline constexpr size_t kLoadsMax = 8;

// Page sizes: what 0 means, and what larger values are lowered to.
inline constexpr int32_t kPageSizeDefault = 50;
inline constexpr int32_t kPageSizeMax = 500;
// A page ends early when its records reach this many bytes.
inline constexpr size_t kPageBytesMax = 3u << 20;
// Bytes of a page token, which may hold a name and an id.
inline constexpr size_t kPageTokenBytesMax = 2048;

// Records of one BatchGetRecords.
inline constexpr int kBatchGetMax = 100;

// Bytes of one message of an export, before its last record.
inline constexpr size_t kExportRunBytes = 512u << 10;

// Followers at a time, of StreamListings and WatchChanges together; at most a
// quarter of the threads. Each keeps a thread while it follows.
inline constexpr int kFollowersMax = 16;
// Bytes of one message to a follower, unless one listing alone is larger.
inline constexpr size_t kFollowMessageBytes = 1u << 20;
// How long changes are kept for followers, and how often what is older is
// trimmed.
inline constexpr absl::Duration kChangeRetention = absl::Hours(30 * 24);
inline constexpr absl::Duration kTrimInterval = absl::Hours(1);

// Rows of one batch of a load.
inline constexpr int kRowsPerBatchMax = 1000;

// Records of one row.
inline constexpr int kRecordsPerRowMax = 10'000;

// Files a load may name.
inline constexpr int kFilesPerLoadMax = 1000;

// Findings a report keeps; `finding_count` has the true number.
inline constexpr int kFindingsPerReportMax = 1000;

// Findings one acknowledgement carries; a row can have many.
inline constexpr int kFindingsPerBatchMax = 10'000;

// Bytes of a source's name.
inline constexpr size_t kSourceNameBytesMax = 64;

// The share of a source's records, in percent, that a load with replace retires
// unless it is allowed more.
inline constexpr int32_t kRetirePercentDefault = 20;

// Records retired by one commit at the end of a load with replace.
inline constexpr size_t kRetiresPerCommit = 1000;

// Bytes of a path in a request.
inline constexpr size_t kPathBytesMax = 4096;

// Findings of one check that the doctor tells one by one; its counts go on.
inline constexpr int64_t kDoctorFindingsPerCheckMax = 1000;

// Keys that one append of the doctor makes again.
inline constexpr size_t kDoctorKeysPerAppend = 500;

// How long running calls may go on after SIGTERM.
inline constexpr absl::Duration kDrainGrace = absl::Seconds(10);

}  // namespace handrail::server
