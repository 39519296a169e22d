#include "server/duplicates/street_address.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "server/duplicates/name_words.h"
#include "server/duplicates/similarity.h"

namespace handrail::server {
namespace {

using Replacements = std::unordered_map<std::string_view, std::string_view>;

const Replacements& Directions() {
  static const Replacements table = {
      {"n", "n"},   {"north", "n"},      {"s", "s"},   {"south", "s"},
      {"e", "e"},   {"east", "e"},       {"w", "w"},   {"west", "w"},
      {"ne", "ne"}, {"northeast", "ne"}, {"nw", "nw"}, {"northwest", "nw"},
      {"se", "se"}, {"southeast", "se"}, {"sw", "sw"}, {"southwest", "sw"}};
  return table;
}

const Replacements& Suffixes() {
  static const Replacements table = {
      {"street", "st"},  {"st", "st"},           {"str", "st"},
      {"avenue", "ave"}, {"ave", "ave"},         {"av", "ave"},
      {"road", "rd"},    {"rd", "rd"},           {"drive", "dr"},
      {"dr", "dr"},      {"drv", "dr"},          {"boulevard", "blvd"},
      {"blvd", "blvd"},  {"lane", "ln"},         {"ln", "ln"},
      {"court", "ct"},   {"ct", "ct"},           {"place", "pl"},
      {"pl", "pl"},      {"parkway", "pkwy"},    {"pkwy", "pkwy"},
      {"pky", "pkwy"},   {"highway", "hwy"},     {"hwy", "hwy"},
      {"circle", "cir"}, {"cir", "cir"},         {"terrace", "ter"},
      {"ter", "ter"},    {"terr", "ter"},        {"way", "way"},
      {"square", "sq"},  {"sq", "sq"},           {"trail", "trl"},
      {"trl", "trl"},    {"pike", "pike"},       {"turnpike", "tpke"},
      {"tpke", "tpke"},  {"plaza", "plz"},       {"plz", "plz"},
      {"alley", "aly"},  {"aly", "aly"},         {"extension", "ext"},
      {"ext", "ext"},    {"expressway", "expy"}, {"expy", "expy"},
      {"row", "row"},    {"loop", "loop"},       {"crossing", "xing"},
      {"xing", "xing"},  {"heights", "hts"},     {"hts", "hts"}};
  return table;
}

// Words of a street's name that are written long and short.
const Replacements& StreetShorthand() {
  static const Replacements table = {
      {"saint", "st"},   {"mount", "mt"},  {"fort", "ft"},
      {"junior", "jr"},  {"doctor", "dr"}, {"first", "1st"},
      {"second", "2nd"}, {"third", "3rd"}, {"fourth", "4th"},
      {"fifth", "5th"},  {"sixth", "6th"}, {"seventh", "7th"},
      {"eighth", "8th"}, {"ninth", "9th"}, {"tenth", "10th"},
      {"route", "rte"},  {"rt", "rte"},    {"mlk", "martin luther king"}};
  return table;
}

// Where the part inside the house begins.
bool IsUnit(std::string_view word) {
  static const std::unordered_set<std::string_view> words = {
      "suite", "ste",  "apt",      "apartment", "unit", "floor", "fl",
      "flr",   "room", "rm",       "building",  "bldg", "lot",   "level",
      "lower", "rear", "basement", "bsmt",      "dept", "trlr",  "upper",
      "lobby", "side", "hangar",   "space",     "stop", "box",   "po"};
  return words.contains(word);
}

bool IsDigits(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
}

bool StartsWithDigit(std::string_view text) {
  return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  return text;
}

// Parts between commas and line ends; a "#4" begins a part too.
std::vector<std::string_view> PartsOf(std::string_view lines) {
  std::vector<std::string_view> parts;
  while (!lines.empty()) {
    const size_t end = lines.find_first_of(",;\n#", 1);
    std::string_view part = lines.substr(0, end);
    if (part[0] == ',' || part[0] == ';' || part[0] == '\n') {
      part.remove_prefix(1);
    }
    parts.push_back(Trimmed(part));
    lines = end == std::string_view::npos ? "" : lines.substr(end);
  }
  return parts;
}

bool IsPostBox(std::string_view part) {
  const std::vector<std::string> words = PlainWords(part);
  if (words.empty()) return false;
  if (words[0] == "po" || words[0] == "pobox") return true;
  return words.size() > 2 && words[0] == "post" && words[1] == "office";
}

int64_t Number(std::string_view digits) {
  constexpr size_t kDigitsMax = 9;
  int64_t number = 0;
  for (const char c : digits.substr(0, kDigitsMax)) {
    number = number * 10 + (c - '0');
  }
  return number;
}

// The house number at the beginning of `text`, which loses it: "12", "12-A",
// "12 1/2", "100-110". In "63-02" the second part is no greater number: it is
// one number of Queens, 6302.
bool TakeHouseNumber(std::string_view& text, StreetAddress& address) {
  size_t end = 0;
  const auto digits = [&] {
    const size_t begin = end;
    while (end < text.size() && IsDigits(text.substr(end, 1))) ++end;
    return text.substr(begin, end - begin);
  };
  const std::string_view first = digits();
  if (first.empty()) return false;
  address.house_first = address.house_last = Number(first);
  // "29th St" is a street, "12th" no house.
  if (end < text.size() &&
      std::isalpha(static_cast<unsigned char>(text[end])) &&
      end + 1 < text.size() &&
      std::isalpha(static_cast<unsigned char>(text[end + 1]))) {
    address.house_first = address.house_last = 0;
    return false;
  }
  if (end + 1 < text.size() && text[end] == '-' &&
      StartsWithDigit(text.substr(end + 1))) {
    ++end;
    const std::string_view second = digits();
    if (Number(second) > Number(first)) {
      address.house_last = Number(second);
    } else {
      address.house_first = address.house_last =
          Number(std::string(first) + std::string(second));
    }
  }
  // A letter behind it is a part of the house.
  if (end < text.size() && text[end] == '-') ++end;
  if (end < text.size() &&
      std::isalpha(static_cast<unsigned char>(text[end]))) {
    ++end;
  }
  text = Trimmed(text.substr(end));
  if (text.starts_with("1/2") || text.starts_with("1/4")) {
    text = Trimmed(text.substr(3));
  }
  return address.house_first > 0;
}

// "Second floor", "2nd fl": the number belongs to what is inside.
bool IsFloorNumber(const std::vector<std::string>& words, size_t i) {
  if (i + 1 >= words.size()) return false;
  const std::string& next = words[i + 1];
  return next == "floor" || next == "fl" || next == "flr";
}

void ReadStreet(std::string_view text, StreetAddress& address) {
  std::vector<std::string> words = PlainWords(text);
  for (size_t i = 0; i < words.size(); ++i) {
    // "St" of "St Paul" comes before a name, and nothing comes before it.
    if (i > 0 && (IsUnit(words[i]) || IsFloorNumber(words, i))) {
      words.resize(i);
    }
  }
  const auto direction = [&](const std::string& word) {
    const auto found = Directions().find(word);
    if (found == Directions().end()) return false;
    if (address.direction.empty()) {
      address.direction = std::string(found->second);
    }
    return true;
  };
  if (words.size() > 1 && direction(words.front())) {
    // "North Ave" is a street called North.
    if (words.size() == 2 && Suffixes().contains(words[1])) {
      address.direction.clear();
    } else {
      words.erase(words.begin());
    }
  }
  if (words.size() > 1 && direction(words.back())) words.pop_back();
  if (words.size() > 1) {
    const auto suffix = Suffixes().find(words.back());
    if (suffix != Suffixes().end()) {
      address.suffix = std::string(suffix->second);
      words.pop_back();
    }
  }
  for (const std::string& word : words) {
    const auto known = StreetShorthand().find(word);
    if (!address.name.empty()) address.name += ' ';
    address.name += known == StreetShorthand().end() ? std::string_view(word)
                                                     : known->second;
  }
}

void KeepNumbers(std::string_view lines, StreetAddress& address) {
  for (const std::string& word : PlainWords(lines)) {
    if (!StartsWithDigit(word)) continue;
    address.numbers.push_back(
        std::to_string(Number(std::string_view(word).substr(
            0, word.find_first_not_of("0123456789")))));
  }
  std::sort(address.numbers.begin(), address.numbers.end());
}

std::optional<int64_t> SpelledHouseNumber(const std::string& word) {
  static const std::unordered_map<std::string_view, int64_t> table = {
      {"one", 1}, {"two", 2},   {"three", 3}, {"four", 4}, {"five", 5},
      {"six", 6}, {"seven", 7}, {"eight", 8}, {"nine", 9}, {"ten", 10}};
  const auto found = table.find(word);
  if (found == table.end()) return std::nullopt;
  return found->second;
}

// "One Main Street": a house number in letters, where a street follows.
bool TakeSpelledNumber(std::string_view& text, StreetAddress& address) {
  const std::vector<std::string> words = PlainWords(text);
  if (words.size() < 3 || !Suffixes().contains(words.back())) return false;
  const std::optional<int64_t> number = SpelledHouseNumber(words[0]);
  if (!number.has_value()) return false;
  address.house_first = address.house_last = *number;
  text = Trimmed(text.substr(std::min(text.size(), words[0].size())));
  return true;
}

bool EndsLikeStreet(std::string_view part) {
  std::vector<std::string> words = PlainWords(part);
  if (words.size() > 2 && Directions().contains(words.back())) words.pop_back();
  return words.size() > 1 && Suffixes().contains(words.back());
}

}  // namespace

StreetAddress ReadStreetAddress(std::string_view lines) {
  StreetAddress address;
  const std::vector<std::string_view> parts = PartsOf(lines);
  for (const std::string_view part : parts) {
    if (part.empty() || part[0] == '#' || IsPostBox(part)) continue;
    std::string_view street = part;
    if (TakeHouseNumber(street, address) ||
        TakeSpelledNumber(street, address)) {
      ReadStreet(street, address);
      KeepNumbers(part, address);
      return address;
    }
  }
  // No house number: "Main Street", but not the name of a building.
  for (const std::string_view part : parts) {
    if (IsPostBox(part) || !EndsLikeStreet(part)) continue;
    ReadStreet(part, address);
    KeepNumbers(part, address);
    return address;
  }
  return address;
}

bool HouseNumbersDiffer(const StreetAddress& a, const StreetAddress& b) {
  if (!a.HasHouseNumber() || !b.HasHouseNumber()) return false;
  return a.house_last < b.house_first || b.house_last < a.house_first;
}

bool IsSameStreet(const StreetAddress& a, const StreetAddress& b) {
  if (a.name.empty() || b.name.empty()) return false;
  const auto differ = [](const std::string& one, const std::string& other) {
    return !one.empty() && !other.empty() && one != other;
  };
  if (differ(a.direction, b.direction) || differ(a.suffix, b.suffix)) {
    return false;
  }
  return IsSameWord(a.name, b.name);
}

}  // namespace handrail::server
