// Bounds of what a curator can send. A value over its bound is refused with the
// field's name.
#pragma once

#include <cstddef>

namespace handrail::server {

// Characters of a note, and of the words of a confirmed fact.
inline constexpr size_t kNoteCharactersMax = 500;

// Characters of what somebody reports as wrong, and of how it was resolved.
inline constexpr size_t kReportCharactersMax = 1000;

// Paths of one update_mask.
inline constexpr int kMaskPathsMax = 200;

// Bytes of one path.
inline constexpr size_t kFieldPathBytesMax = 500;

// Counts of free places in one UpdateAvailability.
inline constexpr int kPlaceCountsMax = 100;

// What a count of places may be at most.
inline constexpr int kPlacesMax = 1'000'000;

// Facts told of one listing that is due.
inline constexpr size_t kDueFactsMax = 50;

// Rows read at a time behind a page of a queue or of a history.
inline constexpr size_t kQueueReadAtOnce = 200;

}  // namespace handrail::server
