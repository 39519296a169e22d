#include "server/ingest/rekey.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/ingest/fingerprint.h"
#include "server/ingest/source_prints.h"
#include "server/service_references.h"
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

// Goes before the kind in the names of ids that are nobody's yet.
constexpr char kFreshKind[] = "renumbered/";

uint64_t Hash(v1::RecordType type, const std::string& text) {
  return StableHash64(absl::StrCat(static_cast<int>(type), "/", text));
}

uint64_t Hash(const RecordKey& key) { return Hash(key.first, key.second); }

std::string KindOf(v1::RecordType type) {
  return std::string(type == v1::RECORD_TYPE_UNSPECIFIED
                         ? storage::kServiceAtLocationKind
                         : storage::KindName(type));
}

// What the source wrote as the record's id, where that is another text.
std::string ExternalIdOf(const v1::Record& record) {
  switch (record.kind_case()) {
    case v1::Record::kOrganization:
      return record.organization().x_handrail().external_id();
    case v1::Record::kProgram:
      return record.program().x_handrail().external_id();
    case v1::Record::kService:
      return record.service().x_handrail().external_id();
    case v1::Record::kLocation:
      return record.location().x_handrail().external_id();
    default:
      return "";
  }
}

std::string ExternalIdOf(const v1::ServiceAtLocation& place) {
  for (const v1::SourceText& kept : place.source_text()) {
    if (kept.field() == "id") return kept.text();
  }
  return place.id();
}

v1::Finding NotTold(v1::RecordType type, int64_t count, const char* reason,
                    const char* message, const char* hint) {
  v1::Finding finding;
  finding.set_severity(v1::NOTICE);
  finding.set_field(absl::StrCat(KindOf(type), ".id"));
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
    if (!was.whole) edited_.insert(Hash(key));
    Had(key, was.prints);
  }
  for (const auto& [key, prints] : past_) {
    if (!prints.empty()) Had(key, prints);
  }
  return absl::OkStatus();
}

