// Bounds of what one record may hold. A value over its bound makes its row be
// skipped with the finding "too-long" or "too-many", which names the bound;
// nothing is cut. Lengths are bytes of UTF-8.
#pragma once

#include <cstddef>

namespace handrail::storage {

// Ids, codes, tags, dates, times, enum words.
inline constexpr size_t kCodeBytesMax = 500;
// Names, titles, alternate names, labels.
inline constexpr size_t kNameBytesMax = 1'000;
// Web and e-mail addresses.
inline constexpr size_t kUrlBytesMax = 8'000;
// Lines of an address, phone numbers as written, short remarks.
inline constexpr size_t kLineBytesMax = 10'000;
// Descriptions and other prose.
inline constexpr size_t kDescriptionBytesMax = 100'000;
// Shapes (service_area.extent) and unknown source fields as JSON.
inline constexpr size_t kBlobBytesMax = 1'000'000;
// Entries of any list inside a record.
inline constexpr int kListEntriesMax = 1'000;
// Records of one row.
inline constexpr int kRowRecordsMax = 2'000;
// Findings kept for one row; the last of them says how many more there were.
inline constexpr size_t kRowFindingsMax = 100;

// Oldest age a rule may name, in years.
inline constexpr int kAgeYearsMax = 150;
// Digits of a price before and after its point, together.
inline constexpr size_t kAmountDigitsMax = 18;

}  // namespace handrail::storage
