#include "server/ingest/rekey.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/ingest/fingerprint.h"
#include "server/ingest/rekey_hash.h"
#include "server/ingest/source_prints.h"
#include "storage/base/hash.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"
#include "storage/normalise/normalise.h"
#include "storage/normalise/uuid.h"

namespace handrail::server {
namespace {

using storage::AliasName;
using storage::SourceAlias;
using storage::v1::StoredRecord;

v1::Finding NotTold(v1::RecordType type, int64_t count, const char* reason,
                    const char* message, const char* hint) {
  v1::Finding finding;
  finding.set_severity(v1::NOTICE);
  finding.set_field(absl::StrCat(std::string(RekeyKind(type)), ".id"));
  finding.set_reason(reason);
  finding.set_value_class("id");
  finding.set_message(message);
  finding.set_hint(hint);
  finding.set_count(count);
  return finding;
}

}  // namespace

// --- What the source had ----------------------------------------------------

absl::StatusOr<std::unique_ptr<Rekey>> Rekey::Open(
    const std::string& source, const storage::DirectoryView& view,
    const v1::Load* earlier) {
  std::unique_ptr<Rekey> rekey(new Rekey(source));
  if (HANDRAIL_MUTATE(rekey_goes_on, earlier != nullptr, false)) {
    HANDRAIL_RETURN_IF_ERROR(rekey->ReadEarlierPart(view, *earlier));
  }
  HANDRAIL_RETURN_IF_ERROR(rekey->ReadSource(view));
  return rekey;
}

absl::Status Rekey::ReadEarlierPart(const storage::DirectoryView& view,
                                    const v1::Load& earlier) {
  for (uint64_t at = earlier.before_revision() + 1;
       at <= earlier.report().revision(); ++at) {
    HANDRAIL_ASSIGN_OR_RETURN(const auto commit,
                              view.FindCommit(at, "load", earlier.id()));
    if (!commit.has_value()) continue;
    for (const storage::FullChange& change : commit->records) {
      const auto [place, first] = past_.try_emplace(KeyOf(change.ref));
      if (!first || !change.before.has_value()) continue;
      HANDRAIL_ASSIGN_OR_RETURN(SourcePrints was,
                                PrintsOf(view, *change.before));
      place->second = std::move(was.prints);
      if (place->second.empty()) place->second.push_back(0);
    }
    for (const storage::AliasChange& change : commit->aliases) {
      past_aliases_.try_emplace({change.type, change.name}, change.before);
    }
  }
  return absl::OkStatus();
}

absl::Status Rekey::ReadSource(const storage::DirectoryView& view) {
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<v1::RecordRef> now,
                            view.SourceRecords(source_));
  for (const v1::RecordRef& ref : now) {
    const RecordKey key = KeyOf(ref);
    if (past_.contains(key)) continue;
    HANDRAIL_ASSIGN_OR_RETURN(const std::optional<StoredRecord> record,
                              view.FindFull(ref));
    if (!record.has_value()) continue;
    HANDRAIL_ASSIGN_OR_RETURN(const SourcePrints was, PrintsOf(view, *record));
    if (!was.whole) edited_.insert(RekeyHash(key));
    Had(key, was.prints);
  }
  for (const auto& [key, prints] : past_) {
    if (!prints.empty()) Had(key, prints);
  }
  return absl::OkStatus();
}

void Rekey::Had(const RecordKey& key, const std::vector<uint64_t>& prints) {
  const uint64_t hash = RekeyHash(key);
  print_of_[hash] = prints.empty() ? 0 : prints[0];
  if (prints.size() > 1) more_prints_of_[hash] = prints;
  for (const uint64_t print : prints) {
    if (print != 0) ++had_[print];
  }
}

bool Rekey::HasPrint(uint64_t key, uint64_t print) const {
  const auto one = print_of_.find(key);
  if (one == print_of_.end()) return false;
  if (one->second == print) return true;
  const auto more = more_prints_of_.find(key);
  return more != more_prints_of_.end() &&
         std::count(more->second.begin(), more->second.end(), print) > 0;
}

// --- The first time ---------------------------------------------------------

