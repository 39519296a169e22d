#include "server/duplicates/feature_store.h"

#include <cstring>
#include <utility>

#include "absl/hash/hash.h"
#include "storage/base/check.h"

namespace handrail::server {
namespace {

size_t HashOf(std::string_view id) {
  return absl::Hash<absl::string_view>()(
      absl::string_view(id.data(), id.size()));
}

}  // namespace

FeatureStore::Packed::Packed(std::string_view id, std::string_view features) {
  const auto id_size = static_cast<uint32_t>(id.size());
  const auto size = static_cast<uint32_t>(features.size());
  bytes_ = std::make_unique<char[]>(sizeof id_size + sizeof size + id.size() +
                                    features.size());
  char* to = bytes_.get();
  std::memcpy(to, &id_size, sizeof id_size);
  std::memcpy(to += sizeof id_size, &size, sizeof size);
  to += sizeof size;
  to += id.copy(to, id.size());
  features.copy(to, features.size());
}

std::string_view FeatureStore::Packed::id() const {
  uint32_t id_size = 0;
  std::memcpy(&id_size, bytes_.get(), sizeof id_size);
  return {bytes_.get() + 2 * sizeof id_size, id_size};
}

std::string_view FeatureStore::Packed::features() const {
  uint32_t size = 0;
  std::memcpy(&size, bytes_.get() + sizeof size, sizeof size);
  return {id().data() + id().size(), size};
}

size_t FeatureStore::Hash::operator()(std::string_view id) const {
  return HashOf(id);
}

size_t FeatureStore::Hash::operator()(Handle handle) const {
  return HashOf((*entries)[handle].id());
}

bool FeatureStore::Equal::operator()(Handle a, std::string_view b) const {
  return (*entries)[a].id() == b;
}

FeatureStore::FeatureStore()
    : handles_(size_t{1} << kTableBits, Handles(0, Hash{.entries = &entries_},
                                                Equal{.entries = &entries_})) {}

size_t FeatureStore::PlaceOf(std::string_view id) {
  return static_cast<uint64_t>(HashOf(id)) >> (64 - kTableBits);
}

FeatureStore::Handle FeatureStore::HandleOf(std::string_view id) {
  MutexLock lock(mu_);
  Handles& handles = handles_[PlaceOf(id)];
  const auto found = handles.find(id);
  if (found != handles.end()) return *found;
  const auto handle = static_cast<Handle>(entries_.size());
  entries_.emplace_back(id, std::string_view());
  handles.insert(handle);
  return handle;
}

std::optional<FeatureStore::Handle> FeatureStore::FindHandle(
    std::string_view id) const {
  MutexLock lock(mu_);
  const Handles& handles = handles_[PlaceOf(id)];
  const auto found = handles.find(id);
  if (found == handles.end()) return std::nullopt;
  return *found;
}

std::string FeatureStore::IdOf(Handle handle) const {
  MutexLock lock(mu_);
  return std::string(entries_[handle].id());
}

void FeatureStore::Set(Handle handle, const Features& features) {
  const std::string packed = PackFeatures(features);
  MutexLock lock(mu_);
  entries_[handle] = Packed(entries_[handle].id(), packed);
}

void FeatureStore::Clear(Handle handle) {
  MutexLock lock(mu_);
  entries_[handle] = Packed(entries_[handle].id(), {});
}

bool FeatureStore::Has(Handle handle) const {
  MutexLock lock(mu_);
  return !entries_[handle].features().empty();
}

bool FeatureStore::Get(Handle handle, Features& features) const {
  MutexLock lock(mu_);
  const Packed& entry = entries_[handle];
  if (entry.features().empty()) return false;
  UnpackFeatures(entry.id(), entry.features(), features);
  return true;
}

std::optional<Features> FeatureStore::Get(Handle handle) const {
  Features features;
  if (!Get(handle, features)) return std::nullopt;
  return features;
}

std::optional<Features> FeatureStore::Find(std::string_view id) const {
  const std::optional<Handle> handle = FindHandle(id);
  return handle.has_value() ? Get(*handle) : std::nullopt;
}

}  // namespace handrail::server
