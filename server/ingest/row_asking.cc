#include "server/ingest/row_asking.h"

#include <utility>
#include <vector>

#include "storage/base/hash.h"
#include "storage/normalise/uuid.h"

namespace handrail::server {

absl::Status RowAsking::ReadAhead(const v1::RowBatch& batch) const {
  std::vector<RecordKey> keys;
  for (const v1::Row& row : batch.rows()) {
    for (const v1::Record& record : row.records()) {
      RecordKey key = KeyOf(record);
      // Hardly any other is asked for: it becomes one of the source alone.
      if (!IsUuid(key.second)) continue;
      key.second = storage::CanonicalUuid(key.second);
      keys.push_back(std::move(key));
    }
  }
  return staging_.ReadAhead(keys);
}

storage::NormaliseContext RowAsking::Context() {
  storage::NormaliseContext context{.source = load_.source,
                                    .as_of = load_.as_of};
  context.id_owner = [this](v1::RecordType type, const std::string& id) {
    return IdOwner({type, id});
  };
  context.listing_owner = [this](const std::string& id) {
    return ListingOwner(id);
  };
  if (load_.has_aliases || load_.rekey != nullptr) {
    context.alias = [this](v1::RecordType type, const std::string& name) {
      return Alias(type, name);
    };
  }
  return context;
}

absl::Status RowAsking::failed() const {
  MutexLock lock(mu_);
  return failed_;
}

std::optional<std::string> RowAsking::IdOwner(const RecordKey& key) {
  MutexLock lock(mu_);
  const auto found = staging_.FindFull(key);
  if (!found.ok()) failed_ = found.status();
  if (!found.ok() || *found == nullptr) return std::nullopt;
  return (*found)->info().source();
}

std::optional<std::string> RowAsking::ListingOwner(
    const std::string& id) const {
  std::optional<std::string> staged = staging_.ListingOwner(id);
  return staged.has_value() ? staged : load_.writer.ListingOwner(id);
}

std::optional<std::string> RowAsking::Alias(v1::RecordType type,
                                            const std::string& name) {
  if (load_.rekey != nullptr) {
    std::optional<std::string> planned = load_.rekey->IdOf(type, name);
    if (planned.has_value()) return planned;
  }
  MutexLock lock(mu_);
  auto found = staging_.FindAlias(load_.source, type, name);
  if (!found.ok()) failed_ = found.status();
  return found.ok() ? *std::move(found) : std::nullopt;
}

}  // namespace handrail::server
