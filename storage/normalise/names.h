// Names people write and the codes they stand for: languages, countries,
// states, currencies, time zones, ZIP codes.
//
// Each takes text in any case and with outer spaces, and returns the code;
// absent means it is not one. Codes map to themselves. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace handrail::storage {

// BCP 47 tag of a code or name. "Spanish", "SPA" and "es" are "es"; "pt-br" is
// "pt-BR".
std::optional<std::string> LanguageTag(std::string_view text);

// The same for names alone, English or the language's own: "American Sign
// Language" is "ase", "español" is "es".
std::optional<std::string> LanguageNamed(std::string_view name);

// ISO 3166-1 alpha-2. "USA", "United States", "us" are "US"; "UK" is "GB".
std::optional<std::string> CountryCode(std::string_view text);

// USPS letters of a state, the District of Columbia or a territory.
// "Maryland", "md", "Md." are "MD".
std::optional<std::string> StateLetters(std::string_view text);

// "21201" or "21201-1234" (also written without the dash). A code that lost
// its leading zero is not mended: nothing is guessed.
std::optional<std::string> ZipCode(std::string_view text);

// ISO 4217 letters: "USD".
std::optional<std::string> CurrencyCode(std::string_view text);

// Whether the text is the IANA name of a time zone: "America/New_York",
// "UTC". Exact; names that mean the machine's own zone are none.
bool IsZone(std::string_view text);

}  // namespace handrail::storage
