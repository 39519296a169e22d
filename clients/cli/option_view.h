// One option as lines of a match view.
#pragma once

#include <string>
#include <vector>

#include "clients/cli/match_words.h"
#include "clients/cli/page.h"
#include "handrail/v1/match.pb.h"

namespace handrail::cli {

// "850 m", "2.3 km".
std::string Kilometres(int metres);

// "Linden House, Linden Homes": the name, and who runs it.
std::string OptionName(const v1::Option& option);

// Where it is: "2.3 km away", "123 Main St, Millbrook, MD".
std::vector<std::string> WhereParts(const MatchWords& words,
                                    const v1::Option& option);

// How to get in touch: numbers as people here write them, addresses, pages.
std::vector<std::string> Contacts(const MatchWords& words,
                                  const v1::ListingSummary& listing);

// "Ask first, by email at hello@example.org".
std::string AskLabel(const MatchWords& words, const v1::Option& option);

// "fits", "check first".
const std::string& VerdictWords(const MatchWords& words,
                                const v1::Option& option);

// Everything about one option; headed by its number where that is not 0.
void ViewOption(const v1::Option& option, int number, Page& page);

}  // namespace handrail::cli
