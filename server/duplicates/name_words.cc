#include "server/duplicates/name_words.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "matcher/text.h"
#include "server/duplicates/limits.h"
#include "server/duplicates/similarity.h"

namespace handrail::server {
namespace {

using Replacements = std::unordered_map<std::string_view, std::string_view>;
using Words = std::unordered_set<std::string_view>;

constexpr int kContentWeight = 3;
constexpr int kFormWeight = 1;

// Shorthand in names, after a final s was taken off.
const Replacements& Shorthand() {
  static const Replacements table = {
      {"ctr", "center"},
      {"cntr", "center"},
      {"centre", "center"},
      {"centro", "center"},
      {"svc", "service"},
      {"srvc", "service"},
      {"servicio", "service"},
      {"dept", "department"},
      {"assoc", "association"},
      {"assn", "association"},
      {"hosp", "hospital"},
      {"univ", "university"},
      {"mt", "mount"},
      {"ft", "fort"},
      {"st", "saint"},
      {"ste", "saint"},
      {"govt", "government"},
      {"natl", "national"},
      {"prog", "program"},
      {"pgm", "program"},
      {"programme", "program"},
      {"rehab", "rehabilitation"},
      {"tx", "treatment"},
      {"grp", "group"},
      {"mtg", "meeting"},
      {"hlth", "health"},
      {"cmty", "community"},
      {"detoxification", "detox"},
      {"counselling", "counseling"},
      {"iop", "intensive"},
      {"op", "outpatient"},
      {"alanon", "al-anon"},
      {"children", "child"},
      {"woman", "women"},
      {"man", "men"},
  };
  return table;
}

// Of a legal form, or without a meaning of their own.
const Words& Dropped() {
  static const Words words = {
      "inc", "incorporated", "llc", "ltd",  "corp", "corporation", "co",
      "pa",  "pc",           "lp",  "llp",  "pllc", "nfp",         "the",
      "of",  "and",          "a",   "an",   "for",  "in",          "at",
      "on",  "to",           "by",  "with", "de",   "la",          "el",
      "lo",  "los",          "las", "y",    "del",  "para"};
  return words;
}

// Words that many names have.
const Words& Forms() {
  static const Words words = {
      "center",   "service",   "program",    "department",  "office",
      "group",    "meeting",   "agency",     "association", "organization",
      "bureau",   "division",  "branch",     "location",    "site",
      "facility", "community", "county",     "city",        "state",
      "unit",     "system",    "foundation", "project",     "society",
      "street",   "avenue",    "road",
  };
  return words;
}

// Words after which a single letter or a small Roman figure is a number.
const Words& Counted() {
  static const Words words = {"group", "house",    "level", "phase",
                              "part",  "building", "unit",  "ward",
                              "site",  "step",     "home",  "number"};
  return words;
}

const Replacements& NumberWords() {
  static const Replacements table = {
      {"one", "1"},   {"two", "2"},    {"three", "3"},   {"four", "4"},
      {"five", "5"},  {"six", "6"},    {"seven", "7"},   {"eight", "8"},
      {"nine", "9"},  {"ten", "10"},   {"eleven", "11"}, {"twelve", "12"},
      {"first", "1"}, {"second", "2"}, {"third", "3"},   {"fourth", "4"},
      {"fifth", "5"}, {"sixth", "6"},  {"seventh", "7"}, {"eighth", "8"},
      {"ninth", "9"}, {"tenth", "10"}, {"ii", "2"},      {"iii", "3"},
      {"iv", "4"},    {"vi", "6"},     {"vii", "7"},     {"viii", "8"},
      {"ix", "9"}};
  return table;
}

struct Telling {
  std::string_view word;
  TellingGroup group;
  std::string_view stands_for;
};

constexpr Telling kTelling[] = {
    {"men", TellingGroup::kGender, "men"},
    {"male", TellingGroup::kGender, "men"},
    {"boy", TellingGroup::kGender, "men"},
    {"father", TellingGroup::kGender, "men"},
    {"gentlemen", TellingGroup::kGender, "men"},
    {"hombre", TellingGroup::kGender, "men"},
    {"women", TellingGroup::kGender, "women"},
    {"female", TellingGroup::kGender, "women"},
    {"girl", TellingGroup::kGender, "women"},
    {"mother", TellingGroup::kGender, "women"},
    {"ladie", TellingGroup::kGender, "women"},
    {"mujer", TellingGroup::kGender, "women"},
    {"mujere", TellingGroup::kGender, "women"},
    {"adult", TellingGroup::kAge, "adult"},
    {"youth", TellingGroup::kAge, "youth"},
    {"teen", TellingGroup::kAge, "youth"},
    {"adolescent", TellingGroup::kAge, "youth"},
    {"juvenile", TellingGroup::kAge, "youth"},
    {"young", TellingGroup::kAge, "youth"},
    {"child", TellingGroup::kAge, "child"},
    {"kid", TellingGroup::kAge, "child"},
    {"pediatric", TellingGroup::kAge, "child"},
    {"infant", TellingGroup::kAge, "child"},
    {"senior", TellingGroup::kAge, "senior"},
    {"elder", TellingGroup::kAge, "senior"},
    {"geriatric", TellingGroup::kAge, "senior"},
    {"inpatient", TellingGroup::kSetting, "inpatient"},
    {"outpatient", TellingGroup::kSetting, "outpatient"},
    {"intensive", TellingGroup::kSetting, "intensive"},
    {"residential", TellingGroup::kSetting, "residential"},
    {"detox", TellingGroup::kSetting, "detox"},
    {"aftercare", TellingGroup::kSetting, "aftercare"},
    {"shelter", TellingGroup::kSetting, "shelter"},
    {"transitional", TellingGroup::kSetting, "transitional"},
    {"permanent", TellingGroup::kSetting, "permanent"},
    {"emergency", TellingGroup::kSetting, "emergency"},
    {"methadone", TellingGroup::kSetting, "methadone"},
    {"buprenorphine", TellingGroup::kSetting, "buprenorphine"},
    {"morning", TellingGroup::kTimeOfDay, "morning"},
    {"sunrise", TellingGroup::kTimeOfDay, "morning"},
    {"noon", TellingGroup::kTimeOfDay, "noon"},
    {"afternoon", TellingGroup::kTimeOfDay, "afternoon"},
    {"evening", TellingGroup::kTimeOfDay, "evening"},
    {"night", TellingGroup::kTimeOfDay, "night"},
    {"midnight", TellingGroup::kTimeOfDay, "midnight"},
    {"monday", TellingGroup::kWeekday, "monday"},
    {"tuesday", TellingGroup::kWeekday, "tuesday"},
    {"wednesday", TellingGroup::kWeekday, "wednesday"},
    {"thursday", TellingGroup::kWeekday, "thursday"},
    {"friday", TellingGroup::kWeekday, "friday"},
    {"saturday", TellingGroup::kWeekday, "saturday"},
    {"sunday", TellingGroup::kWeekday, "sunday"},
    {"north", TellingGroup::kDirection, "north"},
    {"northern", TellingGroup::kDirection, "north"},
    {"south", TellingGroup::kDirection, "south"},
    {"southern", TellingGroup::kDirection, "south"},
    {"east", TellingGroup::kDirection, "east"},
    {"eastern", TellingGroup::kDirection, "east"},
    {"eastside", TellingGroup::kDirection, "east"},
    {"west", TellingGroup::kDirection, "west"},
    {"western", TellingGroup::kDirection, "west"},
    {"westside", TellingGroup::kDirection, "west"},
    {"northeast", TellingGroup::kDirection, "northeast"},
    {"northwest", TellingGroup::kDirection, "northwest"},
    {"southeast", TellingGroup::kDirection, "southeast"},
    {"southwest", TellingGroup::kDirection, "southwest"},
    {"central", TellingGroup::kDirection, "central"},
    {"upper", TellingGroup::kDirection, "upper"},
    {"lower", TellingGroup::kDirection, "lower"},
    {"english", TellingGroup::kLanguage, "english"},
    {"spanish", TellingGroup::kLanguage, "spanish"},
    {"espanol", TellingGroup::kLanguage, "spanish"},
    {"aa", TellingGroup::kFellowship, "aa"},
    {"na", TellingGroup::kFellowship, "na"},
    {"al-anon", TellingGroup::kFellowship, "al-anon"},
    {"alateen", TellingGroup::kFellowship, "alateen"},
};

const Telling* FindTelling(std::string_view word) {
  static const auto* const table = [] {
    auto* made = new std::unordered_map<std::string_view, const Telling*>;
    for (const Telling& telling : kTelling)
      made->emplace(telling.word, &telling);
    return made;
  }();
  const auto found = table->find(word);
  return found == table->end() ? nullptr : found->second;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// True at the dot of "A.A." and of "H.O.P.E.".
bool IsAcronymDot(std::string_view text, size_t at) {
  const auto alone = [&](size_t letter) {
    return letter < text.size() && IsLetter(text[letter]) &&
           (letter == 0 || !IsLetter(text[letter - 1])) &&
           (letter + 1 >= text.size() || !IsLetter(text[letter + 1]));
  };
  return at > 0 && alone(at - 1) && alone(at + 1);
}

std::vector<std::string> AsciiWords(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (IsLetter(c) || IsDigit(c)) {
      if (!inside) words.emplace_back();
      words.back().push_back(Lower(c));
      inside = true;
    } else if (c != '\'' && !(c == '.' && IsAcronymDot(text, i))) {
      inside = false;
    }
  }
  return words;
}

bool StartsWithDigit(std::string_view word) {
  return !word.empty() && IsDigit(word[0]);
}

// "meetings" and "meeting" are one word; "ss" stays.
std::string Singular(std::string word) {
  const size_t size = word.size();
  if (size > 3 && word[size - 1] == 's' && word[size - 2] != 's' &&
      word[size - 2] != 'u' && word[size - 2] != 'i') {
    word.pop_back();
  }
  return word;
}

std::string Normalised(std::string word) {
  word = Singular(std::move(word));
  const auto found = Shorthand().find(word);
  return found == Shorthand().end() ? word : std::string(found->second);
}

// "Alcoholics Anonymous" is AA, "Narcotics Anonymous" NA, "Al Anon" one word.
void ContractNames(std::vector<std::string>& words) {
  static constexpr std::array<std::array<std::string_view, 3>, 3> kPairs = {{
      {"alcoholic", "anonymous", "aa"},
      {"narcotic", "anonymous", "na"},
      {"al", "anon", "al-anon"},
  }};
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    for (const auto& [first, second, contracted] : kPairs) {
      if (words[i] != first || words[i + 1] != second) continue;
      words[i] = std::string(contracted);
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      break;
    }
  }
}

std::string_view At(const std::vector<std::string>& words, size_t i) {
  return i < words.size() ? std::string_view(words[i]) : std::string_view();
}

std::string LeadingDigits(std::string_view word) {
  size_t end = 0;
  while (end < word.size() && IsDigit(word[end])) ++end;
  size_t begin = 0;
  while (begin + 1 < end && word[begin] == '0') ++begin;
  return std::string(word.substr(begin, end - begin));
}

// A number that many names have and that counts nothing: of 12 steps, of 24
// hours, of seven days, of a time of day.
bool SaysNothing(const std::vector<std::string>& words, size_t i) {
  const std::string_view word = words[i];
  const std::string_view next = At(words, i + 1);
  if ((word == "12" || word == "twelve") && next == "step") return true;
  if (word == "24" && (next == "hour" || next == "hr" || next == "7")) {
    return true;
  }
  if (word == "7" && i > 0 && words[i - 1] == "24") return true;
  if (StartsWithDigit(word) && (next == "am" || next == "pm")) return true;
  if (StartsWithDigit(word) && StartsWithDigit(next) &&
      (At(words, i + 2) == "am" || At(words, i + 2) == "pm")) {
    return true;
  }
  return StartsWithDigit(word) &&
         (word.ends_with("am") || word.ends_with("pm") || word.ends_with("hr"));
}

// The number that a word is; absent: it is none.
std::optional<std::string> NumberIn(const std::vector<std::string>& words,
                                    size_t i) {
  const std::string& word = words[i];
  if (StartsWithDigit(word)) return LeadingDigits(word);
  const auto named = NumberWords().find(word);
  if (named != NumberWords().end()) return std::string(named->second);
  const bool counted = i > 0 && Counted().contains(words[i - 1]);
  if (word.size() != 1 || !counted) return std::nullopt;
  if (word == "i") return "1";
  if (word == "v") return "5";
  if (word == "x") return "10";
  return word;
}

template <typename T>
void SortUnique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

bool Has(const std::vector<std::string>& sorted, const std::string& word) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

}  // namespace

