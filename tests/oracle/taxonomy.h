// The kinds of need, read from matcher/data/taxonomy.json.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace handrail::oracle {

struct Kind {
  // By language.
  std::map<std::string, std::string> labels;
  std::map<std::string, std::vector<std::string>> synonyms;
  std::set<std::string> asks;
  bool occurrence = false;
  // Itself and all that it is a kind of.
  std::set<std::string> answers;
};

// By id.
const std::map<std::string, Kind>& Kinds();

}  // namespace handrail::oracle
