#include "server/duplicates/blocking.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "storage/base/hash.h"

namespace handrail::server {
namespace {

// Letters of a word that a key holds: a slip of the pen seldom comes first.
constexpr size_t kPrefixLetters = 3;
// About 220 m from south to north: kNearM fits into one step.
constexpr int64_t kCellE7 = 20'000;

using Keys = std::vector<uint64_t>;

// The beginnings of the words that must be shared: the words of content, or
// those of form where there are no others. Each once.
std::vector<std::string> NameParts(const Features& features) {
  std::vector<std::string> parts;
  const auto add = [&](const NameWords& name) {
    const bool content =
        std::any_of(name.words.begin(), name.words.end(),
                    [](const NameWord& word) { return word.weight > 1; });
    for (const NameWord& word : name.words) {
      if (word.weight > 1 || !content) {
        parts.push_back(word.text.substr(0, kPrefixLetters));
      }
    }
  };
  add(features.name_words);
  for (const NameWords& other : features.other_names) add(other);
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  return parts;
}

// The part of a key that all words share.
uint64_t KeyBeginning(std::string_view kind, std::string_view what) {
  return StableHash64("\n", StableHash64(what, StableHash64(kind)));
}

uint64_t Key(std::string_view kind, std::string_view what,
             std::string_view part) {
  return StableHash64(part, KeyBeginning(kind, what));
}

void AddWithNames(std::string_view kind, std::string_view what,
                  const std::vector<std::string>& parts, Keys& keys) {
  const uint64_t beginning = KeyBeginning(kind, what);
  for (const std::string& part : parts) {
    keys.push_back(StableHash64(part, beginning));
  }
}

// Degrees of longitude grow narrow towards the poles: a cell holds more of them
// there. Cells of one row are equally wide, and 220 m or a little more.
int64_t CellsAcross(int64_t row) {
  constexpr double kPi = 3.14159265358979323846;
  const double latitude =
      static_cast<double>(std::abs(row) + 1) * kCellE7 * 1e-7;
  const double narrow = std::cos(std::min(latitude, 89.0) * kPi / 180);
  return static_cast<int64_t>(kCellE7 / narrow) + 1;
}

void AddCells(const Features& features, const std::vector<std::string>& parts,
              BlockKeys& keys) {
  if (!features.point.has_value()) return;
  constexpr int64_t kHalfTurn = 1'800'000'000;
  const int64_t north = features.point->latitude_e7() + kHalfTurn / 2;
  const int64_t east = features.point->longitude_e7() + kHalfTurn;
  const int64_t own_row = north / kCellE7;
  for (int64_t row = own_row - 1; row <= own_row + 1; ++row) {
    const int64_t across = CellsAcross(row - kHalfTurn / 2 / kCellE7);
    const int64_t own_column = east / across;
    for (int64_t column = own_column - 1; column <= own_column + 1; ++column) {
      const std::string cell =
          std::to_string(row) + "/" + std::to_string(column);
      AddWithNames("cell", cell, parts, keys.seen);
      if (row == own_row && column == own_column) {
        AddWithNames("cell", cell, parts, keys.stored);
      }
    }
  }
}

void SortUnique(Keys& keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

}  // namespace

BlockKeys BlockKeysOf(const Features& features) {
  const std::vector<std::string> parts = NameParts(features);
  BlockKeys keys;
  if (!features.identity.own.empty()) {
    keys.stored.push_back(Key("id", features.identity.own, ""));
  }
  if (!features.identity.place.empty()) {
    AddWithNames("place", features.identity.place, parts, keys.stored);
  }
  for (const std::string& phone : features.phones) {
    // One of them may leave the extension out.
    AddWithNames("phone", phone.substr(0, phone.find('/')), parts, keys.stored);
  }
  if (!features.page.empty()) {
    AddWithNames("page", features.page, parts, keys.stored);
  }
  for (const std::string& link : features.links) {
    AddWithNames("link", link, parts, keys.stored);
  }
  if (features.street.HasHouseNumber()) {
    // Of a range only the first number finds others: the rest finds them by the
    // map or the telephone.
    AddWithNames("house",
                 std::to_string(features.street.house_first) + " " +
                     features.street.name.substr(0, kPrefixLetters),
                 parts, keys.stored);
  } else if (!features.street.name.empty()) {
    AddWithNames("street", features.street.name, parts, keys.stored);
  }
  SortUnique(keys.stored);
  keys.seen = keys.stored;
  AddCells(features, parts, keys);
  SortUnique(keys.stored);
  SortUnique(keys.seen);
  return keys;
}

}  // namespace handrail::server
