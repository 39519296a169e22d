// What older tables say in the words of a cell: days of the week, hours, lists,
// and what is true.
//
//   WeekdayCodes("Mon-Fri")  // "MO,TU,WE,TH,FR"
//
// Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace handrail::formats {

// "MO", "MO,WE", "MO,TU,WE,TH,FR" for "Monday", "Mon, Wed", "Mon-Fri", "1" …;
// "" for what names no day. 1 is Monday, and 0 and 7 are Sunday.
std::string WeekdayCodes(std::string_view text);

// Parts between commas outside brackets: "Chinese (Mandarin, Wu), Spanish".
std::vector<std::string> ListInCell(std::string_view text);

// "9am" as "09:00", which is as far as hours without minutes are understood;
// other texts stay for the server to judge.
std::string HoursText(const std::string& text);

// "true", "t", "yes", "1", and their opposites; many texts are neither.
bool IsTrueCell(std::string_view text);
bool IsFalseCell(std::string_view text);

}  // namespace handrail::formats
