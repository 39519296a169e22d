// A load of a source that numbered its records anew: they are recognised by
// what they say, and keep the ids they had here, with their history, what
// people confirmed of them, holds, decisions on duplicates and reports.
//
// Whether a record came again under another id can be told only when all rows
// are known, and must be known before the first is loaded, since references
// lead from row to row. So the caller sends its rows twice: the first time each
// is read and not loaded; the second time is the load. Nothing is staged on
// disk, a load that breaks off simply begins again, and a dry run is the same.
//
// A record of the file is matched with one the source had when
//   both have the same fingerprint (fingerprint.h, source_prints.h), and
//   no other record of the file has it, and none other that the source had, and
//   neither is there under its own id with the content it had.
// What has the content of more than one is not matched and told in a finding.
// Content counts before ids: a source that closes gaps in its numbers calls
// "2" what was "3", and then "3" what was "4".
//
// What the source calls a record from then on is an alias, kept with the record
// in one commit (storage/FORMAT.md, key n), and loads after this one find the
// record by it. The number it had becomes an alias of a new id, in case the
// source gives it to another record one day; a UUID stays its name as well, as
// nobody gives one twice and exports call it so. The same holds for
// service_at_locations: those of one service are paired by the location they
// are at.
//
// A load that goes on is matched against what the source had before its first
// part, so that it ends as one that nobody disturbed.
//
//   HANDRAIL_ASSIGN_OR_RETURN(auto rekey, Rekey::Open(source, view, nullptr));
//   for each row: HANDRAIL_RETURN_IF_ERROR(rekey->Scan(row, done, view));
//   HANDRAIL_ASSIGN_OR_RETURN(auto findings, rekey->Match(view));
//   for each row again: … rekey->AliasesOf(row, context, staging, aliases) …
//
// Holds some 100 bytes for each record of the source while it is matched, and
// some 200 for each that came under another id. Belongs to one thread at a
// time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handrail/v1/ingest_service.pb.h"
#include "server/ingest/record_key.h"
#include "server/ingest/staging.h"
#include "storage/db/directory_view.h"
#include "storage/normalise/normalise.h"

namespace handrail::server {

class Rekey {
 public:
  // Reads what the source had before the load; `earlier` is the part of it that
  // broke off, or null. Errors: those of DirectoryView.
  static absl::StatusOr<std::unique_ptr<Rekey>> Open(
      const std::string& source, const storage::DirectoryView& view,
      const v1::Load* earlier);

  // One row, the first time: as it was sent, and normalised without aliases.
  // Errors: those of DirectoryView.
  absl::Status Scan(const v1::Row& row, const storage::NormalisedRow& done,
                    const storage::DirectoryView& view);

  // Decides, once all rows were scanned. Returns what could not be told.
  // Errors: those of DirectoryView.
  absl::StatusOr<std::vector<v1::Finding>> Match(
      const storage::DirectoryView& view);
  bool matched() const { return matched_; }
  int64_t rows_scanned() const { return rows_scanned_; }

  // The id decided for what the source calls `name`, if it is another than the
  // one it has without this load. REQUIRES: matched().
  std::optional<std::string> IdOf(v1::RecordType type,
                                  const std::string& name) const;
  // Whether this record comes again under another name.
  bool Keeps(const RecordKey& key) const;

  // Adds the aliases that go with a row to `aliases`; some may be staged or
  // stored already. `context.alias` must know `aliases` from the last on, IdOf,
  // and what is staged, in this order. REQUIRES: matched(). Errors: those of
  // DirectoryView.
  absl::Status AliasesOf(const v1::Row& row,
                         const storage::NormaliseContext& context,
                         const Staging& staging,
                         std::vector<storage::SourceAlias>& aliases) const;

 private:
  using Name = std::pair<v1::RecordType, std::string>;

  // A record of the file that the source did not have so.
  struct Came {
    Name name;
    uint64_t print = 0;
    // Hash of the key it has without this load.
    uint64_t key = 0;
  };

  explicit Rekey(std::string source) : source_(std::move(source)) {}

  absl::Status ReadEarlierPart(const storage::DirectoryView& view,
                               const v1::Load& earlier);
  absl::Status ReadSource(const storage::DirectoryView& view);
  void Had(const RecordKey& key, const std::vector<uint64_t>& prints);
  bool HasPrint(uint64_t key, uint64_t print) const;

  // The records that the source had and that the matches are about.
  absl::StatusOr<std::vector<RecordKey>> RecordsBefore(
      const storage::DirectoryView& view) const;
  // What is of no use once all is decided.
  void Forget();
  std::vector<v1::Finding> Findings(
      const absl::flat_hash_map<uint64_t, int>& missing) const;

  // An id that no record has, for a name whose id went to another.
  std::string FreshId(v1::RecordType type, const std::string& name,
                      const storage::ListingOwner& listing_owner) const;
  // The name that a kept record or place had goes to a new id.
  void RetireName(const Name& old, const std::string& now,
                  const storage::ListingOwner& listing_owner,
                  std::vector<storage::SourceAlias>& aliases) const;
  absl::StatusOr<std::string> OldName(const storage::v1::StoredRecord& found,
                                      const Staging& staging) const;
  absl::Status PairPlaces(const v1::Service& service,
                          const storage::NormaliseContext& context,
                          const Staging& staging,
                          std::vector<storage::SourceAlias>& aliases) const;

  const std::string source_;
  bool matched_ = false;
  int64_t rows_scanned_ = 0;

  // Before the earlier part: prints of what it changed or retired, none for
  // what it added; and the aliases it set.
  std::map<RecordKey, std::vector<uint64_t>> past_;
  std::map<Name, std::optional<std::string>> past_aliases_;

  // Hash of key → print of each record that the source had; more of those that
  // people edited. How many have a print.
  absl::flat_hash_map<uint64_t, uint64_t> print_of_;
  absl::flat_hash_map<uint64_t, std::vector<uint64_t>> more_prints_of_;
  absl::flat_hash_map<uint64_t, int> had_;
  // Edited records whose earlier words are not kept.
  absl::flat_hash_set<uint64_t> edited_;

  // Of the file: names met, how many have a print, keys they have without this
  // load, keys that are there as they were.
  absl::flat_hash_set<uint64_t> names_;
  absl::flat_hash_map<uint64_t, int> came_prints_;
  absl::flat_hash_set<uint64_t> came_keys_;
  absl::flat_hash_set<uint64_t> held_;
  std::vector<Came> came_;

  std::map<Name, std::string> plan_;
  absl::flat_hash_set<uint64_t> kept_;
};

}  // namespace handrail::server
