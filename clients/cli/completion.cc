#include "clients/cli/completion.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "clients/cli/completion_values.h"

namespace handrail::cli {
namespace {

// Flags that stop the program before anything else.
bool IsHelp(const CLI::Option& option) {
  const std::string& name = option.get_single_name();
  return name == "help" || name == "version";
}

bool IsShown(const CLI::Option& option) { return !option.get_group().empty(); }

bool TakesValue(const CLI::Option& option) {
  return option.get_items_expected_max() > 0;
}

bool MayRepeat(const CLI::Option& option) {
  return option.get_items_expected_max() > 1;
}

bool IsFlag(const CLI::Option& option) {
  return !option.get_lnames().empty() || !option.get_snames().empty();
}

// "--need", "-o" where there is no long name, or "PATH".
std::string NameOf(const CLI::Option& option) {
  if (!option.get_lnames().empty()) return "--" + option.get_lnames().front();
  if (!option.get_snames().empty()) return "-" + option.get_snames().front();
  return option.get_single_name();
}

// "service update".
std::string PathOf(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  if (parent == nullptr) return "";
  const std::string above = PathOf(*parent);
  return above.empty() ? app.get_name() : above + " " + app.get_name();
}

// The flags that may stand behind a command: its own, and those of the commands
// above it, which take them too.
std::vector<const CLI::Option*> FlagsAt(const CLI::App& app) {
  std::vector<const CLI::Option*> flags;
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
    for (const CLI::Option* option : at->get_options()) {
      if (!IsFlag(*option) || !IsShown(*option)) continue;
      if (at != &app && IsHelp(*option)) continue;
      flags.push_back(option);
    }
  }
  return flags;
}

// The flag that a word like "--need", "--need=…" or "-o" names; nullptr for
// none.
const CLI::Option* FindFlag(const CLI::App& app, std::string_view word) {
  const std::string name(word.substr(0, word.find('=')));
  for (const CLI::Option* flag : FlagsAt(app)) {
    if (flag->check_name(name)) return flag;
  }
  return nullptr;
}

const CLI::App* FindCommand(const CLI::App& app, const std::string& name) {
  for (const CLI::App* command :
       app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

// Which command owns a flag: the one at hand or one above it.
std::string OwnerOf(const CLI::App& app, const CLI::Option& option) {
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
    const auto own = at->get_options();
    if (std::find(own.begin(), own.end(), &option) != own.end()) {
      return PathOf(*at);
    }
  }
  return "";
}

// Where the words before the cursor lead.
class Walk {
 public:
  Walk(const CLI::App& app, const std::string& server)
      : command_(&app), server_(server) {}

  void Take(const std::string& word) {
    if (awaited_ != nullptr) {
      Value(*awaited_, word);
    } else if (only_positionals_) {
      ++positionals_;
    } else if (word == "--") {
      only_positionals_ = true;
    } else if (word.size() > 1 && word.front() == '-') {
      Flag(word);
    } else if (const CLI::App* below = FindCommand(*command_, word);
               below != nullptr) {
      command_ = below;
      positionals_ = 0;
    } else {
      ++positionals_;
    }
  }

  const CLI::App& command() const { return *command_; }
  // The flag whose value comes next.
  const CLI::Option* awaited() const { return awaited_; }
  bool only_positionals() const { return only_positionals_; }
  const std::string& server() const { return server_; }
  bool Given(const CLI::Option& flag) const { return given_.contains(&flag); }

  // What a word that is no flag would be; nullptr for nothing.
  const CLI::Option* Positional() const {
    int at = 0;
    for (const CLI::Option* option : command_->get_options()) {
      if (IsFlag(*option) || !option->get_positional()) continue;
      if (at == positionals_ || MayRepeat(*option)) return option;
      ++at;
    }
    return nullptr;
  }

 private:
  void Flag(const std::string& word) {
    const CLI::Option* flag = FindFlag(*command_, word);
    if (flag == nullptr) return;
    given_.insert(flag);
    if (!TakesValue(*flag)) return;
    const size_t equals = word.find('=');
    if (equals == std::string::npos) {
      awaited_ = flag;
    } else {
      Value(*flag, word.substr(equals + 1));
    }
  }

  void Value(const CLI::Option& flag, const std::string& value) {
    awaited_ = nullptr;
    if (NameOf(flag) == "--server") server_ = value;
  }

  const CLI::App* command_;
  std::string server_;
  const CLI::Option* awaited_ = nullptr;
  bool only_positionals_ = false;
  int positionals_ = 0;
  std::set<const CLI::Option*> given_;
};

class Completer {
 public:
  Completer(const Walk& walk, const FindTerms& terms)
      : walk_(walk), terms_(terms) {}

  Completion At(const std::string& word) && {
    if (walk_.awaited() != nullptr) {
      Values(*walk_.awaited(), "", word);
    } else if (!walk_.only_positionals() && word.starts_with('-')) {
      FlagOrItsValue(word);
    } else {
      if (!walk_.only_positionals()) Commands(word);
      const CLI::Option* positional = walk_.Positional();
      if (positional != nullptr) Values(*positional, "", word);
    }
    return std::move(next_);
  }

 private:
  void FlagOrItsValue(const std::string& word) {
    const size_t equals = word.find('=');
    if (equals == std::string::npos) return Flags(word);
    const CLI::Option* flag = FindFlag(walk_.command(), word);
    if (flag == nullptr || !TakesValue(*flag)) return;
    Values(*flag, word.substr(0, equals + 1), word.substr(equals + 1));
  }

  void Flags(const std::string& word) {
    for (const CLI::Option* flag : FlagsAt(walk_.command())) {
      if (walk_.Given(*flag) && !MayRepeat(*flag)) continue;
      const std::string name = NameOf(*flag);
      if (name.starts_with(word)) {
        next_.words.push_back({name, flag->get_description()});
      }
    }
  }

  void Commands(const std::string& word) {
    for (const CLI::App* command : walk_.command().get_subcommands(
             [](const CLI::App* c) { return !c->get_group().empty(); })) {
      if (command->get_name().starts_with(word)) {
        next_.words.push_back(
            {command->get_name(), command->get_description()});
      }
    }
  }

  // The values of `option` that begin like `word`, with `before` in front.
  void Values(const CLI::Option& option, std::string before,
              std::string_view word) {
    const FlagValues* values =
        FindFlagValues(OwnerOf(walk_.command(), option), NameOf(option));
    if (values == nullptr) return;
    if (values->kind == FlagValues::Kind::kFiles) {
      next_.kind = Completion::Kind::kFiles;
    } else if (values->kind == FlagValues::Kind::kFolders) {
      next_.kind = Completion::Kind::kFolders;
    }
    const size_t comma = word.rfind(',');
    if (values->list && comma != std::string_view::npos) {
      before += word.substr(0, comma + 1);
      word.remove_prefix(comma + 1);
    }
    for (const std::string& value : values->words) {
      Add(before, {value, ""}, word);
    }
    if (values->kind != FlagValues::Kind::kTerms) return;
    for (const NextWord& term : terms_(walk_.server())) Add(before, term, word);
  }

  void Add(const std::string& before, const NextWord& value,
           std::string_view word) {
    if (!value.word.starts_with(word)) return;
    next_.words.push_back({before + value.word, value.about});
  }

  const Walk& walk_;
  const FindTerms& terms_;
  Completion next_;
};

// One line, without what ends a line or a field.
std::string OneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::replace(text.begin(), text.end(), '\t', ' ');
  return text;
}

}  // namespace

Completion Complete(const CLI::App& app, const std::vector<std::string>& words,
                    const std::string& server, const FindTerms& terms) {
  if (words.empty()) return {};
  Walk walk(app, server);
  for (size_t i = 0; i + 1 < words.size(); ++i) walk.Take(words[i]);
  return Completer(walk, terms).At(words.back());
}

std::string CompletionLines(const Completion& completion) {
  switch (completion.kind) {
    case Completion::Kind::kFiles:
      return ":files\n";
    case Completion::Kind::kFolders:
      return ":folders\n";
    case Completion::Kind::kWords:
      break;
  }
  std::string lines;
  for (const NextWord& next : completion.words) {
    lines += next.word + "\t" + OneLine(next.about) + "\n";
  }
  return lines;
}

}  // namespace handrail::cli
