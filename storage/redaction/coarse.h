// Shapes of values that cannot hold an address.
//
// A field on the list of what a confidential record may show is shown only if
// its value has the shape it should have: a source can write anything into a
// phone's type or a language's code. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "handrail/v1/hsds.pb.h"

namespace handrail::storage {

// "+14105550100", "988".
bool IsPhoneDigits(std::string_view text);
// Up to 15 digits.
bool IsExtension(std::string_view text);
// An RFC 6350 word: "voice", "text", "fax", "cell", "video", "pager",
// "textphone".
bool IsPhoneType(std::string_view text);
// "es", "pt-BR".
bool IsLanguageTag(std::string_view text);
// Dates, times, days, numbers: digits, A-Z and ,:+-. at most 100 long.
bool IsScheduleCode(std::string_view text);
// An IANA zone: "America/Indiana/Knox".
bool IsZoneName(std::string_view text);
// One wider than a county: "America/New_York".
bool IsWideZone(std::string_view text);
// "US", "MD".
bool IsTwoLetters(std::string_view text);
// A source's name as a load states it.
bool IsSourceName(std::string_view text);
// lower_snake_case or-with-dashes, at most 40 long: a code of our own lists.
bool IsOwnCode(std::string_view text);
// "asam3:3.7-WM".
bool IsCareLevel(std::string_view text);

// The first three digits of a US ZIP code; "" for anything else. Three digits
// stay as they are.
std::string Zip3Of(std::string_view postal_code);

}  // namespace handrail::storage
