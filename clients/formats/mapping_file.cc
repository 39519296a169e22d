#include "clients/formats/mapping_file.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/code_rows.h"
#include "clients/formats/limits.h"
#include "clients/formats/plain_text.h"
#include "clients/formats/utf8_checker.h"
#include "google/protobuf/descriptor.h"
#include "handrail/v1/annotations.pb.h"
#include "handrail/v1/record.pb.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

// Stands for # inside quotation marks while CLI11 reads, which takes every # of
// a value for a comment.
constexpr char kHash = '\x01';

absl::Status Wrong(std::string_view where, std::string_view what) {
  return InvalidField(
      "mapping", absl::StrCat(std::string(where), ": ", std::string(what)));
}

bool IsUtf8(std::string_view text) {
  Utf8Checker checker;
  for (const char c : text) {
    if (!checker.Byte(static_cast<unsigned char>(c))) return false;
  }
  return !checker.inside();
}

// Comments taken out, and # inside quotation marks put out of harm's way.
std::string WithoutComments(std::string_view text) {
  std::string out;
  char open = 0;
  bool comment = false;
  for (const char c : text) {
    if (c == '\n') {
      comment = false;
      open = 0;
    } else if (comment) {
      continue;
    } else if (open != 0) {
      if (c == open) open = 0;
      if (c == '#') {
        out += kHash;
        continue;
      }
    } else if (c == '"' || c == '\'') {
      open = c;
    } else if (c == '#') {
      comment = true;
      continue;
    }
    out += c;
  }
  return out;
}

std::vector<std::string> WithHashes(std::vector<std::string> texts) {
  for (std::string& text : texts) {
    std::replace(text.begin(), text.end(), kHash, '#');
  }
  return texts;
}

// Why a fact of the mapping cannot be set; empty where it can.
std::string WrongFact(const CodeFact& fact) {
  const size_t dot = fact.path.find('.');
  const pb::FieldDescriptor* group =
      dot == std::string::npos
          ? nullptr
          : v1::RecoveryProfile::descriptor()->FindFieldByName(
                fact.path.substr(0, dot));
  const pb::FieldDescriptor* field =
      group == nullptr
          ? nullptr
          : group->message_type()->FindFieldByName(fact.path.substr(dot + 1));
  if (field == nullptr) return "names no fact of the profile";
  const std::string type(field->message_type()->name());
  if (type == "Fact") {
    return fact.value == "yes" || fact.value == "no" ||
                   fact.value == "conditional"
               ? ""
               : "wants yes, no or conditional";
  }
  if (type == "NumberFact") {
    constexpr size_t kDigitsMax = 9;
    return !fact.value.empty() && fact.value.size() <= kDigitsMax &&
                   fact.value.find_first_not_of("0123456789") ==
                       std::string::npos
               ? ""
               : "wants a whole number";
  }
  if (type != "SetFact" && type != "ChoiceFact" && type != "TextFact" &&
      fact.path != "any.documents") {
    return "cannot be set from a column";
  }
  const auto& codes = field->options().GetExtension(v1::fact).codes();
  if (codes.empty() ||
      std::find(codes.begin(), codes.end(), fact.value) != codes.end()) {
    return fact.value.empty() ? "has no value" : "";
  }
  std::string known;
  for (const std::string& code : codes) {
    absl::StrAppend(&known, known.empty() ? "" : ", ", code);
  }
  return absl::StrCat("wants one of ", known);
}

// "term:detox~" or "any.genders=man:no", added to what a value means.
absl::Status AddSet(const std::string& text, const std::string& where,
                    CodeMeaning& meaning) {
  meaning.known = true;
  constexpr std::string_view kTerm = "term:";
  if (text.starts_with(kTerm)) {
    AddTerms(Trim(text.substr(kTerm.size())), meaning);
    return absl::OkStatus();
  }
  const std::vector<std::string> facts = CodeList(text);
  if (facts.empty() ||
      std::any_of(facts.begin(), facts.end(), [](const std::string& fact) {
        return fact.find('=') == std::string::npos;
      })) {
    return Wrong(where, absl::StrCat("\"", text,
                                     "\" is neither term:NAME nor "
                                     "FACT=VALUE"));
  }
  for (CodeFact& fact : CodeFacts(text)) {
    const std::string wrong = WrongFact(fact);
    if (!wrong.empty()) {
      return Wrong(where, absl::StrCat(fact.path, " ", wrong));
    }
    meaning.facts.push_back(std::move(fact));
  }
  return absl::OkStatus();
}

// "Detox => term:detox; any.genders=man"
absl::Status AddValue(const std::string& text, const std::string& where,
                      MappingColumn& column) {
  constexpr std::string_view kArrow = "=>";
  const size_t arrow = text.find(kArrow);
  if (arrow == std::string::npos) {
    return Wrong(where, absl::StrCat("\"", text,
                                     "\" has no =>; write \"VALUE => "
                                     "any.payments=medicaid\""));
  }
  const std::string value = Lower(Trim(text.substr(0, arrow)));
  CodeMeaning& meaning = column.values[value];
  meaning.known = true;
  const std::string sets = Trim(text.substr(arrow + kArrow.size()));
  for (const std::string& set : CodeList(sets)) {
    HANDRAIL_RETURN_IF_ERROR(AddSet(Trim(set), where, meaning));
  }
  return absl::OkStatus();
}

