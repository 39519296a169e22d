#include "server/options_reference.h"

#include <cctype>

namespace handrail::server {
namespace {

constexpr char kHead[] =
    "# Configuration of handraild\n"
    "\n"
    "Made from the program's own flags (`handraild --help-markdown`); "
    "`./dev golden --update` writes it again.\n"
    "\n"
    "Each setting is a flag, a variable of the environment and a key of the "
    "TOML file that `--config` (or `HANDRAIL_CONFIG`) names.\n"
    "A flag counts over the environment, that over the file, that over the "
    "default. The file may hold no other keys. There are no\n"
    "secrets among them; a setting that is one will be the path of a file.\n"
    "\n"
    "| flag | environment | TOML key | default | values | what |\n"
    "|---|---|---|---|---|---|\n";

std::string Replaced(std::string text, const std::string& from,
                     const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// The description without the variable's name, which --help shows behind it.
std::string WhatOf(const CLI::Option& flag) {
  const std::string& text = flag.get_description();
  return Replaced(text.substr(0, text.rfind(" [HANDRAIL_")), "|", "\\|");
}

bool IsNumber(const CLI::Option& flag) {
  return flag.get_type_name().starts_with("INT");
}

// "TEXT:{debug,info}" and "INT:INT in [8 - 1024]" in words.
std::string ValuesOf(const CLI::Option& flag) {
  const std::string type = flag.get_type_name();
  const size_t open = type.find_first_of("{[");
  if (open == std::string::npos) return IsNumber(flag) ? "a number" : "text";
  const std::string inside = type.substr(open + 1, type.size() - open - 2);
  if (type[open] == '[') return Replaced(inside, " - ", " to ");
  return "`" + Replaced(inside, ",", "` `") + "`";
}

std::string Code(const std::string& text) {
  return text.empty() ? "" : "`" + text + "`";
}

std::string RowOf(const CLI::Option& flag) {
  const std::string& name = flag.get_single_name();
  return "| `--" + name + "` | `" + EnvironmentName(name) + "` | `" + name +
         "` | " + Code(flag.get_default_str()) + " | " + ValuesOf(flag) +
         " | " + WhatOf(flag) + " |\n";
}

std::string TomlLineOf(const CLI::Option& flag) {
  const std::string value = flag.get_default_str();
  const bool list = flag.get_items_expected_max() > 1;
  std::string shown = "\"" + value + "\"";
  if (IsNumber(flag)) shown = value;
  if (list) shown = "[]";
  return "# " + flag.get_single_name() + " = " + shown + "\n";
}

}  // namespace

std::string EnvironmentName(const std::string& flag) {
  std::string name = "HANDRAIL_" + flag;
  for (char& c : name) {
    c = c == '-'
            ? '_'
            : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

std::string ReferenceInMarkdown(const std::vector<CLI::Option*>& flags) {
  std::string page = kHead;
  for (const CLI::Option* flag : flags) page += RowOf(*flag);
  page +=
      "\nThe file, with every key at its default:\n"
      "\n"
      "```toml\n";
  for (const CLI::Option* flag : flags) page += TomlLineOf(*flag);
  page += "```\n";
  return page;
}

}  // namespace handrail::server
