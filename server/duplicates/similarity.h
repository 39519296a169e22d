// How alike two words are, in thousandths, with whole numbers only, so that the
// same two words give the same everywhere.
//
// Pure functions.
#pragma once

#include <string_view>

namespace handrail::server {

// Jaro's likeness raised for a common beginning of up to four letters, as
// Winkler has it (W. E. Winkler, "String Comparator Metrics and Enhanced
// Decision Rules in the Fellegi-Sunter Model of Record Linkage", 1990): 1000
// for equal words, 0 where no letter is shared. Compares bytes; symmetric.
int JaroWinkler(std::string_view a, std::string_view b);

// Equal, or a slip of the pen: both of five letters or more, without digits,
// with the same first letter, and at least 940 alike.
bool IsSameWord(std::string_view a, std::string_view b);

}  // namespace handrail::server