absl::Status AddTerm(const std::string& text, CodeMeaning& meaning) {
  meaning.known = true;
  AddTerms(Trim(text), meaning);
  return absl::OkStatus();
}

bool IsTrue(const std::vector<std::string>& values) {
  return values.size() == 1 && Lower(values[0]) == "true";
}

// Reads the items of a file one by one.
class MappingReader {
 public:
  absl::StatusOr<MappingFile> Read(const std::vector<CLI::ConfigItem>& items);

 private:
  absl::Status TakeTable(const std::string& key,
                         const std::vector<std::string>& values);
  absl::Status TakeConstant(const std::string& path,
                            const std::vector<std::string>& values);
  absl::Status TakeColumn(const std::string& key,
                          const std::vector<std::string>& values);
  absl::Status Check() const;

  MappingFile mapping_;
};

absl::Status MappingReader::TakeTable(const std::string& key,
                                      const std::vector<std::string>& values) {
  if (key == "name") {
    if (!values.empty() && !values[0].empty()) mapping_.table = values[0];
  } else if (key == "id") {
    mapping_.id = values;
  } else if (key == "term") {
    for (const std::string& value : values) {
      HANDRAIL_RETURN_IF_ERROR(AddTerm(value, mapping_.means));
    }
  } else if (key == "sets") {
    for (const std::string& value : values) {
      HANDRAIL_RETURN_IF_ERROR(AddSet(value, "[table] sets", mapping_.means));
    }
  } else {
    return Wrong("[table]", absl::StrCat("there is no key ", key,
                                         "; known: name, id, term, sets"));
  }
  return absl::OkStatus();
}

absl::Status MappingReader::TakeConstant(
    const std::string& path, const std::vector<std::string>& values) {
  HANDRAIL_ASSIGN_OR_RETURN(MappingTarget target, ParseMappingTarget(path));
  std::string text;
  for (const std::string& value : values) {
    absl::StrAppend(&text, text.empty() ? "" : " ", value);
  }
  mapping_.constants.emplace_back(std::move(target), std::move(text));
  return absl::OkStatus();
}

absl::Status MappingReader::TakeColumn(const std::string& key,
                                       const std::vector<std::string>& values) {
  MappingColumn& column = mapping_.columns.back();
  const std::string where = absl::StrCat(
      "[[column]] ", column.name.empty()
                         ? absl::StrCat("number ", mapping_.columns.size())
                         : column.name);
  if (key == "name") {
    column.name = values.empty() ? "" : Trim(values[0]);
  } else if (key == "to") {
    for (const std::string& value : values) {
      HANDRAIL_ASSIGN_OR_RETURN(MappingTarget target,
                                ParseMappingTarget(value));
      column.to.push_back(std::move(target));
    }
  } else if (key == "yes" || key == "no" || key == "nothing") {
    std::vector<std::string>& list = key == "yes"  ? column.yes
                                     : key == "no" ? column.no
                                                   : column.nothing;
    for (const std::string& value : values) list.push_back(Lower(Trim(value)));
  } else if (key == "term") {
    for (const std::string& value : values) {
      HANDRAIL_RETURN_IF_ERROR(AddTerm(value, column.means));
    }
  } else if (key == "sets") {
    for (const std::string& value : values) {
      HANDRAIL_RETURN_IF_ERROR(AddSet(value, where, column.means));
    }
  } else if (key == "values") {
    for (const std::string& value : values) {
      HANDRAIL_RETURN_IF_ERROR(AddValue(value, where, column));
    }
  } else if (key == "split") {
    column.split = values.empty() ? "" : values[0];
  } else if (key == "label") {
    column.label = values.empty() ? "" : values[0];
  } else if (key == "skip") {
    column.skip = IsTrue(values);
  } else if (key == "keep") {
    column.keep = IsTrue(values);
  } else {
    return Wrong(where, absl::StrCat("there is no key ", key,
                                     "; known: name, to, yes, no, nothing, "
                                     "term, sets, values, split, label, skip, "
                                     "keep"));
  }
  return absl::OkStatus();
}

absl::Status MappingReader::Check() const {
  if (mapping_.id.empty()) {
    return Wrong("[table]",
                 "id is missing: name the columns that tell a row from others");
  }
  std::set<std::string> names;
  bool named = false;
  for (const MappingColumn& column : mapping_.columns) {
    if (column.name.empty()) {
      return Wrong("[[column]]", "a column has no name");
    }
    if (!names.insert(Lower(column.name)).second) {
      return Wrong(absl::StrCat("[[column]] ", column.name),
                   "the column is there twice");
    }
    if (column.yes.empty() &&
        (!column.means.terms.empty() || !column.means.facts.empty())) {
      return Wrong(absl::StrCat("[[column]] ", column.name),
                   "term and sets need yes: the values that say so");
    }
    named = named || std::any_of(column.to.begin(), column.to.end(),
                                 [](const MappingTarget& target) {
                                   return target.Path() == "service.name" ||
                                          target.Path() == "organization.name";
                                 });
  }
  if (!named) {
    return Wrong("[[column]]",
                 "no column goes to service.name or organization.name; rows "
                 "need a name");
  }
  return absl::OkStatus();
}

