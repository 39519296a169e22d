// The flags of `handrail match` and `handrail explain` as a MatchRequest.
#pragma once

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "handrail/v1/match.pb.h"

namespace handrail::cli {

// The flags as typed. Each --need is a need of its own; what else is said of a
// need (words, distance, time, mode) applies to every need on the line.
struct MatchFlags {
  std::string request_file;
  std::vector<std::string> needs;
  std::string words;
  std::string near;
  double within_km = 0;
  bool widen = false;
  std::vector<std::string> must;
  std::vector<std::string> must_not;
  std::vector<std::string> prefer;
  std::vector<std::string> medications;
  std::string when;
  std::vector<std::string> free;
  std::vector<std::string> modes;
  std::string for_whom;
  int max_results = 0;
  std::string as_of;
  int age = -1;
  std::string gender;
  std::vector<std::string> languages;
  std::vector<std::string> coverage;
  std::vector<std::string> documents;
  std::vector<std::string> circumstances;
  std::vector<std::string> channels;
  std::vector<std::string> crisis;
  std::string home;
  std::string zone;
  std::string answer_language;
  // Parts of the answer beyond the options.
  bool range = false;
  int range_size = 0;
  bool near_misses = false;
  bool exclusions = false;
  bool relaxations = false;
  bool today = false;
  bool next_steps = false;
  bool all_parts = false;

  // Adds the flags to a command. `request_flag` is the name of the file
  // argument: "REQUEST" (positional) or "--request".
  void AddTo(CLI::App& command, const std::string& request_flag);
  // Adds the flags that ask for parts of an answer.
  void AddPartsTo(CLI::App& command);

  // The request: the file's, then the flags over it. INVALID_ARGUMENT names
  // the flag and what is expected.
  absl::StatusOr<v1::MatchRequest> ToRequest(
      std::istream& standard_input) const;
};

}  // namespace handrail::cli
