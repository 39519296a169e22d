// The second time through the rows of a re-keyed load: the names that go with
// each row.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/ingest/rekey.h"
#include "server/ingest/rekey_hash.h"
#include "server/service_references.h"
#include "storage/base/hash.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"
#include "storage/normalise/normalise.h"
#include "storage/normalise/uuid.h"
#include "storage/redaction/redaction.h"

namespace handrail::server {
namespace {

using storage::AliasName;
using storage::SourceAlias;
using storage::v1::StoredRecord;

// Goes before the kind in the names of ids that are nobody's yet.
constexpr char kFreshKind[] = "renumbered/";

// What the source wrote as the record's id, where that is another text.
const std::string& ExternalIdOf(const v1::Record& record) {
  return storage::ExtensionOf(record).external_id();
}

std::string ExternalIdOf(const v1::ServiceAtLocation& place) {
  for (const v1::SourceText& kept : place.source_text()) {
    if (kept.field() == "id") return kept.text();
  }
  return place.id();
}

}  // namespace

std::optional<std::string> Rekey::IdOf(v1::RecordType type,
                                       const std::string& name) const {
  const auto found = plan_.find({type, name});
  if (found == plan_.end()) return std::nullopt;
  return found->second;
}

bool Rekey::Keeps(const RecordKey& key) const {
  return kept_.contains(RekeyHash(key));
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
  if (storage::NamespacedId(source_, RekeyKind(key.first),
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

std::string Rekey::FreshId(v1::RecordType type, const std::string& name,
                           const storage::ListingOwner& listing_owner) const {
  const std::string kind =
      absl::StrCat(kFreshKind, std::string(RekeyKind(type)));
  for (int i = 1;; ++i) {
    std::string id =
        storage::NamespacedId(source_, kind, absl::StrCat(name, "/", i));
    const bool taken = type == v1::RECORD_TYPE_UNSPECIFIED
                           ? listing_owner(id).has_value()
                           : print_of_.contains(RekeyHash(type, id));
    if (!taken) return id;
  }
}

}  // namespace handrail::server