absl::StatusOr<MappingFile> MappingReader::Read(
    const std::vector<CLI::ConfigItem>& items) {
  for (const CLI::ConfigItem& item : items) {
    const std::string section = item.parents.empty() ? "" : item.parents[0];
    if (item.name == "--") continue;
    if (item.name == "++") {
      if (section == "column") mapping_.columns.emplace_back();
      continue;
    }
    const std::vector<std::string> values = WithHashes(item.inputs);
    if (section == "table") {
      HANDRAIL_RETURN_IF_ERROR(TakeTable(item.name, values));
    } else if (section == "constants") {
      std::string path;
      for (size_t i = 1; i < item.parents.size(); ++i) {
        absl::StrAppend(&path, item.parents[i], ".");
      }
      HANDRAIL_RETURN_IF_ERROR(TakeConstant(path + item.name, values));
    } else if (section == "column" && !mapping_.columns.empty()) {
      HANDRAIL_RETURN_IF_ERROR(TakeColumn(item.name, values));
    } else {
      return Wrong(
          section.empty() ? "the file" : absl::StrCat("[", section, "]"),
          absl::StrCat("the key ", item.name,
                       " is in no known section; known: [table], "
                       "[constants], [[column]]"));
    }
  }
  HANDRAIL_RETURN_IF_ERROR(Check());
  return std::move(mapping_);
}

// A text, number or place of a message that a cell can fill.
bool TakesText(const pb::Descriptor* type, const std::string& name) {
  const pb::FieldDescriptor* field = type->FindFieldByName(name);
  if (field == nullptr || field->is_repeated() || name == "id" ||
      name.ends_with("_id")) {
    return false;
  }
  return field->type() == pb::FieldDescriptor::TYPE_STRING ||
         field->type() == pb::FieldDescriptor::TYPE_INT32;
}

bool IsKnownTarget(const MappingTarget& target) {
  static const std::map<std::string, const pb::Descriptor*> kParts = {
      {"organization", v1::Organization::descriptor()},
      {"service", v1::Service::descriptor()},
      {"link", v1::ServiceAtLocation::descriptor()},
      {"schedule", v1::Schedule::descriptor()}};
  static const std::set<std::string> kPlace = {
      "location.name",       "location.latitude",
      "location.longitude",  "location.transportation",
      "location.county",     "address.address_1",
      "address.address_2",   "address.city",
      "address.region",      "address.state_province",
      "address.postal_code", "address.country",
      "phone.number",        "coverage.county",
      "coverage.state",      "coverage.zip"};
  if (kPlace.contains(target.Path())) return true;
  if (target.part == "schedule") return target.field == "description";
  const auto part = kParts.find(target.part);
  if (part != kParts.end()) return TakesText(part->second, target.field);
  const pb::FieldDescriptor* group =
      v1::RecoveryProfile::descriptor()->FindFieldByName(target.part);
  if (group == nullptr) return false;
  const pb::FieldDescriptor* field =
      group->message_type()->FindFieldByName(target.field);
  if (field == nullptr || field->is_repeated()) return false;
  const std::string type(field->message_type()->name());
  return type == "TextFact" || type == "NumberFact";
}

}  // namespace

absl::StatusOr<MappingTarget> ParseMappingTarget(std::string_view path) {
  const std::string text = Trim(path);
  const size_t dot = text.find('.');
  MappingTarget target{
      .part = text.substr(0, dot),
      .field = dot == std::string::npos ? "" : text.substr(dot + 1)};
  if (IsKnownTarget(target)) return target;
  return InvalidField(
      "mapping",
      absl::StrCat("nothing can go to ", text,
                   "; known: organization.name, service.name and their other "
                   "texts, location.name, location.latitude, address.city, "
                   "phone.number, coverage.county, schedule.description, "
                   "link.description and facts of the profile that are a "
                   "text or number"));
}

absl::StatusOr<MappingFile> ParseMapping(std::string_view text) {
  if (text.size() > kMappingBytesMax) {
    return Wrong("the file", "a mapping has at most 1 MiB");
  }
  if (text.find('\0') != std::string_view::npos || !IsUtf8(text)) {
    return Wrong("the file", "a mapping is text in UTF-8");
  }
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  std::istringstream in(WithoutComments(text));
  std::vector<CLI::ConfigItem> items;
  try {
    items = CLI::ConfigTOML().from_config(in);
  } catch (const std::exception&) {
    // CLI11 throws; nothing else here does.
    return Wrong("the file", "it is no TOML");
  }
  return MappingReader().Read(items);
}

absl::StatusOr<MappingFile> ReadMappingFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return InvalidField("mapping", absl::StrCat("cannot read ", path));
  }
  std::ostringstream text;
  text << in.rdbuf();
  return ParseMapping(text.str());
}

}  // namespace handrail::formats
