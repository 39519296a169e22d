// What the format codes of BMLT servers mean.
//
// A code alone is not enough: servers rename formats, translate them and add
// their own. With the server's list of formats (bmlt_directory.h) a format is
// known by its names and its world id; without one, by the code that a new
// server gives it.
//
// Immutable after construction; threads may share it.
//
//   const CodeMeaning meaning = BmltCodes::Get().Find(
//       {.fellowship = "na", .code = "Ö", .world = "OPEN", .names =
//       {"Öppet"}});
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "clients/formats/code_tables.h"

namespace handrail::formats {

// A format as its server describes it.
struct BmltFormatName {
  std::string fellowship;
  std::string code;
  // NAWS world id; may be empty.
  std::string world;
  // Its name in each language that the server has.
  std::vector<std::string> names;
};

class BmltCodes {
 public:
  // The built-in table.
  static const BmltCodes& Get();

  // A format that its server describes. In this order: a row of its code and
  // one of its names; rows of its world id, where all say the same; a row of
  // its code and world id; a row of one of its names. Not known otherwise,
  // whatever its code: that may be the server's own.
  CodeMeaning Find(const BmltFormatName& format) const;

  // A code of a server that does not describe its formats, as new servers
  // mean it.
  CodeMeaning Seed(std::string_view fellowship, std::string_view code) const;

 private:
  struct Row {
    std::string code;
    std::string world;
    // Folded.
    std::vector<std::string> names;
    CodeMeaning meaning;
  };

  BmltCodes();
  // Rows of the fellowship, those of "*" last.
  std::vector<const Row*> RowsOf(std::string_view fellowship) const;

  absl::flat_hash_map<std::string, std::vector<Row>> rows_;
};

}  // namespace handrail::formats
