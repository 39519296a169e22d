#include "clients/formats/private_rows.h"

#include <algorithm>
#include <functional>

namespace handrail::formats {
namespace {

bool SaysNo(const JsonValue& value) {
  return value.IsNull() ||
         (value.kind == JsonValue::Kind::kBool && value.text == "false");
}

// Whether a visibility flags anything. What it says in words that are not ours
// counts as a flag.
bool Flags(const JsonValue& visibility) {
  if (SaysNo(visibility)) return false;
  return !visibility.IsObject() ||
         std::any_of(visibility.items.begin(), visibility.items.end(),
                     [](const JsonValue& flag) { return !SaysNo(flag); });
}

// Whether an x_handrail flags what it stands in. Of members that occur twice
// each one counts.
bool IsFlag(const JsonValue& extension) {
  if (extension.IsNull()) return false;
  if (!extension.IsObject()) return true;
  for (size_t i = 0; i < extension.keys.size(); ++i) {
    if (extension.keys[i] == "visibility" && Flags(extension.items[i])) {
      return true;
    }
  }
  return false;
}

bool IsFlagged(const JsonValue& object) {
  for (size_t i = 0; i < object.keys.size(); ++i) {
    if (object.keys[i] == "x_handrail" && IsFlag(object.items[i])) return true;
  }
  return false;
}

// Calls `found` for every flagged object; true where there is one. The depth
// is bounded by the parser.
bool ForEachFlagged(const JsonValue& value,
                    const std::function<void(const JsonValue&)>& found) {
  bool any = false;
  if (value.IsObject() && IsFlagged(value)) {
    found(value);
    any = true;
  }
  for (const JsonValue& item : value.items) {
    if (!item.IsScalar()) any = ForEachFlagged(item, found) || any;
  }
  return any;
}

std::string IdText(const JsonValue& id) {
  return std::string(id.IsString() ? id.string : id.text);
}

bool IsIdKey(std::string_view key) {
  return key == "id" || key.ends_with("_id");
}

bool RefersTo(const JsonValue& value,
              const absl::flat_hash_set<std::string>& ids) {
  for (size_t i = 0; i < value.items.size(); ++i) {
    const JsonValue& item = value.items[i];
    if (!item.IsScalar()) {
      if (RefersTo(item, ids)) return true;
    } else if (value.IsObject() && IsIdKey(value.keys[i]) &&
               ids.contains(IdText(item))) {
      return true;
    }
  }
  return false;
}

}  // namespace

void PrivateRows::Note(const JsonValue& element) {
  const auto keep = [&](const JsonValue& object) {
    const JsonValue* id = object.Given("id");
    if (id != nullptr && id->IsScalar()) ids_.insert(IdText(*id));
  };
  if (!ForEachFlagged(element, keep)) return;
  any_ = true;
  keep(element);
}

bool PrivateRows::Has(const JsonValue& element) const {
  if (!any_) return false;
  return ForEachFlagged(element, [](const JsonValue&) {}) ||
         RefersTo(element, ids_);
}

}  // namespace handrail::formats
