// The one place where values are validated and normalised.
//
// The server calls NormaliseRow for every row a client sends; no client is
// trusted to have done any of it. What comes out has the directory's ids,
// typed values that can be relied on, and beside each value that was changed
// the source's own text (`source_text`; for our own x_handrail the list
// "kept_as_text" inside `unknown_json`), so that an export gives it back.
//
// Each case ends in one of four ways; storage/normalise/README.md has the
// whole table:
//   accepted            said nothing (NFC text, "(410) 555-0100", "Maryland")
//   NOTICE              loaded as it is; something is worth knowing
//   VALUE_KEPT_AS_TEXT  not understood: out of the typed field (a phone number
//                       and an address stay readable in theirs), kept as text
//   ROW_SKIPPED         impossible, too large or without id: the whole row is
//                       left out
// Findings say what would be right and never repeat the value; those of a row
// with a flagged place do not even tell its class.
//
// Normalising what came out again changes nothing. Thread-safe: pure functions
// of their arguments; the tables inside are built once and never change.
//
//   NormalisedRow done = NormaliseRow(
//       std::move(row), {.source = "bchd", .as_of = start.as_of,
//                        .id_owner = OwnerIn(directory)});
//   if (!done.skipped) writer.Add(std::move(done.records));
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/record.pb.h"

namespace handrail::storage {

// Tells which source owns the record of this kind and id; absent when there is
// none. A retired record has no owner.
using IdOwner = std::function<std::optional<std::string>(
    handrail::v1::RecordType type, const std::string& id)>;

// The same for the id of a service_at_location.
using ListingOwner =
    std::function<std::optional<std::string>(const std::string& id)>;

// Tells the directory's id of what the source calls `name` (AliasName) by now,
// where it does not follow from that; absent everywhere else. Unspecified type:
// a service_at_location.
using IdAlias = std::function<std::optional<std::string>(
    handrail::v1::RecordType type, const std::string& name)>;

struct NormaliseContext {
  // The source that is loading: 1 to 64 of a-z 0-9 - _ .
  std::string source;
  // The day the source's data were checked, where the load states one. It
  // dates records that say nothing about themselves.
  std::optional<absl::Time> as_of;
  // DEFAULT: nobody owns anything.
  IdOwner id_owner;
  ListingOwner listing_owner;
  // DEFAULT: every id follows from the source's own.
  IdAlias alias;
};

struct NormalisedRow {
  // Normalised, in the row's order, with the directory's ids. Empty where the
  // row is skipped.
  std::vector<handrail::v1::Record> records;
  // At most kRowFindingsMax, each with the row's origin. A skipped row has at
  // least one ROW_SKIPPED.
  std::vector<handrail::v1::Finding> findings;
  bool skipped = false;
};

// The directory's id of what the source calls `external_id`, as in a row.
// Unspecified type: a service_at_location.
std::string DirectoryId(handrail::v1::RecordType type,
                        const std::string& external_id,
                        const NormaliseContext& context);

// Normalises one row, with all its records.
//
// References of the records go through the same mapping as their ids, so that
// they still meet afterwards. Whether a reference leads anywhere is not looked
// at here: only the writer knows the directory.
// REQUIRES: context.source is not empty.
NormalisedRow NormaliseRow(handrail::v1::Row row,
                           const NormaliseContext& context);

}  // namespace handrail::storage
