// What the codes of outside vocabularies mean here: the tables of
// clients/formats/data, read once. README.md there has the rules.
//
// A code is always looked up by its system and, for meetings, its fellowship,
// because codes collide between them. Immutable after construction; threads may
// share it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "handrail/v1/profile.pb.h"

namespace handrail::formats {

// A fact that a code states: "any.genders=man:no".
struct CodeFact {
  std::string path;
  std::string value;
  v1::Answer answer = v1::YES;
};

// What one code means.
struct CodeMeaning {
  // False: the code is in no table.
  bool known = false;
  // The code is known and the name is another code's: the name won.
  bool name_differs = false;
  // The code cannot be told apart by what was given; nothing is mapped.
  bool ambiguous = false;
  std::string name;
  // "open-eligibility:106-01-06": v1::NeedTerm.mapped_from.
  std::string key;
  struct Term {
    std::string term;
    bool broader = false;
  };
  std::vector<Term> terms;
  std::vector<CodeFact> facts;
};

struct Fellowship {
  std::string key;
  std::string name;
  std::vector<std::string> pathways;
  std::vector<std::string> audiences;
  std::string term;
  std::vector<std::string> focus;
};

class CodeTables {
 public:
  // The built-in tables.
  static const CodeTables& Get();

  // An Open Eligibility code of either id system, with its name as the source
  // has it ("" where it gives none).
  CodeMeaning OpenEligibility(std::string_view code,
                              std::string_view name) const;

  // A Meeting Guide type code in a fellowship ("" for none).
  CodeMeaning MeetingType(std::string_view fellowship,
                          std::string_view code) const;

  // By key or alias, in any case; nullptr when there is none.
  const Fellowship* FindFellowship(std::string_view key) const;
  // Sorted keys.
  const std::vector<std::string>& fellowship_keys() const { return keys_; }

 private:
  CodeTables();
  void ReadOpenEligibility();
  void ReadMeetingTypes();
  void ReadFellowships();

  // Code → name (folded) → meaning; both with the system in front.
  absl::flat_hash_map<std::string, std::vector<CodeMeaning>> by_code_;
  absl::flat_hash_map<std::string, std::vector<CodeMeaning>> by_name_;
  // "fellowship\tcode" → meaning; codes as written and upper case.
  absl::flat_hash_map<std::string, CodeMeaning> types_;
  absl::flat_hash_map<std::string, CodeMeaning> types_upper_;
  absl::flat_hash_map<std::string, Fellowship> fellowships_;
  absl::flat_hash_map<std::string, std::string> alias_of_;
  std::vector<std::string> keys_;
};

// What every meeting of the fellowship is; `system` goes into the key.
CodeMeaning MeaningOfFellowship(const Fellowship& fellowship,
                                std::string_view system);

// Adds what a code means to a record. Terms and facts that are there already
// stay as they are; in a list YES beats NO. Returns the path of a one-of choice
// that was set to another value before and is now cleared, or "".
std::string ApplyMeaning(const CodeMeaning& meaning,
                         v1::RecordExtension& extension);

// Sets one fact by its path ("any.populations"). The same rules.
std::string ApplyFact(const CodeFact& fact, v1::RecoveryProfile& profile);

}  // namespace handrail::formats
