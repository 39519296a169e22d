// The keys of the directory's stream: built and taken apart only here.
// storage/FORMAT.md shows each by example.
//
//   full record       f TYPE id
//   public projection p TYPE id
//   records by source s source| TYPE id
//   services by what
//   they refer to     r TYPE target| service
//   load              l id
//   loads by start    t TIME id
//   counts            c source| TYPE
//   error report      e id
//   reports by state  o STATUS AGE id
//   conflict          x id
//   open conflicts    y AGE id
//   conflicts by
//   their record      z TYPE record| id
//   what was decided
//   of two listings   d first| second
//   what a source calls
//   a record by now   n source| KIND name
//
// A letter begins each kind. TYPE is one byte, the number of the RecordType,
// KIND the same or 00 for a service_at_location; STATUS one byte, the number of
// the report's status. TIME is eight bytes that sort the newest first, AGE
// eight that sort the oldest first. A text that is not the last part is written
// with each zero byte doubled to 00 ff and ended by 00 01 (the bar above), so
// that the keys of one text are together and in the order of what follows.
// Audit rows are the journal's own (storage/journal).
//
// Every Key has one form and every form one Key: ParseKey(BuildKey(k)) is k,
// and BuildKey(*ParseKey(b)) is b for any bytes that parse. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "handrail/v1/curation_service.pb.h"
#include "handrail/v1/record.pb.h"

namespace handrail::storage::keys {

// The letters on disk: never change one.
enum class Kind : char {
  kFull = 'f',
  kPublic = 'p',
  kBySource = 's',
  kByReference = 'r',
  kLoad = 'l',
  kLoadByStart = 't',
  kCount = 'c',
  kReport = 'e',
  kReportByState = 'o',
  kConflict = 'x',
  kOpenConflict = 'y',
  kConflictByRecord = 'z',
  kDecision = 'd',
  kAlias = 'n',
};

// The parts of a key; those that its kind does not have are empty.
struct Key {
  Kind kind = Kind::kFull;
  // Of kAlias also unspecified: a service_at_location.
  handrail::v1::RecordType type = handrail::v1::RECORD_TYPE_UNSPECIFIED;
  // Of the record, of the target of a reference, of the load, the report or
  // the conflict; the first listing of a decision; the name of an alias.
  std::string id;
  std::string source;
  // kByReference: the service that refers to (type, id).
  std::string service_id;
  // kConflictByRecord: the conflict about (type, id). kDecision: the second
  // listing.
  std::string second_id;
  // kReportByState: 0 for all reports, else the ErrorReport.Status.
  int status = 0;
  // kLoadByStart, kReportByState, kOpenConflict: microseconds since 1970.
  int64_t at_us = 0;

  friend bool operator==(const Key&, const Key&) = default;
};

// REQUIRES: the parts of the kind are set; texts are not empty.
std::string BuildKey(const Key& key);

// The parts, or nothing when the bytes are no key of ours. Safe for any bytes.
std::optional<Key> ParseKey(std::string_view bytes);

std::string FullKey(const handrail::v1::RecordRef& ref);
std::string PublicKey(const handrail::v1::RecordRef& ref);
std::string SourceKey(std::string_view source,
                      const handrail::v1::RecordRef& ref);
std::string ReferenceKey(const handrail::v1::RecordRef& target,
                         std::string_view service_id);
std::string LoadKey(std::string_view id);
std::string LoadStartKey(int64_t started_us, std::string_view id);
std::string CountKey(std::string_view source, handrail::v1::RecordType type);
std::string ReportKey(std::string_view id);
// A report is there twice: under its status and under 0, where all are.
std::string ReportStateKey(int status, int64_t reported_us,
                           std::string_view id);
std::string ConflictKey(std::string_view id);
std::string OpenConflictKey(int64_t found_us, std::string_view id);
std::string RecordConflictKey(const handrail::v1::RecordRef& ref,
                              std::string_view id);
std::string DecisionKey(std::string_view first, std::string_view second);
// Unspecified type: a service_at_location.
std::string AliasKey(std::string_view source, handrail::v1::RecordType type,
                     std::string_view name);

// What the keys begin with: of all records of a type, …
std::string FullPrefix(handrail::v1::RecordType type);
std::string PublicPrefix(handrail::v1::RecordType type);
// … of a source's records, …
std::string SourcePrefix(std::string_view source);
// … of the services that refer to a record, …
std::string ReferencePrefix(const handrail::v1::RecordRef& target);
// … of all loads by start and all counts, …
std::string LoadStartPrefix();
std::string CountPrefix();
// … of the reports of one status, all open conflicts, the conflicts about a
// record, all decisions, and the aliases of a source.
std::string ReportStatePrefix(int status);
std::string OpenConflictPrefix();
std::string RecordConflictPrefix(const handrail::v1::RecordRef& ref);
std::string DecisionPrefix();
std::string AliasPrefix(std::string_view source);

}  // namespace handrail::storage::keys