absl::Status Rekey::Scan(const v1::Row& row, const storage::NormalisedRow& done,
                         const storage::DirectoryView& view) {
  ++rows_scanned_;
  if (done.skipped) return absl::OkStatus();
  for (int i = 0; i < row.records_size(); ++i) {
    const auto& [type, id] = KeyOf(row.records(i));
    const uint64_t print = Fingerprint(done.records[i]);
    if (print == 0) continue;
    const Name name{type, AliasName(id)};
    // Later content under the same id is not loaded.
    if (!names_.insert(RekeyHash(name)).second) continue;
    ++came_prints_[print];
    RecordKey key = KeyOf(done.records[i]);
    const auto past = past_aliases_.find(name);
    if (past != past_aliases_.end()) {
      if (past->second.has_value()) key.second = *past->second;
    } else {
      HANDRAIL_ASSIGN_OR_RETURN(const std::optional<std::string> alias,
                                view.FindAlias(source_, type, name.second));
      if (alias.has_value()) key.second = *alias;
    }
    const uint64_t hash = RekeyHash(key);
    came_keys_.insert(hash);
    if (HasPrint(hash, print)) {
      held_.insert(hash);
    } else {
      came_.push_back({.name = name, .print = print, .key = hash});
    }
  }
  return absl::OkStatus();
}

// --- Matching ---------------------------------------------------------------

absl::StatusOr<std::vector<RecordKey>> Rekey::RecordsBefore(
    const storage::DirectoryView& view) const {
  std::vector<RecordKey> keys;
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<v1::RecordRef> now,
                            view.SourceRecords(source_));
  for (const v1::RecordRef& ref : now) {
    RecordKey key = KeyOf(ref);
    if (!past_.contains(key)) keys.push_back(std::move(key));
  }
  for (const auto& [key, prints] : past_) {
    if (!prints.empty()) keys.push_back(key);
  }
  return keys;
}

absl::StatusOr<std::vector<v1::Finding>> Rekey::Match(
    const storage::DirectoryView& view) {
  // Came alone, and what it came from was alone.
  absl::flat_hash_map<uint64_t, const Came*> alone;
  for (const Came& came : came_) {
    const auto had = had_.find(came.print);
    if (HANDRAIL_MUTATE(rekey_one_to_one,
                        came_prints_.at(came.print) == 1 && had != had_.end() &&
                            had->second == 1,
                        had != had_.end())) {
      alone[came.print] = &came;
    }
  }
  // How many records that are not there as they were have a print.
  absl::flat_hash_map<uint64_t, int> missing;
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<RecordKey> before,
                            RecordsBefore(view));
  for (const RecordKey& key : before) {
    const uint64_t hash = RekeyHash(key);
    const auto print = print_of_.find(hash);
    if (print == print_of_.end() || held_.contains(hash)) continue;
    const auto more = more_prints_of_.find(hash);
    const std::vector<uint64_t> prints = more != more_prints_of_.end()
                                             ? more->second
                                             : std::vector{print->second};
    std::vector<const Came*> claims;
    for (const uint64_t one : prints) {
      ++missing[one];
      const auto found = alone.find(one);
      if (found != alone.end() && found->second->name.first == key.first) {
        claims.push_back(found->second);
      }
    }
    if (claims.size() != 1) continue;
    plan_[claims[0]->name] = key.second;
    kept_.insert(hash);
  }
  matched_ = true;
  const std::vector<v1::Finding> findings = Findings(missing);
  for (const Came& came : came_) {
    if (!kept_.contains(came.key) || plan_.contains(came.name)) continue;
    plan_[came.name] = FreshId(came.name.first, came.name.second, nullptr);
  }
  Forget();
  return findings;
}

void Rekey::Forget() {
  // Clearing alone would keep the memory.
  std::vector<Came>().swap(came_);
  absl::flat_hash_map<uint64_t, int>().swap(had_);
  absl::flat_hash_map<uint64_t, int>().swap(came_prints_);
  for (auto* set : {&names_, &came_keys_, &held_, &edited_}) {
    absl::flat_hash_set<uint64_t>().swap(*set);
  }
}

std::vector<v1::Finding> Rekey::Findings(
    const absl::flat_hash_map<uint64_t, int>& missing) const {
  std::map<v1::RecordType, int64_t> ambiguous;
  std::map<v1::RecordType, int64_t> edited;
  for (const Came& came : came_) {
    if (plan_.contains(came.name) || print_of_.contains(came.key)) continue;
    if (missing.contains(came.print)) ++ambiguous[came.name.first];
  }
  int64_t lost = 0;
  for (const uint64_t key : edited_) {
    if (!came_keys_.contains(key) && !kept_.contains(key)) ++lost;
  }
  std::vector<v1::Finding> findings;
  for (const auto& [type, count] : ambiguous) {
    findings.push_back(NotTold(
        type, count, "rekey-ambiguous",
        "records came under new ids with content that more than one record "
        "has: which of them is which cannot be told, so they are new records",
        "give each record something of its own, or leave it its id"));
  }
  if (lost > 0) {
    findings.push_back(NotTold(
        v1::SERVICE, lost, "rekey-edited-here",
        "records that the file does not have were edited here so long ago that "
        "what the source last said of them is no longer kept: they cannot be "
        "recognised under other ids",
        "compare them by hand: handrail service history"));
  }
  return findings;
}

}  // namespace handrail::server
