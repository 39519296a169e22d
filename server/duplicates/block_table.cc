#include "server/duplicates/block_table.h"

#include <utility>

namespace handrail::server {

size_t BlockTable::Add(uint64_t key, Handle handle) {
  const auto [found, added] = TableOf(key).try_emplace(key, handle);
  if (added) return 1;
  Members& members = found->second;
  if ((members & kList) == 0) {
    const Handle alone = members;
    if (free_.empty()) {
      free_.push_back(static_cast<Members>(lists_.size()));
      lists_.emplace_back();
    }
    members = kList | free_.back();
    free_.pop_back();
    lists_[members & ~kList] = {alone};
  }
  std::vector<Handle>& list = lists_[members & ~kList];
  list.push_back(handle);
  return list.size();
}

size_t BlockTable::Remove(uint64_t key, Handle handle) {
  Table& table = TableOf(key);
  const auto found = table.find(key);
  if (found == table.end()) return 0;
  const Members members = found->second;
  if ((members & kList) == 0) {
    if (members != handle) return 1;
    table.erase(found);
    return 0;
  }
  std::vector<Handle>& list = lists_[members & ~kList];
  std::erase(list, handle);
  if (list.size() > 1) return list.size();
  found->second = list.front();
  list = std::vector<Handle>();
  free_.push_back(members & ~kList);
  return 1;
}

std::span<const BlockTable::Handle> BlockTable::In(uint64_t key) const {
  const Table& table = TableOf(key);
  const auto found = table.find(key);
  if (found == table.end()) return {};
  if ((found->second & kList) == 0) return {&found->second, 1};
  return lists_[found->second & ~kList];
}

}  // namespace handrail::server
