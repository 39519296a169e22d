// One option as lines of a match view.
#pragma once

#include <string>

#include "clients/cli/page.h"
#include "handrail/v1/match.pb.h"

namespace handrail::cli {

// "850 m", "2.3 km".
std::string Kilometres(int metres);

// "Linden House, Linden Homes": the name, and who runs it.
std::string OptionName(const v1::Option& option);

// Everything about one option; headed by its number where that is not 0.
void ViewOption(const v1::Option& option, int number, Page& page);

}  // namespace handrail::cli
