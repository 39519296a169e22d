// A map by text that never changes and is cheap to change: an edited map shares
// with the one before all parts that the edits do not touch.
//
//   ShardedMap<int> map = ShardedMap<int>().Edited({{"a", 1}, {"b", 2}});
//   const ShardedMap<int> next = map.Edited({{"a", std::nullopt}});
//   map.Find("a");   // still 1
//
// What an edit costs grows with the edits and a thousandth of the map. Copying
// a map copies a pointer. Thread-safe: immutable.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace handrail::matcher {

template <typename Value>
class ShardedMap {
 public:
  // New values by key; nothing takes the key out.
  using Edits = std::map<std::string, std::optional<Value>>;

  ShardedMap() : shards_(Empty()) {}

  ShardedMap Edited(const Edits& edits) const {
    if (edits.empty()) return *this;
    auto shards = std::make_shared<Shards>(*shards_);
    // The shards made new here, which may still be changed.
    std::map<size_t, std::shared_ptr<Shard>> made;
    size_t size = size_;
    for (const auto& [key, value] : edits) {
      const size_t at = ShardOf(key);
      std::shared_ptr<Shard>& shard = made[at];
      if (shard == nullptr) {
        const auto& old = (*shards_)[at];
        shard = old == nullptr ? std::make_shared<Shard>()
                               : std::make_shared<Shard>(*old);
      }
      size -= shard->erase(key);
      if (!value.has_value()) continue;
      shard->emplace(key, *value);
      ++size;
    }
    for (auto& [at, shard] : made) (*shards)[at] = std::move(shard);
    return ShardedMap(std::move(shards), size);
  }

  // Null where the key is not there.
  const Value* Find(std::string_view key) const {
    const auto& shard = (*shards_)[ShardOf(key)];
    if (shard == nullptr) return nullptr;
    const auto found = shard->find(key);
    return found == shard->end() ? nullptr : &found->second;
  }

  // In no order that means anything.
  void ForEach(const std::function<void(const std::string& key,
                                        const Value& value)>& visit) const {
    for (const auto& shard : *shards_) {
      if (shard == nullptr) continue;
      for (const auto& [key, value] : *shard) visit(key, value);
    }
  }

  size_t size() const { return size_; }

 private:
  static constexpr size_t kShards = 1024;
  using Shard = std::map<std::string, Value, std::less<>>;
  using Shards = std::array<std::shared_ptr<const Shard>, kShards>;

  ShardedMap(std::shared_ptr<const Shards> shards, size_t size)
      : shards_(std::move(shards)), size_(size) {}

  static size_t ShardOf(std::string_view key) {
    return std::hash<std::string_view>()(key) % kShards;
  }

  static std::shared_ptr<const Shards> Empty() {
    static const auto& empty =
        *new std::shared_ptr<const Shards>(std::make_shared<const Shards>());
    return empty;
  }

  std::shared_ptr<const Shards> shards_;
  size_t size_ = 0;
};

}  // namespace handrail::matcher