void Rekey::Had(const RecordKey& key, const std::vector<uint64_t>& prints) {
  const uint64_t hash = Hash(key);
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
    if (!names_.insert(Hash(name)).second) continue;
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
    const uint64_t hash = Hash(key);
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
    const uint64_t hash = Hash(key);
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

std::string Rekey::FreshId(v1::RecordType type, const std::string& name,
                           const storage::ListingOwner& listing_owner) const {
  const std::string kind = kFreshKind + KindOf(type);
  for (int i = 1;; ++i) {
    std::string id =
        storage::NamespacedId(source_, kind, absl::StrCat(name, "/", i));
    const bool taken = type == v1::RECORD_TYPE_UNSPECIFIED
                           ? listing_owner(id).has_value()
                           : print_of_.contains(Hash(type, id));
    if (!taken) return id;
  }
}

// --- The second time --------------------------------------------------------

std::optional<std::string> Rekey::IdOf(v1::RecordType type,
                                       const std::string& name) const {
  const auto found = plan_.find({type, name});
  if (found == plan_.end()) return std::nullopt;
  return found->second;
}

bool Rekey::Keeps(const RecordKey& key) const {
  return kept_.contains(Hash(key));
}

absl::Status Rekey::AliasesOf(const v1::Row& row,
                              const storage::NormaliseContext& context,
                              const Staging& staging,
                              std::vector<SourceAlias>& aliases) const {
  for (const v1::Record& record : row.records()) {
    const auto& [type, id] = KeyOf(record);
    const Name name{type, AliasName(id)};
    const auto planned = plan_.find(name);
    if (planned == plan_.end()) continue;
    aliases.push_back({source_, type, name.second, planned->second});
    HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord* const found,
                              staging.FindFull({type, planned->second}));
    if (found == nullptr) continue;
    HANDRAIL_ASSIGN_OR_RETURN(std::string old, OldName(*found, staging));
    RetireName({type, std::move(old)}, name.second, context.listing_owner,
               aliases);
  }
  for (const v1::Record& record : row.records()) {
    if (!record.has_service()) continue;
    HANDRAIL_RETURN_IF_ERROR(
        PairPlaces(record.service(), context, staging, aliases));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Rekey::OldName(const StoredRecord& found,
                                           const Staging& staging) const {
  const RecordKey key = KeyOf(found.record());
  const std::string external = AliasName(ExternalIdOf(found.record()));
  if (external.empty()) return key.second;
  if (storage::NamespacedId(source_, KindOf(key.first),
                            ExternalIdOf(found.record())) == key.second ||
      plan_.contains({key.first, external})) {
    return external;
  }
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<std::string> alias,
                            staging.FindAlias(source_, key.first, external));
  return alias == key.second ? external : key.second;
}

void Rekey::RetireName(const Name& old, const std::string& now,
                       const storage::ListingOwner& listing_owner,
                       std::vector<SourceAlias>& aliases) const {
  if (HANDRAIL_MUTATE(rekey_old_name, old.second == now, true)) return;
  const bool known =
      std::any_of(aliases.begin(), aliases.end(), [&](const SourceAlias& one) {
        return one.type == old.first && one.name == old.second;
      });
  if (known) return;
  const std::optional<std::string> planned = IdOf(old.first, old.second);
  // Nobody gives a UUID twice, and exports call the record so.
  if (!planned.has_value() && IsUuid(old.second)) return;
  aliases.push_back({source_, old.first, old.second,
                     planned.has_value()
                         ? *planned
                         : FreshId(old.first, old.second, listing_owner)});
}

absl::Status Rekey::PairPlaces(const v1::Service& service,
                               const storage::NormaliseContext& context,
                               const Staging& staging,
                               std::vector<SourceAlias>& aliases) const {
  const auto id_of = [&](v1::RecordType type, const std::string& external) {
    return storage::DirectoryId(type, external, context);
  };
  HANDRAIL_ASSIGN_OR_RETURN(
      const StoredRecord* const found,
      staging.FindFull({v1::SERVICE, id_of(v1::SERVICE, service.id())}));
  // Places the service had, and those of them that the row names.
  std::map<std::string, const v1::ServiceAtLocation*> had;
  if (found != nullptr) {
    for (const auto& place : found->record().service().service_at_locations()) {
      had[place.id()] = &place;
    }
  }
  // Places of the row that it did not have, by where they are.
  std::map<std::string, std::vector<const v1::ServiceAtLocation*>> came;
  for (const auto& place : service.service_at_locations()) {
    if (place.id().empty()) continue;
    const std::string id = id_of(v1::RECORD_TYPE_UNSPECIFIED, place.id());
    if (had.erase(id) > 0) continue;
    const std::string at = LocationIdOf(place);
    came[at.empty() ? at : id_of(v1::LOCATION, at)].push_back(&place);
  }
  const bool renumbered =
      found == nullptr ||
      plan_.contains({v1::SERVICE, AliasName(service.id())});
  for (const auto& [at, places] : came) {
    std::vector<const v1::ServiceAtLocation*> here;
    for (const auto& [id, place] : had) {
      if (LocationIdOf(*place) == at) here.push_back(place);
    }
    if (places.size() == 1 && here.size() == 1) {
      const std::string name = AliasName(places[0]->id());
      aliases.push_back(
          {source_, v1::RECORD_TYPE_UNSPECIFIED, name, here[0]->id()});
      RetireName(
          {v1::RECORD_TYPE_UNSPECIFIED, AliasName(ExternalIdOf(*here[0]))},
          name, context.listing_owner, aliases);
      continue;
    }
    for (const v1::ServiceAtLocation* place : places) {
      // The id belongs to a place of another service, which keeps it.
      const std::string id = id_of(v1::RECORD_TYPE_UNSPECIFIED, place->id());
      if (!renumbered || !context.listing_owner(id).has_value()) continue;
      const std::string name = AliasName(place->id());
      aliases.push_back(
          {source_, v1::RECORD_TYPE_UNSPECIFIED, name,
           FreshId(v1::RECORD_TYPE_UNSPECIFIED, name, context.listing_owner)});
    }
  }
  return absl::OkStatus();
}

}  // namespace handrail::server
