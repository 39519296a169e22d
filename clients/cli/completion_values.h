// The values of flags that are words from a list, terms, files or folders, for
// completion. A flag that is not here takes free text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace handrail::cli {

struct FlagValues {
  enum class Kind { kWords, kTerms, kFiles, kFolders };

  // "verify availability"; empty for any command.
  std::string_view command;
  // "--mode", or the name of a positional: "PATH".
  std::string_view flag;
  Kind kind = Kind::kWords;
  std::vector<std::string> words = {};
  // The flag takes several, with commas between.
  bool list = false;
};

// Every entry. A test holds them against the flags' help.
const std::vector<FlagValues>& AllFlagValues();

// What `flag` of `command` takes; nullptr for free text.
const FlagValues* FindFlagValues(std::string_view command,
                                 std::string_view flag);

}  // namespace handrail::cli
