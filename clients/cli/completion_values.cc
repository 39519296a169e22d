#include "clients/cli/completion_values.h"

#include "absl/strings/str_split.h"
#include "clients/formats/export.h"
#include "clients/formats/format.h"

namespace handrail::cli {
namespace {

std::vector<std::string> FormatWords() {
  std::vector<std::string> words = absl::StrSplit(formats::FormatNames(), ", ");
  words.insert(words.begin(), "auto");
  return words;
}

}  // namespace

const std::vector<FlagValues>& AllFlagValues() {
  using Kind = FlagValues::Kind;
  static const std::vector<FlagValues> values = {
      {"", "--output", Kind::kWords, {"table", "json"}},
      {"load", "PATH", Kind::kFiles},
      {"load", "--format", Kind::kWords, FormatWords()},
      {"load", "--fellowship", Kind::kWords, {"aa", "na", "al-anon"}},
      {"load", "--errors", Kind::kFiles},
      {"match", "REQUEST", Kind::kFiles},
      {"explain", "--request", Kind::kFiles},
      {"", "--need", Kind::kTerms, {}, /*list=*/true},
      {"", "--term", Kind::kTerms},
      {"search", "--category", Kind::kTerms, {}, /*list=*/true},
      {"search", "--when", Kind::kWords, {"now", "tonight"}},
      {"search", "--sort", Kind::kWords, {"relevance", "distance", "name"}},
      {"search",
       "--facet",
       Kind::kWords,
       {"term", "mode", "state", "county", "city", "source", "language"},
       /*list=*/true},
      {"terms", "TERM", Kind::kTerms},
      {"",
       "--medication",
       Kind::kWords,
       {"methadone", "buprenorphine", "xr_buprenorphine", "xr_naltrexone"}},
      {"match", "--when", Kind::kWords, {"now", "tonight"}},
      {"explain", "--when", Kind::kWords, {"now", "tonight"}},
      {"",
       "--mode",
       Kind::kWords,
       {"in_person", "online", "phone", "comes_to_you"}},
      {"match", "--for", Kind::kWords, {"self", "family", "both"}},
      {"explain", "--for", Kind::kWords, {"self", "family", "both"}},
      {"",
       "--gender",
       Kind::kWords,
       {"woman", "man", "transgender_woman", "transgender_man", "nonbinary"}},
      {"",
       "--channel",
       Kind::kWords,
       {"voice", "text", "video_relay", "email"}},
      {"", "--answer-language", Kind::kWords, {"en", "es"}},
      {"terms", "--language", Kind::kWords, {"en", "es"}},
      {"",
       "--crisis",
       Kind::kWords,
       {"overdose", "suicide", "violence", "withdrawal", "nowhere-tonight"}},
      {"export", "--format", Kind::kWords, formats::ExportFormats()},
      {"export", "--out", Kind::kFolders},
      {"", "--folder", Kind::kFolders},
      {"organization create", "FILE", Kind::kFiles},
      {"program create", "FILE", Kind::kFiles},
      {"service create", "FILE", Kind::kFiles},
      {"location create", "FILE", Kind::kFiles},
      {"organization update", "--from", Kind::kFiles},
      {"program update", "--from", Kind::kFiles},
      {"service update", "--from", Kind::kFiles},
      {"location update", "--from", Kind::kFiles},
      {"verify confirm", "--now", Kind::kWords, {"yes", "no", "depends"}},
      {"verify confirm", "--by", Kind::kWords, {"call", "visit", "provider"}},
      {"verify availability",
       "--by",
       Kind::kWords,
       {"call", "visit", "provider"}},
      {"verify availability",
       "--accepting",
       Kind::kWords,
       {"yes", "no", "depends"}},
      {"verify availability",
       "--waitlist",
       Kind::kWords,
       {"open", "closed", "depends"}},
      {"report list",
       "--status",
       Kind::kWords,
       {"open", "mended", "as-recorded"}},
      {"completion", "SHELL", Kind::kWords, {"bash", "zsh", "fish"}},
  };
  return values;
}

const FlagValues* FindFlagValues(std::string_view command,
                                 std::string_view flag) {
  const FlagValues* found = nullptr;
  for (const FlagValues& values : AllFlagValues()) {
    if (values.flag != flag) continue;
    if (values.command == command) return &values;
    if (values.command.empty()) found = &values;
  }
  return found;
}

}  // namespace handrail::cli
