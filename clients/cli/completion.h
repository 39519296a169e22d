// What may come next on a command line, read from the tree of commands and
// flags that the program itself parses with, so that the two cannot differ.
//
//   Completion next = Complete(app, {"match", "--mode", "on"}, terms);
//   // next.words: {{"online", ""}}
//
// Pure but for `terms`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"

namespace handrail::cli {

// One word that may come next, and what it is.
struct NextWord {
  std::string word;
  std::string about;
};

struct Completion {
  enum class Kind { kWords, kFiles, kFolders };

  Kind kind = Kind::kWords;
  // Sorted where they are names; all begin like the word at the cursor.
  std::vector<NextWord> words;
};

// The kinds of need that the server at HOST:PORT knows; empty where it does not
// answer.
using FindTerms =
    std::function<std::vector<NextWord>(const std::string& server)>;

// `words` are those after the program's name up to the cursor; the last is the
// one at the cursor and may be empty. `terms` is asked for the values of flags
// that take kinds of need, of the server that --server among the words names,
// or else `server`.
Completion Complete(const CLI::App& app, const std::vector<std::string>& words,
                    const std::string& server, const FindTerms& terms);

// As the shells' scripts read it: a line for each word, with what it is behind
// a tab; ":files" and ":folders" where the shell knows better.
std::string CompletionLines(const Completion& completion);

}  // namespace handrail::cli
