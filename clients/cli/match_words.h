// The words of a match view that are not the server's: headings, verdicts,
// ways of contact, in the language of the answer.
//
//   const MatchWords& words = MatchWordsFor(request.language());
//   absl::Substitute(words.away, "2.3 km");             // "a 2.3 km"
//
// A text with $0, $1 … is for absl::Substitute. All languages fill all of them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace handrail::cli {

struct MatchWords {
  // The primary subtag: "en".
  std::string language;

  std::string fits;
  std::string check_first;
  std::string does_not_fit;
  // Name of the option, verdict, points.
  std::string title;
  // Sentence, points, most points.
  std::string with_points;

  // A distance.
  std::string away;
  std::string about_away;
  std::string minutes;

  // A phone number and its extension; a fax number.
  std::string extension;
  std::string fax;

  std::string note;
  std::string why;
  std::string why_not;
  std::string not_sure_of;
  std::string ask_first;
  // How, and where.
  std::string ask_first_by;
  std::string their_rules;
  std::string bring;
  std::string recorded;
  std::string contact;
  std::string also_listed;
  std::string next_steps;

  // Behind the need in its heading.
  std::string whole_state;
  std::string within;
  // How many fit, how many to check first: of one that fits, of more.
  std::string count_one;
  std::string count_many;
  std::string place_unknown;

  // Headings of the parts after the options.
  std::string today;
  std::string range;
  // Number, option in brief, points.
  std::string range_title;
  std::string near_misses;
  std::string relaxations;
  std::string exclusions;

  std::string nothing;
  // Time, revision.
  std::string as_of;

  // Heads of the list of terms: id, label, parents.
  std::vector<std::string> term_heads;

  // By code of a channel: how one asks by it, and how one reaches a crisis
  // line by it. A code that is not there is said with spaces.
  using Channels = std::vector<std::pair<std::string, std::string>>;
  Channels ask_by;
  Channels reach_by;
};

// By the primary subtag; English for others, and where none is given.
const MatchWords& MatchWordsFor(std::string_view language);

// The words of a channel in a table of MatchWords.
std::string ChannelWords(const MatchWords::Channels& channels,
                         std::string_view code);

}  // namespace handrail::cli
