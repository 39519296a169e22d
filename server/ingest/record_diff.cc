#include "server/ingest/record_diff.h"

#include <algorithm>
#include <string>
#include <utility>

#include "nlohmann/json.hpp"
#include "server/ingest/hsds_json.h"

namespace handrail::server {
namespace {

using nlohmann::json;

// Bytes that are no UTF-8 cannot reach a stored record; a diff that met some
// would rather show a mark than throw.
std::string Text(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string Member(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "." + name;
}

// Null pointers stand for a side that has nothing here.
void Diff(const std::string& path, const json* before, const json* after,
          std::vector<v1::FieldChange>& changes);

void DiffObjects(const std::string& path, const json* before, const json* after,
                 std::vector<v1::FieldChange>& changes) {
  if (before != nullptr) {
    for (const auto& [name, value] : before->items()) {
      const bool both = after != nullptr && after->contains(name);
      Diff(Member(path, name), &value, both ? &after->at(name) : nullptr,
           changes);
    }
  }
  if (after == nullptr) return;
  for (const auto& [name, value] : after->items()) {
    if (before != nullptr && before->contains(name)) continue;
    Diff(Member(path, name), nullptr, &value, changes);
  }
}

void DiffLists(const std::string& path, const json* before, const json* after,
               std::vector<v1::FieldChange>& changes) {
  const size_t before_size = before == nullptr ? 0 : before->size();
  const size_t after_size = after == nullptr ? 0 : after->size();
  for (size_t i = 0; i < std::max(before_size, after_size); ++i) {
    Diff(path + "[" + std::to_string(i) + "]",
         i < before_size ? &before->at(i) : nullptr,
         i < after_size ? &after->at(i) : nullptr, changes);
  }
}

void Diff(const std::string& path, const json* before, const json* after,
          std::vector<v1::FieldChange>& changes) {
  const auto all = [&](auto is) {
    return (before == nullptr || is(*before)) &&
           (after == nullptr || is(*after));
  };
  const auto any_in = [](const json* side) {
    return side != nullptr && !side->empty();
  };
  if (before != nullptr && after != nullptr && *before == *after) return;
  if (any_in(before) || any_in(after)) {
    if (all([](const json& side) { return side.is_object(); })) {
      return DiffObjects(path, before, after, changes);
    }
    if (all([](const json& side) { return side.is_array(); })) {
      return DiffLists(path, before, after, changes);
    }
  }
  v1::FieldChange& change = changes.emplace_back();
  change.set_field(path);
  if (before != nullptr) change.set_old_json(Text(*before));
  if (after != nullptr) change.set_new_json(Text(*after));
}

}  // namespace

v1::RecordChange ToRecordChange(const PublicChange& change) {
  v1::RecordChange told;
  *told.mutable_ref() = RefOf(change.key);
  if (change.before == nullptr) {
    told.set_kind(v1::RecordChange::ADDED);
  } else if (change.after == nullptr) {
    told.set_kind(v1::RecordChange::RETIRED);
  } else {
    told.set_kind(v1::RecordChange::CHANGED);
    for (v1::FieldChange& field : DiffRecords(*change.before, *change.after)) {
      *told.add_fields() = std::move(field);
    }
  }
  return told;
}

std::vector<v1::FieldChange> DiffRecords(const v1::Record& before,
                                         const v1::Record& after) {
  const json old_json = HsdsJson(before);
  const json new_json = HsdsJson(after);
  std::vector<v1::FieldChange> changes;
  DiffObjects("", old_json.is_object() ? &old_json : nullptr,
              new_json.is_object() ? &new_json : nullptr, changes);
  std::sort(changes.begin(), changes.end(),
            [](const auto& a, const auto& b) { return a.field() < b.field(); });
  return changes;
}

}  // namespace handrail::server
