// The flags of `handrail search` as a SearchRequest.
#pragma once

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "handrail/v1/search.pb.h"

namespace handrail::cli {

// The flags as typed. Those that a match has too mean the same.
struct SearchFlags {
  std::vector<std::string> words;
  std::vector<std::string> categories;
  std::string near;
  double within_km = 0;
  std::string county;
  std::string state;
  std::string zip;
  std::string serves;
  bool open_now = false;
  std::string when;
  std::vector<std::string> modes;
  std::vector<std::string> must;
  std::vector<std::string> must_not;
  std::string source;
  std::vector<std::string> facets;
  int facet_size = 0;
  std::string sort;
  int page_size = 0;
  std::string page_token;
  std::string as_of;
  std::string zone;
  std::string answer_language;

  void AddTo(CLI::App& command);

  // INVALID_ARGUMENT names the flag and what is expected.
  absl::StatusOr<v1::SearchRequest> ToRequest() const;
};

}  // namespace handrail::cli
