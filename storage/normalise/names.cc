#include "storage/normalise/names.h"

#include <unicode/locid.h>
#include <unicode/strenum.h>
#include <unicode/timezone.h>
#include <unicode/ucurr.h>
#include <unicode/uloc.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/time/time.h"
#include "storage/normalise/text.h"

namespace handrail::storage {
namespace {

using Table = absl::flat_hash_map<std::string, std::string>;

constexpr size_t kNameBytesMax = 100;
constexpr int32_t kTagBytesMax = 64;

std::string Utf8(const icu::UnicodeString& text) {
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

std::optional<std::string> Find(const Table& table, std::string_view text) {
  if (text.size() > kNameBytesMax) return std::nullopt;
  const auto found = table.find(LookupKey(text));
  if (found == table.end()) return std::nullopt;
  return found->second;
}

// --- Languages --------------------------------------------------------------

// Names in use that ICU has otherwise.
constexpr std::pair<const char*, const char*> kLanguageAliases[] = {
    {"american sign language", "ase"},
    {"american sign language (asl)", "ase"},
    {"asl", "ase"},
    {"castilian", "es"},
    {"spanish; castilian", "es"},
    {"farsi", "fa"},
    {"farsi (persian)", "fa"},
    {"persian (farsi)", "fa"},
    {"haitian creole", "ht"},
    {"french creole", "ht"},
    {"haitian; haitian creole", "ht"},
    {"mandarin", "cmn"},
    {"mandarin chinese", "cmn"},
    {"chinese (mandarin)", "cmn"},
    {"cantonese", "yue"},
    {"chinese (cantonese)", "yue"},
    {"tagalog", "tl"},
    {"gaelic", "gd"},
    {"hmong", "hmn"},
};

// English names and names of their own, in lower case.
Table MakeLanguageNames() {
  Table table;
  for (const char* const* code = icu::Locale::getISOLanguages(); *code != 0;
       ++code) {
    const icu::Locale locale(*code);
    icu::UnicodeString own, english;
    locale.getDisplayLanguage(locale, own);
    locale.getDisplayLanguage(icu::Locale::getEnglish(), english);
    char tag[kTagBytesMax];
    UErrorCode error = U_ZERO_ERROR;
    const int32_t size =
        uloc_toLanguageTag(*code, tag, kTagBytesMax, /*strict=*/true, &error);
    if (U_FAILURE(error) || size >= kTagBytesMax) continue;
    table.emplace(LookupKey(Utf8(english)), tag);
    table.emplace(LookupKey(Utf8(own)), tag);
  }
  for (const auto& [name, tag] : kLanguageAliases) table[name] = tag;
  return table;
}

bool IsKnownLanguage(const std::string& subtag) {
  static const auto* const known = [] {
    auto* codes = new absl::flat_hash_set<std::string>;
    for (const char* const* code = icu::Locale::getISOLanguages(); *code != 0;
         ++code) {
      codes->insert(*code);
    }
    codes->insert({"ase", "cmn", "yue", "tl"});
    return codes;
  }();
  return known->contains(subtag);
}

// The canonical form of a tag; absent where it is no tag of a language known.
std::optional<std::string> CanonicalTag(std::string_view text) {
  std::string given(text);
  std::replace(given.begin(), given.end(), '_', '-');
  char locale[ULOC_FULLNAME_CAPACITY];
  int32_t parsed = 0;
  UErrorCode error = U_ZERO_ERROR;
  uloc_forLanguageTag(given.c_str(), locale, ULOC_FULLNAME_CAPACITY, &parsed,
                      &error);
  if (U_FAILURE(error) || parsed != static_cast<int32_t>(given.size())) {
    return std::nullopt;
  }
  char tag[kTagBytesMax];
  error = U_ZERO_ERROR;
  const int32_t size =
      uloc_toLanguageTag(locale, tag, kTagBytesMax, true, &error);
  if (U_FAILURE(error) || size >= kTagBytesMax) return std::nullopt;
  std::string canonical(tag, size);
  if (!IsKnownLanguage(canonical.substr(0, canonical.find('-')))) {
    return std::nullopt;
  }
  return canonical;
}

// --- Countries and states -----------------------------------------------

constexpr std::pair<const char*, const char*> kCountryAliases[] = {
    {"u.s.", "US"},
    {"u.s.a.", "US"},
    {"united states", "US"},
    {"united states of america", "US"},
    {"the united states", "US"},
    {"uk", "GB"},
    {"u.k.", "GB"},
    {"great britain", "GB"},
    {"england", "GB"},
    {"scotland", "GB"},
    {"wales", "GB"},
    {"northern ireland", "GB"},
    {"mexico", "MX"},
    {"puerto rico", "PR"},
};

Table MakeCountryNames() {
  Table table;
  for (const char* const* code = icu::Locale::getISOCountries(); *code != 0;
       ++code) {
    const icu::Locale locale("", *code);
    icu::UnicodeString english;
    locale.getDisplayCountry(icu::Locale::getEnglish(), english);
    table.emplace(LookupKey(*code), *code);
    table.emplace(LookupKey(locale.getISO3Country()), *code);
    table.emplace(LookupKey(Utf8(english)), *code);
  }
  for (const auto& [name, code] : kCountryAliases) table[name] = code;
  return table;
}

constexpr std::pair<const char*, const char*> kStates[] = {
    {"alabama", "AL"},
    {"alaska", "AK"},
    {"american samoa", "AS"},
    {"arizona", "AZ"},
    {"arkansas", "AR"},
    {"california", "CA"},
    {"colorado", "CO"},
    {"connecticut", "CT"},
    {"delaware", "DE"},
    {"district of columbia", "DC"},
    {"florida", "FL"},
    {"georgia", "GA"},
    {"guam", "GU"},
    {"hawaii", "HI"},
    {"idaho", "ID"},
    {"illinois", "IL"},
    {"indiana", "IN"},
    {"iowa", "IA"},
    {"kansas", "KS"},
    {"kentucky", "KY"},
    {"louisiana", "LA"},
    {"maine", "ME"},
    {"maryland", "MD"},
    {"massachusetts", "MA"},
    {"michigan", "MI"},
    {"minnesota", "MN"},
    {"mississippi", "MS"},
    {"missouri", "MO"},
    {"montana", "MT"},
    {"nebraska", "NE"},
    {"nevada", "NV"},
    {"new hampshire", "NH"},
    {"new jersey", "NJ"},
    {"new mexico", "NM"},
    {"new york", "NY"},
    {"north carolina", "NC"},
    {"north dakota", "ND"},
    {"northern mariana islands", "MP"},
    {"ohio", "OH"},
    {"oklahoma", "OK"},
    {"oregon", "OR"},
    {"pennsylvania", "PA"},
    {"puerto rico", "PR"},
    {"rhode island", "RI"},
    {"south carolina", "SC"},
    {"south dakota", "SD"},
    {"tennessee", "TN"},
    {"texas", "TX"},
    {"u.s. virgin islands", "VI"},
    {"utah", "UT"},
    {"vermont", "VT"},
    {"virgin islands", "VI"},
    {"virginia", "VA"},
    {"washington", "WA"},
    {"washington dc", "DC"},
    {"washington, d.c.", "DC"},
    {"d.c.", "DC"},
    {"west virginia", "WV"},
    {"wisconsin", "WI"},
    {"wyoming", "WY"},
};

// "md" and "md." besides the names.
Table MakeStateNames() {
  Table table;
  for (const auto& [name, letters] : kStates) {
    const std::string lower = LookupKey(letters);
    table[name] = letters;
    table[lower] = letters;
    table[lower + "."] = letters;
  }
  // Addresses of the armed forces.
  for (const char* letters : {"AA", "AE", "AP"}) {
    table[LookupKey(letters)] = letters;
  }
  return table;
}

// --- Zones ------------------------------------------------------------------

// ICU's list keeps hostile names away from the zone library, which opens a
// file per name and remembers each for ever.
const absl::flat_hash_set<std::string>& ZoneNames() {
  static const auto* const names = [] {
    auto* all = new absl::flat_hash_set<std::string>;
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<icu::StringEnumeration> zones(
        icu::TimeZone::createTimeZoneIDEnumeration(
            UCAL_ZONE_TYPE_ANY, /*region=*/nullptr, /*rawOffset=*/nullptr,
            error));
    while (U_SUCCESS(error)) {
      const icu::UnicodeString* name = zones->snext(error);
      if (name == nullptr) break;
      all->insert(Utf8(*name));
    }
    return all;
  }();
  return *names;
}

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(c); });
}