std::vector<std::string> PlainWords(std::string_view text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
  return ascii ? AsciiWords(text) : matcher::WordsOf(text);
}

NameWords NameWordsOf(std::string_view name) {
  std::vector<std::string> words = PlainWords(name);
  for (std::string& word : words) word = Normalised(std::move(word));
  ContractNames(words);
  if (words.size() > kNameWordsMax) words.resize(kNameWordsMax);
  NameWords result;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (SaysNothing(words, i)) continue;
    if (std::optional<std::string> number = NumberIn(words, i)) {
      result.numbers.push_back(*std::move(number));
      continue;
    }
    if (Dropped().contains(word) || word == "am" || word == "pm") continue;
    if (const Telling* telling = FindTelling(word)) {
      result.telling.push_back(
          {telling->group, std::string(telling->stands_for)});
    }
    result.words.push_back(
        {word, Forms().contains(word) ? kFormWeight : kContentWeight});
  }
  std::sort(
      result.words.begin(), result.words.end(),
      [](const NameWord& a, const NameWord& b) { return a.text < b.text; });
  result.words.erase(std::unique(result.words.begin(), result.words.end()),
                     result.words.end());
  SortUnique(result.numbers);
  SortUnique(result.telling);
  return result;
}

int NameLikeness(const NameWords& a, const NameWords& b,
                 const std::vector<std::string>& context) {
  std::vector<bool> taken(b.words.size());
  std::vector<bool> alone(a.words.size(), true);
  int shared = 0;
  const auto take = [&](size_t i, size_t j) {
    alone[i] = false;
    taken[j] = true;
    // Two slips of one word weigh the same, because what has a form's weight
    // is in a table.
    shared += Has(context, a.words[i].text)
                  ? kFormWeight
                  : std::min(a.words[i].weight, b.words[j].weight);
  };
  // Equal words first: a slip must not take the place of a word that is there.
  for (const bool slips : {false, true}) {
    for (size_t i = 0; i < a.words.size(); ++i) {
      for (size_t j = 0; alone[i] && j < b.words.size(); ++j) {
        if (taken[j]) continue;
        const bool same = slips ? IsSameWord(a.words[i].text, b.words[j].text)
                                : a.words[i].text == b.words[j].text;
        if (same) take(i, j);
      }
    }
  }
  if (shared == 0) return 0;
  int whole = 2 * shared;
  for (size_t i = 0; i < a.words.size(); ++i) {
    if (alone[i] && !Has(context, a.words[i].text)) whole += a.words[i].weight;
  }
  for (size_t j = 0; j < b.words.size(); ++j) {
    if (!taken[j] && !Has(context, b.words[j].text)) whole += b.words[j].weight;
  }
  return 2000 * shared / whole;
}

}  // namespace handrail::server
