#include "server/duplicates/similarity.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace handrail::server {
namespace {

constexpr int kWhole = 1000;
// Longer words are compared by their first letters.
constexpr size_t kLettersMax = 64;
constexpr size_t kPrefixMax = 4;
constexpr size_t kSlipLettersMin = 5;
constexpr int kSlip = 940;

bool HasDigit(std::string_view word) {
  return std::any_of(word.begin(), word.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

// Letters of `a` that `b` has nearby, each of `b` taken once.
struct Shared {
  int count = 0;
  // Letters that are not in the same order.
  int moved = 0;
};

Shared SharedLetters(std::string_view a, std::string_view b) {
  std::array<bool, kLettersMax> in_a = {};
  std::array<bool, kLettersMax> in_b = {};
  const size_t longer = std::max(a.size(), b.size());
  const size_t reach = longer < 4 ? 0 : longer / 2 - 1;
  Shared shared;
  for (size_t i = 0; i < a.size(); ++i) {
    const size_t end = std::min(b.size(), i + reach + 1);
    for (size_t j = i < reach ? 0 : i - reach; j < end; ++j) {
      if (in_b[j] || a[i] != b[j]) continue;
      in_a[i] = in_b[j] = true;
      ++shared.count;
      break;
    }
  }
  size_t j = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!in_a[i]) continue;
    while (!in_b[j]) ++j;
    if (a[i] != b[j++]) ++shared.moved;
  }
  return shared;
}

}  // namespace

int JaroWinkler(std::string_view a, std::string_view b) {
  a = a.substr(0, kLettersMax);
  b = b.substr(0, kLettersMax);
  if (a == b) return kWhole;
  // Which of them looks for its letters in the other must not matter.
  if (b < a) std::swap(a, b);
  const Shared shared = SharedLetters(a, b);
  if (shared.count == 0) return 0;
  const int in_order = shared.count - shared.moved / 2;
  const int jaro = (kWhole * shared.count / static_cast<int>(a.size()) +
                    kWhole * shared.count / static_cast<int>(b.size()) +
                    kWhole * in_order / shared.count) /
                   3;
  size_t prefix = 0;
  while (prefix < std::min({a.size(), b.size(), kPrefixMax}) &&
         a[prefix] == b[prefix]) {
    ++prefix;
  }
  return jaro + static_cast<int>(prefix) * (kWhole - jaro) / 10;
}

bool IsSameWord(std::string_view a, std::string_view b) {
  if (a == b) return true;
  if (std::min(a.size(), b.size()) < kSlipLettersMin || a[0] != b[0]) {
    return false;
  }
  return !HasDigit(a) && !HasDigit(b) && JaroWinkler(a, b) >= kSlip;
}

}  // namespace handrail::server