// --- Tags -------------------------------------------------------------------

std::optional<std::string> LanguageTagOf(std::string_view text) {
  text = Trim(text);
  if (text.empty()) return std::nullopt;
  if (std::optional<std::string> named = LanguageNamed(text)) return named;
  if (text.size() >= static_cast<size_t>(kTagBytesMax)) return std::nullopt;
  return CanonicalTag(text);
}

// What each code of ISO 639 means as a tag: what most sources write.
Table MakeLanguageCodes() {
  Table table;
  for (const char* const* code = icu::Locale::getISOLanguages(); *code != 0;
       ++code) {
    const std::optional<std::string> tag = LanguageTagOf(*code);
    if (tag.has_value()) table.emplace(*code, *tag);
  }
  return table;
}

}  // namespace

std::optional<std::string> LanguageNamed(std::string_view name) {
  static const Table* const names = new Table(MakeLanguageNames());
  return Find(*names, name);
}

std::optional<std::string> LanguageTag(std::string_view text) {
  static const Table* const codes = new Table(MakeLanguageCodes());
  const auto found = codes->find(absl::string_view(text.data(), text.size()));
  return found != codes->end() ? found->second : LanguageTagOf(text);
}

std::optional<std::string> CountryCode(std::string_view text) {
  static const Table* const names = new Table(MakeCountryNames());
  return Find(*names, text);
}

std::optional<std::string> StateLetters(std::string_view text) {
  static const Table* const names = new Table(MakeStateNames());
  return Find(*names, text);
}

std::optional<std::string> ZipCode(std::string_view text) {
  constexpr size_t kZip = 5, kPlusFour = 9;
  text = Trim(text);
  std::string digits(text);
  if (digits.size() == kPlusFour + 1 && digits[kZip] == '-') {
    digits.erase(kZip, 1);
  }
  if (!AllDigits(digits)) return std::nullopt;
  if (digits.size() == kZip) return digits;
  if (digits.size() != kPlusFour) return std::nullopt;
  return digits.insert(kZip, "-");
}

std::optional<std::string> CurrencyCode(std::string_view text) {
  text = Trim(text);
  if (text.size() != 3) return std::nullopt;
  std::string code;
  icu::UnicodeString wide;
  for (const char c : text) {
    if (!absl::ascii_isalpha(c)) return std::nullopt;
    code += absl::ascii_toupper(c);
    wide.append(static_cast<UChar>(code.back()));
  }
  UErrorCode error = U_ZERO_ERROR;
  constexpr UDate kEver = -1e15, kAlways = 1e15;
  const UBool known =
      ucurr_isAvailable(wide.getTerminatedBuffer(), kEver, kAlways, &error);
  if (U_FAILURE(error) || !known) return std::nullopt;
  return code;
}

bool IsZone(std::string_view text) {
  if (text != "UTC" && text.find('/') == std::string_view::npos) return false;
  const std::string name(text);
  if (!ZoneNames().contains(name)) return false;
  absl::TimeZone zone;
  return absl::LoadTimeZone(name, &zone);
}

}  // namespace handrail::storage
